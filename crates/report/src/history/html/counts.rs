//! Tables that count, each number with a bar beside it: time to fix, who and what collides, the checks.

use maud::{Markup, html};
use onehead_model::words::{counted, duration, number};
use onehead_model::{Caught, Check, EndingKind, Incident, Person};

use super::charts::{bar, legend, stacked};
use super::markup::{lasted, said};
use super::view::{Section, View};
use crate::history::words::{branch_kind, caught, check, ending};

/// So many pairs are shown at once, the others on request.
const SHOWN: usize = 10;

/// Lengths of time that people tell apart, each up to so many seconds.
const LENGTHS: [(u64, &str); 7] = [
    (10 * 60, "up to 10 minutes"),
    (3_600, "up to an hour"),
    (4 * 3_600, "up to 4 hours"),
    (86_400, "up to a day"),
    (7 * 86_400, "up to a week"),
    (30 * 86_400, "up to 30 days"),
    (u64::MAX, "longer"),
];

pub(super) fn time_to_fix(view: &View<'_>) -> Option<Section> {
    let fixed: Vec<&Incident> = view.fixed().map(|one| one.incident).collect();
    let median = view.report.totals.median_seconds?;
    (!fixed.is_empty()).then(|| Section {
        id: "fixing",
        title: "Time to fix",
        lead: html! {
            "From the commit that added the second head to the one that left one. "
            "Half of them took " (lasted(median, false)) " or less."
        },
        content: html! {
            (rows("How long", &by_length(&fixed)))
            (rows("How it ended", &by_ending(&fixed)))
        },
    })
}

fn by_length(fixed: &[&Incident]) -> Vec<(Markup, usize)> {
    let mut counts = [0; LENGTHS.len()];
    for incident in fixed {
        let slot = LENGTHS
            .iter()
            .position(|(most, _)| incident.seconds <= *most);
        counts[slot.expect("the last one takes any")] += 1;
    }
    LENGTHS
        .iter()
        .zip(counts)
        .map(|((_, name), count)| (html! { (name) }, count))
        .collect()
}

/// Each way with the median of its times, most often first.
fn by_ending(fixed: &[&Incident]) -> Vec<(Markup, usize)> {
    let mut ways: Vec<(EndingKind, Vec<u64>)> = Vec::new();
    for incident in fixed {
        let Some(ended) = &incident.ended else {
            continue;
        };
        match ways.iter_mut().find(|(how, _)| *how == ended.how) {
            Some((_, seconds)) => seconds.push(incident.seconds),
            None => ways.push((ended.how, vec![incident.seconds])),
        }
    }
    ways.sort_by_key(|(how, seconds)| (std::cmp::Reverse(seconds.len()), *how));
    let row = |(how, mut seconds): (EndingKind, Vec<u64>)| {
        seconds.sort_unstable();
        let median = seconds[(seconds.len() - 1) / 2];
        let name = html! {
            (ending(how)) " "
            span.note { @if seconds.len() > 1 { "half within " } @else { "after " } (duration(median)) }
        };
        (name, seconds.len())
    };
    ways.into_iter().map(row).collect()
}

/// A table of names and numbers.
fn rows(caption: &str, rows: &[(Markup, usize)]) -> Markup {
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    html! {
        table.bars {
            caption { (caption) }
            thead.hidden { tr { th scope="col" { (caption) } th scope="col" { "Incidents" } } }
            tbody {
                @for (name, count) in rows {
                    tr {
                        th scope="row" { (name) }
                        td.measured { span.num { (number(*count)) } (bar(*count, most)) }
                    }
                }
            }
        }
    }
}

pub(super) fn people(view: &View<'_>) -> Option<Section> {
    let pairs: Vec<Pair> = view
        .report
        .totals
        .author_pairs
        .iter()
        .map(|pair| Pair {
            left: said(&pair.left.name),
            right: other(&pair.left, &pair.right),
            count: pair.incidents,
        })
        .collect();
    (!pairs.is_empty()).then(|| Section {
        id: "people",
        title: "Who collides with whom",
        lead: html! {
            "People whose revisions were on different sides of a fork. It says who should talk before they branch, not whose fault it is."
        },
        content: pair_table(["One", "Other"], "pair", &pairs),
    })
}

