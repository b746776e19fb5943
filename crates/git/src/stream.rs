//! One git process that answers names and objects for a whole run: `git cat-file --batch-command`.
//!
//! It is started by the first question and ends with the connection. A git before 2.36 does not know that option
//! and ends at once; two processes then do the same, one for names and one for contents, each question answered
//! before the next few are sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::command::Git;
use crate::error::missing_object;
use crate::{GitError, Oid};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ObjectType {
    Commit,
    Tree,
    Blob,
    Tag,
}

/// An object that is here.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) oid: Oid,
    pub(crate) object_type: ObjectType,
    /// What it holds, if that was asked for.
    pub(crate) bytes: Vec<u8>,
}

/// What is asked of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Info,
    Contents,
}

/// How this git is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    /// Not known before the first answer.
    Unknown,
    /// One process, many questions, then `flush`.
    Commands,
    /// Two processes, one question a line.
    Lines,
}

/// Bytes that every pipe holds: so many may be sent before the answers to them are read.
const ANY_PIPE: usize = 4096;

/// How git ends over an option that it does not know.
const USAGE: i32 = 129;

/// The conversation, and the processes that it goes on with.
#[derive(Debug)]
pub(crate) struct Stream {
    git: Git,
    protocol: Protocol,
    /// Answers names, and contents too if it takes commands.
    first: Option<Process>,
    /// Answers contents where the first can't.
    second: Option<Process>,
    questions: usize,
    spent: Duration,
}

impl Stream {
    pub(crate) fn new(git: &Git) -> Self {
        Self {
            git: git.offline(),
            protocol: Protocol::Unknown,
            first: None,
            second: None,
            questions: 0,
            spent: Duration::ZERO,
        }
    }

    /// What these names stand for, in the order asked for; `None` for one that stands for nothing here.
    pub(crate) fn info(&mut self, names: &[&str]) -> Result<Vec<Option<Answer>>, GitError> {
        self.ask(Question::Info, names)
    }

    /// The same with what the objects hold.
    pub(crate) fn contents(&mut self, names: &[&str]) -> Result<Vec<Option<Answer>>, GitError> {
        self.ask(Question::Contents, names)
    }

    /// Starts the process that will answer, so that it is ready once it is asked. If it cannot be started, the first
    /// question tells.
    pub(crate) fn get_ready(&mut self) {
        if self.protocol != Protocol::Lines {
            let _ = self.commands();
        }
    }

    /// The process that takes commands.
    fn commands(&mut self) -> Result<&mut Process, Broken> {
        Ok(match &mut self.first {
            Some(process) => process,
            none => {
                let args = ["cat-file", "--batch-command", "--buffer"];
                none.insert(Process::start(&self.git, &args)?)
            }
        })
    }

    /// Ends the processes: what they remember of the repository may no longer hold.
    pub(crate) fn restart(&mut self) {
        self.first = None;
        self.second = None;
    }

    fn ask(&mut self, question: Question, names: &[&str]) -> Result<Vec<Option<Answer>>, GitError> {
        // No name holds a line break, and one here would be two questions.
        let is_askable = |name: &&str| !name.is_empty() && !name.contains(['\n', '\0']);
        let asked: Vec<&str> = names.iter().copied().filter(is_askable).collect();
        if asked.is_empty() {
            return Ok(names.iter().map(|_| None).collect());
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "told to whoever asked, never used"
        )]
        let began = Instant::now();
        let answers = match self.protocol {
            Protocol::Lines => self.ask_lines(question, &asked),
            Protocol::Commands => self.ask_commands(question, &asked),
            Protocol::Unknown => match self.ask_commands(question, &asked) {
                Err(Broken::Usage) => {
                    // The one that did not know the option has ended.
                    self.restart();
                    self.protocol = Protocol::Lines;
                    self.ask_lines(question, &asked)
                }
                answers => {
                    self.protocol = Protocol::Commands;
                    answers
                }
            },
        };
        self.questions += asked.len();
        self.spent += began.elapsed();
        let mut answers = match answers {
            Ok(answers) => answers.into_iter(),
            Err(broken) => {
                self.restart();
                return Err(broken.into_error(&self.git));
            }
        };
        let in_order = names
            .iter()
            .map(|name| is_askable(name).then(|| answers.next().flatten()).flatten());
        Ok(in_order.collect())
    }

    fn ask_commands(
        &mut self,
        question: Question,
        names: &[&str],
    ) -> Result<Vec<Option<Answer>>, Broken> {
        let process = self.commands()?;
        let word = match question {
            Question::Info => "info ",
            Question::Contents => "contents ",
        };
        let mut request = String::new();
        for name in names {
            request.extend([word, name, "\n"]);
        }
        // Until then git only listens, so that neither side can wait for the other.
        request.push_str("flush\n");
        process.send(request.as_bytes());
        names.iter().map(|_| process.answer(question)).collect()
    }

    fn ask_lines(
        &mut self,
        question: Question,
        names: &[&str],
    ) -> Result<Vec<Option<Answer>>, Broken> {
        let (place, option) = match question {
            Question::Info => (&mut self.first, "--batch-check"),
            Question::Contents => (&mut self.second, "--batch"),
        };
        let process = match place {
            Some(process) => process,
            none => none.insert(Process::start(&self.git, &["cat-file", option])?),
        };
        let mut answers = Vec::with_capacity(names.len());
        let mut names = names.iter().peekable();
        while names.peek().is_some() {
            let mut request = String::new();
            let mut sent = 0;
            while let Some(name) =
                names.next_if(|name| sent == 0 || request.len() + name.len() < ANY_PIPE)
            {
                request.extend([name, "\n"]);
                sent += 1;
            }
            process.send(request.as_bytes());
            for _ in 0..sent {
                answers.push(process.answer(question)?);
            }
        }
        Ok(answers)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.first.is_some() || self.second.is_some() {
            let milliseconds = self.spent.as_secs_f64() * 1000.0;
            log::debug!(
                "{milliseconds:7.1} ms  git cat-file: {} objects",
                self.questions
            );
        }
    }
}

