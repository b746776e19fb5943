//! What the settings say about the branches that work is merged into: `target`.

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

/// The branches that work is merged into: none are named, a single one, or a list of names and globs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "RawTarget")]
pub struct TargetSetting {
    entries: Vec<TargetEntry>,
    is_list: bool,
}

/// A branch, or a glob for branches.
#[derive(Debug, Clone)]
pub struct TargetEntry {
    text: String,
    glob: Option<GlobMatcher>,
}

impl TargetSetting {
    /// The only branch, where no list is given.
    #[must_use]
    pub fn single(&self) -> Option<&str> {
        match &self.entries[..] {
            [only] if !self.is_list => Some(&only.text),
            _ => None,
        }
    }

    /// The entries of a list; none where no list is given.
    #[must_use]
    pub fn list(&self) -> &[TargetEntry] {
        match self.is_list {
            true => &self.entries,
            false => &[],
        }
    }

    /// Whether the list names a branch, given by what its own repository calls it.
    #[must_use]
    pub fn lists(&self, branch: &str) -> bool {
        self.list().iter().any(|one| one.names(branch))
    }
}

impl TargetEntry {
    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it may stand for several branches.
    #[must_use]
    pub fn is_glob(&self) -> bool {
        self.glob.is_some()
    }

    /// Whether it names a branch, given by what its own repository calls it (`main`), or with the remote before it.
    #[must_use]
    pub fn names(&self, branch: &str) -> bool {
        match &self.glob {
            Some(glob) => glob.is_match(branch),
            None => self.text == branch,
        }
    }
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "it is a branch, or a list of branches and globs: \"main\" or [\"main\", \"release/*\"]"
)]
enum RawTarget {
    One(String),
    Several(Vec<String>),
}

impl TryFrom<RawTarget> for TargetSetting {
    type Error = String;

    fn try_from(raw: RawTarget) -> Result<Self, String> {
        let (is_list, texts) = match raw {
            // No branch has these characters in its name.
            RawTarget::One(text) => (has_wildcard(&text), vec![text]),
            RawTarget::Several(texts) => (true, texts),
        };
        if texts.is_empty() {
            return Err("the list is empty; name a branch, or leave it out".into());
        }
        let mut entries: Vec<TargetEntry> = Vec::with_capacity(texts.len());
        for text in texts {
            if is_list && text.trim().is_empty() {
                return Err("an entry of the list is empty".into());
            }
            if entries.iter().any(|one| one.text == text) {
                return Err(format!("`{text}` is in the list twice"));
            }
            entries.push(entry(text)?);
        }
        Ok(Self { entries, is_list })
    }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// `*` does not stand for `/`: below `release/1/` lies work on a release, which is no target itself.
fn entry(text: String) -> Result<TargetEntry, String> {
    let glob = has_wildcard(&text).then(|| {
        let glob = GlobBuilder::new(&text).literal_separator(true).build();
        glob.map_err(|error| format!("`{text}` is not a valid glob: {}", error.kind()))
    });
    Ok(TargetEntry {
        glob: glob.transpose()?.map(|glob| glob.compile_matcher()),
        text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use onehead_model::RepoPath;

    fn setting(text: &str) -> Result<TargetSetting, String> {
        let path = RepoPath::new("onehead.toml").expect("a path");
        let settings = Settings::parse(&path, text.as_bytes());
        let target = settings.map(|settings| settings.target);
        target.map_err(|error| error.to_string())
    }

    #[test]
    fn a_string_is_one_branch() {
        let one = setting("target = 'origin/main'\n").unwrap();
        assert_eq!(one.single(), Some("origin/main"));
        assert!(one.list().is_empty() && !one.lists("origin/main"));
        assert_eq!(setting("").unwrap().single(), None);
    }

    #[test]
    fn a_list_has_names_and_globs() {
        let list = setting("target = ['main', 'release/*']\n").unwrap();
        assert_eq!(list.single(), None);
        let globs: Vec<bool> = list.list().iter().map(TargetEntry::is_glob).collect();
        assert_eq!(globs, [false, true]);
        assert!(list.lists("main") && list.lists("release/1.2"));
        assert!(!list.lists("release/1.2/fix") && !list.lists("origin/main"));
        let alone = setting("target = 'release/**'\n").unwrap();
        assert!(alone.single().is_none() && alone.lists("release/1.2/fix"));
    }

    #[test]
    fn what_is_no_list_of_branches_is_said() {
        for (text, said) in [
            (
                "target = []",
                "`target`: the list is empty; name a branch, or leave it out",
            ),
            (
                "target = ['main', ' ']",
                "`target`: an entry of the list is empty",
            ),
            (
                "target = ['main', 'x', 'main']",
                "`target`: `main` is in the list twice",
            ),
            (
                "target = ['main', 'release/[1']",
                "`target`: `release/[1` is not a valid glob: unclosed character class; missing ']'",
            ),
            (
                "target = ['main', 1]",
                "`target`: it is a branch, or a list of branches and globs: \"main\" or [\"main\", \"release/*\"]",
            ),
            (
                "targets = ['main']",
                "unknown key `targets`; did you mean `target`?",
            ),
        ] {
            let error = setting(text).expect_err(text);
            assert_eq!(error, format!("onehead.toml: line 1: {said}"));
        }
    }
}
