//! Finds every Alembic environment of a repository and reads its revision files, without importing or executing
//! anything.
//!
//! A state of a repository is a [`Snapshot`]: the working tree, the index, a commit, what a merge would record, or any of
//! these with a [`Delta`]. What comes of a delta is what opening such a state gives, at the cost of what it touches.
//! [`file_names`] tells which files lead to an environment, and [`layout`] who has a path.
//!
//! ```no_run
//! use onehead_scan::{Delta, Entry, ScanOptions, Snapshot, SourceSpec};
//!
//! let snapshot = Snapshot::find(&ScanOptions::in_directory("."), &SourceSpec::Worktree)?;
//! for environment in &snapshot.report().environments {
//!     println!("{}: {} revisions", environment.name, environment.revisions.len());
//! }
//! let mut delta = Delta::default();
//! delta.insert("migrations/versions/b2.py", Entry::Gone);
//! let without = snapshot.apply(&delta)?;
//! # Ok::<(), onehead_scan::ScanError>(())
//! ```
//!
//! It never decides whether what it found is right: that is for `onehead-graph`. What cannot be read statically comes
//! back as a finding with file and line, beside the revisions that could be read. What is not in the clone, and what only
//! a merge by git tells, is an error that names it, never an absent file.

mod beside;
mod by_command_line;
mod candidates;
mod change;
mod cli;
mod conflict;
mod declared;
mod delta;
mod discover;
mod environment;
mod error;
mod explain;
mod fields;
pub mod file_names;
mod files;
mod finder;
mod foreign;
pub mod hints;
mod imports;
mod kept_readings;
pub mod layout;
mod listing;
mod load_order;
mod located;
mod named;
mod names;
mod overlooked;
mod parse_cache;
mod paths;
pub mod program;
mod python_path;
mod read_ahead;
mod scope;
mod settings_alone;
mod shortcut;
mod snapshot;
mod source;
mod strays;
mod suggestion;
mod unchanged;
mod unread;
mod unsettled;
mod whole;

pub use change::{Change, RevisionChange};
pub use cli::ScanArgs;
pub use declared::{Declared, DeclaredRevision, declared, declared_id};
pub use delta::{Delta, Entry};
pub use error::ScanError;
pub use layout::LookedFor;
pub use scope::ScanOptions;
pub use settings_alone::{settings, settings_in};
pub use snapshot::Snapshot;
pub use source::SourceSpec;
pub use strays::Nearby;
