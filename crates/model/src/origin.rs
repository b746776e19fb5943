use serde::{Deserialize, Serialize};

/// Where a finding comes from, told by the state that the change starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The change introduces it.
    Introduced,
    /// That state has it already.
    Inherited,
    /// That state has it, and the change fixes it.
    Fixed,
}

impl Origin {
    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Introduced => "introduced",
            Self::Inherited => "inherited",
            Self::Fixed => "fixed",
        }
    }
}

/// The state that findings are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedWith {
    /// What people call it: `origin/main`.
    pub name: String,
    /// Its commit.
    pub oid: String,
}
