//! What a commit says of itself: who wrote it and when, and what its message tells of where it comes from.
//!
//! The one place that reads messages of forges. Nothing else in onehead knows how GitHub, GitLab, Azure DevOps,
//! Bitbucket or Gitea word a merge.

use std::collections::{BTreeSet, HashMap};

use crate::{Connection, GitError, Oid};

/// Somebody who commits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Contact {
    /// The name, as `.mailmap` has it.
    pub name: String,
    /// The address, as `.mailmap` has it.
    pub email: String,
}

/// A commit without what it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its object id.
    pub oid: Oid,
    /// Its parents, in order.
    pub parents: Vec<Oid>,
    /// Who wrote it.
    pub author: Contact,
    /// The author's date: ISO 8601 with offset.
    pub authored: String,
    /// The committer's date: ISO 8601 with offset.
    pub committed: String,
    /// The committer's date in seconds since 1970.
    pub time: i64,
    /// Whether a forge made it, as far as the committer and the message tell.
    pub by_forge: bool,
    /// The first line of its message.
    pub subject: String,
    /// Whom its message names as `Co-authored-by`, each once, without the author.
    pub co_authors: Vec<Contact>,
    /// The number of the pull request that its message names.
    pub pull_request: Option<u64>,
    /// The branch that its message says it merges.
    pub branch: Option<String>,
}

impl Commit {
    /// Whether it joins histories.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// What `git log` is to print of a commit. `\x01` opens it and `\x02` parts its fields: git refuses control
/// characters in names, a subject that holds one only shortens itself, and the body comes last.
pub(crate) const FORMAT: &str =
    "--format=format:%x01%H%x02%P%x02%aN%x02%aE%x02%aI%x02%cE%x02%cI%x02%ct%x02%s%x02%b%x00";

/// Reads what [`FORMAT`] made.
pub(crate) fn parse(record: &[u8]) -> Option<Commit> {
    let text = String::from_utf8_lossy(record);
    let mut fields = text.strip_prefix('\x01')?.splitn(10, '\x02');
    let mut next = || fields.next().unwrap_or_default().to_owned();
    let oid = Oid::new(&next())?;
    let parents = next();
    let parents = parents.split_whitespace().map(Oid::new);
    let parents: Vec<Oid> = parents.collect::<Option<_>>()?;
    let author = Contact {
        name: next(),
        email: next(),
    };
    let authored = next();
    let committer_email = next();
    let (committed, time) = (next(), next());
    let (subject, body) = (next(), next());
    let told = told(&subject, &body);
    Some(Commit {
        by_forge: parents.len() > 1 && told.by_forge || is_forge(&committer_email),
        co_authors: co_authors(&body, &author),
        pull_request: told.pull_request,
        branch: told.branch,
        oid,
        parents,
        author,
        authored,
        committed,
        time: time.parse().ok()?,
        subject,
    })
}

impl Connection {
    /// The same commits with their co-authors as `.mailmap` has them. One git process, and none if there is no
    /// co-author.
    pub(crate) fn with_mapped_co_authors(
        &self,
        mut commits: Vec<Commit>,
    ) -> Result<Vec<Commit>, GitError> {
        let named = commits.iter().flat_map(|commit| &commit.co_authors);
        let all: Vec<Contact> = named
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        if all.is_empty() {
            return Ok(commits);
        }
        let request: String = all
            .iter()
            .map(|contact| format!("{} <{}>\n", contact.name, contact.email))
            .collect();
        let output = self
            .git
            .run(["check-mailmap", "--stdin"], request.as_bytes())?;
        let text = String::from_utf8_lossy(&output).into_owned();
        let mapped: HashMap<Contact, Contact> = std::iter::zip(all, text.lines())
            .filter_map(|(before, line)| Some((before, contact(line)?)))
            .collect();
        for commit in &mut commits {
            let mut seen = BTreeSet::from([commit.author.email.to_lowercase()]);
            let co_authors = std::mem::take(&mut commit.co_authors);
            commit.co_authors = co_authors
                .into_iter()
                .map(|contact| mapped.get(&contact).cloned().unwrap_or(contact))
                .filter(|contact| seen.insert(contact.email.to_lowercase()))
                .collect();
        }
        Ok(commits)
    }
}

/// The address under which GitHub commits what people do on its pages.
fn is_forge(committer_email: &str) -> bool {
    committer_email.eq_ignore_ascii_case("noreply@github.com")
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    pull_request: Option<u64>,
    branch: Option<String>,
    by_forge: bool,
}

/// What a message tells of a pull request and a branch.
fn told(subject: &str, body: &str) -> Told {
    let subject = subject.trim();
    let forge = |pull_request: Option<u64>, branch: Option<&str>| Told {
        pull_request,
        branch: branch.map(str::to_owned),
        by_forge: true,
    };
    if let Some(rest) = subject.strip_prefix("Merge pull request ") {
        // GitHub `#7 from owner/branch`, Bitbucket `#7 in KEY/repo from branch to main`,
        // Gitea `'title' (#7) from branch into main`.
        let number = rest.rsplit_once('#').and_then(|(_, rest)| leading(rest));
        let source = rest.rsplit_once(" from ").map(|(_, source)| source);
        let branch = source.map(
            |source| match (source.split_once(' '), source.split_once('/')) {
                (Some((branch, _)), _) => branch,
                (None, Some((_owner, branch))) => branch,
                (None, None) => source,
            },
        );
        return forge(number, branch);
    }
    if let Some(rest) = subject.strip_prefix("Merged PR ") {
        return forge(leading(rest), None);
    }
    if let Some(rest) = subject.strip_prefix("Merged in ")
        && let Some((branch, rest)) = rest.split_once(" (pull request #")
    {
        return forge(leading(rest), Some(branch));
    }
    if let Some(rest) = subject.strip_prefix("Pull request #") {
        return forge(leading(rest), None);
    }
    let request = merge_request(body);
    Told {
        by_forge: request.is_some(),
        pull_request: request.or_else(|| squashed(subject)),
        branch: merged_branch(subject),
    }
}

/// The number of the pull request that a subject alone names.
#[must_use]
pub fn named_request(subject: &str) -> Option<u64> {
    told(subject, "").pull_request
}

/// GitLab's `See merge request group/project!12` at the end of a message.
fn merge_request(body: &str) -> Option<u64> {
    let line = body
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("See merge request "))?;
    leading(line.rsplit_once('!')?.1)
}

