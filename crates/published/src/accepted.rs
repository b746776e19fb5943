//! What is meant of what becomes of published revisions, and of what a release and the first target have otherwise: the
//! settings, commits and the text of a request say so.

use onehead_configuration::Settings;
use onehead_git::Message;
use onehead_model::{Code, Finding, RevisionId, Severity, words};

use crate::words::{bodies, removed};

/// Something that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    revision: RevisionId,
    /// What becomes of the revision; anything if it is not said.
    kind: Option<Code>,
    /// Which new revision repeats what databases skip, if one does.
    twin: Option<RevisionId>,
    why: String,
    /// Who says so, in words.
    by: String,
}

/// `Onehead-Accept: <revision> <why>`
const KEY: &str = "onehead-accept:";

impl Accepted {
    /// What the settings accept.
    pub fn by_settings(settings: &Settings) -> impl Iterator<Item = Self> {
        let file = settings.path.as_ref();
        let by = file.map_or_else(|| "the settings".to_owned(), |path| format!("`{path}`"));
        settings.published.accept.iter().map(move |one| Self {
            revision: one.revision.clone(),
            kind: Some(one.kind),
            twin: one.twin.clone(),
            why: one.why.clone(),
            by: by.clone(),
        })
    }

    /// What the messages of commits accept.
    pub fn by_messages(messages: &[Message]) -> impl Iterator<Item = Self> {
        messages.iter().flat_map(|message| {
            let short = words::short_id(message.commit.as_str());
            let by = format!("{} in commit {short}", message.author);
            Self::in_text(&message.text, &by)
        })
    }

    /// What the lines of the text of a request accept.
    pub fn by_request(text: &str) -> Vec<Self> {
        Self::in_text(text, "the request")
    }

    /// What the lines of a text accept. One without a reason accepts nothing.
    fn in_text(text: &str, by: &str) -> Vec<Self> {
        let line = |line: &str| {
            let line = line.trim();
            let key = line.get(..KEY.len())?;
            let (revision, why) = line[KEY.len()..].trim().split_once(char::is_whitespace)?;
            key.eq_ignore_ascii_case(KEY).then(|| Self {
                revision: RevisionId::new(revision.trim_matches('`')),
                kind: None,
                twin: None,
                why: why.trim().to_owned(),
                by: by.to_owned(),
            })
        };
        text.lines().filter_map(line).collect()
    }

    /// Whether it may be about a change of a published revision.
    pub(crate) fn is_about_published(&self) -> bool {
        self.kind.is_none_or(Code::is_about_published)
    }

    /// Whether it is about this.
    pub fn is_about(&self, revision: &RevisionId, kind: Code) -> bool {
        self.revision == *revision && self.kind.is_none_or(|own| own == kind)
    }

    /// The new revision that repeats what databases skip, if one does.
    pub(crate) fn twin(&self) -> Option<&RevisionId> {
        self.twin.as_ref()
    }

    /// A finding that says which revision repeats what databases skip, and fails nothing; or why none does.
    pub(crate) fn told_with_twin(&self, finding: Finding, not_proved: Option<&str>) -> Finding {
        let Some(twin) = &self.twin else {
            return self.told(finding);
        };
        match not_proved {
            None => self.told(Finding {
                message: format!("{}, but run its twin `{twin}`", finding.message),
                ..finding
            }),
            Some(why) => Finding {
                message: format!(
                    "{}; {} names `{twin}` as its twin, but {why}",
                    finding.message, self.by
                ),
                ..finding
            },
        }
    }

    /// A finding that says that it is meant, and fails nothing.
    #[must_use]
    pub fn told(&self, finding: Finding) -> Finding {
        Finding {
            severity: Severity::Notice,
            message: format!("{}; accepted by {}: {}", finding.message, self.by, self.why),
            hint: None,
            ..finding
        }
    }

    /// That nothing becomes of the revision.
    pub(crate) fn not_needed(&self) -> Finding {
        let kind = self.kind.map(|kind| format!(" ({})", kind.name()));
        let message = format!(
            "{} accepts a change of the published `{}`{} that is not made",
            self.by,
            self.revision,
            kind.unwrap_or_default()
        );
        Finding::new(Code::AcceptanceNotNeeded, message)
            .hint("remove the entry, or correct its revision")
            .about([self.revision.clone()])
    }
}

/// A finding about one revision, or that what it says is meant.
pub(crate) fn meant_or(accepted: &[Accepted], finding: Finding) -> Finding {
    let revision = finding.revisions.first();
    let acceptance =
        revision.and_then(|id| accepted.iter().find(|one| one.is_about(id, finding.code)));
    match acceptance {
        Some(accepted) => accepted.told(finding),
        None => finding,
    }
}

/// A finding, and one for each of its revisions of which it is meant.
pub(crate) fn parted(accepted: &[Accepted], finding: Finding) -> Vec<Finding> {
    let acceptance = |id: &RevisionId| accepted.iter().find(|one| one.is_about(id, finding.code));
    let (meant, left): (Vec<&RevisionId>, Vec<&RevisionId>) = finding
        .revisions
        .iter()
        .partition(|id| acceptance(id).is_some());
    if meant.is_empty() {
        return vec![finding];
    }
    let about = |ids: Vec<RevisionId>| Finding {
        message: match (finding.code, finding.revisions.len()) {
            (Code::PublishedRemoved, 2..) => removed(&ids),
            (Code::PublishedBodyChanged, 2..) => bodies(&ids),
            _ => finding.message.clone(),
        },
        revisions: ids,
        ..finding.clone()
    };
    let rest = (!left.is_empty()).then(|| about(left.into_iter().cloned().collect()));
    let meant = meant.into_iter().filter_map(|id| {
        let told = about(vec![id.clone()]);
        Some(acceptance(id)?.told(told))
    });
    rest.into_iter().chain(meant).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn of_several_revisions_those_that_are_meant_are_told_apart() {
        let ids = ["a", "b", "c"].map(RevisionId::new);
        let all = Finding::new(Code::PublishedRemoved, removed(&ids)).about(ids);
        let found = parted(
            &Accepted::in_text("Onehead-Accept: b it was empty", "Ann"),
            all.clone(),
        );
        let said: Vec<(Severity, usize, &str)> = found
            .iter()
            .map(|one| (one.severity, one.revisions.len(), one.message.as_str()))
            .collect();
        assert_eq!(
            said,
            [
                (
                    Severity::Error,
                    2,
                    "2 published revisions were removed: `a`, `c`; databases at one of them end with `Can't locate revision identified by …`"
                ),
                (
                    Severity::Notice,
                    1,
                    "the published `b` was removed; a database at it ends with `Can't locate revision identified by 'b'`; accepted by Ann: it was empty"
                ),
            ]
        );
        assert_eq!(parted(&[], all.clone()), [all]);
    }

    #[test]
    fn a_trailer_names_a_revision_and_a_reason() {
        let text = "Drop a table\n\nonehead-accept: `b1` never released\nOnehead-Accept: c1\n\
            Onehead-Accept: d1  all databases were reset \nSee Onehead-Accept: e1 no\n";
        let found = Accepted::in_text(text, "Ann");
        let said: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (one.revision.as_str(), one.why.as_str()))
            .collect();
        assert_eq!(
            said,
            [("b1", "never released"), ("d1", "all databases were reset")]
        );
        assert!(found[0].is_about(&"b1".into(), Code::PublishedRemoved));
        assert!(!found[0].is_about(&"d1".into(), Code::PublishedRemoved));
    }
}
