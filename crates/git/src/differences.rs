//! Many commits and trees at once, each question one git process whatever their number.

use std::collections::HashMap;

use crate::command::joined;
use crate::entries::kind;
use crate::{Connection, EntryKind, GitError};

/// What a tree holds at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// What it is. That a file may be executed is left out.
    pub kind: EntryKind,
    /// Its object id.
    pub oid: String,
}

/// A path at which two trees differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Relative to the root; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// What the first tree holds there.
    pub before: Option<Object>,
    /// What the second one does. The same where only the right to execute it changed.
    pub after: Option<Object>,
}

/// How two trees differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// Files, links and submodules, sorted by path.
    pub paths: Vec<Difference>,
    /// Folders that only the second has.
    pub new_folders: Vec<String>,
    /// Folders that only the first has.
    pub gone_folders: Vec<String>,
}

impl Connection {
    /// The tree of each commit; none for one that is not here, or that is no commit. One git process.
    ///
    /// # Errors
    /// git failed.
    pub fn trees(&self, commits: &[String]) -> Result<Vec<Option<String>>, GitError> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        let request: String = commits
            .iter()
            .map(|commit| format!("{commit}^{{tree}}\n"))
            .collect();
        let args = ["cat-file", "--batch-check"];
        let output = self.git.run(args, request.as_bytes())?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let answers: Vec<Option<String>> = text
            .lines()
            .map(|line| {
                let (oid, rest) = line.split_once(' ')?;
                rest.starts_with("tree ").then(|| oid.to_owned())
            })
            .collect();
        if answers.len() == commits.len() {
            Ok(answers)
        } else {
            Err(GitError::Answer {
                command: joined(&args),
                answer: text,
            })
        }
    }

    /// The commits that any of these reach and `without` does not, each with its parents. One git process.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn own_commits(
        &self,
        of: &[String],
        without: &str,
    ) -> Result<HashMap<String, Vec<String>>, GitError> {
        if of.is_empty() {
            return Ok(HashMap::new());
        }
        let request = format!("{}\n^{without}\n", of.join("\n"));
        let output = self
            .git
            .run(["rev-list", "--parents", "--stdin"], request.as_bytes())?;
        Ok(parents(&output))
    }

    /// The commits that lie between these and a common ancestor of all of them, each with its parents, the commits
    /// themselves among them: enough to tell which of them another one reaches. Two git processes.
    ///
    /// # Errors
    /// git failed, or one of them is not here.
    pub fn between(&self, commits: &[String]) -> Result<HashMap<String, Vec<String>>, GitError> {
        if commits.is_empty() {
            return Ok(HashMap::new());
        }
        let mut args = vec!["merge-base", "--octopus"];
        args.extend(commits.iter().map(String::as_str));
        let output = self.git.output(&args, b"")?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(self.git.failure(&args, &output));
        }
        let mut request = commits.join("\n") + "\n";
        for base in String::from_utf8_lossy(&output.stdout).lines() {
            request += &format!("^{base}\n");
        }
        let listing = self
            .git
            .run(["rev-list", "--parents", "--stdin"], request.as_bytes())?;
        Ok(parents(&listing))
    }

    /// The best common ancestors of a commit and of a merge of the others, which need not be made.
    ///
    /// # Errors
    /// git failed.
    pub fn merge_bases(&self, commit: &str, others: &[&str]) -> Result<Vec<String>, GitError> {
        let mut args = vec!["merge-base", "--all", commit];
        args.extend(others);
        let output = self.git.output(&args, b"")?;
        match output.status.code() {
            Some(0 | 1) => {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                Ok(text.lines().map(str::to_owned).collect())
            }
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// How the trees of each pair differ, in the order asked for. One git process.
    ///
    /// # Errors
    /// git failed, or one of the trees is not here.
    pub fn differences(&self, pairs: &[(String, String)]) -> Result<Vec<Differences>, GitError> {
        if pairs.is_empty() {
            return Ok(Vec::new());
        }
        let request: String = pairs
            .iter()
            .map(|(from, to)| format!("{from} {to}\n"))
            .collect();
        let args = [
            "diff-tree",
            "--stdin",
            "-r",
            "-t",
            "-z",
            "--raw",
            "--no-renames",
        ];
        let output = self.git.run(args, request.as_bytes())?;
        parse(&output)
            .filter(|answers| answers.len() == pairs.len())
            .ok_or_else(|| GitError::Answer {
                command: joined(&args),
                answer: format!("{} bytes that do not fit the question", output.len()),
            })
    }
}

/// `<commit> <parent> …\n`
fn parents(output: &[u8]) -> HashMap<String, Vec<String>> {
    let text = String::from_utf8_lossy(output);
    text.lines()
        .filter_map(|line| {
            let mut oids = line.split(' ').map(str::to_owned);
            Some((oids.next()?, oids.collect()))
        })
        .collect()
}

/// `<tree> <tree>\n` and then, for each path, `:<mode> <mode> <oid> <oid> <status>\0<path>\0`.
fn parse(mut output: &[u8]) -> Option<Vec<Differences>> {
    let mut all: Vec<Differences> = Vec::new();
    while let Some(first) = output.first() {
        if *first != b':' {
            let end = output.iter().position(|&byte| byte == b'\n')?;
            output = &output[end + 1..];
            all.push(Differences::default());
            continue;
        }
        let mut fields = output.splitn(3, |&byte| byte == 0);
        let (header, path) = (fields.next()?, fields.next()?);
        output = fields.next()?;
        let header = std::str::from_utf8(&header[1..]).ok()?;
        let path = String::from_utf8_lossy(path).into_owned();
        add(all.last_mut()?, header, path)?;
    }
    Some(all)
}

const FOLDER: &str = "040000";

fn add(differences: &mut Differences, header: &str, path: String) -> Option<()> {
    let mut words = header.split(' ');
    let (mode_before, mode_after) = (words.next()?, words.next()?);
    let (oid_before, oid_after) = (words.next()?, words.next()?);
    if mode_before == FOLDER || mode_after == FOLDER {
        match (mode_before == FOLDER, mode_after == FOLDER) {
            (true, false) => differences.gone_folders.push(path),
            (false, true) => differences.new_folders.push(path),
            _ => {}
        }
        return Some(());
    }
    let object = |mode: &str, oid: &str| {
        (mode != "000000").then(|| Object {
            kind: kind(mode),
            oid: oid.to_owned(),
        })
    };
    differences.paths.push(Difference {
        path,
        before: object(mode_before, oid_before),
        after: object(mode_after, oid_after),
    });
    Some(())
}
