//! Where to look: the arguments that `onehead-scan` and `onehead check` share.

use std::path::PathBuf;

use clap::Args;
use onehead_git::Inherit;

use crate::{ScanOptions, SourceSpec};

/// Where to look for environments.
#[derive(Debug, Clone, Args)]
pub struct ScanArgs {
    /// A folder inside the repository [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,

    /// Use this alembic.ini or pyproject.toml instead of looking for them (repeatable)
    #[arg(short, long = "config", value_name = "FILE")]
    pub configs: Vec<PathBuf>,

    /// Only this section of the ini files, as in `alembic -n`
    #[arg(short = 'n', long = "name", value_name = "SECTION")]
    pub section: Option<String>,

    /// Use this script location instead of looking for one
    #[arg(long, value_name = "DIR")]
    pub script_location: Option<PathBuf>,

    /// What to read: `worktree`, `index`, a commit or tree, or `merge:A,B` for what merging would record
    #[arg(long, value_name = "SOURCE", default_value = "worktree")]
    pub source: String,

    /// Do not use the parse cache
    #[arg(long)]
    pub no_cache: bool,
}

impl ScanArgs {
    /// Where to look, and for what. Paths are relative to the current folder.
    #[must_use]
    pub fn options(&self) -> ScanOptions {
        ScanOptions {
            directory: self.repo.clone().unwrap_or_else(|| PathBuf::from(".")),
            inherit: if self.repo.is_some() {
                Inherit::No
            } else {
                Inherit::Yes
            },
            configs: self.configs.clone(),
            section: self.section.clone(),
            script_location: self.script_location.clone(),
            remember: !self.no_cache,
            allow_none: false,
        }
    }

    /// What to read.
    #[must_use]
    pub fn source(&self) -> SourceSpec {
        match self.source.as_str() {
            "worktree" => SourceSpec::Worktree,
            "index" => SourceSpec::Index,
            source => match source.strip_prefix("merge:") {
                Some(sides) => SourceSpec::Merge(sides.split(',').map(str::to_owned).collect()),
                None => SourceSpec::Commit(source.to_owned()),
            },
        }
    }
}
