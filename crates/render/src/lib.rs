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
mod identity;
pub mod mako;
mod merge;
mod name;
mod names;
mod options;
pub mod program;
mod rewrite;

use std::collections::BTreeSet;

pub use cli::RenderArgs;
pub use identity::{Identity, default_id, identities, new_id};
pub use merge::{check_merge, new_file_diff};
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
    let environments = graph.environments.iter();
    let fixes: usize = environments.map(|one| one.fixes.len()).sum();
    if let Some(id) = &options.rev_id {
        if let Some(character) = id.chars().find(|c| matches!(c, '@' | '-' | '+' | ':')) {
            return Err(RenderError::IllegalId {
                id: id.clone(),
                character,
            });
        }
        if fixes > 1 {
            return Err(RenderError::OneIdForSeveral(fixes));
        }
    }
    if let Some(text) = &options.date
        && date::parse(text).is_none()
    {
        return Err(RenderError::BadDate(text.clone()));
    }
    let mut report = RenderReport {
        changes: Vec::new(),
        findings: Vec::new(),
    };
    for environment in &graph.environments {
        let identities = identities(environment, options);
        for (fix, identity) in environment.fixes.iter().zip(identities) {
            match merge::merge(environment, fix, options, identity) {
                Ok(change) => report.changes.push(change),
                Err(finding) => report.findings.push(finding),
            }
        }
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

/// Sorted changes of which two would write one file, or replace one.
fn written_twice(changes: &[Change]) -> impl Iterator<Item = Finding> {
    let mut written = BTreeSet::new();
    let mut replaced = BTreeSet::new();
    changes.iter().filter_map(move |change| {
        let old = change.replaces.as_ref().map(|replaced| &replaced.path);
        let mut is_new = written.insert(&change.path);
        is_new &= old.is_none_or(|old| replaced.insert(old));
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
