//! The beginning and the end of the page: what was read, what limits it, and the key figures.

use maud::{Markup, html};
use onehead_model::words::{counted, duration, duration_parts, number};
use onehead_model::{HistoryReport, Totals};

use super::markup::{bare, code, commit, day, path, said};
use super::view::View;
use crate::history::words::{limit, per_cent};

/// Title, what was read, the answer in a sentence, the figures, and what this page cannot know.
pub(super) fn header(view: &View<'_>) -> Markup {
    let report = view.report;
    html! {
        header.top {
            p.eyebrow { "Migration heads over time" }
            h1 { (said(&report.target.name)) }
            (range(report))
            (answer(view))
            @if report.line.is_some() { (figures(view)) }
            (limits(report))
        }
    }
}

fn range(report: &HistoryReport) -> Markup {
    html! {
        p.range {
            @match &report.line {
                Some(line) => {
                    (counted(line.commits, "commit")) " from " (day(&line.first.date))
                    @if line.commits > 1 { " to " (day(&line.last.date)) }
                    ", of which " (number(line.touched)) " touched migrations. "
                    "Read at " (commit(&report.target.oid)) "."
                }
                None => { "Read at " (commit(&report.target.oid)) "." }
            }
            @if let Some(since) = &report.since {
                " Only incidents that lasted on " (day(since)) " or later."
            }
        }
    }
}

/// What there is to know, for people who read one line.
fn answer(view: &View<'_>) -> Markup {
    let totals = &view.report.totals;
    html! {
        @if view.report.unknown {
            p.answer { "Not known: the commits cannot be read in this clone." }
        } @else if view.report.line.is_none() {
            p.answer {
                "No commit to read"
                @if let Some(since) = &view.report.since { " since " (day(since)) }
                "."
            }
        } @else if view.report.environments.is_empty() {
            p.answer { "No migration environment in " (counted(view.commits(), "commit")) "." }
        } @else if totals.incidents == 0 {
            p.answer { "No incident in " (counted(view.commits(), "commit")) "." (outages(totals)) }
        } @else {
            p.answer {
                @match totals.incidents { 1 => "Once", many => { (number(many)) " times" } }
                " there were more heads than allowed. "
                @match (totals.incidents, totals.open) {
                    (1, 0) => "It is fixed.",
                    (1, _) => "It lasts.",
                    (_, 0) => "All of them are fixed.",
                    (_, 1) => "One lasts.",
                    (_, open) => { (number(open)) " last." }
                }
                (outages(totals))
            }
            (open_now(view))
        }
    }
}

/// When something else was wrong.
fn outages(totals: &Totals) -> Markup {
    html! {
        @if totals.outages > 0 {
            " " a href="#outages" { (counted(totals.outages, "outage")) }
            @match totals.open_outages {
                0 => ".",
                1 => ", one of which lasts.",
                open => { ", " (number(open)) " of which last." }
            }
        }
    }
}

/// Those that last, where they are and since when.
fn open_now(view: &View<'_>) -> Markup {
    const SHOWN: usize = 5;
    let open = view
        .incidents
        .iter()
        .filter(|one| one.incident.ended.is_none());
    let open: Vec<_> = open.collect();
    html! {
        @if !open.is_empty() {
            ul.open-now {
                @for one in open.iter().take(SHOWN) {
                    li {
                        span.pill { "open" } " "
                        a href=(one.link()) { (path(&one.environment.name)) }
                        " since " (day(&one.incident.began.date))
                        @if one.incident.at_boundary { " or earlier" }
                    }
                }
                @if open.len() > SHOWN { li { "and " (number(open.len() - SHOWN)) " more" } }
            }
        }
    }
}

fn figures(view: &View<'_>) -> Markup {
    let totals = &view.report.totals;
    html! {
        dl.figures {
            (figure("Incidents", &count(totals.incidents), &html! { "in " (counted(totals.months.len(), "month")) }))
            (figure("Open now", &count(totals.open), &html! {
                @if totals.open == 0 { "nothing to fix" } @else { "still to fix" }
            }))
            (figure("Median time to fix", &time(totals.median_seconds), &html! {
                @match view.fixed().count() { 0 => "none so far", many => { "of " (counted(many, "fixed incident")) } }
            }))
            (figure("Worst time to fix", &time(totals.worst_seconds), &worst(view)))
            (figure("Merge revisions", &html! { span.n { (per_cent(totals.merge_revisions, totals.revisions)) } "\u{a0}%" }, &html! {
                (number(totals.merge_revisions)) " of " (counted(totals.revisions, "revision"))
            }))
            (figure("Without an incident", &without_incident(totals), &last_ended(view)))
        }
    }
}

fn figure(name: &str, value: &Markup, note: &Markup) -> Markup {
    html! { div { dt { (name) } dd.value { (value) } dd.note { (note) } } }
}

fn count(count: usize) -> Markup {
    html! { span.n { (number(count)) } }
}

/// A length of time, its numbers large.
fn time(seconds: Option<u64>) -> Markup {
    html! {
        @match seconds.map(|seconds| (seconds, duration_parts(seconds))) {
            None => { span.n { "–" } }
            Some((seconds, parts)) if parts.is_empty() => { (duration(seconds)) }
            Some((_, parts)) => {
                @for (index, (count, unit)) in parts.iter().enumerate() {
                    @if index > 0 { " " }
                    span.part { span.n { (count) } " " (unit) }
                }
            }
        }
    }
}

/// Where the worst one is.
fn worst(view: &View<'_>) -> Markup {
    html! {
        @match view.fixed().max_by_key(|one| one.incident.seconds) {
            Some(one) => { a href=(one.link()) { "from " (day(&one.incident.began.date)) } }
            None => "none so far",
        }
    }
}

fn without_incident(totals: &Totals) -> Markup {
    match &totals.since_last_incident {
        Some(last) => time(Some(last.seconds)),
        None if totals.open + totals.open_outages > 0 => html! { span.n { "none" } },
        None => time(None),
    }
}

fn last_ended(view: &View<'_>) -> Markup {
    html! {
        @match &view.report.totals.since_last_incident {
            Some(last) => { "since " (day(&last.since.date)) }
            None if view.report.totals.open > 0 => "while an incident lasts",
            None => "while an outage lasts",
        }
        @if let Some(hooks) = view.hooks { ", hooks since " (day(&hooks.date)) }
    }
}

/// What keeps the page from being the whole story.
fn limits(report: &HistoryReport) -> Markup {
    html! {
        @if !report.limits.is_empty() {
            aside.limits aria-labelledby="limits-title" {
                h2 id="limits-title" { "What this page does not know" }
                ul {
                    @for one in &report.limits {
                        li {
                            strong { (limit(one.kind)) } ": " (said(&one.message)) "."
                            @if let Some(hint) = &one.hint { " Way out: " (code(hint)) "." }
                            @if let Some(oid) = &one.commit { " (" (commit(oid)) ")" }
                        }
                    }
                }
            }
        }
    }
}

/// Where the page is from.
pub(super) fn footer(view: &View<'_>) -> Markup {
    html! {
        footer {
            p {
                "Made by onehead " (env!("CARGO_PKG_VERSION")) " from the commits of "
                (said(&view.report.target.name)) " by first parent, at "
                code { (bare(&view.report.target.oid)) }
                ". Dates are those of the committers. No migration was run."
            }
        }
    }
}
