//! What other branches, tags and the past hold.

use crate::command::subcommand;
use crate::memory::lock;
use crate::oid::lines;
use crate::{Connection, GitError, Oid, RefName};

/// A branch, a remote-tracking branch or a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// Its full name: `refs/remotes/origin/main`.
    pub name: RefName,
    /// The commit that it names, tags followed.
    pub commit: Oid,
}

/// Where a search begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From<'a> {
    /// These commits.
    Commits(&'a [Oid]),
    /// Every ref and whatever the reflogs remember: what this clone still knows.
    Everything,
}

/// A version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The object id of its content.
    pub oid: Oid,
    /// A path that it has, or had, somewhere.
    pub path: String,
}

/// Versions of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// Those whose content is in this clone.
    pub found: Vec<Version>,
    /// Whether that is all of them: a partial clone leaves contents out.
    pub complete: bool,
}

/// Versions of files that some commits have beside another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionsBeyond {
    /// Those whose content is in this clone.
    pub found: Vec<Version>,
    /// Objects that are not, files or folders.
    pub missing: Vec<Oid>,
}

/// Commits that neither a ref nor a reflog names any longer, and that git has not cleared away yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostCommits {
    /// Those that git found.
    pub found: Vec<Oid>,
    /// Whether that is all of them: whatever could lead to one was read.
    pub complete: bool,
}

/// Where git keeps what people name.
pub(crate) const NAMED: [&str; 3] = ["refs/heads", "refs/remotes", "refs/tags"];

/// Where forges keep the heads of pull requests.
const REQUESTS: [&str; 2] = ["refs/pull", "refs/merge-requests"];

/// How `git fsck` ends where objects are missing and it found nothing else (`ERROR_REACHABLE`).
const OBJECTS_ARE_MISSING: i32 = 2;

fn is_below(name: &RefName, folders: &[&str]) -> bool {
    folders.iter().any(|folder| name.starts_with(folder))
}

impl Connection {
    /// Every branch, remote-tracking branch and tag that names a commit, sorted by name. Symbolic ones, such
    /// as `refs/remotes/origin/HEAD`, only repeat another and are left out.
    ///
    /// # Errors
    /// git failed.
    pub fn refs(&self) -> Result<Vec<Ref>, GitError> {
        self.list_refs(&NAMED)
    }

    /// The same with the heads of pull requests, as far as they were fetched.
    ///
    /// # Errors
    /// git failed.
    pub fn refs_and_requests(&self) -> Result<Vec<Ref>, GitError> {
        let mut refs = self.list_refs(&[&NAMED[..], &REQUESTS[..]].concat())?;
        refs.retain(|one| one.name.request().is_some() || !is_below(&one.name, &REQUESTS));
        Ok(refs)
    }

    /// Those of these refs and requests that reach one of the commits. One git process.
    ///
    /// # Errors
    /// git failed.
    pub fn refs_that_reach(&self, commits: &[Oid]) -> Result<Vec<RefName>, GitError> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        let mut args = vec!["for-each-ref".to_owned(), "--format=%(refname)".to_owned()];
        args.extend(commits.iter().map(|commit| format!("--contains={commit}")));
        args.extend(NAMED.iter().chain(&REQUESTS).map(|&one| one.to_owned()));
        let output = self.git.run(&args, b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        Ok(text.lines().filter_map(RefName::new).collect())
    }

