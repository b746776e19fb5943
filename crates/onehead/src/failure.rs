//! An error of this program itself, and who can lift an error.

use std::error::Error;
use std::fmt;

/// Who can lift an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The person who typed the command, by typing another one.
    User,
    /// The person who writes the settings.
    Settings,
    /// The person who works in the repository: something in it is not as the command needs it.
    Repository,
    /// git, or what it stands on: it failed.
    Git,
    /// Only a new version of onehead.
    Internal,
}

/// An error of this program itself.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) hint: Option<String>,
    text: String,
}

impl Failure {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            hint: None,
            text: text.into(),
        }
    }

    /// The same, with what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// HEAD is unborn, or a checkout left it behind.
    pub(crate) fn no_commit() -> Self {
        Self::new(Kind::Repository, "HEAD names no commit")
            .hint("make the first commit, or check one out")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl Error for Failure {}
