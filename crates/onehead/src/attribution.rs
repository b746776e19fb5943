//! Who brought a file, for the people who have to talk to each other.

use std::collections::HashMap;

use onehead_git::{Branch, FileOrigin, Repository};
use onehead_model::{Attribution, Source};

/// The commits that added these files, as far as git knows. That somebody cannot be named is no
/// reason to fail a check.
pub(crate) fn of(
    repository: Option<&Repository>,
    source: &Source,
    paths: &[String],
) -> HashMap<String, Attribution> {
    if paths.is_empty() {
        // The common case, in which git has nothing to be asked.
        return HashMap::new();
    }
    let known = |repository: &Repository| {
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
        author: branch.author.clone(),
        email: branch.email.clone(),
        date: branch.date.clone(),
        subject: branch.subject.clone(),
        merge_subject: None,
    })
}

fn attribution(origin: FileOrigin) -> Attribution {
    Attribution {
        pull_request: pull_request(&origin.subject)
            .or_else(|| pull_request(origin.merge_subject.as_deref()?)),
        branch: None,
        co_authors: Vec::new(),
        author: origin.author,
        email: origin.email,
        date: origin.date,
        commit: origin.commit,
        subject: origin.subject,
    }
}

/// `Add users (#123)` as a squash leaves it, `Merge pull request #123 from …` as a merge does.
fn pull_request(subject: &str) -> Option<u64> {
    let squashed = subject
        .trim_end()
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once("(#"));
    let merged = subject
        .strip_prefix("Merge pull request #")
        .and_then(|rest| rest.split_once(' '));
    let number = squashed
        .map(|(_, number)| number)
        .or(merged.map(|(number, _)| number));
    number.and_then(|number| number.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::pull_request;

    #[test]
    fn pull_requests_in_subjects() {
        assert_eq!(pull_request("Add users (#123)"), Some(123));
        assert_eq!(pull_request("Merge pull request #7 from a/b"), Some(7));
        assert_eq!(pull_request("Fix #9 for good"), None);
        assert_eq!(pull_request("Add (#x)"), None);
    }
}
