//! What can be asked for.

use onehead_model::HeadPolicy;
use serde::Serialize;

use crate::hooks::Caller;

/// What to set up; what is not given is read from the repository.
#[derive(Debug, Clone, Default)]
pub struct InitOptions {
    /// The target branch.
    pub target: Option<String>,
    /// Which heads are allowed.
    pub policy: Option<Policy>,
    /// Globs of environments to leave out.
    pub exclude: Vec<String>,
    /// What calls onehead at a commit, a merge and a push.
    pub hooks: HooksChoice,
    /// Whether post-checkout is installed as well.
    pub post_checkout: bool,
    /// Where the CI runs.
    pub ci: Option<Forge>,
    /// Whether Alembic is to say, when a revision is written, who else goes on from its parent.
    pub authoring: bool,
}

/// What calls onehead.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HooksChoice {
    /// The manager that is used here, else git.
    #[default]
    Found,
    /// Nothing: hooks are left alone.
    None,
    /// This one.
    Named(Caller),
}

/// The policies that can be named in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Exactly one head.
    Single,
    /// One head for each set of branch labels.
    PerLabel,
    /// One head for each version location.
    PerLocation,
}

impl Policy {
    /// The value of the setting.
    #[must_use]
    pub fn as_setting(self) -> &'static str {
        HeadPolicy::from(self).name().unwrap_or_default()
    }

    /// The policy of an environment, if it is one of these.
    pub(super) fn of(policy: &HeadPolicy) -> Option<Self> {
        let all = [Self::Single, Self::PerLabel, Self::PerLocation];
        all.into_iter()
            .find(|one| HeadPolicy::from(*one) == *policy)
    }
}

impl From<Policy> for HeadPolicy {
    fn from(policy: Policy) -> Self {
        match policy {
            Policy::Single => Self::Single,
            Policy::PerLabel => Self::PerLabel,
            Policy::PerLocation => Self::PerLocation,
        }
    }
}

/// Where the CI runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forge {
    /// No CI file.
    None,
    /// A workflow of GitHub Actions.
    Github,
    /// A job of GitLab CI.
    Gitlab,
}
