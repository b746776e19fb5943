//! Whether a configuration or a script calls onehead.

use crate::hooks::git_hook::GitHook;

/// Whether a line that is no comment calls onehead for this hook, ours or not.
pub(crate) fn calls(text: &str, check: GitHook) -> bool {
    let call = format!("onehead hook {}", check.name());
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    lines
        .filter_map(|line| line.split_once(&call))
        .any(|(_, rest)| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'))
}
