//! Globs of the settings.

use globset::{Glob, GlobSet, GlobSetBuilder};

/// What any of these patterns matches.
///
/// # Errors
/// Why one of them is no glob, in words.
pub(crate) fn glob_set(patterns: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // A folder's pattern stands for everything below it as well.
        let pattern = pattern.trim_end_matches('/');
        for text in [pattern.to_owned(), format!("{pattern}/**")] {
            let glob = Glob::new(&text)
                .map_err(|error| format!("`{pattern}` is not a valid glob: {}", error.kind()))?;
            set.add(glob);
        }
    }
    set.build().map_err(|error| error.to_string())
}
