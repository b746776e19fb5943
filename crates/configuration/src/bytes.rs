//! Text and words in bytes that may be no text.

/// Whether a word is in there.
#[must_use]
pub fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// The bytes as text.
///
/// # Errors
/// They are not UTF-8, from this line on.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, u32> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let breaks = before.iter().filter(|byte| **byte == b'\n').count();
        u32::try_from(breaks).map_or(u32::MAX, |breaks| breaks.saturating_add(1))
    })
}

/// What is said of bytes that are no text.
pub(crate) const NOT_UTF_8: &str = "the file is not UTF-8";

pub(crate) fn contains_in_any_case(bytes: &[u8], word: &[u8]) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window[0].eq_ignore_ascii_case(&word[0]) && window.eq_ignore_ascii_case(word))
}
