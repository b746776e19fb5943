//! The documents that pass between the onehead stages, and what they share: revision ids, paths,
//! findings, exit codes.
//!
//! ```text
//! scan ── ScanReport ──▶ graph ── GraphReport ──▶ render ── RenderReport ──▶ stage ── StageReport
//! ```
//!
//! A document is JSON with a `schema` and a `version`, the same bytes for the same content on every
//! machine: lists are sorted or in the order that Alembic gives them, paths are relative to the
//! repository with `/`, and there is no clock, no host and no absolute path in it.
//!
//! This is the only crate that decides how something is written for others to read. It knows
//! nothing of Alembic's rules and nothing of git.
//!
//! ```
//! use onehead_model::{Document, ScanReport, Source};
//!
//! let report = ScanReport::empty(Source::Worktree);
//! let text = report.to_json();
//! assert!(text.starts_with("{\n  \"schema\": \"onehead.scan\",\n  \"version\": 1,"));
//! assert_eq!(ScanReport::from_json(&text).unwrap(), report);
//! ```

mod bots;
mod by_program;
mod check;
pub mod collision_words;
mod command;
mod comment;
mod database;
mod doctor;
mod document;
pub mod escape;
mod exit;
mod explain;
mod finding;
mod fix;
mod glob;
mod graph;
mod history;
mod hook_manager;
mod origin;
mod path;
mod person;
mod radar;
mod rejudge;
mod release;
mod render;
mod revision;
mod scan;
mod sequence;
mod setup;
mod sides;
mod stage;
pub mod stdio;
mod target;
mod unread;
mod verdict;
mod whereabouts;
pub mod words;

pub use bots::Bots;
pub use by_program::ByProgram;
pub use check::*;
pub use command::NextCommand;
pub use comment::*;
pub use database::*;
pub use doctor::*;
pub use document::{Document, DocumentError};
pub use exit::Exit;
pub use explain::*;
pub use finding::*;
pub use fix::*;
pub use glob::matches as glob_matches;
pub use graph::*;
pub use history::*;
pub use hook_manager::HookManager;
pub use origin::*;
pub use path::{PathError, RepoPath};
pub use person::Person;
pub use radar::*;
pub use rejudge::*;
pub use release::*;
pub use render::*;
pub use revision::*;
pub use scan::*;
pub use sequence::{Coverage, Date, IdEnding, IdNumber, IdPattern, IdPlace, Stamp};
pub use setup::*;
pub use sides::*;
pub use stage::*;
pub use target::*;
pub use unread::*;
pub use verdict::*;
pub use whereabouts::*;
