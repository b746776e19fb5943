//! The time before onehead's hooks came and the time since.

use maud::{Markup, html};
use onehead_model::words::{counted, duration, number};

use super::charts::bar;
use super::markup::{began, day, path};
use super::scale::seconds;
use super::view::{Section, View};
use crate::history::words::hook;

const DAY: u64 = 86_400;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    view.report.line.as_ref()?;
    let hooks_at_boundary = view
        .report
        .hooks
        .first()
        .is_some_and(|first| first.at_boundary);
    Some(Section {
        id: "without-incident",
        title: if view.hooks.is_some() {
            "Since the hooks came"
        } else {
            "Time without an incident"
        },
        lead: html! {
            @match view.hooks {
                Some(first) => { "The first hook, settings or workflow of onehead was added on " (day(&first.date)) @if hooks_at_boundary { " or earlier" } "." }
                None => "No commit here adds a hook, settings or a workflow of onehead.",
            }
        },
        content: html! {
            p.lasting { (now(view)) }
            (before_and_after(view))
            (arrivals(view))
        },
    })
}

fn now(view: &View<'_>) -> Markup {
    let totals = &view.report.totals;
    html! {
        @match &totals.since_last_incident {
            Some(last) => {
                strong { (duration(last.seconds)) " without an incident" } " up to the newest commit"
                @if totals.incidents + totals.outages > 0 {
                    ", since the last incident" @if totals.outages > 0 { " or outage" } " ended on " (day(&last.since.date))
                }
                "."
            }
            None => {
                "Not over: "
                @if totals.open > 0 { (counted(totals.open, "incident")) }
                @if totals.open > 0 && totals.open_outages > 0 { " and " }
                @if totals.open_outages > 0 { (counted(totals.open_outages, "outage")) }
                @if totals.open + totals.open_outages == 1 { " lasts." } @else { " last." }
            }
        }
    }
}

/// Two stretches of time that are compared by how often something happened.
struct Stretch {
    name: &'static str,
    seconds: u64,
    incidents: usize,
}

impl Stretch {
    /// How many there were in a hundred days; none if the stretch is too short to say.
    fn rate(&self) -> Option<f64> {
        let days = self.seconds as f64 / DAY as f64;
        (self.seconds >= 7 * DAY).then(|| 100.0 * self.incidents as f64 / days)
    }
}

fn stretches(view: &View<'_>) -> Option<[Stretch; 2]> {
    let line = view.report.line.as_ref()?;
    let first = seconds(&line.first.date)?;
    let hooks = seconds(&view.hooks?.date)?;
    let last = seconds(&line.last.date)?;
    let length = |from: i64, to: i64| u64::try_from(to - from).unwrap_or(0);
    let totals = &view.report.totals;
    Some([
        Stretch {
            name: "before",
            seconds: length(first, hooks),
            incidents: totals.before_hooks,
        },
        Stretch {
            name: "since",
            seconds: length(hooks, last),
            incidents: totals.after_hooks,
        },
    ])
}

fn before_and_after(view: &View<'_>) -> Markup {
    // Bars need whole numbers: thousandths of an incident.
    let thousandths =
        |stretch: &Stretch| stretch.rate().map_or(0, |rate| (rate * 1_000.0) as usize);
    html! {
        @if let Some(stretches) = stretches(view) {
            @let most = stretches.iter().map(thousandths).max().unwrap_or(0);
            table.bars.rates {
                caption { "How often" }
                thead { tr {
                    th scope="col" { "Time" } th.num scope="col" { "Incidents" } th scope="col" { "In 100 days" }
                } }
                tbody {
                    @for stretch in &stretches {
                        tr {
                            th scope="row" { (stretch.name) " " span.note { (duration(stretch.seconds)) } }
                            td.num { (number(stretch.incidents)) }
                            td.measured {
                                span.num { @match stretch.rate() { Some(rate) => (format!("{rate:.1}")), None => "–" } }
                                (bar(thousandths(stretch), most))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn arrivals(view: &View<'_>) -> Markup {
    let hooks = &view.report.hooks;
    html! {
        @if !hooks.is_empty() {
            ul.arrivals {
                @for arrival in hooks {
                    li {
                        strong { (hook(arrival.kind)) } " " (path(&arrival.path.to_string()))
                        div.note { (began(&arrival.commit, arrival.at_boundary)) }
                    }
                }
            }
        }
    }
}
