//! What git calls: each hook looks at what git is about to record, or has recorded. Which of them are installed, and how,
//! is the list `GitHook` of `onehead-setup`.

mod index;
mod post;
mod post_checkout;
mod pre_commit;
mod pre_merge_commit;
mod pre_push;
mod pre_receive;
mod push_targets;
mod pushed;
mod pushes;
mod relevant;
mod revision;

use clap::{Args, Subcommand};
use onehead_model::Exit;

use crate::context::{Context, Place};
use crate::error::could_not_run;
use crate::invoked_as::InvokedAs;

pub use post::PostArgs;
pub use post_checkout::PostCheckoutArgs;
pub use pre_push::PrePushArgs;
pub use revision::RevisionArgs;

/// The hooks of git, by their names there.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "The git hook of that name calls it, with its arguments and stdin:
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
    /// Check the index before a commit: refuse several heads, warn of a collision with the target
    PreCommit(Place),
    /// Check the index of a clean merge before its commit: refuse several heads, or stage the merge revision
    PreMergeCommit(Place),
    /// Check HEAD after a merge or pull, and warn
    PostMerge(PostArgs),
    /// Check HEAD after a rebase or an amended commit, and warn
    PostRewrite(PostArgs),
    /// Say after a switch of branches which revisions the branch that was left has and this one lacks
    PostCheckout(PostCheckoutArgs),
    /// Check each pushed commit and its merge into the target, then run the configured test
    PrePush(PrePushArgs),
    /// On a server: check each pushed branch and its merge into the target
    PreReceive(Place),
    /// As a post-write hook of Alembic: say who else goes on from the parent of a new revision
    Revision(RevisionArgs),
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
            Self::PostCheckout(args) => return post_checkout::run(&context(&args.place), args),
            Self::Revision(args) => return revision::run(&context(&args.place), args),
            Self::PrePush(args) => pre_push::run(&context(&args.place), args),
            Self::PreReceive(place) => pre_receive::run(&context(place)),
        };
        done.unwrap_or_else(|error| could_not_run(error.as_ref()))
    }
}
