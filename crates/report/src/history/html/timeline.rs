//! Incidents on a time line: a lane for each environment, and how many began in each month.

use maud::{Markup, html};
use onehead_model::EnvironmentHistory;
use onehead_model::words::{counted, number};

use super::charts::{axis, grid, legend, length, per_cent, wide_table};
use super::markup::{bare, path, said};
use super::scale::{Span, month, seconds};
use super::view::{Numbered, Section, View};
use crate::history::words::{self, ending};

/// How high a lane is, and how high the months are, in pixels.
const LANE: u32 = 22;
const MONTHS: u32 = 56;

/// A month with fewer than these does not fill its height.
const FEW: usize = 3;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let span = view.span?;
    (!view.incidents.is_empty()).then(|| Section {
        id: "timeline",
        title: "Incidents over time",
        lead: html! {
            "When there were too many heads, and for how long. Each is described "
            a href="#incidents" { "further down" } "."
        },
        content: html! {
            (legend(&[("fixed", html! { "fixed" }), ("open", html! { "open" })]))
            figure.lanes {
                (lanes(view, span))
                (months(view, span))
                div.lane { span {} (axis(span)) }
            }
            (table(view))
        },
    })
}

fn lanes(view: &View<'_>, span: Span) -> Markup {
    let of = |environment: &EnvironmentHistory| -> Vec<&Numbered<'_>> {
        let own = |one: &&Numbered<'_>| std::ptr::eq(one.environment, environment);
        view.incidents.iter().filter(own).collect()
    };
    html! {
        @for environment in &view.report.environments {
            @let incidents = of(environment);
            @if !incidents.is_empty() {
                div.lane {
                    span.name { (path(&environment.name)) " " span.note { (counted(incidents.len(), "incident")) } }
                    // For a hand only: a list further down has the same, with everything that is known.
                    svg width="100%" height=(LANE) aria-hidden="true" {
                        (grid(view, span, LANE))
                        line.grid x1="0" x2="100%" y1=(LANE / 2) y2=(LANE / 2) {}
                        @for one in incidents { (bar(span, one)) }
                    }
                }
            }
        }
    }
}

fn bar(span: Span, one: &Numbered<'_>) -> Markup {
    let incident = one.incident;
    let from = seconds(&incident.began.date).map_or(0.0, |moment| span.at(moment));
    let ended = incident.ended.as_ref();
    let to = ended.map_or(100.0, |ending| {
        seconds(&ending.commit.date)
            .map_or(from, |moment| span.at(moment))
            .max(from)
    });
    let title = format!(
        "{}: {}, {}",
        words::since(&incident.began, incident.at_boundary),
        words::lasted(incident.seconds, incident.at_boundary),
        ended.map_or("open", |ended| ending(ended.how)),
    );
    html! {
        a href=(one.link()) tabindex="-1" {
            rect.fixed[ended.is_some()].open[ended.is_none()] x=(per_cent(from)) width=(length(from, to)) y="4" height="14" rx="1" {
                title { (bare(&title)) }
            }
        }
    }
}

fn months(view: &View<'_>, span: Span) -> Markup {
    let months = &view.report.totals.months;
    let most = months.iter().map(|month| month.began).max().unwrap_or(0);
    let room = f64::from(MONTHS - 6);
    html! {
        div.lane {
            span.name { "Begun in a month " span.note { (number(most)) " at most" } }
            svg width="100%" height=(MONTHS) aria-hidden="true" {
                (grid(view, span, MONTHS))
                @for one in months.iter().filter(|one| one.began > 0) {
                    @if let Some((first, last)) = month(&one.month) {
                        @let (from, to) = (span.at(first), span.at(last));
                        @let high = room * one.began as f64 / most.max(FEW) as f64;
                        rect.count x=(per_cent(from)) width=(per_cent((to - from) * 0.8)) y=((f64::from(MONTHS) - high).round()) height=(high.round()) {
                            title { (bare(&one.month)) ": " (number(one.began)) }
                        }
                    }
                }
            }
        }
    }
}

fn table(view: &View<'_>) -> Markup {
    let months = &view.report.totals.months;
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { "Month" } th.num scope="col" { "Begun" }
                th.num scope="col" { "Ended" } th.num scope="col" { "New revisions" }
            } }
            tbody {
                @for month in months {
                    tr {
                        th scope="row" { (said(&month.month)) }
                        td.num { (number(month.began)) }
                        td.num { (number(month.ended)) }
                        td.num { (number(month.revisions)) }
                    }
                }
            }
        }
    };
    html! {
        details.more {
            summary { "Month by month: " (counted(months.len(), "month")) }
            (wide_table(&html! { "Months" }, &table))
        }
    }
}
