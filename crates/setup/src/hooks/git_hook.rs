//! The hooks of git that onehead is installed as. What each does when git calls it is a file of the front crate, under
//! `hook/`.

/// A hook of git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GitHook {
    PreCommit,
    PreMergeCommit,
    PostMerge,
    PostRewrite,
    PostCheckout,
    PrePush,
    PreReceive,
}

impl GitHook {
    /// The checks of a repository that people work in.
    pub(crate) const WORK: &[Self] = &[
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PostMerge,
        Self::PostRewrite,
        Self::PrePush,
    ];
    /// The same, and the hook that is installed only where it is asked for.
    pub(crate) const WORK_AND_CHECKOUT: &[Self] = &[
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PostMerge,
        Self::PostRewrite,
        Self::PrePush,
        Self::PostCheckout,
    ];
    /// The check of a bare repository that people push to.
    pub(crate) const SERVER: &[Self] = &[Self::PreReceive];

    /// The checks of a repository.
    pub(crate) fn of(bare: bool) -> &'static [Self] {
        if bare { Self::SERVER } else { Self::WORK }
    }

    /// What git calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PostMerge => "post-merge",
            Self::PostRewrite => "post-rewrite",
            Self::PostCheckout => "post-checkout",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
        }
    }

    /// Whether git says something on its stdin.
    pub(crate) fn has_stdin(self) -> bool {
        matches!(self, Self::PostRewrite | Self::PrePush | Self::PreReceive)
    }

    /// Whether it can refuse. The others come after the fact and can only warn.
    pub(crate) fn refuses(self) -> bool {
        !matches!(
            self,
            Self::PostMerge | Self::PostRewrite | Self::PostCheckout
        )
    }
}
