//! What the kinds of things in a history are called, in every format.

use onehead_model::{
    BranchKind, Caught, Check, EndingKind, Finding, HookKind, Incident, IncidentSide, LimitKind,
    LineCommit, OutageKind, Person, Step,
    words::{counted, day, duration},
};

pub(super) fn ending(how: EndingKind) -> &'static str {
    match how {
        EndingKind::MergeRevision => "merge revision",
        EndingKind::Reparent => "re-parent",
        EndingKind::NewId => "new id",
        EndingKind::Removal => "removal",
        EndingKind::Squash => "squash",
        EndingKind::Policy => "change of the settings",
        EndingKind::EnvironmentGone => "removal of the environment",
        EndingKind::Other => "something else",
    }
}

/// How long something lasted, as far as it is known.
pub(super) fn lasted(seconds: u64, at_boundary: bool) -> String {
    let at_least = if at_boundary { "at least " } else { "" };
    format!("{at_least}{}", duration(seconds))
}

/// The day of something that is there from a commit on.
pub(super) fn since(commit: &LineCommit, at_boundary: bool) -> String {
    let or_earlier = if at_boundary { " or earlier" } else { "" };
    format!("{}{or_earlier}", day(&commit.date))
}

pub(super) fn outage(kind: OutageKind) -> &'static str {
    match kind {
        OutageKind::HeadsUnknown => "heads not known",
        OutageKind::Broken => "broken",
    }
}

/// Why there was an outage: the code, the file and the message of one error.
pub(super) fn cause(cause: &Finding) -> String {
    let place = cause.location.as_ref();
    let place = place.map(|place| format!("{}: ", place.path));
    format!(
        "{} {}{}",
        cause.code.code(),
        place.unwrap_or_default(),
        cause.message
    )
}

/// How many heads there are, if that is known.
pub(super) fn heads(step: &Step) -> String {
    match step.heads_unknown {
        true => "heads not known".to_owned(),
        false => counted(step.heads.len(), "head"),
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
        HookKind::HookManager => "hook manager",
        HookKind::Settings => "settings",
        HookKind::Workflow => "CI file",
    }
}

pub(super) fn branch_kind(kind: BranchKind) -> &'static str {
    match kind {
        BranchKind::Feature => "feature",
        BranchKind::Fix => "fix",
        BranchKind::Hotfix => "hotfix",
        BranchKind::Release => "release",
        BranchKind::Backport => "backport",
        BranchKind::Maintenance => "maintenance",
        BranchKind::Bot => "bot",
        BranchKind::Trunk => "long-lived",
        BranchKind::Other => "other branch",
        BranchKind::Unknown => "unknown branch",
        BranchKind::Direct => "direct to the target",
    }
}

pub(super) fn caught(verdict: Caught) -> &'static str {
    match verdict {
        Caught::Caught => "caught",
        Caught::Missed => "let through",
        Caught::NotPassed => "not passed",
        Caught::Unknown => "not known",
    }
}

pub(super) fn limit(kind: LimitKind) -> &'static str {
    match kind {
        LimitKind::ShallowClone => "Shallow clone",
        LimitKind::RewrittenHistory => "Rewritten history",
        LimitKind::MissingContent => "Missing content",
        LimitKind::UnreadableConfiguration => "Unreadable configuration",
        LimitKind::SwappedParents => "Swapped parents",
        LimitKind::UnseenBefore => "Unseen before",
        LimitKind::UnorderedDates => "Dates out of order",
        LimitKind::UncomparedRevisions => "Uncompared revisions",
        LimitKind::UnreadVersions => "Unread versions",
    }
}

/// A part of a whole, with a decimal where it is small; nothing of nothing.
pub(super) fn per_cent(part: usize, whole: usize) -> String {
    let share = 100.0 * part as f64 / whole.max(1) as f64;
    if share == 0.0 || share >= 10.0 {
        format!("{share:.0}")
    } else {
        format!("{share:.1}")
    }
}

/// The checks of a verdict, in words.
pub(super) fn checks(incident: &Incident, verdict: Caught) -> Vec<&'static str> {
    let said = incident.checks.iter().filter(|one| one.verdict == verdict);
    said.map(|one| check(one.check)).collect()
}

/// Who wrote a side, and with which programs.
pub(super) fn who(side: &IncidentSide) -> String {
    people(&side.authors, &side.with)
}

/// People, and the programs that they worked with.
pub(super) fn people(authors: &[Person], with: &[Person]) -> String {
    let with = match with {
        [] => String::new(),
        with => format!("with {}", names(with)),
    };
    match (authors, with.as_str()) {
        ([], "") => "author unknown".to_owned(),
        ([], _) => with,
        (authors, "") => names(authors),
        (authors, with) => format!("{} {with}", names(authors)),
    }
}

pub(super) fn names(people: &[Person]) -> String {
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::per_cent;

    #[test]
    fn small_parts_have_a_decimal() {
        assert_eq!(
            [(0, 0), (4, 107), (1, 2), (3, 3)].map(|(part, whole)| per_cent(part, whole)),
            ["0", "3.7", "50", "100"]
        );
    }
}
