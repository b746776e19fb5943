//! Branches chosen by patterns.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use onehead_git::Ref;

use crate::ForecastError;

/// Patterns over branches. `*` stands for `/` as well, as branches have it in their names.
pub struct RefFilter {
    patterns: Vec<String>,
    set: GlobSet,
}

impl RefFilter {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// One of them is no glob.
    pub fn new(patterns: &[String]) -> Result<Self, globset::Error> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            set.add(GlobBuilder::new(pattern).literal_separator(false).build()?);
        }
        Ok(Self {
            patterns: patterns.to_vec(),
            set: set.build()?,
        })
    }

    /// Whether any of them names a branch, by its full name or by what people call it.
    #[must_use]
    pub fn is_match(&self, branch: &Ref) -> bool {
        let short = ["refs/heads/", "refs/remotes/"]
            .iter()
            .find_map(|prefix| branch.name.strip_prefix(prefix));
        self.set.is_match(branch.name.as_str())
            || short.is_some_and(|short| self.set.is_match(short))
    }

    /// That no branch matches.
    #[must_use]
    pub fn none_fits(&self) -> ForecastError {
        ForecastError::NoBranchFits(self.patterns.join(", "))
    }
}
