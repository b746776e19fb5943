//! The hook, and what adding it to a text comes to.

/// What Alembic calls the hook.
pub(super) const NAME: &str = "onehead";

/// The options of the hook. Alembic ends with a traceback where the program of a hook is missing, so a shell looks for it.
pub(super) const OPTIONS: [(&str, &str); 3] = [
    ("type", "exec"),
    ("executable", "sh"),
    (
        "options",
        r#"-c 'command -v onehead >/dev/null || exit 0; onehead hook revision "$0" || true' REVISION_SCRIPT_FILENAME"#,
    ),
];

/// Whether the options of a hook start this one, in whatever words.
pub(super) fn is_ours<'a>(values: impl IntoIterator<Item = &'a str>) -> bool {
    let words = values.into_iter().collect::<Vec<_>>().join(" ");
    words.contains("onehead") && words.contains("hook revision")
}

/// What adding the hook to a text comes to.
pub(super) enum Added {
    /// It is there.
    Present,
    /// The whole text with it, and the lines that came.
    Text(String, String),
}

/// Why the hook cannot be added to a text.
pub(super) struct ByHand {
    pub(super) why: String,
    /// What has to be added.
    pub(super) text: String,
}
