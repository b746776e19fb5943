//! The words of a history that every form of it shares.

use onehead_model::{BranchKind, Caught, Check, EndingKind, HookKind, Incident, Person};

pub(super) fn ending(how: EndingKind) -> &'static str {
    match how {
        EndingKind::MergeRevision => "a merge revision",
        EndingKind::Reparent => "a re-parent",
        EndingKind::NewId => "a new id",
        EndingKind::Removal => "a removal",
        EndingKind::Squash => "a squash",
        EndingKind::Policy => "a change of the settings",
        EndingKind::EnvironmentGone => "removal of the environment",
        EndingKind::Other => "something else",
    }
}

pub(super) fn check(check: Check) -> &'static str {
    match check {
        Check::PreCommit => "pre-commit",
        Check::PreMergeCommit => "pre-merge-commit",
        Check::PrePush => "pre-push",
        Check::PullRequest => "pull request check",
        Check::Rejudge => "rejudge or merge queue",
        Check::TargetCheck => "target check",
    }
}

pub(super) fn hook(kind: HookKind) -> &'static str {
    match kind {
        HookKind::HookManager => "a hook manager",
        HookKind::Settings => "settings",
        HookKind::Workflow => "a CI file",
    }
}

pub(super) fn branches(kind: BranchKind) -> &'static str {
    match kind {
        BranchKind::Feature => "feature",
        BranchKind::Fix => "fix",
        BranchKind::Hotfix => "hotfix",
        BranchKind::Release => "release",
        BranchKind::Backport => "backport",
        BranchKind::Maintenance => "maintenance",
        BranchKind::Bot => "bot",
        BranchKind::Trunk => "trunk",
        BranchKind::Other => "other",
        BranchKind::Unknown => "unknown",
        BranchKind::Direct => "direct",
    }
}

/// The checks of a verdict, in words.
pub(super) fn checks(incident: &Incident, verdict: Caught) -> Vec<&'static str> {
    let said = incident.checks.iter().filter(|one| one.verdict == verdict);
    said.map(|one| check(one.check)).collect()
}

pub(super) fn names(people: &[Person]) -> String {
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    names.join(", ")
}

pub(super) fn short(oid: &str) -> &str {
    oid.get(..9).unwrap_or(oid)
}

pub(super) fn day(date: &str) -> &str {
    date.get(..10).unwrap_or(date)
}

pub(super) fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    }
}

/// `3 days 4 h`, `5 h 12 min`, `40 s`: the two largest parts.
pub(super) fn duration(seconds: u64) -> String {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let (hours, days) = (minutes / 60, minutes / (24 * 60));
    let unit = if days == 1 { "day" } else { "days" };
    match (days, hours % 24, minutes % 60, rest) {
        (0, 0, 0, seconds) => format!("{seconds} s"),
        (0, 0, minutes, _) => format!("{minutes} min"),
        (0, hours, 0, _) => format!("{hours} h"),
        (0, hours, minutes, _) => format!("{hours} h {minutes} min"),
        (days, 0, _, _) => format!("{days} {unit}"),
        (days, hours, _, _) => format!("{days} {unit} {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations_have_two_parts() {
        for (seconds, text) in [
            (0, "0 s"),
            (59, "59 s"),
            (61, "1 min"),
            (3600, "1 h"),
            (3660, "1 h 1 min"),
            (86_400, "1 day"),
            (2 * 86_400 + 3 * 3600 + 59, "2 days 3 h"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
