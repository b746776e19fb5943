//! What charts have in common: one axis of time, patterns beside colours, bars.
//!
//! Nothing is scaled as a picture: across everything is in per cent and the rest in pixels, so letters and lines
//! are as large on a telephone as on a wall. Only the line of a step chart is stretched, and its stroke is not.

use maud::{Markup, html};

use super::scale::Span;
use super::view::View;

/// Hatches, so that colour is never the only sign. Fills refer to them by name.
pub(super) fn patterns() -> Markup {
    html! {
        svg.patterns aria-hidden="true" width="0" height="0" {
            defs {
                pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.hatch-ground width="5" height="5" {}
                    line.hatch-line x1="0" y1="0" x2="0" y2="5" {}
                }
                pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse" {
                    circle.dot cx="2.5" cy="2.5" r="1" {}
                }
            }
        }
    }
}

/// A bar is full at so many at least: one of one is not much.
const FULL: usize = 4;

/// A place or length in per cent, as an attribute says it.
pub(super) fn per_cent(share: f64) -> String {
    format!("{}%", place(share))
}

/// As exact as can be seen.
pub(super) fn place(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

/// A length in per cent that can be seen: what is nothing is not drawn at all, not even its edge.
pub(super) fn length(from: f64, to: f64) -> String {
    per_cent((to - from).max(0.01))
}

/// The lines of an axis across a chart, and that of the first hook.
pub(super) fn grid(view: &View<'_>, span: Span, height: u32) -> Markup {
    html! {
        @for tick in span.ticks() {
            line.grid x1=(per_cent(tick.at)) x2=(per_cent(tick.at)) y1="0" y2=(height) {}
        }
        @if let Some(at) = first_hook(view, span) {
            line.hook x1=(per_cent(at)) x2=(per_cent(at)) y1="0" y2=(height) {}
        }
    }
}

/// Where the first of onehead's hooks came.
pub(super) fn first_hook(view: &View<'_>, span: Span) -> Option<f64> {
    let date = &view.hooks?.date;
    super::scale::seconds(date).map(|moment| span.at(moment))
}

/// The dates below a chart.
pub(super) fn axis(span: Span) -> Markup {
    html! {
        svg.axis width="100%" height="20" aria-hidden="true" {
            line.base x1="0" x2="100%" y1="0.5" y2="0.5" {}
            @for tick in span.ticks() {
                line.base x1=(per_cent(tick.at)) x2=(per_cent(tick.at)) y1="0" y2="5" {}
                text.wide[!tick.narrow] x=(per_cent(tick.at)) y="17" text-anchor=(anchor(tick.at)) { (tick.label) }
            }
        }
    }
}

/// Near an edge a label stays inside.
fn anchor(at: f64) -> &'static str {
    match at {
        ..8.0 => "start",
        92.0.. => "end",
        _ => "middle",
    }
}

/// A bar in a table, whose number stands beside it.
pub(super) fn bar(part: usize, most: usize) -> Markup {
    stacked(&[("count", part)], most.max(FULL))
}

/// Parts of a bar after one another, each with the class of its look.
pub(super) fn stacked(parts: &[(&str, usize)], whole: usize) -> Markup {
    let share = |count: usize| 100.0 * count as f64 / whole.max(1) as f64;
    let mut left = 0.0;
    let mut next = |count| {
        let at = left;
        left += share(count);
        at
    };
    html! {
        svg.bar width="100%" height="10" aria-hidden="true" {
            @for (look, count) in parts {
                @let at = next(*count);
                @if *count > 0 {
                    rect class=(look) x=(per_cent(at)) width=(per_cent(share(*count))) y="0" height="10" {}
                }
            }
        }
    }
}

/// What a look means.
pub(super) fn legend(parts: &[(&str, Markup)]) -> Markup {
    html! {
        ul.legend {
            @for (look, meaning) in parts {
                li {
                    svg width="16" height="10" aria-hidden="true" {
                        @if *look == "hook" {
                            line.hook x1="8" x2="8" y1="0" y2="10" {}
                        } @else {
                            rect class=(look) x="0.5" y="0.5" width="15" height="9" {}
                        }
                    }
                    (meaning)
                }
            }
        }
    }
}

/// A table that may be wider than a telephone, and scrolls alone then.
pub(super) fn wide_table(label: &Markup, table: &Markup) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-label=(label) { (table) }
    }
}
