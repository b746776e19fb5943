//! Who brought a file, for the people who have to talk to each other.

use std::collections::HashMap;

use onehead_git::{Branch, Connection, Contact, FileOrigin, named_request};
use onehead_history::attribution;
use onehead_model::{Attribution, Source};

/// The commits that added these files, as far as git knows. That somebody cannot be named is no
/// reason to fail a check.
pub(crate) fn of(
    repository: Option<&Connection>,
    source: &Source,
    paths: &[String],
) -> HashMap<String, Attribution> {
    if paths.is_empty() {
        // The common case, in which git has nothing to be asked.
        return HashMap::new();
    }
    let known = |repository: &Connection| {
        let tips = match source {
            // An open merge has brought the other side's files already.
            Source::Worktree | Source::Index => ["HEAD", "MERGE_HEAD"]
                .iter()
                .filter_map(|name| repository.resolve(name).ok().flatten())
                .collect(),
            Source::Commit { oid } => vec![oid.clone()],
            Source::Merge { sides, .. } => sides.clone(),
        };
        repository.origins(&tips, paths).ok()
    };
    let origins = repository.and_then(known).unwrap_or_default();
    origins
        .into_iter()
        .map(|(path, origin)| (path, attribution(origin)))
        .collect()
}

/// The last commit of a branch, where that is all that is known.
pub(crate) fn of_branch(branch: &Branch) -> Attribution {
    attribution(FileOrigin {
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
