//! Finds every Alembic environment of a repository and reads its revision files, from the working
//! tree, the index or a commit, without importing or executing anything.
//!
//! ```no_run
//! use onehead_scan::{ScanOptions, scan};
//!
//! let scanned = scan(&ScanOptions::in_directory("."))?;
//! for environment in &scanned.report.environments {
//!     println!("{}: {} revisions", environment.name, environment.revisions.len());
//! }
//! # Ok::<(), onehead_scan::ScanError>(())
//! ```
//!
//! It never decides whether what it found is right: that is for `onehead-graph`. What cannot be read
//! statically comes back as a finding with file and line, beside the revisions that could be read.

mod change;
mod cli;
mod config;
mod declared;
mod delta;
mod discover;
mod environment;
mod error;
mod files;
mod imports;
pub mod ini;
pub mod layout;
mod listing;
mod load_order;
mod old;
mod parse_cache;
pub mod program;
mod read_ahead;
mod scope;
mod settings;
mod shortcut;
mod snapshot;
mod source;
mod strays;
mod whole;
mod write_hooks;

use files::Files;

pub use change::{Change, RevisionChange};
pub use cli::ScanArgs;
pub use declared::declared_id;
pub use delta::{Delta, Entry};
pub use error::ScanError;
pub use layout::LookedFor;
pub use old::*;
pub use scope::ScanOptions;
pub use settings::{
    EnvironmentSettings, FixSettings, HookSettings, OnCollision, Settings, Strategy,
};
pub use snapshot::Snapshot;
pub use source::SourceSpec;

/// Reads onehead's own settings, and nothing else.
///
/// # Errors
/// The folder, git or the settings do not allow it.
pub fn settings(options: &ScanOptions) -> Result<Settings, ScanError> {
    let directory = std::fs::canonicalize(&options.directory)
        .map_err(|_| ScanError::NoSuchDirectory(options.directory.display().to_string()))?;
    let files = match snapshot::discover(&directory, options)? {
        Some(git) => Files::open(&git, &options.source)?,
        None => Files::walk(&directory)?,
    };
    Settings::read(&files)
}
