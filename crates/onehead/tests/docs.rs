//! Every command that a page shows in a `console` block is run, in the order of the page, and says what the page
//! says it does.
//!
//! In front of a block, or of the first of several, a comment names where they run:
//!
//! - `<!-- in: NAME -->`: a new repository, made by `fixtures/docs/NAME.sh`; blocks behind it go on there;
//! - `<!-- not run: REASON -->`: this block is not run;
//! - `<!-- not run from here: REASON -->`: nor is any behind it, until the next that names a place.
//!
//! A line `$ COMMAND` is a command, and the lines behind it are what it writes to stdout and stderr; `…` stands for
//! any text in a line, and alone for any lines. Without such lines, a command only has to end with 0 or 1.
//! `UPDATE=1` writes down what the commands said; read it before you commit it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use onehead_fixtures::{GitSandbox, Tests, binary};

fn main() -> ExitCode {
    let add = |tests: Tests, page: PathBuf| {
        let name = page.strip_prefix(root()).expect("a page of ours");
        tests.one(name.display().to_string(), page, says_what_its_commands_say)
    };
    pages().into_iter().fold(Tests::default(), add).run()
}

fn says_what_its_commands_say(path: &Path) -> Result<(), String> {
    let old = fs::read_to_string(path).expect("a page");
    let mut page = Page::default();
    let new = page.read(&old);
    if update() && new != old {
        fs::write(path, new).expect("a page of ours");
    }
    match page.wrong.is_empty() {
        true => Ok(()),
        false => Err(page.wrong.join("\n\n")),
    }
}

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::canonicalize(root).expect("the workspace")
}

/// What people read who use onehead.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![
        root().join("README.md"),
        root().join("crates/onehead/README.md"),
    ];
    let docs = fs::read_dir(root().join("docs")).expect("docs");
    let docs = docs.map(|entry| entry.expect("a page").path());
    pages.extend(docs.filter(|path| path.extension() == Some(OsStr::new("md"))));
    pages.sort();
    pages
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says so through the environment"
)]
fn update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// A page while it is read.
#[derive(Default)]
struct Page {
    place: Option<Place>,
    /// Whether the next block is not run.
    not_run: bool,
    /// Whether those behind it are not either.
    none_from_here: bool,
    wrong: Vec<String>,
}

impl Page {
    /// Runs its commands, and gives it with what they said.
    fn read(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut lines = text.lines().enumerate().peekable();
        while let Some((number, line)) = lines.next() {
            out += &format!("{line}\n");
            if let Some(name) = comment(line, "in") {
                self.place = Some(Place::new(name));
                self.none_from_here = false;
            }
            self.not_run |= comment(line, "not run").is_some();
            self.none_from_here |= comment(line, "not run from here").is_some();
            if line != "```console" {
                continue;
            }
            let mut block = Vec::new();
            while let Some((_, line)) = lines.next_if(|(_, line)| *line != "```") {
                block.push(line);
            }
            out += &self.block(number + 1, &block);
        }
        out
    }

    fn block(&mut self, number: usize, lines: &[&str]) -> String {
        let as_it_is: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if std::mem::take(&mut self.not_run) || self.none_from_here {
            return as_it_is;
        }
        let Some(place) = &mut self.place else {
            self.wrong
                .push(format!("{number}: no comment says where this block runs"));
            return as_it_is;
        };
        let mut out = String::new();
        for command in commands(lines) {
            let said = place.run(command.words);
            if update() && command.can_be_written() {
                out += &command.saying(&said.text);
                continue;
            }
            out += &command.as_it_is();
            if !command.fits(&said) {
                self.wrong.push(format!(
                    "{}: `{}` ends with {} and says\n{}",
                    number + command.at + 1,
                    command.words,
                    said.code,
                    said.text
                ));
            }
        }
        out
    }
}

/// `<!-- KEY: VALUE -->`
fn comment<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let inner = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    inner.strip_prefix(key)?.strip_prefix(": ")
}

/// A command of a block.
struct Shown<'a> {
    /// Its line in the block, counted from 0.
    at: usize,
    words: &'a str,
    /// What it says, to go by the page; nothing if the page does not tell.
    lines: Vec<&'a str>,
    /// Empty lines behind it.
    gap: usize,
}

fn commands<'a>(lines: &[&'a str]) -> Vec<Shown<'a>> {
    let mut found: Vec<Shown<'a>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(words) = line.strip_prefix("$ ") {
            let (lines, gap) = (Vec::new(), 0);
            found.push(Shown {
                at,
                words,
                lines,
                gap,
            });
        } else if let Some(last) = found.last_mut() {
            last.lines.push(line);
        }
    }
    for one in &mut found {
        while one.lines.pop_if(|line| line.is_empty()).is_some() {
            one.gap += 1;
        }
    }
    found
}

