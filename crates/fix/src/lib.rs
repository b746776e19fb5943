//! From several heads to one. One flow: *choose* what each fork gets, *check* which revisions are published, *plan* the
//! files, *apply* the plan.
//!
//! ```no_run
//! use onehead_fix::{FixOptions, Record, propose};
//! use onehead_forecast::Analysis;
//! use onehead_scan::{ScanOptions, SourceSpec};
//!
//! let options = FixOptions {
//!     record: Record::Stage,
//!     ..FixOptions::merge_heads(ScanOptions::in_directory("."))
//! };
//! let analysis = Analysis::at(&options.scan, &SourceSpec::Worktree)?;
//! let proposal = propose(&analysis, None, &options)?;
//! if proposal.plan.findings.is_empty() && !proposal.plan.is_empty() {
//!     let step = proposal.step()?;
//!     println!("{:?}", proposal.apply(step)?.written);
//! }
//! # Ok::<(), onehead_fix::FixError>(())
//! ```
//!
//! | command | strategy | scope | how far |
//! |---|---|---|---|
//! | `check --fix` | merge | [`Scope::MergeRevisions`] | nothing, stage or commit |
//! | `auto-merge`, the offers of hooks | merge | [`Scope::MergeRevisions`] | commit, or stage into an open merge |
//! | `fix` | as asked or set | [`Scope::Everything`] | nothing, stage or commit |
//! | `fix --target` | as asked or set | [`Scope::Everything`] | [`integrate`] the target and commit |
//!
//! It never prints or asks: why nothing is done is a [`FixError`], and [`hints`] says what to do about it. It runs
//! programs of the project only as far as [`Programs`] lets it, and only
//! `onehead-stage` writes.

mod alembic;
mod choose;
mod commit_precondition;
mod duplicates;
mod edits;
mod flow;
pub mod hints;
mod integrate;
mod merge_revisions;
mod missing;
mod numbers;
mod options;
mod plan;
mod post_write;
mod refusal;

pub use alembic::AlembicError;
pub use flow::{Proposal, Step, fix, propose};
pub use integrate::integrate;
pub use options::{FixOptions, Programs, Record, Scope};
pub use plan::Plan;
pub use post_write::PostWriteError;
pub use refusal::{FixError, Refusal};
