//! What several parts of the page share: the document as the page looks at it, and the shape of a part.

use maud::{Markup, html};
use onehead_model::{EnvironmentHistory, HistoryReport, Incident, LineCommit};

use super::scale::{self, Span};

/// A part of the page with a heading.
pub(super) struct Section {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What to look at, in a sentence or two.
    pub(super) lead: Markup,
    pub(super) content: Markup,
}

impl Section {
    pub(super) fn shown(&self) -> Markup {
        html! {
            section id=(self.id) aria-labelledby={ (self.id) "-title" } {
                header {
                    h2 id={ (self.id) "-title" } { (self.title) }
                    p { (self.lead) }
                }
                div.content { (self.content) }
            }
        }
    }
}

/// The document, and what several parts of the page ask of it.
pub(super) struct View<'a> {
    pub(super) report: &'a HistoryReport,
    /// Oldest first.
    pub(super) incidents: Vec<Numbered<'a>>,
    /// The time that charts show; none if there is no commit.
    pub(super) span: Option<Span>,
    /// The commit that brought the first of onehead's hooks, settings or workflows.
    pub(super) hooks: Option<&'a LineCommit>,
}

impl<'a> View<'a> {
    pub(super) fn of(report: &'a HistoryReport) -> Self {
        let span = report.line.as_ref().and_then(|line| {
            let first = scale::seconds(&line.first.date)?;
            Some(Span::new(first, scale::seconds(&line.last.date)?))
        });
        Self {
            report,
            incidents: numbered(report),
            span,
            hooks: report.hooks.first().map(|arrival| &arrival.commit),
        }
    }

    /// Those that are over and of which the beginning is known: those with a time to fix.
    pub(super) fn fixed(&self) -> impl Iterator<Item = &Numbered<'a>> {
        let incidents = self.incidents.iter();
        incidents.filter(|one| one.incident.ended.is_some() && !one.incident.at_boundary)
    }

    /// How many commits were read.
    pub(super) fn commits(&self) -> usize {
        self.report.line.as_ref().map_or(0, |line| line.commits)
    }
}

/// An incident and what the page calls it.
pub(super) struct Numbered<'a> {
    /// Counted from one, the oldest first.
    pub(super) number: usize,
    pub(super) environment: &'a EnvironmentHistory,
    pub(super) incident: &'a Incident,
}

impl Numbered<'_> {
    /// Where on the page it stands.
    pub(super) fn link(&self) -> String {
        format!("#i{}", self.number)
    }
}

fn numbered(report: &HistoryReport) -> Vec<Numbered<'_>> {
    (1..)
        .zip(report.incidents())
        .map(|(number, (environment, incident))| Numbered {
            number,
            environment,
            incident,
        })
        .collect()
}
