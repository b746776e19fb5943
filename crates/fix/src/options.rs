//! What is to be fixed, and how far that may go.

use onehead_configuration::Strategy;
use onehead_render::RenderOptions;
use onehead_scan::ScanOptions;

/// What is to be fixed, and how far that may go.
#[derive(Debug, Clone)]
pub struct FixOptions {
    /// Where to look, and for what.
    pub scan: ScanOptions,
    /// The strategy that was asked for; none for that of the settings.
    pub strategy: Option<Strategy>,
    /// What is fixed at all.
    pub scope: Scope,
    /// How far to go.
    pub record: Record,
    /// Which programs of the project may run, where something is going to be written.
    pub programs: Programs,
    /// How a merge revision looks.
    pub render: RenderOptions,
}

impl FixOptions {
    /// The heads of each group get a merge revision, and nothing else is touched. Nothing is written as long as
    /// [`Record`] is not set.
    #[must_use]
    pub fn merge_heads(scan: ScanOptions) -> Self {
        Self {
            scan,
            strategy: Some(Strategy::Merge),
            scope: Scope::MergeRevisions,
            record: Record::Nothing,
            programs: Programs::AsSet,
            render: RenderOptions::default(),
        }
    }
}

/// What is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Forks, by merge revisions. No file is edited, so it does not matter what is published, and git is not asked.
    MergeRevisions,
    /// Forks, and ids that several files have; of parents that are missing it is said where they are.
    Everything,
}

/// How far a fix goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Record {
    /// It is only planned.
    Nothing,
    /// The files are written and added to the index.
    Stage,
    /// They are committed as well.
    Commit,
    /// They are committed, but where a merge is open they are added to it.
    CommitOrJoinMerge,
}

/// Which programs of the project may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Programs {
    /// None.
    None,
    /// Those that the settings name.
    AsSet,
    /// The post-write hooks as well.
    WithHooks,
}
