//! The committer.

use serde::{Deserialize, Serialize};

/// A person who commits, as `.mailmap` has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}
