//! A text that grows line by line: for people, without colour, nothing raw from the repository.

use onehead_model::Finding;
use onehead_model::escape::for_log;

/// The text so far.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

impl Page {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }

    /// How many lines it has.
    pub(crate) fn lines(&self) -> usize {
        self.0.lines().count()
    }

    /// What is safe to show already.
    pub(crate) fn push(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// One line; whatever in it could act on a terminal or on a CI service is shown instead.
    pub(crate) fn line(&mut self, text: &str) {
        self.0.push_str(&for_log(text));
        self.0.push('\n');
    }

    /// An empty line, but not at the top.
    pub(crate) fn blank(&mut self) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
    }

    /// A finding with its place and its hint.
    pub(crate) fn finding(&mut self, finding: &Finding) {
        let place = finding.location.as_ref();
        let place = place.map(|one| format!(" {one}:")).unwrap_or_default();
        self.line(&format!(
            "{}[{}]{place} {}",
            finding.word(),
            finding.code,
            finding.message
        ));
        if let Some(hint) = &finding.hint {
            self.line(&format!("  hint: {hint}"));
        }
    }
}