impl Shown<'_> {
    /// Whether the page shows all that the command says, to the letter.
    fn can_be_written(&self) -> bool {
        !self.lines.is_empty() && !self.lines.iter().any(|line| line.contains('…'))
    }

    fn as_it_is(&self) -> String {
        let text: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        self.saying(&text)
    }

    fn saying(&self, text: &str) -> String {
        format!("$ {}\n{text}{}", self.words, "\n".repeat(self.gap))
    }

    fn fits(&self, said: &Said) -> bool {
        let lines: Vec<&str> = said.text.lines().collect();
        (0..=1).contains(&said.code) && (self.lines.is_empty() || fits(&self.lines, &lines))
    }
}

/// Whether the lines are those that are shown.
fn fits(shown: &[&str], said: &[&str]) -> bool {
    match (shown, said) {
        ([], []) => true,
        (["…", rest @ ..], _) => (0..=said.len()).any(|skipped| fits(rest, &said[skipped..])),
        ([line, shown @ ..], [other, said @ ..]) => line_fits(line, other) && fits(shown, said),
        _ => false,
    }
}

fn line_fits(shown: &str, said: &str) -> bool {
    match shown.split_once('…') {
        None => shown == said,
        Some((start, rest)) => said.strip_prefix(start).is_some_and(|said| {
            let cuts = said.char_indices().map(|(at, _)| at).chain([said.len()]);
            cuts.into_iter().any(|at| line_fits(rest, &said[at..]))
        }),
    }
}

/// A repository in which the commands of a page run, one after the other.
struct Place {
    sandbox: GitSandbox,
    /// The folder that the last command ended in.
    folder: PathBuf,
}

/// How a command ended, and all that it said.
struct Said {
    code: i32,
    text: String,
}

/// Runs the command `$0`, and leaves the folder that it ends in in the file `$1`.
const SHELL: &str = r#"eval "$0" 2>&1; status=$?; pwd >"$1"; exit $status"#;

/// For pages that people read beside a checkout: `cargo xtask`, with everything built already.
const CARGO: &str = r#"#!/bin/sh
case "$1" in
xtask) shift; exec 'XTASK' "$@" ;;
build) exit 0 ;;
*) exit 2 ;;
esac
"#;

/// The folder beside the repository, as pages call it.
const SCRATCH: &str = "/tmp/";

impl Place {
    /// What the script makes of an empty repository.
    fn new(name: &str) -> Self {
        let sandbox = GitSandbox::new();
        sandbox.git(&["config", "--unset", "core.hooksPath"]);
        let mut place = Self {
            folder: sandbox.root().to_owned(),
            sandbox,
        };
        // The programs of this build, and the scripts where a checkout has them.
        let bin = place.beside("bin");
        fs::create_dir(&bin).expect("a new folder");
        for program in [
            "onehead",
            "onehead-scan",
            "onehead-graph",
            "onehead-render",
            "onehead-stage",
        ] {
            symlink(binary(program), bin.join(program)).expect("a new link");
        }
        fs::write(
            bin.join("cargo"),
            CARGO.replace("XTASK", &binary("xtask").display().to_string()),
        )
        .expect("a new file");
        fs::set_permissions(bin.join("cargo"), fs::Permissions::from_mode(0o755))
            .expect("it is ours");
        // By a variable, since a checkout below /tmp is not what pages mean by that.
        let read = |script: &str| format!(". \"$ONEHEAD_CHECKOUT/fixtures/{script}.sh\"");
        let docs = format!("docs/{name}");
        let made = place.run(&(read("story") + " && " + &read(&docs)));
        assert_eq!(made.code, 0, "fixtures/docs/{name}.sh: {}", made.text);
        place
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.sandbox.root().with_file_name(name)
    }

    fn run(&mut self, command: &str) -> Said {
        let (bin, ended_in) = (self.beside("bin"), self.beside("ended-in"));
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display());
        let scratch = self.beside("").display().to_string();
        let command = command.replace(SCRATCH, &scratch);
        let mut shell = self.sandbox.command("sh");
        shell
            .args([OsStr::new("-c"), OsStr::new(SHELL), OsStr::new(&command)])
            .arg(&ended_in)
            .env("PATH", path)
            .env("ONEHEAD_CHECKOUT", root())
            .current_dir(&self.folder);
        let ran = self.sandbox.finish(&mut shell, "");
        if let Ok(folder) = fs::read_to_string(&ended_in) {
            self.folder = folder.trim_end().into();
        }
        Said {
            code: ran.code.unwrap_or(-1),
            text: (ran.stdout + &ran.stderr).replace("<beside>/", SCRATCH),
        }
    }
}
