//! What `onehead fix` says to people.

use onehead_model::{
    Bring, BroughtIn, Change, Choice, Explanation, FixKind, FixReport, FixVerdict, MergedSides,
    Outcome, StageReport,
};

use crate::check::{plan, written};
use crate::explanation;
use crate::page::Page;

/// What is fixed, and what else its text tells.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// What is fixed and how.
    pub report: &'a FixReport,
    /// Whether every state of a database is told, not only those that go wrong.
    pub explains: bool,
    /// The command that fixes what is checked out.
    pub again: &'a str,
}

/// The whole answer: what is fixed and why, the files, what it means for databases, what is left.
#[must_use]
pub fn text(answer: &Answer<'_>) -> String {
    let Answer {
        report,
        explains,
        again,
    } = *answer;
    let mut out = Page::new();
    if let Some(target) = &report.target {
        out.brought(target, report.done.is_some());
    }
    for choice in &report.choices {
        out.choice(choice, &report.changes);
        let is_its = |one: &&MergedSides| {
            one.environment == choice.environment && one.sides.heads == choice.heads
        };
        if let Some(one) = report.sides.iter().find(is_its) {
            out.brought_together(&one.sides);
        }
    }
    let shown = match &report.done {
        Some(done) => {
            out.push(&written(done));
            plan(&edits(&report.changes))
        }
        None => plan(&report.changes),
    };
    if !shown.is_empty() {
        out.push(&shown);
        out.blank();
    }
    for explanation in &report.explanations {
        if explains {
            out.push(&explanation::text(explanation));
        } else if explanation.verdict != FixVerdict::Exact {
            out.push(&explanation::text(&what_goes_wrong(explanation)));
        }
    }
    let local = |one: &Explanation| one.verdict == FixVerdict::LocalOnly;
    if let (Some(done), true) = (&report.done, report.explanations.iter().any(local)) {
        out.line(&before(done));
    }
    for explanation in &report.refused {
        out.line("if it were done anyway:");
        out.push(&explanation::text(&what_goes_wrong(explanation)));
    }
    report
        .findings
        .iter()
        .for_each(|finding| out.finding(finding));
    next(report, again).lines().for_each(|line| out.line(line));
    out.into_text()
}

/// The changes to files that somebody wrote, which are shown even once they are made. A merge revision is a
/// file to look at.
fn edits(changes: &[Change]) -> Vec<Change> {
    let edits = changes.iter().filter(|change| change.replaces.is_some());
    edits.cloned().collect()
}

impl Page {
    fn brought(&mut self, target: &BroughtIn, done: bool) {
        let name = &target.target;
        let line = match (target.how, done, target.conflicts.is_empty()) {
            (Bring::None, _, _) => format!("this branch contains {name} already"),
            (Bring::FastForward, true, _) => format!("fast-forwarded to {name}"),
            (Bring::FastForward, false, _) => format!("would fast-forward to {name}"),
            (Bring::Merge, true, _) => format!("merged {name}"),
            (Bring::Merge, false, true) => format!("would merge {name}"),
            (Bring::Merge, false, false) => format!("merging {name} has conflicts:"),
            (Bring::Rebase, true, _) => format!("rebased onto {name}"),
            (Bring::Rebase, false, true) => format!("would rebase onto {name}"),
            (Bring::Rebase, false, false) => format!("rebasing onto {name} has conflicts:"),
        };
        self.line(&line);
        for path in &target.conflicts {
            self.line(&format!("  {path}"));
        }
    }

    fn choice(&mut self, choice: &Choice, changes: &[Change]) {
        let ids: Vec<&str> = choice.heads.iter().map(|id| id.as_str()).collect();
        let what = match choice.fix {
            FixKind::NewId => format!("new id for one file with {}", ids.join(", ")),
            FixKind::Merge => format!("merge revision over {}", ids.join(", ")),
            FixKind::Reparent => format!("re-parent, one line from {}", ids.join(", ")),
        };
        self.line(&format!("{}: {what} ({})", choice.environment, choice.why));
        let hung = changes
            .iter()
            .filter(|change| choice.fix == FixKind::Reparent && change.replaces.is_some());
        for change in hung.filter(|change| change.environment == choice.environment) {
            let parents: Vec<&str> = change.down_revisions.iter().map(|id| id.as_str()).collect();
            self.line(&format!(
                "  {} now follows {}",
                change.revision,
                parents.join(", ")
            ));
        }
    }
}

/// How to run now what should have been run before: downgrading takes the files that were upgraded with.
fn before(done: &StageReport) -> String {
    let (away, back) = match done.commit {
        Some(_) => ("git checkout --detach HEAD~1", "git checkout -"),
        None => ("git stash", "git stash pop --index"),
    };
    format!(
        "note: the fix is done; for such a database, run `{away}`, the `alembic downgrade` above, `{back}`, then upgrade it"
    )
}

/// The states in which the fix does not do what it should.
fn what_goes_wrong(explanation: &Explanation) -> Explanation {
    let mut explanation = explanation.clone();
    explanation
        .states
        .retain(|class| !matches!(class.outcome, Outcome::Exact { .. }));
    explanation
}

/// What happened to the files, and what to do next.
fn next(report: &FixReport, again: &str) -> String {
    let conflicts = report
        .target
        .as_ref()
        .filter(|target| !target.conflicts.is_empty());
    let open = conflicts.is_some_and(|_| report.changes.is_empty());
    match (&report.done, conflicts) {
        (Some(done), _) if done.commit.is_some() || done.written.is_empty() => "done".into(),
        (Some(done), _) if done.staged => "next: review it, then run `git commit`".into(),
        (Some(_), _) => "next: review it; there is no git repository to add it to".into(),
        (None, Some(target)) if open => match target.how {
            Bring::Rebase => format!(
                "nothing was fixed: the rebase is open\nnext: resolve the conflicts, run `git add`, `git rebase --continue`, then `{again}`"
            ),
            _ => format!(
                "nothing was fixed: the merge is open\nnext: resolve the conflicts, run `git add`, `{again}`, then `git commit --no-edit`"
            ),
        },
        (None, _) if !report.changes.is_empty() => "nothing was written".into(),
        (None, _) if report.ok => "ok  nothing to fix".into(),
        (None, _) => "nothing was written".into(),
    }
}
