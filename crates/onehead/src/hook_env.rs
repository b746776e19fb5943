//! What git, pre-commit and prek tell a hook through variables.

use std::env;

use onehead_git::{Connection, Inherit};

/// What the hook pre-commit is asked about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What is staged: git is making a commit, and names the index of it.
    Commit,
    /// What one commit introduces over another: `pre-commit run --from-ref FROM --to-ref TO`.
    Refs {
        /// FROM.
        from: String,
        /// TO.
        to: String,
    },
    /// Everything: a person or a CI job started the hook, as in `pre-commit run --all-files`.
    Everything,
}

impl Asked {
    /// What the variables say.
    pub(crate) fn read() -> Self {
        Self::of(variable)
    }

    fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        if variable("GIT_INDEX_FILE").is_some() {
            return Self::Commit;
        }
        let of_run = |name: &str| variable("PRE_COMMIT").and_then(|_| variable(name));
        match (of_run("PRE_COMMIT_FROM_REF"), of_run("PRE_COMMIT_TO_REF")) {
            (Some(from), Some(to)) => Self::Refs { from, to },
            _ => Self::Everything,
        }
    }
}

/// The line that git would say on the stdin of pre-push, from the variables that pre-commit and prek
/// set: `<local ref> <local oid> <remote ref> <remote oid>`. `None` if neither started this program for
/// a push.
///
/// They start a hook once for a push, with the first branch in it; of a branch that is new to the
/// remote and without a common ancestor they name only the branch. Its commit is then asked of git.
#[must_use]
pub(crate) fn pre_push_lines_from_pre_commit() -> Option<String> {
    let commit = |name: &str| {
        let repository = Connection::discover(".".as_ref(), Inherit::Yes).ok()??;
        repository.commit(name).ok()?.map(String::from)
    };
    line(variable, commit)
}

/// The name and the address of the remote that pre-commit and prek say is pushed to.
pub(crate) fn remote_from_pre_commit() -> (Option<String>, Option<String>) {
    let of_push = |name: &str| variable("PRE_COMMIT").and_then(|_| variable(name));
    (
        of_push("PRE_COMMIT_REMOTE_NAME"),
        of_push("PRE_COMMIT_REMOTE_URL"),
    )
}

/// The commit that was left, the one that is checked out, and whether that is a switch of branches, as pre-commit and prek
/// say it: the arguments that git gives to post-checkout.
pub(crate) fn checkout_from_pre_commit() -> Option<[String; 3]> {
    let of_checkout = |name: &str| variable("PRE_COMMIT").and_then(|_| variable(name));
    Some([
        of_checkout("PRE_COMMIT_FROM_REF")?,
        of_checkout("PRE_COMMIT_TO_REF")?,
        of_checkout("PRE_COMMIT_CHECKOUT_TYPE")?,
    ])
}

#[expect(
    clippy::disallowed_methods,
    reason = "read where a hook starts, as its stdin is"
)]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn line(
    variable: impl Fn(&str) -> Option<String>,
    commit: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    variable("PRE_COMMIT")?;

    let to = variable("PRE_COMMIT_TO_REF");
    let local = variable("PRE_COMMIT_LOCAL_BRANCH").or_else(|| to.clone())?;
    // With `--to-ref` alone it is any name of a commit; as a branch it is then called the same.
    let remote =
        variable("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_else(|| match local.starts_with("refs/") {
            true => local.clone(),
            false => format!("refs/heads/{local}"),
        });
    let pushed = match to {
        Some(to) => commit(&to).unwrap_or(to),
        None => commit(&local)?,
    };
    let there = variable("PRE_COMMIT_FROM_REF")
        .map(|from| commit(&from).unwrap_or(from))
        .unwrap_or_else(|| "0".repeat(pushed.len()));
    Some(format!("{local} {pushed} {remote} {there}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(variables: &[(&str, &str)]) -> Option<String> {
        let get = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        line(get, |name| {
            (name == "refs/heads/new").then(|| "c0ffee".into())
        })
    }

    #[test]
    fn a_commit_is_told_by_its_index() {
        let asked = |variables: &[(&str, &str)]| {
            Asked::of(|name| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        let refs = [
            ("PRE_COMMIT", "1"),
            ("PRE_COMMIT_FROM_REF", "origin/main"),
            ("PRE_COMMIT_TO_REF", "HEAD"),
            ("GIT_INDEX_FILE", ".git/index"),
        ];
        assert_eq!(asked(&refs), Asked::Commit);
        let (from, to) = ("origin/main".to_owned(), "HEAD".to_owned());
        assert_eq!(asked(&refs[..3]), Asked::Refs { from, to });
        assert_eq!(asked(&refs[..2]), Asked::Everything);
        assert_eq!(asked(&refs[1..3]), Asked::Everything);
        assert_eq!(asked(&[]), Asked::Everything);
    }

    #[test]
    fn a_push_is_told_by_its_variables() {
        let update = [
            ("PRE_COMMIT", "1"),
            ("PRE_COMMIT_FROM_REF", "aaaa"),
            ("PRE_COMMIT_TO_REF", "bbbb"),
            ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/topic"),
            ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/main"),
        ];
        assert_eq!(
            from(&update).as_deref(),
            Some("refs/heads/topic bbbb refs/heads/main aaaa\n")
        );
        assert_eq!(
            from(&[update[0], update[1], ("PRE_COMMIT_TO_REF", "topic")]).as_deref(),
            Some("topic topic refs/heads/topic aaaa\n")
        );
        let new = [
            ("PRE_COMMIT", "1"),
            ("PRE_COMMIT_LOCAL_BRANCH", "refs/heads/new"),
            ("PRE_COMMIT_REMOTE_BRANCH", "refs/heads/new"),
        ];
        assert_eq!(
            from(&new).as_deref(),
            Some("refs/heads/new c0ffee refs/heads/new 000000\n")
        );
        assert_eq!(from(&[("PRE_COMMIT", "1")]), None);
        assert_eq!(from(&update[1..]), None);
    }
}
