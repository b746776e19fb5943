//! What a document says of a commit of the line.

use onehead_forecast::attribution::{people, person};
use onehead_git::Commit;
use onehead_model::LineCommit;

/// A commit of the line.
pub(crate) fn of_line(position: usize, commit: &Commit) -> LineCommit {
    LineCommit {
        commit: commit.oid.to_string(),
        position,
        date: commit.committed.clone(),
        author: person(&commit.author),
        co_authors: people(&commit.co_authors),
        subject: commit.subject.clone(),
        pull_request: commit.pull_request,
        branch: commit.branch.clone(),
    }
}
