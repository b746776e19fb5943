//! What each check of onehead would have done about a fork, as far as the commits tell.
//!
//! Two sides are looked at: one that the commit of the line brought, and one that was there before or came with it.
//! Each check sees something at some time: a commit as it is made, a branch as it is pushed, the target as it moves.
//! Whether it sees both sides there is told from which commits reach which, and from the committers' dates.

use onehead_git::{ChangedCommit, Commit};
use onehead_model::{Caught, Check, CheckMoment, CheckVerdict};

use crate::ancestry::Ancestry;
use crate::fork::{Fork, Side};
use crate::totals::Window;

const ALL: [Check; 6] = [
    Check::PreCommit,
    Check::PreMergeCommit,
    Check::PrePush,
    Check::PullRequest,
    Check::Rejudge,
    Check::TargetCheck,
];

/// A verdict without its check.
struct Said(Caught, Option<CheckMoment>, &'static str);

/// The verdict of each check, in the order in which work passes them.
pub(crate) fn checks(fork: &Fork, window: &Window<'_>, ancestry: &Ancestry) -> Vec<CheckVerdict> {
    let line = window.line;
    let began = &line[fork.began].commit;
    let said = match sides(fork) {
        _ if window.is_boundary(fork.began) => {
            let why = "nothing before this commit is in this shallow clone";
            std::array::from_fn(|_| Said(Caught::Unknown, None, why))
        }
        _ if fork.unseen_since.is_some() => {
            let why = "the heads were not known before this commit";
            std::array::from_fn(|_| Said(Caught::Unknown, None, why))
        }
        Some((other, own)) if began.is_merge() => {
            merged(fork, began, line, ancestry, &first(other), &first(own))
        }
        Some((other, _)) if began.pull_request.is_some() => squashed(fork, began, other, window),
        _ if began.is_merge() => {
            let why = "the commit added no revision of a side";
            std::array::from_fn(|_| Said(Caught::Unknown, None, why))
        }
        _ => direct(began),
    };
    let mut verdicts: Vec<CheckVerdict> = std::iter::zip(ALL, said)
        .map(|(check, Said(verdict, at, why))| CheckVerdict {
            check,
            verdict,
            at,
            why: why.to_owned(),
        })
        .collect();
    if let Some(last) = verdicts.last_mut() {
        last.verdict = Caught::Caught;
        last.at = Some(moment(began));
        "the commit of the target has the heads".clone_into(&mut last.why);
    }
    verdicts
}

/// The side that was there, or came with the other, and one that the commit brought.
fn sides(fork: &Fork) -> Option<(&Side, &Side)> {
    let sides = || fork.sides.iter().filter(|side| side.arrived <= fork.began);
    let mut new = sides().filter(|side| side.arrived == fork.began);
    let old = sides()
        .filter(|side| side.arrived < fork.began)
        .max_by_key(|side| side.arrived);
    let own = new.next()?;
    Some((old.or_else(|| new.next())?, own))
}

/// The file where a side begins.
fn first(side: &Side) -> onehead_model::RepoPath {
    side.revisions
        .first()
        .map(|revision| revision.path.clone())
        .unwrap_or_default()
}

/// A person committed on the target itself.
fn direct(began: &Commit) -> [Said; 6] {
    let local = |why| match began.by_forge {
        true => Said(Caught::NotPassed, None, "the forge made the commit"),
        false => Said(Caught::Caught, Some(moment(began)), why),
    };
    let none = || {
        Said(
            Caught::NotPassed,
            None,
            "it did not come from a pull request",
        )
    };
    [
        local("the tree of the commit has the heads"),
        Said(Caught::NotPassed, None, "the commit is not a merge"),
        local("the pushed commit has the heads"),
        none(),
        none(),
        none(),
    ]
}

/// A pull request became one commit: nothing is known of its branch.
fn squashed(fork: &Fork, began: &Commit, other: &Side, window: &Window<'_>) -> [Said; 6] {
    let unknown = || {
        let why = "the branch was squashed, so the dates of its commits are not known";
        Said(Caught::Unknown, None, why)
    };
    let not_merged = || Said(Caught::NotPassed, None, "the commit is not a merge");
    if other.arrived == fork.began {
        let both = "the branch has both sides";
        return [
            unknown(),
            not_merged(),
            Said(Caught::Caught, Some(moment(began)), both),
            Said(Caught::Caught, Some(moment(began)), both),
            Said(Caught::Caught, Some(moment(began)), both),
            unknown(),
        ];
    }
    let arrived = moment(&window.line[other.arrived].commit);
    [
        unknown(),
        not_merged(),
        unknown(),
        unknown(),
        Said(
            Caught::Caught,
            Some(arrived).filter(|_| !window.is_boundary(other.arrived)),
            "the pull request is checked again once the other side is on the target",
        ),
        unknown(),
    ]
}

/// A branch was merged.
fn merged(
    fork: &Fork,
    began: &Commit,
    line: &[ChangedCommit],
    ancestry: &Ancestry,
    other: &onehead_model::RepoPath,
    own: &onehead_model::RepoPath,
) -> [Said; 6] {
    let unknown = || {
        Said(
            Caught::Unknown,
            None,
            "who added the revisions is not known",
        )
    };
    let origins = ancestry
        .origin(other, fork.began)
        .zip(ancestry.origin(own, fork.began));
    let tip = began.parents.last().and_then(|tip| ancestry.commit(tip));
    let (Some((other, own)), Some(tip)) = (origins, tip) else {
        return std::array::from_fn(|_| unknown());
    };
    let by_request = began.by_forge || began.pull_request.is_some();
    if ancestry.reaches(&tip.oid, &other.commit) {
        let both = [other.commit.as_str(), own.commit.as_str()];
        let joined = ancestry.first_with_all(fork.began, &both).unwrap_or(tip);
        return inside(joined, tip, by_request);
    }
    let arrived = ancestry
        .brought(&other.commit)
        .map(|place| &line[place].commit);
    let not_there = "the other side was not on the target yet";
    let seen = |what| match arrived {
        Some(arrived) if arrived.time <= tip.time => Said(Caught::Caught, Some(moment(tip)), what),
        Some(_) => Said(Caught::Missed, None, not_there),
        None => unknown(),
    };
    let pre_commit = Said(
        Caught::Missed,
        None,
        "no commit of the branch has both sides",
    );
    if !by_request {
        let caught = |why| Said(Caught::Caught, Some(moment(began)), why);
        let none = || {
            Said(
                Caught::NotPassed,
                None,
                "it did not come from a pull request",
            )
        };
        return [
            pre_commit,
            caught("the merge was made in a clone and has both sides"),
            caught("the pushed commit has the heads"),
            none(),
            none(),
            none(),
        ];
    }
    let later = arrived
        .filter(|arrived| arrived.time > tip.time)
        .unwrap_or(tip);
    [
        pre_commit,
        Said(Caught::NotPassed, None, "the forge made the merge"),
        seen("the other side was on the target at the date of the branch's last commit"),
        seen("the other side was on the target at the date of the branch's last commit"),
        Said(
            Caught::Caught,
            Some(moment(later)),
            "the pull request is checked again once the other side is on the target",
        ),
        unknown(),
    ]
}

/// The branch had both sides before it was merged.
fn inside(joined: &Commit, tip: &Commit, by_request: bool) -> [Said; 6] {
    let caught = |commit, why| Said(Caught::Caught, Some(moment(commit)), why);
    let hooks = match (joined.is_merge(), joined.by_forge) {
        (_, true) => [
            Said(Caught::NotPassed, None, "the forge made the commit"),
            Said(Caught::NotPassed, None, "the forge made the commit"),
        ],
        (true, false) => [
            Said(
                Caught::NotPassed,
                None,
                "the commit that has both sides is a merge",
            ),
            caught(joined, "a merge in the branch has both sides"),
        ],
        (false, false) => [
            caught(joined, "a commit in the branch has both sides"),
            Said(
                Caught::NotPassed,
                None,
                "the commit that has both sides is not a merge",
            ),
        ],
    };
    let [pre_commit, pre_merge_commit] = hooks;
    let request = || match by_request {
        true => caught(tip, "the branch has both sides"),
        false => Said(
            Caught::NotPassed,
            None,
            "it did not come from a pull request",
        ),
    };
    [
        pre_commit,
        pre_merge_commit,
        caught(joined, "the pushed commit has both sides"),
        request(),
        request(),
        request(),
    ]
}

fn moment(commit: &Commit) -> CheckMoment {
    CheckMoment {
        commit: commit.oid.to_string(),
        date: commit.committed.clone(),
    }
}
