//! What is meant of what a release and the first target have otherwise: the settings of either say so.

use onehead_configuration::{AcceptedChange, Settings};
use onehead_model::{Finding, RevisionId, Severity};

/// Entries of `[[published.accept]]`, each with the file that has it.
pub(crate) struct Accepted<'a>(Vec<(String, &'a AcceptedChange)>);

impl<'a> Accepted<'a> {
    pub(crate) fn of(settings: [&'a Settings; 2]) -> Self {
        let entries = settings.into_iter().flat_map(|one| {
            let file = one.path.as_ref();
            let by = file.map_or_else(|| "the settings".to_owned(), |path| format!("`{path}`"));
            let accepted = one.published.accept.iter();
            accepted.map(move |entry| (by.clone(), entry))
        });
        Self(entries.collect())
    }

    /// A finding, or that what it says is meant: of all revisions that it is about.
    pub(crate) fn told(&self, finding: Finding) -> Finding {
        let entry = |id: &RevisionId| {
            let mut entries = self.0.iter();
            entries.find(|(_, one)| one.kind == finding.code && one.revision == *id)
        };
        let entries: Option<Vec<_>> = finding.revisions.iter().map(entry).collect();
        let Some([(by, first), ..]) = entries.as_deref() else {
            return finding;
        };
        Finding {
            severity: Severity::Notice,
            message: format!("{}; accepted by {by}: {}", finding.message, first.why),
            hint: None,
            ..finding
        }
    }
}
