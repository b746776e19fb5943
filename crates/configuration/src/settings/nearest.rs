//! What a wrong word was meant to be.

/// The known word that is most like it.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> &'a str {
    known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b)))
        .copied()
        .unwrap_or_default()
}
