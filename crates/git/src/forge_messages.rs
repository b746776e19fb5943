//! What the message of a commit tells of where it comes from: a pull request, a branch, a forge.
//!
//! The one place that reads messages of forges. Nothing else in onehead knows how GitHub, GitLab, Azure DevOps,
//! Bitbucket or Gitea word a merge.

/// The address under which GitHub commits what people do on its pages.
pub(crate) fn is_forge(committer_email: &str) -> bool {
    committer_email.eq_ignore_ascii_case("noreply@github.com")
}

/// Where a commit comes from, as far as its message tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) pull_request: Option<u64>,
    pub(crate) branch: Option<String>,
    pub(crate) by_forge: bool,
}

/// What a message tells of a pull request and a branch.
pub(crate) fn origin(subject: &str, body: &str) -> Origin {
    let subject = subject.trim();
    let forge = |pull_request: Option<u64>, branch: Option<&str>| Origin {
        pull_request,
        branch: branch.map(str::to_owned),
        by_forge: true,
    };
    if let Some(rest) = subject.strip_prefix("Merge pull request ") {
        // GitHub `#7 from owner/branch`, Bitbucket `#7 in KEY/repo from branch to main`,
        // Gitea `'title' (#7) from branch into main`.
        let number = rest.rsplit_once('#').and_then(|(_, rest)| leading(rest));
        let source = rest.rsplit_once(" from ").map(|(_, source)| source);
        let branch = source.map(
            |source| match (source.split_once(' '), source.split_once('/')) {
                (Some((branch, _)), _) => branch,
                (None, Some((_owner, branch))) => branch,
                (None, None) => source,
            },
        );
        return forge(number, branch);
    }
    if let Some(rest) = subject.strip_prefix("Merged PR ") {
        return forge(leading(rest), None);
    }
    if let Some(rest) = subject.strip_prefix("Merged in ")
        && let Some((branch, rest)) = rest.split_once(" (pull request #")
    {
        return forge(leading(rest), Some(branch));
    }
    if let Some(rest) = subject.strip_prefix("Pull request #") {
        return forge(leading(rest), None);
    }
    let request = merge_request(body);
    Origin {
        by_forge: request.is_some(),
        pull_request: request.or_else(|| squashed(subject)),
        branch: merged_branch(subject),
    }
}

/// The number of the pull request that a subject alone names.
#[must_use]
pub fn named_request(subject: &str) -> Option<u64> {
    origin(subject, "").pull_request
}

/// GitLab's `See merge request group/project!12` at the end of a message.
fn merge_request(body: &str) -> Option<u64> {
    let line = body
        .lines()
        .rev()
        .find_map(|line| line.trim().strip_prefix("See merge request "))?;
    leading(line.rsplit_once('!')?.1)
}

/// `Add users (#123)`, or GitLab's `Add users (!123)`.
fn squashed(subject: &str) -> Option<u64> {
    let inner = subject.strip_suffix(')')?.rsplit_once('(')?.1;
    let number = inner
        .strip_prefix('#')
        .or_else(|| inner.strip_prefix('!'))?;
    number.parse().ok()
}

/// `Merge branch 'x' into y`, `Merge remote-tracking branch 'origin/x'`.
fn merged_branch(subject: &str) -> Option<String> {
    let rest = subject.strip_prefix("Merge ")?;
    let (remote, rest) = match rest.strip_prefix("remote-tracking branch '") {
        Some(rest) => (true, rest),
        None => (false, rest.strip_prefix("branch '")?),
    };
    let (branch, _) = rest.split_once('\'')?;
    let branch = match branch.split_once('/') {
        Some((_remote, branch)) if remote => branch,
        _ => branch,
    };
    Some(branch.to_owned())
}

/// The number that a text begins with.
fn leading(text: &str) -> Option<u64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::origin;

    fn said(subject: &str, body: &str) -> (Option<u64>, Option<String>) {
        let origin = origin(subject, body);
        (origin.pull_request, origin.branch)
    }

    #[test]
    fn pull_requests_and_branches_in_messages() {
        let branch = |name: &str| Some(name.to_owned());
        for (subject, body, expected) in [
            ("Add users (#123)", "", (Some(123), None)),
            ("Add users (!123)", "", (Some(123), None)),
            (
                "Merge pull request #7 from acme/feature/x",
                "Title",
                (Some(7), branch("feature/x")),
            ),
            (
                "Merge pull request #7 in KEY/repo from fix/y to main",
                "",
                (Some(7), branch("fix/y")),
            ),
            (
                "Merge pull request 'Add a #3' (#7) from z into main",
                "",
                (Some(7), branch("z")),
            ),
            ("Merged PR 12: Add users", "", (Some(12), None)),
            (
                "Merged in feature/x (pull request #9)",
                "",
                (Some(9), branch("feature/x")),
            ),
            (
                "Merge branch 'feature/x' into 'main'",
                "Title\n\nSee merge request group/sub/project!45\n",
                (Some(45), branch("feature/x")),
            ),
            (
                "Merge remote-tracking branch 'origin/a/b'",
                "",
                (None, branch("a/b")),
            ),
            ("Fix #9 for good", "", (None, None)),
            ("Add (#x)", "", (None, None)),
            ("Merge the two", "", (None, None)),
        ] {
            assert_eq!(said(subject, body), expected, "{subject}");
        }
    }
}
