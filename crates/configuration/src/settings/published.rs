//! What the settings say about revisions that databases may have applied: `[published]`.

use globset::{Glob, GlobSet, GlobSetBuilder};
use onehead_model::{Code, RevisionId};
use serde::Deserialize;

use super::globs::glob_set;

/// Which revisions are published, and what may change of them.
#[derive(Debug, Clone)]
pub struct PublishedSettings {
    /// The branches and tags whose revisions databases may have applied, besides the target.
    refs: GlobSet,
    /// What to do about another body of one.
    pub body: OnBodyChange,
    /// The revisions that a squash replaces.
    pub replaced: Vec<RevisionId>,
    /// The changes that are meant.
    pub accept: Vec<AcceptedChange>,
}

/// A change of a published revision that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedChange {
    /// Which revision.
    pub revision: RevisionId,
    /// What becomes of it.
    pub kind: Code,
    /// The new revision that repeats what databases skip.
    pub twin: Option<RevisionId>,
    /// Why that is right.
    pub why: String,
}

/// What to do about a published revision that does something else than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnBodyChange {
    /// Nothing.
    Ignore,
    /// Say it, and go on.
    #[default]
    Warn,
    /// Refuse.
    Error,
}

/// A tag is a release unless the settings say which ones are.
const DEFAULT_REFS: &str = "refs/tags/**";

impl Default for PublishedSettings {
    fn default() -> Self {
        let tags = Glob::new(DEFAULT_REFS).expect("a constant");
        Self {
            refs: GlobSetBuilder::new().add(tags).build().expect("a constant"),
            body: OnBodyChange::default(),
            replaced: Vec::new(),
            accept: Vec::new(),
        }
    }
}

impl PublishedSettings {
    /// Whether the settings name a ref, given by its full name, as one that publishes: by that name, or
    /// by what people call it (`v1.0`, `release/1`, `origin/release/1`).
    #[must_use]
    pub fn publishes(&self, full_name: &str) -> bool {
        let short = ["refs/heads/", "refs/remotes/", "refs/tags/"]
            .iter()
            .find_map(|prefix| full_name.strip_prefix(prefix));
        self.refs.is_match(full_name) || short.is_some_and(|short| self.refs.is_match(short))
    }
}

/// The keys of the table.
pub(crate) const KEYS: &[&str] = &["refs", "body", "replaced", "accept"];

/// The keys of an entry of `accept`.
pub(crate) const ACCEPT_KEYS: &[&str] = &["revision", "kind", "twin", "why"];

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
pub(crate) struct RawPublished {
    refs: Option<Vec<String>>,
    #[serde(default)]
    body: OnBodyChange,
    #[serde(default)]
    replaced: Vec<String>,
    #[serde(default)]
    accept: Vec<RawAccept>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
struct RawAccept {
    revision: String,
    kind: String,
    twin: Option<String>,
    why: String,
}

impl RawPublished {
    pub(crate) fn check(self) -> Result<PublishedSettings, String> {
        let accept = self.accept.into_iter().map(RawAccept::check);
        let usual = PublishedSettings::default();
        Ok(PublishedSettings {
            refs: match self.refs {
                Some(patterns) => glob_set(&patterns)?,
                None => usual.refs,
            },
            body: self.body,
            replaced: self.replaced.into_iter().map(RevisionId::new).collect(),
            accept: accept.collect::<Result<_, _>>()?,
        })
    }
}

impl RawAccept {
    fn check(self) -> Result<AcceptedChange, String> {
        let kinds = || {
            let all = Code::ALL.iter();
            all.filter(|code| code.is_about_published() || code.is_about_releases())
        };
        let kind = kinds().find(|code| code.name() == self.kind || code.code() == self.kind);
        let Some(&kind) = kind else {
            let names: Vec<String> = kinds().map(|code| format!("`{}`", code.name())).collect();
            return Err(format!(
                "`published.accept` has the unknown kind `{}`; it is one of {}",
                self.kind,
                names.join(", ")
            ));
        };
        if self.why.trim().is_empty() {
            return Err(format!(
                "`published.accept` of `{}` does not say why",
                self.revision
            ));
        }
        if self.twin.is_some() && kind != Code::InsertedBeforePublished {
            return Err(format!(
                "`published.accept` of `{}` has a `twin`, which only the kind `{}` can have",
                self.revision,
                Code::InsertedBeforePublished.name()
            ));
        }
        Ok(AcceptedChange {
            revision: RevisionId::new(self.revision),
            kind,
            twin: self.twin.map(RevisionId::new),
            why: self.why,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;
    use onehead_model::RepoPath;

    fn settings(text: &str) -> Result<PublishedSettings, String> {
        let path = RepoPath::new("onehead.toml").expect("a path");
        let settings = Settings::parse(&path, text.as_bytes());
        let published = settings.map(|settings| settings.published);
        published.map_err(|error| error.to_string())
    }

    #[test]
    fn tags_publish_unless_it_is_said_what_does() {
        let usual = settings("").unwrap();
        assert!(usual.publishes("refs/tags/v1") && !usual.publishes("refs/heads/release/1"));
        let own = settings("[published]\nrefs = ['release/*']\n").unwrap();
        assert!(own.publishes("refs/heads/release/1") && !own.publishes("refs/tags/v1"));
    }

    #[test]
    fn a_change_is_accepted_by_revision_kind_and_reason() {
        let entry = |kind: &str, why: &str| {
            settings(&format!(
                "[[published.accept]]\nrevision = 'b1'\nkind = '{kind}'\nwhy = '{why}'\n"
            ))
        };
        let accepted = entry("published-removed", "never released").unwrap().accept;
        assert_eq!(accepted[0].kind, Code::PublishedRemoved);
        assert_eq!(
            entry("OH074", "x").unwrap().accept[0].kind,
            Code::PublishedRemoved
        );
        assert!(
            entry("published-removed", " ")
                .unwrap_err()
                .contains("does not say why")
        );
        assert!(
            entry("multiple-heads", "x")
                .unwrap_err()
                .contains("unknown kind")
        );
        let twin = |kind: &str| {
            let text = format!(
                "[[published.accept]]\nrevision = 'b1'\nkind = '{kind}'\ntwin = 't'\nwhy = 'x'\n"
            );
            settings(&text).map(|settings| settings.accept[0].twin.clone())
        };
        assert_eq!(twin("OH070").unwrap(), Some("t".into()));
        assert!(twin("OH071").unwrap_err().contains("only the kind"));
        let unknown = settings("[[published.accept]]\nid = 'b1'\n").unwrap_err();
        assert!(
            unknown.contains("unknown key `published.accept[0].id`"),
            "{unknown}"
        );
    }
}
