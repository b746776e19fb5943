//! A history as one page of HTML that needs nothing else: no network, no script, no font.
//!
//! The page is a function of the document. Everything on it can be read without its script, which only adds
//! what answers a hand: filters, an order, a cursor. Whatever comes from the repository goes through
//! [`markup::said`], [`markup::code`] or [`markup::bare`], and no link is made of it.

mod charts;
mod counts;
mod figures;
mod heads;
mod incidents;
mod markup;
mod outages;
mod published;
mod scale;
mod timeline;
mod view;
mod without_incident;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use onehead_model::HistoryReport;
use sha2::{Digest, Sha256};

use view::{Section, View};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The history as a page of HTML.
#[must_use]
pub fn page(report: &HistoryReport) -> String {
    let view = View::of(report);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                // Or a browser asks the server for one.
                link rel="icon" href="data:,";
                title { "Heads of " (markup::bare(&report.target.name)) }
                style { (PreEscaped(STYLE)) }
            }
            (body(&view))
        }
    };
    page.into_string()
}

/// What the page may do: draw itself with this very style and this very script.
fn policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; \
         base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn body(view: &View<'_>) -> Markup {
    let sections = sections(view);
    html! {
        body {
            a.skip href="#content" { "Skip to the content" }
            (charts::patterns())
            (figures::header(view))
            @if sections.len() > 1 {
                nav aria-label="Sections" {
                    ul { @for section in &sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                }
            }
            main id="content" {
                @for section in &sections { (section.shown()) }
            }
            (figures::footer(view))
            script { (PreEscaped(SCRIPT)) }
        }
    }
}

/// Those that have something to say, in the order of the page.
fn sections(view: &View<'_>) -> Vec<Section> {
    [
        heads::section(view),
        timeline::section(view),
        counts::time_to_fix(view),
        counts::people(view),
        counts::branches(view),
        counts::checks(view),
        without_incident::section(view),
        incidents::section(view),
        outages::section(view),
        published::section(view),
    ]
    .into_iter()
    .flatten()
    .collect()
}
