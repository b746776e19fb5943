//! The full name of a ref.

use crate::text::string_type;

string_type! {
    /// The full name of a ref: `refs/heads/main`, `refs/remotes/origin/main`, or `HEAD`.
    ///
    /// ```
    /// # use onehead_git::RefName;
    /// let name = RefName::new("refs/remotes/origin/main").unwrap();
    /// assert_eq!(name.short(), "origin/main");
    /// assert!(RefName::new("main").is_none());
    /// ```
    RefName
}

impl RefName {
    /// The name, if git would take it for the full name of a ref.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_full = text == "HEAD" || text.starts_with("refs/") && is_well_formed(text);
        is_full.then(|| Self(text.into()))
    }

    /// `HEAD`, which stands for what is checked out.
    #[must_use]
    pub fn head() -> Self {
        Self("HEAD".into())
    }

    /// The branch of this name: `main` is `refs/heads/main`.
    #[must_use]
    pub fn of_branch(name: &str) -> Option<Self> {
        Self::new(&format!("refs/heads/{name}"))
    }

    /// What people call it: `origin/main`. The full name where git would take the short one for an option.
    #[must_use]
    pub fn short(&self) -> &str {
        ["refs/heads/", "refs/remotes/", "refs/tags/"]
            .iter()
            .find_map(|prefix| self.strip_prefix(prefix))
            .filter(|short| !short.starts_with('-'))
            .unwrap_or(self)
    }

    /// The name of the branch, if it is one of this clone's own.
    #[must_use]
    pub fn branch(&self) -> Option<&str> {
        self.strip_prefix("refs/heads/")
    }

    /// The number of the pull request whose head it is, as forges keep them: `refs/pull/12/head`, and
    /// `refs/merge-requests/12/head`.
    #[must_use]
    pub fn request(&self) -> Option<u64> {
        ["refs/pull/", "refs/merge-requests/"]
            .iter()
            .find_map(|prefix| self.strip_prefix(prefix))?
            .strip_suffix("/head")?
            .parse()
            .ok()
    }
}

/// What `git check-ref-format` asks of a name.
fn is_well_formed(name: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let is_refused = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    name.split('/').all(is_part)
        && !name.contains(is_refused)
        && !name.contains("..")
        && !name.contains("@{")
        && !name.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::RefName;

    #[test]
    fn only_full_names_are_names() {
        for name in [
            "HEAD",
            "refs/heads/main",
            "refs/heads/a/b.c",
            "refs/heads/ü@x",
            "refs/heads/-x",
        ] {
            assert_eq!(RefName::new(name).as_deref(), Some(name));
        }
        for name in [
            "",
            "main",
            "refs",
            "refs/",
            "refs/heads/",
            "refs/heads//x",
            "refs/heads/.x",
            "refs/heads/x.lock",
            "refs/heads/x.lock/y",
            "refs/heads/a b",
            "refs/heads/a~1",
            "refs/heads/a^",
            "refs/heads/a:b",
            "refs/heads/a..b",
            "refs/heads/a@{1}",
            "refs/heads/a.",
            "refs/heads/a\n",
            "refs/heads/a*",
        ] {
            assert_eq!(RefName::new(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_for_people() {
        for (name, short) in [
            ("refs/heads/feature/x", "feature/x"),
            ("refs/remotes/origin/main", "origin/main"),
            ("refs/tags/v1", "v1"),
            ("refs/notes/commits", "refs/notes/commits"),
            ("refs/heads/-x", "refs/heads/-x"),
            ("HEAD", "HEAD"),
        ] {
            assert_eq!(RefName::new(name).unwrap().short(), short);
        }
        assert_eq!(RefName::of_branch("main").unwrap().branch(), Some("main"));
        assert_eq!(RefName::of_branch("a b"), None);
    }
}
