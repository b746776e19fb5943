//! Heads over time: a step chart for each environment, and the same as a table.

use maud::{Markup, html};
use onehead_model::words::{counted, number};
use onehead_model::{EnvironmentHistory, RevisionId, Step};

use super::charts::{axis, first_hook, grid, legend, length, per_cent, place, wide_table};
use super::markup::{bare, code, commit, day, moment, path, policy};
use super::scale::{Span, levels, seconds, steps};
use super::view::{Section, View};
use crate::history::words::heads;

/// Room above and below the line, in pixels.
const EDGE: u32 = 8;

/// With more stretches than these, what surrounds each would hide the line.
const DENSE: usize = 60;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let span = view.span?;
    let environments = &view.report.environments;
    (!environments.is_empty()).then(|| Section {
        id: "heads",
        title: "Heads over time",
        lead: html! {
            "How many heads each environment had after each commit. Hatched is where they were more than its policy allows."
        },
        content: html! {
            (legend(&key(view, span)))
            @for (index, environment) in environments.iter().enumerate() {
                (chart(view, span, index, environment))
            }
        },
    })
}

fn key(view: &View<'_>, span: Span) -> Vec<(&'static str, Markup)> {
    let mut key = vec![("fork", html! { "more heads than allowed" })];
    if view.report.totals.outages > 0 {
        key.push(("outage", html! { "heads not known, or broken" }));
    }
    if let (Some(hooks), Some(_)) = (view.hooks, first_hook(view, span)) {
        key.push((
            "hook",
            html! { "onehead's first hook, " (day(&hooks.date)) },
        ));
    }
    key
}

fn chart(view: &View<'_>, span: Span, index: usize, environment: &EnvironmentHistory) -> Markup {
    let title = format!("e{index}");
    html! {
        figure.chart aria-labelledby=(title) data-walk {
            figcaption {
                h3 id=(title) { (path(&environment.name)) }
                p { (state(environment)) }
            }
            (drawing(view, span, environment))
            (walk(&title))
            (table(span, environment))
        }
    }
}

/// What the chart shows, and what it does not: places, policy.
fn state(environment: &EnvironmentHistory) -> Markup {
    let last = environment.steps.last();
    html! {
        @match (&environment.gone, last) {
            (Some(gone), _) => { "Gone since " (day(&gone.date)) ". " }
            (None, Some(step)) => {
                "Now " (heads(step)) " and " (counted(step.revisions, "revision")) ". "
            }
            (None, None) => {}
        }
        "Policy: " (policy(&environment.policy)) "."
        @for former in &environment.formerly {
            " Until " (day(&former.until.date)) " at " (path(&former.script_location.to_string())) "."
        }
    }
}

fn drawing(view: &View<'_>, span: Span, environment: &EnvironmentHistory) -> Markup {
    let top = most(environment).max(2);
    let inner = u32::try_from(top)
        .unwrap_or(u32::MAX)
        .saturating_mul(28)
        .clamp(56, 168);
    let height = inner + 2 * EDGE;
    let down =
        |heads: usize| f64::from(EDGE) + f64::from(inner) * (1.0 - heads as f64 / top as f64);
    let (places, end) = places(span, environment);
    let points: Vec<(f64, usize)> = places
        .iter()
        .copied()
        .zip(environment.steps.iter().map(|step| step.heads.len()))
        .collect();
    let outages = stretches(&environment.steps, &places, end, |step| {
        !step.errors.is_empty()
    });
    let forked = stretches(&environment.steps, &places, end, |step| step.forked);
    html! {
        div.plot {
            svg.levels width="20" height=(height) aria-hidden="true" {
                @for level in levels(top) {
                    text x="12" y=(down(level) + 4.0) text-anchor="end" { (level) }
                }
            }
            svg.plane.dense[forked.len() > DENSE] width="100%" height=(height) role="img" aria-label=(summary(environment)) {
                @for level in levels(top) {
                    line.grid x1="0" x2="100%" y1=(down(level)) y2=(down(level)) {}
                }
                (grid(view, span, height))
                @for (from, to) in outages {
                    rect.outage x=(per_cent(from)) width=(length(from, to)) y="0" height=(height) {}
                }
                @for (from, to) in forked {
                    rect.fork x=(per_cent(from)) width=(length(from, to)) y="0" height=(height) {}
                }
                svg.stretched x="0" y=(EDGE) width="100%" height=(inner) viewBox={ "0 0 1000 " (top) } preserveAspectRatio="none" {
                    path.line d=(steps(&points, end, top)) {}
                }
                line.cursor x1="0" x2="0" y1="0" y2=(height) {}
            }
            (axis(span))
        }
    }
}

