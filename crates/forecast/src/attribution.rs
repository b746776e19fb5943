//! Who brought a file, for the people who have to talk to each other.

use std::collections::{HashMap, HashSet};

use onehead_git::{Branch, Commit, Connection, Contact, FileOrigin, Oid, named_request};
use onehead_model::{Attribution, Person, Source};

/// The commits that added these files, as far as git knows. That a person cannot be named is no
/// reason to fail a check.
#[must_use]
pub fn of(
    repository: Option<&Connection>,
    source: &Source,
    paths: &[String],
) -> HashMap<String, Attribution> {
    if paths.is_empty() {
        // The common case, in which git has nothing to be asked.
        return HashMap::new();
    }
    let known = |repository: &Connection| {
        let tips = tips(repository, source);
        let committed = match source {
            Source::Worktree | Source::Index => committed(repository, &tips, paths),
            // A merge may put a file where no side has it.
            Source::Commit { .. } | Source::Merge { .. } => paths.to_vec(),
        };
        repository.origins(&tips, &committed).ok()
    };
    let origins = repository.and_then(known).unwrap_or_default();
    origins
        .into_iter()
        .map(|(path, origin)| (path, of_origin(origin)))
        .collect()
}

/// Those of these files that a commit holds; for any other one git would look through all of history.
fn committed(repository: &Connection, tips: &[String], paths: &[String]) -> Vec<String> {
    let held_by = |tip: &String| repository.oids_in_tree(&Oid::new(tip)?, paths).ok();
    let held: Option<Vec<_>> = tips.iter().map(held_by).collect();
    match held {
        Some(held) => held.into_iter().flatten().map(|(path, _)| path).collect(),
        None => paths.to_vec(),
    }
}

/// The commits that a state is made from.
fn tips(repository: &Connection, source: &Source) -> Vec<String> {
    match source {
        // An open merge has brought the other side's files already.
        Source::Worktree | Source::Index => ["HEAD", "MERGE_HEAD"]
            .iter()
            .filter_map(|name| Some(repository.resolve(name).ok()??.into()))
            .collect(),
        Source::Commit { oid } => vec![oid.clone()],
        Source::Merge { commits, .. } => commits.clone(),
    }
}

/// Of these files those of which nobody is known because a shallow clone's history begins after they came. A file that
/// is in no commit is none of them.
pub(crate) fn cut_off(
    repository: Option<&Connection>,
    source: &Source,
    paths: &[String],
    known: &HashMap<String, Attribution>,
) -> HashSet<String> {
    let unknown = |path: &&String| !known.contains_key(*path);
    let paths: Vec<String> = paths.iter().filter(unknown).cloned().collect();
    let Some(repository) = repository.filter(|git| git.is_shallow().unwrap_or(false)) else {
        return HashSet::new();
    };
    tips(repository, source)
        .iter()
        .filter_map(|tip| repository.oids_in_tree(&Oid::new(tip)?, &paths).ok())
        .flatten()
        .map(|(path, _)| path)
        .collect()
}

/// The last commit of a branch, where that is all that is known.
pub fn of_branch(branch: &Branch) -> Attribution {
    of_origin(FileOrigin {
        commit: branch.at.commit.clone(),
        author: Contact {
            name: branch.author.clone(),
            email: branch.email.clone(),
        },
        date: branch.date.clone(),
        pull_request: named_request(&branch.subject),
        subject: branch.subject.clone(),
        co_authors: Vec::new(),
        branch: None,
    })
}

/// What git knows of a file's origin, as every document says it.
#[must_use]
pub fn of_origin(origin: FileOrigin) -> Attribution {
    Attribution {
        author: origin.author.name,
        email: origin.author.email,
        date: origin.date,
        commit: origin.commit.into(),
        subject: origin.subject,
        pull_request: origin.pull_request,
        branch: origin.branch,
        co_authors: people(&origin.co_authors),
    }
}

/// A commit that touched a file, said in the same way.
#[must_use]
pub fn of_commit(commit: &Commit) -> Attribution {
    Attribution {
        author: commit.author.name.clone(),
        email: commit.author.email.clone(),
        date: commit.authored.clone(),
        commit: commit.oid.to_string(),
        subject: commit.subject.clone(),
        pull_request: commit.pull_request,
        branch: None,
        co_authors: people(&commit.co_authors),
    }
}

/// People as documents name them.
#[must_use]
pub fn people(contacts: &[Contact]) -> Vec<Person> {
    contacts.iter().map(person).collect()
}

/// A person as documents name them.
#[must_use]
pub fn person(contact: &Contact) -> Person {
    Person {
        name: contact.name.clone(),
        email: contact.email.clone(),
    }
}
