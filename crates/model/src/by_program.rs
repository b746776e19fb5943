//! What a program wrote, and who is behind it.

use serde::{Deserialize, Serialize};

use crate::Person;

/// That the author of something is a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByProgram {
    /// The person behind it: the first co-author who is no program.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub person: Option<Person>,
}

impl ByProgram {
    /// Whose it is, in words: a program is only named as what a person worked with.
    #[must_use]
    pub fn whose(by_program: Option<&Self>, author: &str) -> String {
        match by_program.map(|one| &one.person) {
            None => author.to_owned(),
            Some(None) => format!("with {author}"),
            Some(Some(person)) => format!("{} with {author}", person.name),
        }
    }
}
