//! What a commit says of itself: who wrote it and when. What its message tells of where it comes from is read in
//! [`crate::forge_messages`].

use std::collections::{BTreeSet, HashMap};

use crate::forge_messages::{is_forge, origin};
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
    /// The lines of its message that speak to onehead.
    pub notes: Vec<String>,
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
    let origin = origin(&subject, &body);
    Some(Commit {
        by_forge: parents.len() > 1 && origin.by_forge || is_forge(&committer_email),
        co_authors: co_authors(&body, &author),
        notes: notes(&body),
        pull_request: origin.pull_request,
        branch: origin.branch,
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

/// `Onehead-Accept: …`, wherever it stands.
fn notes(body: &str) -> Vec<String> {
    const KEY: &str = "onehead-";
    let lines = body.lines().map(str::trim);
    let is_note = |line: &&str| {
        let key = line.get(..KEY.len());
        key.is_some_and(|key| key.eq_ignore_ascii_case(KEY))
    };
    lines.filter(is_note).map(str::to_owned).collect()
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
    use super::{Contact, co_authors};

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
