//! Every incident with all that is known of it, newest first. What is long is folded.

use maud::{Markup, html};
use onehead_model::words::counted;
use onehead_model::{
    Caught, CheckVerdict, Ending, Incident, IncidentSide, LineCommit, SideRevision,
};

use super::markup::{
    bare, began, code, commit, day, lasted, line_commit, moment, path, people, said,
};
use super::view::{Numbered, Section, View};
use crate::history::words::{branch_kind, caught, check, ending};

/// From so many on, a browser draws only those in sight.
const MANY: usize = 200;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    (!view.incidents.is_empty()).then(|| Section {
        id: "incidents",
        title: "Every incident",
        lead: html! { "Newest first. Open one for its commits, its sides, how it ended, and what each check would have done." },
        content: html! {
            (controls(view))
            ul.incidents.many[view.incidents.len() > MANY] {
                @for one in view.incidents.iter().rev() {
                    (entry(one))
                }
            }
        },
    })
}

/// Filters and orders, which the script shows.
fn controls(view: &View<'_>) -> Markup {
    let environments = view
        .report
        .environments
        .iter()
        .filter(|one| !one.incidents.is_empty());
    html! {
        form.controls hidden {
            label { "Search" input type="search" name="text" placeholder="person, branch, revision …"; }
            label { "Environment"
                select name="environment" {
                    option value="" { "all" }
                    @for environment in environments {
                        option value=(bare(&environment.name)) { (bare(&environment.name)) }
                    }
                }
            }
            label { "Ended by"
                select name="ending" {
                    option value="" { "all" }
                    @for how in endings(view) { option { (how) } }
                }
            }
            label { "Order"
                select name="order" {
                    option value="newest" { "newest first" }
                    option value="oldest" { "oldest first" }
                    option value="longest" { "longest first" }
                }
            }
            button type="button" name="all" aria-expanded="false" { "Unfold all" }
            p role="status" {}
        }
    }
}

