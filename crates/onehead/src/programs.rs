//! Which programs of the project may run.

use clap::Args;
use onehead_fix::Programs;

/// What to run on what is written.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct ProgramArgs {
    /// Run the project's post-write hooks on merge revisions
    #[arg(long)]
    post_write_hooks: bool,

    /// Run no program that the settings name: neither post-write hooks nor the project's Alembic
    #[arg(long, conflicts_with = "post_write_hooks")]
    no_programs: bool,
}

impl ProgramArgs {
    /// The programs that may run.
    pub(crate) fn programs(self) -> Programs {
        match (self.no_programs, self.post_write_hooks) {
            (true, _) => Programs::None,
            (false, false) => Programs::AsSet,
            (false, true) => Programs::WithHooks,
        }
    }
}
