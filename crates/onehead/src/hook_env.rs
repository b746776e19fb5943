//! What pre-commit and prek hand to their hooks in place of git's stdin.

use std::env;

use onehead_git::{Connection, Inherit};

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
    let remote = variable("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_else(|| local.clone());
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
