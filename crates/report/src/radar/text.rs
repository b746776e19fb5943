//! What the radar sees, for people: the branches, where they part, who should talk, who lands when.

use onehead_model::escape::for_log;
use onehead_model::{
    Attribution, BranchMaker, ByProgram, LeftOut, MergeOrder, Outlook, RadarBranch, RadarCollision,
    RadarLine, RadarReport, Talk, collision_words, words,
};

use crate::page::Page;

/// How much of a long list is shown; the document has all of it.
pub(super) const SHOWN: usize = 20;

/// How many names are put into one line, and behind two people.
const NAMED: usize = 8;
const NAMED_IN_TALKS: usize = 3;

/// A column is no wider than this; a longer name moves the rest of its line.
const WIDEST: usize = 32;

/// Tables, none wider than what is in them.
pub fn text(report: &RadarReport) -> String {
    let mut out = Page::new();
    let count = words::counted(report.branches.len(), "branch");
    out.line(&format!(
        "{count} with migrations, against {} ({})",
        report.target,
        words::short_id(&report.oid)
    ));
    for limit in &report.limits {
        out.line(&format!("note: {}", limit.message));
        if let Some(hint) = &limit.hint {
            out.line(&format!("hint: {hint}"));
        }
    }
    for finding in &report.findings {
        out.line(&format!(
            "{} itself: {} {}",
            report.target,
            finding.code.code(),
            finding.message
        ));
    }
    if !report.branches.is_empty() {
        out.blank();
        table(&mut out, &rows(report));
    }
    for collision in &report.collisions {
        out.blank();
        out.line(&collision_words::heading(collision, &report.target));
        table(&mut out, &lines(collision, &report.target));
    }
    if !report.talks.is_empty() {
        out.blank();
        talks(&mut out, &report.talks);
    }
    if report.order.fixes > 0 {
        out.blank();
        order(&mut out, &report.order);
    }
    left_out(&mut out, &report.left_out, report);
    let others = report.others.iter().map(text);
    let texts: Vec<String> = std::iter::once(out.into_text()).chain(others).collect();
    texts.join("\n")
}

fn rows(report: &RadarReport) -> Vec<Vec<String>> {
    let mut rows = vec![row("  branch", "whose", "since", "outlook")];
    for branch in &report.branches {
        let mark = if branch.current { "* " } else { "  " };
        let (whose, since) = whose(branch.attribution.as_ref(), branch.by_program.as_ref());
        let outlook = outlook(branch, &report.target);
        rows.push(row(
            &format!("{mark}{}", branch.name),
            &whose,
            &since,
            &outlook,
        ));
        if let Some(maker) = branch.made_by {
            rows.push(vec![format!("    made by {}", maker_name(maker))]);
        }
        for (what, others) in [("also", &branch.also), ("stands on", &branch.stands_on)] {
            if !others.is_empty() {
                rows.push(vec![format!("    {what} {}", names(others))]);
            }
        }
    }
    rows
}

fn maker_name(maker: BranchMaker) -> &'static str {
    match maker {
        BranchMaker::Dependabot => "Dependabot",
        BranchMaker::Renovate => "Renovate",
        BranchMaker::MergeQueue => "the merge queue",
    }
}

fn outlook(branch: &RadarBranch, target: &str) -> String {
    let reason = branch.reason.as_deref().unwrap_or_default();
    // What follows the first line of a reason is a hint for who looks at that branch alone.
    let reason = reason.lines().next().unwrap_or_default();
    let Some(words) = collision_words::outlook(branch.outlook, target) else {
        let kind = match branch.outlook {
            Outlook::Broken => "broken",
            _ => "unknown",
        };
        return format!("{kind}: {reason}");
    };
    match reason {
        "" => words,
        reason => format!("{words}; {reason}"),
    }
}

fn lines(collision: &RadarCollision, target: &str) -> Vec<Vec<String>> {
    let shown = collision.lines.iter().take(SHOWN);
    let mut rows: Vec<Vec<String>> = shown
        .map(|line| {
            let (whose, since) = whose(line.attribution.as_ref(), line.by_program.as_ref());
            row(
                &format!("  {}", ids(line)),
                &on(line, target),
                &whose,
                &since,
            )
        })
        .collect();
    if collision.lines.len() > SHOWN {
        let more = collision.lines.len() - SHOWN;
        rows.push(vec![format!("  and {more} more")]);
    }
    rows
}

/// The first revisions of a line.
pub(super) fn ids(line: &RadarLine) -> String {
    let ids: Vec<String> = line.revisions.iter().map(ToString::to_string).collect();
    names(&ids)
}

