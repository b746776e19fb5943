//! What came of going from one state to the next.

use std::sync::Arc;

use onehead_git::EntryKind;
use onehead_model::{Revision, ScanReport};

use crate::listing::File;

/// What came of going from one state to the next.
#[derive(Debug, Clone)]
pub enum Change {
    /// Nothing that a scan tells.
    Nothing,
    /// Revision files are other than before, and nothing else is.
    Revisions(Vec<RevisionChange>),
    /// The state was scanned anew, so anything may be other.
    Whole {
        /// What was reported before.
        before: Arc<ScanReport>,
    },
}

/// A revision file that came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionChange {
    /// The place of its environment in the report.
    pub environment: usize,
    /// What it declared.
    pub before: Option<Arc<Revision>>,
    /// What it declares now.
    pub after: Option<Arc<Revision>>,
}

/// A path at which two states differ.
#[derive(Debug)]
pub(crate) struct Changed {
    pub(crate) path: String,
    pub(crate) before: Option<File>,
    pub(crate) after: Option<File>,
}

impl Changed {
    pub(crate) fn is_about_a_link(&self) -> bool {
        let mut both = self.before.iter().chain(&self.after);
        both.any(|file| file.kind == EntryKind::Symlink)
    }

    /// Whether a submodule came, or went: what it holds is not read, so a version location may come or go with it.
    pub(crate) fn makes_or_breaks_a_submodule(&self) -> bool {
        let is_submodule = |file: &Option<File>| {
            file.as_ref()
                .is_some_and(|file| file.kind == EntryKind::Submodule)
        };
        is_submodule(&self.before) != is_submodule(&self.after)
    }

    pub(crate) fn file_before(&self) -> Option<&File> {
        self.before.as_ref().filter(|file| file.is_file())
    }

    pub(crate) fn file_after(&self) -> Option<&File> {
        self.after.as_ref().filter(|file| file.is_file())
    }
}
