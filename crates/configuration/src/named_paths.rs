//! Paths as a configuration names them.

use onehead_model::RepoPath;

/// What `%(here)s` becomes: no path of a file system starts like this, so that a folder of the
/// repository is told from an absolute path without knowing where the repository lies.
const HERE: &str = "/\u{1}";

/// What `%(here)s` stands for in this file.
pub(crate) fn here(path: &RepoPath) -> String {
    format!("{HERE}/{}", path.parent().as_str())
        .trim_end_matches('/')
        .to_owned()
}

/// Absolute paths that are folders of the repository.
#[derive(Debug, Clone, Default)]
pub struct Roots(Vec<(String, RepoPath)>);

impl Roots {
    /// The root of the repository lies at this path, if it is known.
    #[must_use]
    pub fn at(root: Option<&str>) -> Self {
        let root = root.map(|root| (root.trim_end_matches('/').to_owned(), RepoPath::root()));
        Self(root.into_iter().collect())
    }

    /// Elsewhere, this folder of the repository lies at this path.
    #[must_use]
    pub fn with(&self, absolute: &str, folder: &RepoPath) -> Self {
        let mut all = self.0.clone();
        all.push((absolute.trim_end_matches('/').to_owned(), folder.clone()));
        Self(all)
    }

    fn inside(&self, absolute: &str) -> Option<RepoPath> {
        self.0.iter().find_map(|(root, folder)| {
            let rest = absolute.strip_prefix(root.as_str())?;
            let is_below = rest.is_empty() || rest.starts_with('/');
            is_below.then(|| folder.resolve(rest.trim_start_matches('/')))?
        })
    }
}

/// The path that a configuration names, seen from `base`. `None` if it lies outside the repository.
#[must_use]
pub fn path_of(text: &str, base: &RepoPath, roots: &Roots) -> Option<RepoPath> {
    if let Some(rest) = text.strip_prefix(HERE) {
        return RepoPath::root().resolve(rest.trim_start_matches('/'));
    }
    if text.starts_with('/') {
        return roots.inside(text);
    }
    base.resolve(text)
}

/// Whether a value begins at the root of a file system, and not at the folder of the configuration.
#[must_use]
pub fn is_absolute(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with(HERE)
}

/// A value of the configuration as people wrote it.
#[must_use]
pub fn shown(text: &str) -> String {
    text.replace(&format!("{HERE}/"), "").replace(HERE, ".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn absolute_paths_of_the_repository() {
        let root = RepoPath::root();
        let roots = Roots::at(Some("/home/ann/shop")).with("/usr/src/app/", &root.join("backend"));
        let table = [
            ("/home/ann/shop/m", Some("m")),
            ("/home/ann/shop", Some("")),
            ("/home/ann/shopping/m", None),
            ("/usr/src/app/m", Some("backend/m")),
            ("/usr/src", None),
        ];
        for (text, expected) in table {
            let expected = expected.map(|path| RepoPath::new(path).unwrap());
            assert_eq!(path_of(text, &root, &roots), expected, "{text}");
        }
    }
}