/// `Add users (#123)`, or GitLab's `Add users (!123)`.
fn squashed(subject: &str) -> Option<u64> {
    let inner = subject.strip_suffix(')')?.rsplit_once('(')?.1;
    let number = inner
        .strip_prefix('#')
        .or_else(|| inner.strip_prefix('!'))?;
    number.parse().ok()
}

/// `Merge branch 'x' into y`, `Merge remote-tracking branch 'origin/x'`.
fn merged_branch(subject: &str) -> Option<String> {
    let rest = subject.strip_prefix("Merge ")?;
    let (remote, rest) = match rest.strip_prefix("remote-tracking branch '") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("branch '")?),
    };
    let (branch, _) = rest.split_once('\'')?;
    let branch = match branch.split_once('/') {
        Some((_remote, branch)) if remote => branch,
        _ => branch,
    };
    Some(branch.to_owned())
}

/// The number that a text begins with.
fn leading(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

/// `Co-authored-by: Name <address>`, wherever it stands: forges leave such lines in the midst of a message too.
fn co_authors(body: &str, author: &Contact) -> Vec<Contact> {
    const KEY: &str = "co-authored-by:";
    let mut seen = BTreeSet::from([author.email.to_lowercase()]);
    body.lines()
        .filter_map(|line| {
            let key = line.get(..KEY.len())?;
            let value = &line[KEY.len()..];
            key.eq_ignore_ascii_case(KEY).then(|| contact(value))?
        })
        .filter(|contact| seen.insert(contact.email.to_lowercase()))
        .collect()
}

/// `Name <address>`
fn contact(text: &str) -> Option<Contact> {
    let (name, rest) = text.trim().rsplit_once('<')?;
    let email = rest.strip_suffix('>')?.trim();
    (!email.is_empty()).then(|| Contact {
        name: name.trim().to_owned(),
        email: email.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Contact, co_authors, told};

    fn said(subject: &str, body: &str) -> (Option<u64>, Option<String>) {
        let told = told(subject, body);
        (told.pull_request, told.branch)
    }

    #[test]
    fn pull_requests_and_branches_in_messages() {
        let branch = |name: &str| Some(name.to_owned());
        for (subject, body, expected) in [
            ("Add users (#123)", "", (Some(123), None)),
            ("Add users (!123)", "", (Some(123), None)),
            (
                "Merge pull request #7 from acme/feature/x",
                "Title",
                (Some(7), branch("feature/x")),
            ),
            (
                "Merge pull request #7 in KEY/repo from fix/y to main",
                "",
                (Some(7), branch("fix/y")),
            ),
            (
                "Merge pull request 'Add a #3' (#7) from z into main",
                "",
                (Some(7), branch("z")),
            ),
            ("Merged PR 12: Add users", "", (Some(12), None)),
            (
                "Merged in feature/x (pull request #9)",
                "",
                (Some(9), branch("feature/x")),
            ),
            (
                "Merge branch 'feature/x' into 'main'",
                "Title\n\nSee merge request group/sub/project!45\n",
                (Some(45), branch("feature/x")),
            ),
            (
                "Merge remote-tracking branch 'origin/a/b'",
                "",
                (None, branch("a/b")),
            ),
            ("Fix #9 for good", "", (None, None)),
            ("Add (#x)", "", (None, None)),
            ("Merge the two", "", (None, None)),
        ] {
            assert_eq!(said(subject, body), expected, "{subject}");
        }
    }

    #[test]
    fn co_authors_are_named_once_and_the_author_is_none() {
        let author = Contact {
            name: "Ada".into(),
            email: "ada@example.com".into(),
        };
        let body = "Words\n\nco-authored-by: Lin <lin@example.com>\n---------\n\
            Co-authored-by: Ada <ADA@example.com>\nCo-Authored-By: Lin W <lin@example.com>\n\
            Co-authored-by: nobody\nCo-authored-by: <>\n";
        let found = co_authors(body, &author);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "Lin");
    }
}
