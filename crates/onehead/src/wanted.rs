//! The branches that somebody asked for by patterns.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use onehead_git::Ref;

/// Patterns over branches. `*` stands for `/` as well, as branches have it in their names.
pub(crate) struct Wanted {
    patterns: Vec<String>,
    set: GlobSet,
}

impl Wanted {
    /// # Errors
    /// One of them is no glob.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, globset::Error> {
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
    pub(crate) fn is_match(&self, branch: &Ref) -> bool {
        let short = ["refs/heads/", "refs/remotes/"]
            .iter()
            .find_map(|prefix| branch.name.strip_prefix(prefix));
        self.set.is_match(&branch.name) || short.is_some_and(|short| self.set.is_match(short))
    }

    /// Why there is no such branch, in words.
    pub(crate) fn none_fits(&self) -> String {
        format!(
            "no branch fits {}\nhint: `git branch --all` lists what is here; quote the pattern, or the shell takes it",
            self.patterns.join(", ")
        )
    }
}