/// Who has a line.
pub(super) fn on(line: &RadarLine, target: &str) -> String {
    match line.target {
        true => format!("on {target}"),
        false => names(&line.branches),
    }
}

fn talks(out: &mut Page, talks: &[Talk]) {
    out.line("who should talk to whom");
    let shown = talks.iter().take(SHOWN);
    let mut rows: Vec<Vec<String>> = shown
        .map(|talk| {
            let [one, other] = &talk.people;
            vec![
                format!("  {} and {}", one.name, other.name),
                format!("about {}", named(&talk.branches, NAMED_IN_TALKS)),
            ]
        })
        .collect();
    if talks.len() > SHOWN {
        rows.push(vec![format!("  and {} more", talks.len() - SHOWN)]);
    }
    table(out, &rows);
}

fn order(out: &mut Page, order: &MergeOrder) {
    let fixes = words::counted(order.fixes, "fix");
    let best = match order.exact {
        true => "no order needs fewer",
        false => "another order may need fewer",
    };
    out.line(&format!("merge order: {fixes}, {best}"));
    for (at, step) in order.steps.iter().take(SHOWN).enumerate() {
        let with = match step.with.as_slice() {
            [] => String::new(),
            with => format!(", with {}", names(with)),
        };
        let fix = if step.fix { "  fix it first" } else { "" };
        out.line(&format!("  {:>2}. {}{with}{fix}", at + 1, step.branch));
    }
    if order.steps.len() > SHOWN {
        let left = &order.steps[SHOWN..];
        let fixed = left.iter().filter(|step| step.fix).count();
        out.line(&format!(
            "  and {} more, {fixed} of them fixed first",
            left.len()
        ));
    }
}

/// What is not shown, in a line, and how it is.
fn left_out(out: &mut Page, left_out: &LeftOut, report: &RadarReport) {
    let target = &report.target;
    let old = match left_out.newer_than {
        Some(days) => format!(
            "more than {} older than {target}",
            words::counted(usize::try_from(days).unwrap_or(usize::MAX), "day")
        ),
        None => "too old".into(),
    };
    let parts = [
        (left_out.merged, format!("in {target} already")),
        (left_out.without_migrations, "without migrations".into()),
        (left_out.older, old),
        (
            left_out.unrelated,
            format!("sharing no commit with {target}"),
        ),
        (
            left_out.beyond_shallow,
            "unknown, since the clone is shallow (fetch their history)".into(),
        ),
        (
            left_out.missing_parent,
            "missing a parent that no branch has".into(),
        ),
        (left_out.merge_queue, "of the merge queue".into()),
    ];
    let said: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
    if said.is_empty() {
        return;
    }
    out.blank();
    out.line(&format!("left out: {}", said.join(", ")));
    if parts[2..].iter().any(|(count, _)| *count > 0) {
        out.line("hint: `onehead radar --all` shows all that have migrations of their own");
    }
}

fn row(first: &str, second: &str, third: &str, last: &str) -> Vec<String> {
    [first, second, third, last].map(str::to_owned).into()
}

/// Cells in columns, the last one as long as it likes.
fn table(out: &mut Page, rows: &[Vec<String>]) {
    let shown = |row: &Vec<String>| -> Vec<String> {
        row.iter().map(|cell| for_log(cell).into_owned()).collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(shown).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter(|row| row.len() > column + 1);
        let widths = cells.map(|row| row[column].chars().count());
        widths.max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in &rows {
        let cells = std::iter::zip(row, &widths);
        let cells: Vec<String> = cells
            .map(|(cell, &width)| format!("{cell:<width$}"))
            .collect();
        out.line(cells.join("  ").trim_end());
    }
}

/// A person, with the pull request if it is known, and a day.
fn whose(attribution: Option<&Attribution>, by_program: Option<&ByProgram>) -> (String, String) {
    let known = attribution.map(|one| {
        let request = one.pull_request.map(|number| format!(" (#{number})"));
        let who = format!(
            "{}{}",
            ByProgram::whose(by_program, &one.author),
            request.unwrap_or_default()
        );
        (who, words::day(&one.date).to_owned())
    });
    known.unwrap_or_else(|| ("unknown".into(), String::new()))
}

/// Names in one line, of many only the first.
pub fn names(names: &[String]) -> String {
    named(names, NAMED)
}

fn named(names: &[String], most: usize) -> String {
    let mut shown: Vec<String> = names.iter().take(most).cloned().collect();
    if names.len() > most {
        shown.push(format!("and {} more", names.len() - most));
    }
    shown.join(", ")
}
