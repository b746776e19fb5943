//! Why git could not answer.

use crate::Oid;

/// Why git could not answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum GitError {
    /// The program is not there.
    #[error("cannot run `git`: {0}")]
    NotInstalled(String),
    /// It ended with an error.
    #[error("`git {command}` failed with {status} in {directory}{}", said(stderr))]
    Failed {
        /// Its subcommand: `merge-tree`.
        command: String,
        /// How it ended.
        status: String,
        /// Where it ran.
        directory: String,
        /// What it said, trimmed.
        stderr: String,
    },
    /// It answered something that this version of onehead does not understand.
    #[error("`git {command}` gave an unexpected answer: `{answer}`")]
    Answer {
        /// Its subcommand.
        command: String,
        /// The part that does not fit.
        answer: String,
    },
    /// The repository cannot be used as asked.
    #[error("{0}")]
    Unusable(String),
    /// An object is not in this clone, or what is there under its name is of another type.
    #[error("{needed_for}: object `{object}` is not in this clone")]
    MissingObject {
        /// Its id, or the name that was to lead to it.
        object: String,
        /// What was asked: `list a tree`.
        needed_for: &'static str,
    },
    /// The clone leaves objects out, and this git cannot be kept from fetching them.
    #[error(
        "object `{object}` is not in this partial clone, and reading one without fetching it needs git {needed} or newer"
    )]
    TooOld {
        /// The id of an object that is not here.
        object: String,
        /// The first version that can.
        needed: &'static str,
    },
}

/// What git said, if it said anything.
fn said(stderr: &str) -> String {
    match stderr {
        "" => String::new(),
        text => format!(": {text}"),
    }
}

/// The first git that reads partial clones without fetching: it answers that an object is missing.
const READS_PARTIAL_CLONES: &str = "2.45";

/// What git's last words say of an object that is not here: `fatal: unable to read blob object <oid>`, or, where it
/// may not fetch and cannot go on without, `fatal: could not fetch <oid> from promisor remote`.
pub(crate) fn missing_object(stderr: &str) -> Option<GitError> {
    let oid = |line: &str| {
        let mut words = line.split([' ', '(', ')']);
        words
            .find(|word| Oid::new(word).is_some())
            .map(str::to_owned)
    };
    stderr.lines().find_map(|line| {
        if line.contains("from promisor remote") {
            Some(GitError::TooOld {
                object: oid(line)?,
                needed: READS_PARTIAL_CLONES,
            })
        } else if line.contains("unable to read") {
            Some(GitError::MissingObject {
                object: oid(line)?,
                needed_for: "git cannot go on",
            })
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::missing_object;

    #[test]
    fn words_of_a_git_that_may_not_fetch() {
        let stderr = "warning: lazy fetching disabled; some objects may not be available\n\
            fatal: could not fetch 78981922613b2afb6025042ff6bd878ac1994e85 from promisor remote";
        assert_eq!(
            missing_object(stderr).expect("it is told").to_string(),
            "object `78981922613b2afb6025042ff6bd878ac1994e85` is not in this partial clone, and reading one \
             without fetching it needs git 2.45 or newer"
        );
        let stderr = "fatal: unable to read blob object 78981922613b2afb6025042ff6bd878ac1994e85";
        assert_eq!(
            missing_object(stderr).expect("it is told").to_string(),
            "git cannot go on: object `78981922613b2afb6025042ff6bd878ac1994e85` is not in this clone"
        );
        assert!(missing_object("fatal: bad object x").is_none());
    }
}