fn other(left: &Person, right: &Person) -> Markup {
    html! {
        @if left == right { span.note { "the same person, on another branch" } }
        @else { (said(&right.name)) @if left.name == right.name { " " span.note { "(another person of that name)" } } }
    }
}

pub(super) fn branches(view: &View<'_>) -> Option<Section> {
    let pairs: Vec<Pair> = view
        .report
        .totals
        .branch_pairs
        .iter()
        .map(|pair| Pair {
            left: html! { (branch_kind(pair.left)) },
            right: html! { (branch_kind(pair.right)) },
            count: pair.incidents,
        })
        .collect();
    (!pairs.is_empty()).then(|| Section {
        id: "branches",
        title: "Which branches collide",
        lead: html! { "By the first part of branch names, where a merge names them." },
        content: pair_table(["One side", "Other side"], "pair", &pairs),
    })
}

/// Two that met, and how often.
struct Pair {
    left: Markup,
    right: Markup,
    count: usize,
}

fn pair_table(names: [&str; 2], what: &str, pairs: &[Pair]) -> Markup {
    let most = pairs.iter().map(|pair| pair.count).max().unwrap_or(0);
    let (first, rest) = pairs.split_at(pairs.len().min(SHOWN));
    let table = |pairs: &[Pair]| {
        html! {
            table.bars.pairs {
                thead { tr {
                    th scope="col" { (names[0]) } th scope="col" { (names[1]) } th scope="col" { "Incidents" }
                } }
                tbody {
                    @for pair in pairs {
                        tr {
                            td { (pair.left) }
                            td { (pair.right) }
                            td.measured { span.num { (number(pair.count)) } (bar(pair.count, most)) }
                        }
                    }
                }
            }
        }
    };
    html! {
        (table(first))
        @if !rest.is_empty() {
            details.more {
                summary { (counted(rest.len(), &format!("more {what}"))) }
                (table(rest))
            }
        }
    }
}

pub(super) fn checks(view: &View<'_>) -> Option<Section> {
    let totals = &view.report.totals;
    let early = view
        .incidents
        .iter()
        .filter(|one| caught_early(one.incident))
        .count();
    (totals.incidents > 0 && !totals.checks.is_empty()).then(|| Section {
        id: "checks",
        title: "What each check would have caught",
        lead: html! {
            (number(early)) " of " (counted(totals.incidents, "incident")) " would have been stopped before "
            (said(&view.report.target.name)) " had them, if onehead had checked everywhere."
        },
        content: html! {
            (legend(&[
                ("caught", html! { "caught" }), ("missed", html! { "missed: the other side was not there yet" }),
                ("passed", html! { "not passed: the change did not pass this check" }), ("unknown", html! { "not known" }),
            ]))
            table.bars.checks {
                thead { tr {
                    th scope="col" { "Check" }
                    @for verdict in [Caught::Caught, Caught::Missed, Caught::NotPassed, Caught::Unknown] {
                        th.num scope="col" { (caught(verdict)) }
                    }
                } }
                @for total in &totals.checks {
                    @let counts = [total.caught, total.missed, total.not_passed, total.unknown];
                    tbody {
                        tr {
                            th scope="row" { (check(total.check)) }
                            @for count in counts { td.num { (number(count)) } }
                        }
                        tr.drawn aria-hidden="true" {
                            td colspan="5" {
                                (stacked(
                                    &[("caught", counts[0]), ("missed", counts[1]), ("passed", counts[2]), ("unknown", counts[3])],
                                    counts.iter().sum(),
                                ))
                            }
                        }
                    }
                }
            }
        },
    })
}

/// Whether a check before the target would have caught it.
fn caught_early(incident: &Incident) -> bool {
    let early = |check: Check| check != Check::TargetCheck;
    let mut checks = incident.checks.iter();
    checks.any(|check| early(check.check) && check.verdict == Caught::Caught)
}
