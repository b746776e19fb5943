//! Every outage: when an environment had another error than too many heads.

use maud::{Markup, html};
use onehead_model::words::counted;
use onehead_model::{EnvironmentHistory, Outage};

use super::charts::wide_table;
use super::markup::{began, lasted, line_commit, path, said};
use super::view::{Section, View};
use crate::history::words::{cause, outage};

/// So many causes are shown at once, the others on request.
const SHOWN: usize = 3;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let outages = view.report.outages();
    (!outages.is_empty()).then(|| Section {
        id: "outages",
        title: "Outages",
        lead: html! {
            "When something else was wrong than too many heads, newest first. "
            "While heads are not known, a fork may come and go unseen."
        },
        content: table(&outages),
    })
}

fn table(outages: &[(&EnvironmentHistory, &Outage)]) -> Markup {
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Lasted" }
                th scope="col" { "Environment" } th scope="col" { "Why" }
            } }
            tbody {
                @for (environment, one) in outages.iter().rev() {
                    tr {
                        td { (began(&one.began, one.at_boundary)) }
                        td { @match &one.ended { Some(ended) => (line_commit(ended)), None => { span.pill { "open" } } } }
                        td { (lasted(one.seconds, one.at_boundary)) ", " (counted(one.commits, "commit")) }
                        td { (path(&environment.name)) }
                        td { (why(one)) }
                    }
                }
            }
        }
    };
    wide_table(&html! { "Outages" }, &table)
}

fn why(one: &Outage) -> Markup {
    let (first, rest) = one.causes.split_at(one.causes.len().min(SHOWN));
    html! {
        strong { (outage(one.kind)) }
        @for one in first { div.note { (said(&cause(one))) } }
        @if !rest.is_empty() {
            details.more {
                summary { (counted(rest.len(), "more error")) }
                @for one in rest { div.note { (said(&cause(one))) } }
            }
        }
    }
}