    fn list_refs(&self, below: &[&str]) -> Result<Vec<Ref>, GitError> {
        let mut args = vec![
            "for-each-ref",
            "--format=%(objecttype) %(objectname) %(*objecttype) %(*objectname) %(symref) %(refname)",
        ];
        args.extend(below);
        let output = self.git.run(&args, b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let mut refs = Vec::new();
        for line in text.lines() {
            let one = parse_ref(line).ok_or_else(|| GitError::Answer {
                command: subcommand(&args),
                answer: line.to_owned(),
            })?;
            refs.extend(one);
        }
        Ok(refs)
    }

    /// Every version of every Python file below these folders, in any commit that is reachable; each
    /// content once. One git process.
    ///
    /// # Errors
    /// git failed.
    pub fn versions(&self, from: From<'_>, folders: &[String]) -> Result<Versions, GitError> {
        let mut args = vec!["rev-list", "--objects", "--missing=print"];
        let mut tips = String::new();
        match from {
            From::Everything => args.extend(["--all", "--reflog"]),
            From::Commits([]) => {
                return Ok(Versions {
                    found: Vec::new(),
                    complete: true,
                });
            }
            From::Commits(commits) => {
                args.push("--stdin");
                tips = lines(commits);
            }
        }
        args.push("--");
        args.extend(folders.iter().map(|folder| match folder.as_str() {
            "" => ".",
            folder => folder,
        }));
        let output = self.git.run(&args, tips.as_bytes())?;
        let lines = || output.split(|&byte| byte == b'\n');
        Ok(Versions {
            found: lines().filter_map(parse_version).collect(),
            // `?<oid>` stands for an object that is not there.
            complete: !lines().any(|line| line.starts_with(b"?")),
        })
    }

    /// Every version of every Python file below these folders that one of the commits reaches and `without` does not; some
    /// that both have may be among them. One git process, and one more to fetch folders where that is allowed.
    ///
    /// # Errors
    /// git failed.
    pub fn versions_beyond(
        &self,
        of: &[Oid],
        without: &Oid,
        folders: &[String],
    ) -> Result<VersionsBeyond, GitError> {
        let folders = folders.iter().map(|folder| match folder.as_str() {
            "" => ".",
            folder => folder,
        });
        let request = format!("{}^{without}\n", lines(of));
        let list = |option| {
            let args = ["rev-list", "--objects", option, "--stdin", "--"];
            let args = args.into_iter().chain(folders.clone());
            self.git.run(args, request.as_bytes())
        };
        // git cannot follow paths through folders that are not here, and fetches none where it prints what is missing.
        if self.may_fetch() {
            list("--filter=blob:none")?;
        }
        let output = list("--missing=print")?;
        let lines = || output.split(|&byte| byte == b'\n');
        let missing: Vec<Oid> = lines().filter_map(parse_missing).collect();
        lock(&self.shared.lacking).extend(missing.iter().cloned());
        Ok(VersionsBeyond {
            found: lines().filter_map(parse_version).collect(),
            missing,
        })
    }

    /// The youngest commit that holds this content under this path, from everything that this clone knows:
    /// the one that brought it last, or the parent of the one that took it away.
    ///
    /// # Errors
    /// git failed.
    pub fn last_commit_that_had(&self, oid: &Oid, path: &str) -> Result<Option<Oid>, GitError> {
        let Some(changed) = self.last_change_of(oid)? else {
            return Ok(None);
        };
        let mut candidates = vec![changed.clone()];
        candidates.extend(self.parents(&changed)?);
        for commit in candidates {
            let there = self.oids_in_tree(&commit, &[path.to_owned()])?;
            if there.iter().any(|(_, found)| found == oid) {
                return Ok(Some(commit));
            }
        }
        Ok(None)
    }

    /// The last commit that brought or took away this content.
    fn last_change_of(&self, oid: &Oid) -> Result<Option<Oid>, GitError> {
        let find = format!("--find-object={oid}");
        let args = [
            "log",
            "--all",
            "--reflog",
            "--full-history",
            "-m",
            "--max-count=1",
            "--format=%H",
            find.as_str(),
        ];
        let output = self.git.run(args, b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        Ok(text.lines().next().and_then(Oid::new))
    }

    /// Commits that nothing names any longer. Reads the whole object store.
    ///
    /// # Errors
    /// git cannot be started.
    pub fn lost_commits(&self) -> Result<LostCommits, GitError> {
        let args = [
            "fsck",
            "--no-reflogs",
            "--no-progress",
            "--connectivity-only",
        ];
        let output = self.git.output(args, b"")?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        // Its status says what it found. No content leads to a commit, so none that is missing hides one.
        let harmless = ["dangling ", "missing blob "];
        let is_harmless = |line: &str| harmless.iter().any(|one| line.starts_with(one));
        let lacks_contents_only = output.status.code() == Some(OBJECTS_ARE_MISSING)
            && output.stderr.is_empty()
            && text.lines().all(is_harmless);
        Ok(LostCommits {
            found: text
                .lines()
                .filter_map(|line| Oid::new(line.strip_prefix("dangling commit ")?))
                .collect(),
            complete: output.status.success() || lacks_contents_only,
        })
    }
}

/// `?<oid>`
fn parse_missing(line: &[u8]) -> Option<Oid> {
    Oid::new(std::str::from_utf8(line).ok()?.strip_prefix('?')?)
}

/// `<oid> <path>`
fn parse_version(line: &[u8]) -> Option<Version> {
    let line = String::from_utf8_lossy(line);
    let (oid, path) = line.split_once(' ')?;
    let oid = Oid::new(oid).filter(|_| path.ends_with(".py"))?;
    Some(Version {
        oid,
        path: path.to_owned(),
    })
}

/// `<type> <oid> [<type> <oid> of what a tag names] [<target of a symbolic ref>] <name>`, an empty field
/// for what does not apply. None inside for what is no commit, or only repeats another ref.
fn parse_ref(line: &str) -> Option<Option<Ref>> {
    let fields: Vec<&str> = line.split(' ').collect();
    let [kind, oid, peeled_kind, peeled, symbolic, name] = fields[..] else {
        return None;
    };
    let commit = match (kind, peeled_kind) {
        ("commit", _) => oid,
        ("tag", "commit") => peeled,
        _ => return Some(None),
    };
    if !symbolic.is_empty() {
        return Some(None);
    }
    Some(Some(Ref {
        name: RefName::new(name)?,
        commit: Oid::new(commit)?,
    }))
}