/// Where the steps lie, and where the last one ends.
fn places(span: Span, environment: &EnvironmentHistory) -> (Vec<f64>, f64) {
    let moments = environment.steps.iter().map(|step| seconds(&step.date));
    let places = span.along(moments);
    let gone = environment
        .gone
        .as_ref()
        .and_then(|gone| seconds(&gone.date));
    let end = gone.map_or(100.0, |gone| span.at(gone));
    (places, end)
}

/// The stretches of which something is true; those that touch are one.
fn stretches(
    steps: &[Step],
    places: &[f64],
    end: f64,
    is_true: impl Fn(&Step) -> bool,
) -> Vec<(f64, f64)> {
    let ends = places.iter().skip(1).copied().chain([end]);
    let mut stretches: Vec<(f64, f64)> = Vec::new();
    let mut before = false;
    for ((step, from), to) in steps.iter().zip(places).zip(ends) {
        match stretches.last_mut() {
            Some(last) if before && is_true(step) => last.1 = to,
            _ if is_true(step) => stretches.push((*from, to)),
            _ => {}
        }
        before = is_true(step);
    }
    stretches
}

fn most(environment: &EnvironmentHistory) -> usize {
    let heads = environment.steps.iter().map(|step| step.heads.len());
    heads.max().unwrap_or(0)
}

/// The chart for people who do not see it.
fn summary(environment: &EnvironmentHistory) -> String {
    let last = environment.steps.last().map_or_else(String::new, heads);
    format!(
        "Step chart: {} at most, {} at the end, {} with more heads than allowed. The table below has the same data.",
        counted(most(environment), "head"),
        last,
        counted(environment.incidents.len(), "time"),
    )
}

/// A cursor that goes from step to step; the script shows it.
fn walk(title: &str) -> Markup {
    html! {
        div.walk hidden {
            label {
                span.hidden { "Go through the steps of " }
                input type="range" min="0" max="100" step="any" value="100" aria-labelledby=(title);
            }
            output {}
        }
    }
}

fn table(span: Span, environment: &EnvironmentHistory) -> Markup {
    let (places, end) = places(span, environment);
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { "Since" } th.num scope="col" { "Heads" } th.num scope="col" { "Revisions" }
                th scope="col" { "Which heads" } th scope="col" { "Commit" }
            } }
            tbody {
                @for (step, at) in environment.steps.iter().zip(places) {
                    tr data-at=(place(at)) data-state=(bare(&in_short(step))) {
                        td { (moment(&step.date)) }
                        td.num { @if step.heads_unknown { "?" } @else { (number(step.heads.len())) } }
                        td.num { (number(step.revisions)) }
                        td { (which(step)) }
                        td { (commit(&step.commit)) }
                    }
                }
                @if let Some(gone) = &environment.gone {
                    tr data-at=(place(end)) data-state="the environment is gone" {
                        td { (moment(&gone.date)) }
                        td.num { "–" }
                        td.num { "–" }
                        td { "gone" }
                        td { (commit(&gone.commit)) }
                    }
                }
            }
        }
    };
    html! {
        details.more {
            summary { "The same as a table: " (counted(environment.steps.len(), "step")) }
            (wide_table(&html! { "Steps of " (bare(&environment.name)) }, &table))
        }
    }
}

/// What the script says of a step.
fn in_short(step: &Step) -> String {
    let ids: Vec<&str> = step.heads.iter().map(RevisionId::as_str).collect();
    let ids = match ids.as_slice() {
        [] => String::new(),
        ids => format!(" ({})", ids.join(" ")),
    };
    format!(
        "{}{}{ids}, {}",
        heads(step),
        if step.forked { ", too many" } else { "" },
        counted(step.revisions, "revision"),
    )
}

fn which(step: &Step) -> Markup {
    html! {
        @if step.heads_unknown { span.note { "not known" } " " }
        @if step.forked { span.pill { "too many" } " " }
        @for (index, head) in step.heads.iter().enumerate() {
            @if index > 0 { " " }
            (code(head.as_str()))
        }
        @if !step.errors.is_empty() {
            div.note {
                "A check fails here: "
                @for (index, error) in step.errors.iter().enumerate() {
                    @if index > 0 { ", " }
                    (code(error))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(forked: bool) -> Step {
        Step {
            commit: String::new(),
            position: 0,
            date: String::new(),
            heads: Vec::new(),
            heads_unknown: false,
            forked,
            revisions: 0,
            errors: Vec::new(),
        }
    }

    #[test]
    fn stretches_that_touch_are_one() {
        let steps = [false, true, true, false, true].map(step);
        let places = [0.0, 10.0, 20.0, 30.0, 40.0];
        let is_forked = |step: &Step| step.forked;
        assert_eq!(
            stretches(&steps, &places, 50.0, is_forked),
            [(10.0, 30.0), (40.0, 50.0)]
        );
        assert_eq!(stretches(&[], &[], 50.0, is_forked), []);
    }
}
