//! The branches of this clone, local and remote-tracking.

use crate::command::subcommand;
use crate::{Connection, GitError, Oid, Ref, RefName};

/// A branch, or what this clone remembers of one on a remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name and the commit that it names.
    pub at: Ref,
    /// The full name of the branch that it follows, whether that is here or not.
    pub upstream: Option<RefName>,
    /// Whether it is checked out in this working tree.
    pub checked_out: bool,
    /// When its commit was committed, in seconds since 1970.
    pub committed: i64,
    /// The author of its commit.
    pub author: String,
    /// The author's address.
    pub email: String,
    /// The author's date: ISO 8601 with offset.
    pub date: String,
    /// The commit's subject.
    pub subject: String,
}

/// What git is asked of each, with a zero byte between, which no answer holds.
const FIELDS: &str = "--format=%(objecttype)%00%(objectname)%00%(committerdate:unix)%00%(HEAD)%00%(symref)%00\
    %(upstream)%00%(refname)%00%(authorname)%00%(authoremail)%00%(authordate:iso-strict)%00%(contents:subject)";

impl Connection {
    /// Every local and remote-tracking branch, sorted by full name. Symbolic ones, such as
    /// `refs/remotes/origin/HEAD`, only repeat another and are left out. One git process.
    ///
    /// # Errors
    /// git failed.
    pub fn branches(&self) -> Result<Vec<Branch>, GitError> {
        let args = ["for-each-ref", FIELDS, "refs/heads", "refs/remotes"];
        let output = self.git.run(args, b"")?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let mut branches = Vec::new();
        for line in text.lines() {
            let branch = parse(line).ok_or_else(|| GitError::Answer {
                command: subcommand(&args),
                answer: line.to_owned(),
            })?;
            branches.extend(branch);
        }
        Ok(branches)
    }
}

/// One line of the answer; none for what is no branch of its own.
fn parse(line: &str) -> Option<Option<Branch>> {
    let fields: Vec<&str> = line.split('\0').collect();
    let [
        kind,
        oid,
        committed,
        head,
        symbolic,
        upstream,
        name,
        author,
        email,
        date,
        subject,
    ] = fields[..]
    else {
        return None;
    };
    if kind != "commit" || !symbolic.is_empty() {
        return Some(None);
    }
    Some(Some(Branch {
        at: Ref {
            name: RefName::new(name)?,
            commit: Oid::new(oid)?,
        },
        upstream: RefName::new(upstream),
        checked_out: head == "*",
        committed: committed.parse().unwrap_or(0),
        author: author.to_owned(),
        email: email.trim_matches(['<', '>']).to_owned(),
        date: date.to_owned(),
        subject: subject.to_owned(),
    }))
}
