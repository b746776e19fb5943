//! What git calls: each hook looks at what git is about to record, or has recorded.

mod post;
mod pre_commit;
mod pre_merge_commit;
mod pre_push;
mod pre_receive;
mod pushed;
mod relevant;

use clap::{Args, Subcommand};
use onehead_model::Exit;

use crate::context::{Context, Place};
use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;

pub use post::PostArgs;
pub use pre_push::PrePushArgs;

/// The hooks of git, by their names there.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Each is called by the hook of that name, with its arguments and its stdin:
  exec onehead hook pre-push \"$@\"

Exit codes: 0 go on, 1 refused, 2 could not run"
)]
pub struct HookArgs {
    #[command(subcommand)]
    hook: Hook,
}

impl HookArgs {
    /// Runs the hook.
    #[must_use]
    pub fn run(&self, invoked_as: InvokedAs) -> Exit {
        self.hook.run(invoked_as)
    }
}

/// One hook.
#[derive(Debug, Clone, Subcommand)]
pub enum Hook {
    /// Look at the index before a commit: refuse several heads, warn of a collision with the target
    PreCommit(Place),
    /// Look at the index of a clean merge before its commit: refuse several heads, or stage their merge
    PreMergeCommit(Place),
    /// Look at HEAD after a merge or pull: warn
    PostMerge(PostArgs),
    /// Look at HEAD after a rebase or an amended commit: warn
    PostRewrite(PostArgs),
    /// Look at each pushed commit and its merge with the target, then run the configured test
    PrePush(PrePushArgs),
    /// On a server: look at each pushed branch and its merge with the target
    PreReceive(Place),
}

impl Hook {
    /// Runs it.
    #[must_use]
    pub fn run(&self, invoked_as: InvokedAs) -> Exit {
        let context = |place| Context { place, invoked_as };
        let done = match self {
            Self::PreCommit(place) => pre_commit::run(&context(place)),
            Self::PreMergeCommit(place) => pre_merge_commit::run(&context(place)),
            Self::PostMerge(args) | Self::PostRewrite(args) => {
                return post::run(&context(&args.place));
            }
            Self::PrePush(args) => pre_push::run(&context(&args.place), args),
            Self::PreReceive(place) => pre_receive::run(&context(place)),
        };
        done.unwrap_or_else(|error| could_not_run(error.as_ref()))
    }
}