/// The ways in which incidents ended, open ones first.
fn endings(view: &View<'_>) -> Vec<&'static str> {
    let mut ways: Vec<_> = view
        .incidents
        .iter()
        .map(|one| one.incident.ended.as_ref().map(|ended| ended.how))
        .collect();
    ways.sort_unstable();
    ways.dedup();
    ways.into_iter()
        .map(|how| how.map_or("open", ending))
        .collect()
}

fn entry(one: &Numbered<'_>) -> Markup {
    let Numbered {
        number,
        environment,
        incident,
    } = one;
    let how = incident.ended.as_ref().map(|ended| ended.how);
    html! {
        li data-number=(number) data-seconds=(incident.seconds) data-environment=(bare(&environment.name)) data-ending=(how.map_or("open", ending)) {
            details {
                summary {
                    span.when { (day(&incident.began.date)) @if incident.at_boundary { " or earlier" } }
                    span.who { (who(incident)) }
                    span.where { (path(&environment.name)) @if !incident.group.is_empty() { " " span.note { (said(&incident.group)) } } }
                    span.long { (lasted(incident.seconds, incident.at_boundary)) }
                    span.how {
                        @match how { Some(how) => (ending(how)), None => { span.pill { "open" } } }
                    }
                }
                div.detail id={ "i" (number) } { (detail(incident)) }
            }
        }
    }
}

/// Those whose revisions stood against each other.
fn who(incident: &Incident) -> Markup {
    html! {
        @for (index, side) in incident.sides.iter().enumerate() {
            @if index > 0 { span.against { span.hidden { " against " } } }
            span.side { (authors(side)) }
        }
    }
}

/// Who wrote a side, and with which programs.
fn authors(side: &IncidentSide) -> Markup {
    html! {
        @if !side.authors.is_empty() || side.with.is_empty() { (people(&side.authors)) }
        @if !side.with.is_empty() { " with " (people(&side.with)) }
    }
}

fn detail(incident: &Incident) -> Markup {
    html! {
        dl.facts {
            dt { "Began" }
            dd { (began(&incident.began, incident.at_boundary)) (unseen(incident.unseen_since.as_ref(), "begun")) }
            @if !incident.branch_points.is_empty() {
                dt { "Parted at" }
                @for point in &incident.branch_points {
                    dd { (code(point.id.as_str())) " " (said(&point.message)) div.path { (path(&point.path.to_string())) } }
                }
            }
            dt { "Lasted" }
            dd {
                (lasted(incident.seconds, incident.at_boundary)) ", " (counted(incident.commits, "commit"))
                @if incident.most_heads > incident.heads.len() { ", up to " (counted(incident.most_heads, "head")) }
            }
            dt { "Ended" }
            dd { @match &incident.ended { Some(ended) => (over(ended)), None => "not yet" } }
        }
        div.sides { @for one in &incident.sides { (side(one)) } }
        (checks(&incident.checks))
    }
}

/// Since when the heads had not been known before something was seen.
fn unseen(since: Option<&LineCommit>, what: &str) -> Markup {
    html! {
        @if let Some(since) = since {
            div.note { "The heads were not known from " (day(&since.date)) " " (commit(&since.commit)) " until then: it may have " (what) " earlier." }
        }
    }
}

fn over(ended: &Ending) -> Markup {
    html! {
        strong { (ending(ended.how)) }
        @for revision in &ended.revisions { " " (code(revision.as_str())) }
        div { (line_commit(&ended.commit)) (unseen(ended.unseen_since.as_ref(), "ended")) }
        @if let Some(by) = &ended.by {
            div.note { "within it " (moment(&by.date)) " " (commit(&by.commit)) " by " (said(&by.author)) span.subject { (said(&by.subject)) } }
        }
    }
}

fn side(side: &IncidentSide) -> Markup {
    html! {
        div.side {
            h3 { "Head " (code(side.head.as_str())) }
            p {
                (authors(side))
                @if let Some(number) = side.pull_request { ", #" (number) }
                ", "
                @match &side.branch {
                    Some(branch) => { (code(branch)) " (" (branch_kind(side.branch_kind)) ")" }
                    None => (branch_kind(side.branch_kind)),
                }
            }
            p.note {
                @match side.at_boundary {
                    true => { "There at " (commit(&side.arrived.commit)) ", the oldest commit of this shallow clone: who brought it, and when, is not known." }
                    false => { "Merged " (line_commit(&side.arrived)) }
                }
            }
            ol.revisions { @for one in &side.revisions { (revision(one)) } }
        }
    }
}

fn revision(revision: &SideRevision) -> Markup {
    html! {
        li {
            (code(revision.id.as_str())) " " (said(&revision.message))
            div.path { (path(&revision.path.to_string())) }
            @if let Some(by) = &revision.attribution {
                div.note {
                    (day(&by.date)) " " (commit(&by.commit)) " by " (said(&by.author))
                    @if !by.co_authors.is_empty() { " with " (people(&by.co_authors)) }
                }
            }
        }
    }
}

fn checks(checks: &[CheckVerdict]) -> Markup {
    html! {
        @if !checks.is_empty() {
            table.verdicts {
                caption { "What each check would have done" }
                thead.hidden { tr { th scope="col" { "Check" } th scope="col" { "Verdict" } th scope="col" { "Why and when" } } }
                tbody {
                    @for one in checks {
                        tr {
                            th scope="row" { (check(one.check)) }
                            td { span class=(look(one.verdict)) { (caught(one.verdict)) } }
                            td {
                                (said(&one.why))
                                @if let Some(at) = &one.at { ", " (moment(&at.date)) " " (commit(&at.commit)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn look(verdict: Caught) -> &'static str {
    match verdict {
        Caught::Caught => "verdict yes",
        Caught::Missed => "verdict no",
        Caught::NotPassed | Caught::Unknown => "verdict",
    }
}
