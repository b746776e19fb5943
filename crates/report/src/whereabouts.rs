//! Where a revision is, for people.

use onehead_model::words::{counted, day, short_id};
use onehead_model::{
    Attribution, Limit, WhereAnswer, WhereChange, WhereCommit, WhereReport, Whereabouts,
};

use crate::page::Page;

/// How many names or commits a line or list shows before the rest is counted.
const MOST: usize = 8;

/// The answer, with what keeps it from being whole.
#[must_use]
pub fn text(report: &WhereReport) -> String {
    let mut page = Page::new();
    match report.answer {
        WhereAnswer::Found => {
            for one in &report.revisions {
                page.blank();
                let head = (report.branch.as_deref(), report.head.as_deref());
                revision(one, head, &mut page);
            }
        }
        WhereAnswer::Ambiguous => candidates(report, &mut page),
        WhereAnswer::Absent => {
            page.line(&format!(
                "no commit of this clone has a revision `{}`",
                report.asked
            ));
            page.line(FETCH);
        }
        WhereAnswer::Unknown => {
            page.line(&format!("it is not known where `{}` is", report.asked));
            page.line(FETCH);
        }
    }
    limits(&report.limits, &mut page);
    page.into_text()
}

/// What to do where no commit has a revision.
pub(crate) const FETCH: &str = "hint: run `git fetch --all --tags`, and for pull requests `git fetch origin '+refs/pull/*/head:refs/pull/*/head'` (GitLab: `refs/merge-requests`)";

/// What keeps an answer from being whole.
pub(crate) fn limits(limits: &[Limit], page: &mut Page) {
    for limit in limits {
        page.line(&format!("note: {}", limit.message));
        if let Some(hint) = &limit.hint {
            page.line(&format!("  hint: run `{hint}`"));
        }
    }
}

fn candidates(report: &WhereReport, page: &mut Page) {
    page.line(&format!(
        "{} fit `{}`:",
        counted(report.candidates.len(), "revision"),
        report.asked
    ));
    for one in &report.candidates {
        page.line(format!("  {}  {}", one.id, one.message).trim_end());
    }
    page.line("hint: give more of the id");
}

/// Where one is; `head` is the branch and the commit that are checked out.
pub(crate) fn revision(
    one: &Whereabouts,
    (branch, head): (Option<&str>, Option<&str>),
    page: &mut Page,
) {
    let environment = one.environment.as_deref();
    let environment = environment.map(|name| format!("  ({name})"));
    page.line(&format!(
        "{}  {}{}",
        one.id,
        one.message,
        environment.unwrap_or_default()
    ));
    let mut row = |name: &str, says: &str| page.line(&format!("  {name:<15} {says}"));
    if let Some(path) = one.paths.first() {
        row("file", path.as_str());
    }
    if let Some(head) = head {
        let branch = branch.unwrap_or("no branch");
        row(
            "HEAD",
            &format!("{} ({branch}, {})", has(one.in_head), short_id(head)),
        );
    }
    if let Some(there) = one.in_worktree.filter(|there| *there != one.in_head) {
        row("working tree", has(there));
    }
    if let Some(who) = &one.attribution {
        row("brought by", &brought_by(who));
    }
    row(
        "branches",
        &listed(one.branches.iter().chain(&one.remote_branches)),
    );
    if !one.tags.is_empty() {
        row("tags", &listed(one.tags.iter()));
    }
    if !one.pull_requests.is_empty() {
        let numbers: Vec<String> = one.pull_requests.iter().map(|n| format!("#{n}")).collect();
        row("pull requests", &listed(numbers.iter()));
    }
    if !one.had.is_empty() {
        row("had it once", &listed(one.had.iter()));
    }
    for (place, commit) in one.commits.iter().take(MOST).enumerate() {
        row(if place == 0 { "commits" } else { "" }, &did(commit));
    }
    if let Some(more) = one.commits.len().checked_sub(MOST).filter(|more| *more > 0) {
        row("", &format!("and {more} more"));
    }
    if let Some(hint) = &one.hint {
        page.line(&format!("  hint: {hint}"));
    }
}

fn has(there: bool) -> &'static str {
    match there {
        true => "has it",
        false => "does not have it",
    }
}

fn brought_by(who: &Attribution) -> String {
    let request = who.pull_request.map(|number| format!(", #{number}"));
    format!(
        "{} <{}>, {}, commit {}{}",
        who.author,
        who.email,
        day(&who.date),
        short_id(&who.commit),
        request.unwrap_or_default()
    )
}

fn did(commit: &WhereCommit) -> String {
    let lacking = match (commit.change, commit.lacking.as_slice()) {
        (WhereChange::Removed, []) => String::new(),
        (WhereChange::Removed, names) => format!("; since then not in {}", listed(names.iter())),
        _ => String::new(),
    };
    format!(
        "{} {}  {} by {}: {}{lacking}",
        short_id(&commit.commit),
        day(&commit.date),
        commit.change.name(),
        commit.author,
        commit.subject
    )
}

fn listed<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.map(String::as_str).collect();
    let more = names.len().saturating_sub(MOST);
    let mut shown: Vec<String> = names
        .iter()
        .take(MOST)
        .map(|&name| name.to_owned())
        .collect();
    if shown.is_empty() {
        return "none".into();
    }
    if more > 0 {
        shown.push(format!("and {more} more"));
    }
    shown.join(", ")
}