/// Why there is no answer.
#[derive(Debug)]
enum Broken {
    /// git does not know the option.
    Usage,
    /// It ended.
    Ended { status: String, stderr: String },
    /// It said something else.
    NotUnderstood(String),
    /// It could not be started.
    NotStarted(String),
}

impl Broken {
    fn into_error(self, git: &Git) -> GitError {
        let command = || "cat-file".to_owned();
        match self {
            Self::NotStarted(error) => GitError::NotInstalled(error),
            Self::NotUnderstood(answer) => GitError::Answer {
                command: command(),
                answer,
            },
            Self::Usage => Self::Ended {
                status: format!("exit status: {USAGE}"),
                stderr: String::new(),
            }
            .into_error(git),
            Self::Ended { status, stderr } => {
                missing_object(&stderr).unwrap_or_else(|| GitError::Failed {
                    command: command(),
                    status,
                    directory: git.directory().display().to_string(),
                    stderr: stderr.trim().to_owned(),
                })
            }
        }
    }
}

/// A `git cat-file` that goes on answering.
#[derive(Debug)]
struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    stderr: Option<JoinHandle<String>>,
}

impl Process {
    fn start(git: &Git, args: &[&str]) -> Result<Self, Broken> {
        let not_started = |error: std::io::Error| Broken::NotStarted(error.to_string());
        let mut child = git
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        let (Some(stdin), Some(stdout), Some(mut stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(Broken::NotStarted("its pipes are not there".into()));
        };
        // Somebody has to listen, or git waits at last for its warnings to be read.
        let stderr = std::thread::spawn(move || {
            let mut text = Vec::new();
            // What came until then counts.
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Self {
            child,
            stdin: Some(stdin),
            stdout: BufReader::with_capacity(1 << 16, stdout),
            stderr: Some(stderr),
        })
    }

    /// Sends questions. If git is gone, the lack of an answer tells.
    fn send(&mut self, request: &[u8]) {
        if let Some(stdin) = &mut self.stdin {
            let _ = stdin.write_all(request);
        }
    }

    /// `<oid> <type> <size>\n`, the bytes and `\n` where contents were asked for; or `<name> missing\n`.
    fn answer(&mut self, question: Question) -> Result<Option<Answer>, Broken> {
        let mut line = Vec::new();
        let read = self.stdout.read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return Err(self.ended());
        }
        let line = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).into_owned();
        let not_understood = || Broken::NotUnderstood(line.clone());
        let mut words = line.rsplitn(3, ' ');
        let (last, object_type, oid) = (words.next(), words.next(), words.next());
        let size: usize = match last.map(str::parse) {
            Some(Ok(size)) => size,
            _ if matches!(last, Some("missing" | "ambiguous" | "submodule")) => return Ok(None),
            _ => return Err(not_understood()),
        };
        let object_type = match object_type {
            Some("commit") => ObjectType::Commit,
            Some("tree") => ObjectType::Tree,
            Some("blob") => ObjectType::Blob,
            Some("tag") => ObjectType::Tag,
            _ => return Err(not_understood()),
        };
        let oid = oid.and_then(Oid::new).ok_or_else(not_understood)?;
        let mut bytes = Vec::new();
        if question == Question::Contents {
            // With the line break behind them.
            let wanted = size as u64 + 1;
            let read = self.stdout.by_ref().take(wanted).read_to_end(&mut bytes);
            if !matches!(read, Ok(read) if read as u64 == wanted) {
                return Err(self.ended());
            }
            bytes.pop();
        }
        Ok(Some(Answer {
            oid,
            object_type,
            bytes,
        }))
    }

    /// How it ended.
    fn ended(&mut self) -> Broken {
        self.stdin = None;
        let status = self.child.wait();
        let stderr = self.stderr.take().and_then(|thread| thread.join().ok());
        match status {
            Ok(status) if status.code() == Some(USAGE) => Broken::Usage,
            Ok(status) => Broken::Ended {
                status: status.to_string(),
                stderr: stderr.unwrap_or_default(),
            },
            Err(error) => Broken::NotStarted(error.to_string()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It only reads: nothing is lost.
        self.stdin = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
