//! What was changed after it was published: by kind, and every change.

use maud::{Markup, html};
use onehead_model::words::number;
use onehead_model::{EnvironmentHistory, PublishedChange, Totals};

use super::charts::wide_table;
use super::markup::{code, commit, line_commit, path, people, said};
use super::view::{Section, View};
use crate::history::published::{is_of_a_body, kind, other_bodies, tags};

/// So many authors are named.
const AUTHORS: usize = 10;

type Placed<'a> = (&'a EnvironmentHistory, &'a PublishedChange);

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let changes = view.report.published_changes();
    let (bodies, others): (Vec<Placed<'_>>, Vec<Placed<'_>>) = changes
        .into_iter()
        .partition(|(_, change)| is_of_a_body(change));
    let totals = &view.report.totals;
    (!totals.published_changes.is_empty()).then(|| Section {
        id: "published",
        title: "Changed after it was published",
        lead: html! {
            "Databases may have applied these revisions as they were: they skip what came before, or stand at what is gone. Newest first."
        },
        content: html! {
            (kinds(totals))
            (authors(totals))
            @if !others.is_empty() { (table("Changes of published revisions", &others)) }
            @if !bodies.is_empty() {
                details.more {
                    summary { (other_bodies(bodies.len())) }
                    (table("Other bodies of published revisions", &bodies))
                }
            }
        },
    })
}

fn kinds(totals: &Totals) -> Markup {
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { "What became of them" } th.num scope="col" { "Changes" }
                th.num scope="col" { "Revisions" } th.num scope="col" { "Accepted" }
            } }
            tbody {
                @for total in &totals.published_changes {
                    tr {
                        td { (kind(total.kind)) " " span.note { (total.kind.code()) } }
                        td.num { (number(total.changes)) }
                        td.num { (number(total.revisions)) }
                        td.num { (number(total.accepted)) }
                    }
                }
            }
        }
    };
    wide_table(&html! { "Changes of published revisions by kind" }, &table)
}

fn authors(totals: &Totals) -> Markup {
    html! {
        @if !totals.published_by.is_empty() {
            p.note {
                "Made by "
                @for (index, one) in totals.published_by.iter().take(AUTHORS).enumerate() {
                    @if index > 0 { ", " }
                    (people(std::slice::from_ref(&one.author))) " (" (number(one.changes)) ")"
                }
                @if totals.published_by.len() > AUTHORS { " and " (number(totals.published_by.len() - AUTHORS)) " more" }
                "."
            }
        }
    }
}

fn table(label: &str, changes: &[Placed<'_>]) -> Markup {
    let table = html! {
        table.data {
            thead { tr {
                th scope="col" { "Commit" } th scope="col" { "By" } th scope="col" { "Environment" }
                th scope="col" { "What" } th scope="col" { "Tags that have it as it was" }
            } }
            tbody {
                @for (environment, one) in changes.iter().rev() {
                    tr {
                        td {
                            (line_commit(&one.commit))
                            @if let Some(by) = &one.by { div.note { "inside the merge: " (commit(&by.commit)) " " (said(&by.subject)) } }
                            @if let Some(since) = &one.unseen_since {
                                div.note { "or in a commit since " (commit(&since.commit)) ", which cannot be read" }
                            }
                        }
                        td {
                            (people(&one.authors))
                            @if !one.with.is_empty() { " with " (people(&one.with)) }
                        }
                        td { (path(&environment.name)) }
                        td {
                            strong { (kind(one.finding.code)) }
                            @if one.accepted { " " span.note { "accepted" } }
                            div.note { (said(&one.finding.message)) }
                        }
                        td { @match &one.tags { Some(all) => (code(&tags(all))), None => { span.note { "none" } } } }
                    }
                }
            }
        }
    };
    wide_table(&html! { (label) }, &table)
}
