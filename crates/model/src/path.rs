use std::fmt;

use serde::{Deserialize, Serialize};

/// A path inside the repository: relative, `/` between the parts, no `.`, `..` or empty part.
/// The repository's root is the empty path, shown as `.`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoPath(String);

/// Why a text is not a [`RepoPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It starts at the root of the file system.
    #[error("`{0}` is an absolute path; paths in documents are relative to the repository")]
    Absolute(String),
    /// It leaves the repository, or has a part that is empty or `.`.
    #[error("`{0}` has a part that is `..`, `.` or empty")]
    Part(String),
    /// It holds a NUL, which no file name can.
    #[error("`{0}` contains a NUL character")]
    Nul(String),
}

impl RepoPath {
    /// The root of the repository.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a path as documents write it.
    ///
    /// # Errors
    /// It is absolute, leaves the repository or is not in its plain form.
    pub fn new(text: impl Into<String>) -> Result<Self, PathError> {
        let text = text.into();
        if text == "." || text.is_empty() {
            return Ok(Self::root());
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute(text));
        }
        if text.contains('\0') {
            return Err(PathError::Nul(text));
        }
        if text.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(PathError::Part(text));
        }
        Ok(Self(text))
    }

    /// Resolves what a configuration says against this folder: `.` and `..` are followed as far as
    /// the repository goes. `None` if the result lies outside it or the text is absolute.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Option<Self> {
        if text.starts_with('/') || text.contains('\0') {
            return None;
        }
        let mut parts: Vec<&str> = self.parts().collect();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(Self(parts.join("/")))
    }

    /// This path with one more part, which must be a plain file name.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        if self.0.is_empty() {
            Self(name.to_owned())
        } else {
            Self(format!("{}/{name}", self.0))
        }
    }

    /// The folder that holds this; the root holds itself.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(
            self.0
                .rsplit_once('/')
                .map_or("", |(folder, _)| folder)
                .to_owned(),
        )
    }

    /// The last part, empty for the root.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The parts, none for the root.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Whether this is `folder` or lies below it.
    #[must_use]
    pub fn is_within(&self, folder: &Self) -> bool {
        folder.0.is_empty()
            || self
                .0
                .strip_prefix(&folder.0)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The path as documents write it; empty for the root.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl TryFrom<String> for RepoPath {
    type Error = PathError;

    fn try_from(text: String) -> Result<Self, PathError> {
        Self::new(text)
    }
}

impl From<RepoPath> for String {
    fn from(path: RepoPath) -> Self {
        path.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths() {
        for bad in ["/etc/passwd", "../x", "a/../b", "a//b", "./a", "a/", "a\0b"] {
            assert!(RepoPath::new(bad).is_err(), "{bad}");
        }
        assert_eq!(RepoPath::new(".").unwrap(), RepoPath::root());
    }

    #[test]
    fn resolving_stays_inside() {
        let folder = RepoPath::new("backend/app").unwrap();
        assert_eq!(
            folder.resolve("../db/./m/").unwrap().as_str(),
            "backend/db/m"
        );
        assert_eq!(folder.resolve("../..").unwrap(), RepoPath::root());
        assert_eq!(folder.resolve("../../.."), None);
        assert_eq!(folder.resolve("/etc"), None);
    }

    #[test]
    fn within_counts_whole_parts() {
        let versions = RepoPath::new("a/versions").unwrap();
        assert!(
            RepoPath::new("a/versions/x.py")
                .unwrap()
                .is_within(&versions)
        );
        assert!(
            !RepoPath::new("a/versions2/x.py")
                .unwrap()
                .is_within(&versions)
        );
        assert!(versions.is_within(&RepoPath::root()));
    }
}
