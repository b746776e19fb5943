//! Where a revision lies that an environment names and does not have.

use std::sync::Arc;

use onehead_model::{Code, Environment, Finding, Revision, ScanReport};

/// What is known of revisions that an environment does not have.
pub(crate) struct Elsewhere<'a> {
    pub(crate) environment: &'a Environment,
    /// All of the repository; none if only the environment is known.
    scan: Option<&'a ScanReport>,
}

impl<'a> Elsewhere<'a> {
    pub(crate) fn of(environment: &'a Environment, scan: Option<&'a ScanReport>) -> Self {
        Self { environment, scan }
    }

    /// That a name lies outside of the repository, if the settings say so.
    pub(crate) fn said(&self, revision: &Revision, what: &str, name: &str) -> Option<Finding> {
        self.environment.is_elsewhere(name).then(|| {
            let message = format!(
                "{what} `{name}` of `{}` lies outside of the repository, as the settings say; it is not checked",
                revision.id
            );
            Finding::new(Code::Elsewhere, message).about([revision.id.clone()])
        })
    }

    /// Where a name lies in the repository, as the end of a sentence; nothing if it lies nowhere.
    pub(crate) fn place(&self, name: &str) -> String {
        let Some(scan) = self.scan else {
            return String::new();
        };
        let unread = scan.unread.iter().find(|file| {
            let id = file.revision.as_ref();
            id.is_some_and(|id| id.as_str() == name)
        });
        if let Some(file) = unread {
            return match file.left_out_by {
                Some(by) => format!(
                    "; it is in `{}`, which `{}` in the settings leaves out",
                    file.path,
                    by.key()
                ),
                None => format!("; it is in `{}`, which no environment reads", file.path),
            };
        }
        let others = scan.environments.iter();
        for other in others.filter(|one| one.name != self.environment.name) {
            let has_it = |one: &&Arc<Revision>| {
                one.id.as_str() == name || one.branch_labels.iter().any(|label| label == name)
            };
            if let Some(revision) = other.revisions.iter().find(has_it) {
                return format!(
                    "; environment `{}` has it in `{}`",
                    other.name, revision.path
                );
            }
        }
        String::new()
    }
}

/// What to do about a name that an environment does not have, which lies at `place` if that says anything.
pub(crate) fn way_out(name: &str, place: &str, correct: &str) -> String {
    match place {
        "" => format!(
            "restore the file that defines `{name}`, or {correct}; if another package defines it, add `elsewhere = [\"{name}\"]` to its `[[environment]]` in the settings"
        ),
        _ => format!("let this environment read that file as well, or {correct}"),
    }
}
