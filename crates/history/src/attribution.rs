//! What a document says of whoever brought a file.

use onehead_git::{Commit, Contact, FileOrigin};
use onehead_model::{Attribution, LineCommit, Person};

/// What git knows of a file's origin, as every document says it.
#[must_use]
pub fn attribution(origin: FileOrigin) -> Attribution {
    Attribution {
        author: origin.author.name,
        email: origin.author.email,
        date: origin.date,
        commit: origin.commit,
        subject: origin.subject,
        pull_request: origin.pull_request,
        branch: origin.branch,
        co_authors: people(&origin.co_authors),
    }
}

/// A commit that touched a file, said in the same way.
pub(crate) fn of_commit(commit: &Commit) -> Attribution {
    Attribution {
        author: commit.author.name.clone(),
        email: commit.author.email.clone(),
        date: commit.authored.clone(),
        commit: commit.oid.clone(),
        subject: commit.subject.clone(),
        pull_request: commit.pull_request,
        branch: None,
        co_authors: people(&commit.co_authors),
    }
}

/// A commit of the line.
pub(crate) fn of_line(position: usize, commit: &Commit) -> LineCommit {
    LineCommit {
        commit: commit.oid.clone(),
        position,
        date: commit.committed.clone(),
        author: person(&commit.author),
        co_authors: people(&commit.co_authors),
        subject: commit.subject.clone(),
        pull_request: commit.pull_request,
        branch: commit.branch.clone(),
    }
}

fn people(contacts: &[Contact]) -> Vec<Person> {
    contacts.iter().map(person).collect()
}

fn person(contact: &Contact) -> Person {
    Person {
        name: contact.name.clone(),
        email: contact.email.clone(),
    }
}
