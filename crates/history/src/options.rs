//! What a history is asked for, and how far it is.

use onehead_git::{Oid, RefName};
use onehead_model::Bots;
use onehead_scan::ScanOptions;

/// What to replay.
#[derive(Debug, Clone)]
pub struct HistoryOptions {
    /// Which environments.
    pub scan: ScanOptions,
    /// What people call the target: `origin/main`.
    pub name: String,
    /// Its commit.
    pub oid: Oid,
    /// Its full name, if it is a ref: its reflog then tells of commits that were thrown away.
    pub full_name: Option<RefName>,
    /// `2026-01-31`: incidents that were over before this day are left out. The whole line is replayed all the
    /// same, since what is there on that day came before it.
    pub since: Option<String>,
    /// Which authors are programs.
    pub bots: Bots,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// git lists the commits.
    Listing,
    /// So many commits of so many are replayed.
    Replaying(usize, usize),
    /// git is asked who wrote what.
    Asking,
}
