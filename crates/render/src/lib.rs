//! The plan as exact file bytes: a merge revision from the project's own `script.py.mako`, or a revision
//! file in which exactly the ids are replaced that the plan names.
//!
//! A pure function of the graph document and the options: the same input gives the same bytes on any
//! machine. Given the same revision id, date and message, file name and bytes are those of
//! `alembic merge`. Without them, the id is made from the ids of the parents, and the date is the
//! latest of theirs, so that two people who fix the same fork write the same file.
//!
//! ```
//! use onehead_model::{GraphReport, Source};
//! use onehead_render::{RenderOptions, render};
//!
//! let graph = GraphReport { source: Source::Worktree, environments: vec![], findings: vec![] };
//! assert!(render(&graph, &RenderOptions::default()).unwrap().changes.is_empty());
//! ```
//!
//! It never writes, never runs Python, and never guesses: a template that it does not understand,
//! or one whose output does not declare the planned parents, is refused with the reason, and so is a file
//! whose value does not stand there as one literal.

mod cli;
mod date;
mod edit;
pub mod hints;
pub mod mako;
mod merge;
mod name;
mod options;
pub mod program;
mod rewrite;

use std::collections::BTreeSet;

pub use cli::RenderArgs;
pub use merge::{check_merge, default_id, new_file_diff, new_id};
use onehead_model::{Change, Code, Finding, GraphReport, RenderReport};
pub use options::{DEFAULT_MESSAGE, RenderOptions};

/// Why nothing can be rendered at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// One id for several files.
    #[error("one revision id was given, but {0} merge revisions are needed")]
    OneIdForSeveral(usize),
    /// An id that Alembic refuses.
    #[error("revision id `{id}` contains `{character}`, which Alembic refuses")]
    IllegalId {
        /// The id.
        id: String,
        /// The first character that is refused.
        character: char,
    },
    /// A date that cannot be read.
    #[error("`{0}` is not a date")]
    BadDate(String),
}

/// Renders every fix and every rewrite of a graph. The options are about merge revisions alone.
///
/// # Errors
/// The options do not fit the graph. A template that cannot be rendered or a file that cannot be edited is
/// a finding of the report.
pub fn render(graph: &GraphReport, options: &RenderOptions) -> Result<RenderReport, RenderError> {
    let fixes: Vec<_> = graph
        .environments
        .iter()
        .flat_map(|environment| environment.fixes.iter().map(move |fix| (environment, fix)))
        .collect();
    if let Some(id) = &options.rev_id {
        if let Some(character) = id.chars().find(|c| matches!(c, '@' | '-' | '+' | ':')) {
            return Err(RenderError::IllegalId {
                id: id.clone(),
                character,
            });
        }
        if fixes.len() > 1 {
            return Err(RenderError::OneIdForSeveral(fixes.len()));
        }
    }
    let date = match &options.date {
        Some(text) => Some(date::parse(text).ok_or_else(|| RenderError::BadDate(text.clone()))?),
        None => None,
    };
    let mut report = RenderReport {
        changes: Vec::new(),
        findings: Vec::new(),
    };
    for (environment, fix) in fixes {
        match merge::merge(environment, fix, options, date) {
            Ok(change) => report.changes.push(change),
            Err(finding) => report.findings.push(finding),
        }
    }
    for environment in &graph.environments {
        for one in &environment.rewrites {
            match rewrite::rewrite(environment, one) {
                Ok(change) => report.changes.push(change),
                Err(finding) => report.findings.push(finding),
            }
        }
    }
    report.changes.sort_by(|a, b| a.path.cmp(&b.path));
    report.findings.extend(written_twice(&report.changes));
    report
        .findings
        .sort_by(|a: &Finding, b| (&a.location, &a.message).cmp(&(&b.location, &b.message)));
    Ok(report)
}

/// Sorted changes of which two would write or replace the same file.
fn written_twice(changes: &[Change]) -> impl Iterator<Item = Finding> {
    let mut seen = BTreeSet::new();
    changes.iter().filter_map(move |change| {
        let old = change.replaces.as_ref().map(|replaced| &replaced.path);
        let other = old.filter(|old| **old != change.path);
        let mut is_new = seen.insert(&change.path);
        is_new &= other.is_none_or(|other| seen.insert(other));
        let code = if old.is_some() {
            Code::NotEditable
        } else {
            Code::NotRenderable
        };
        (!is_new).then(|| {
            Finding::new(code, "the plan changes this file twice")
                .at(change.path.clone())
                .hint("apply one change, then plan the other again")
        })
    })
}
