//! The three answers that there are, as a type: fine, findings, unknown.
//!
//! Nothing outside of this file makes a [`Proof`], so that fine is said only where everything was looked at; and there is no
//! way from [`Verdict::Unknown`] to it.

use onehead_model::{Code, Finding, Location, RepoPath};
use onehead_scan::{ScanError, hints};

/// What merging heads into a target gives. `F` is what may be wrong: [`Finding`] for one head,
/// [`Collision`](crate::Collision) for a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<F> {
    /// Everything that counts was read, and nothing is wrong.
    Fine(Proof),
    /// Everything that counts was read, and this is wrong; at least one.
    Findings(Vec<F>),
    /// Not everything could be read, for these reasons; at least one.
    Unknown(Vec<Unknown>),
}

/// That everything was read to the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof(());

impl<F> Verdict<F> {
    /// The verdict on something that was looked at to the end but for what is unknown.
    pub(crate) fn of(unknown: Vec<Unknown>, findings: Vec<F>) -> Self {
        match (unknown.is_empty(), findings.is_empty()) {
            (false, _) => Self::Unknown(unknown),
            (true, false) => Self::Findings(findings),
            (true, true) => Self::Fine(Proof(())),
        }
    }

    /// Whether it is fine, which unknown never is.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        matches!(self, Self::Fine(_))
    }
}

/// Why it is not known what merging a head gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// The commit is not in this clone.
    MissingCommit,
    /// The clone is shallow, and the commit where the head and the target part is not in it.
    Shallow,
    /// The head and the target have no commit in common, and the history is here: git refuses to merge them.
    Unrelated,
    /// One of two heads cannot be merged into the target by itself, so the two are not compared.
    NotCompared,
    /// The object of a file is not in this clone.
    MissingObject(Finding),
    /// A file of an environment that the head changes does not parse, or cannot be decoded.
    DoesNotParse(Finding),
    /// A value that decides about heads is computed.
    Computed(Finding),
    /// The merge leaves a revision file in conflict.
    Conflict(Finding),
    /// Where the revisions are is not known: the configuration cannot be read, or leads out of the repository.
    Configuration(Finding),
    /// git, or the scan of the merge, failed.
    Failed {
        /// Why.
        reason: String,
        /// What to do about it.
        hint: Option<String>,
    },
}

impl From<ScanError> for Unknown {
    fn from(error: ScanError) -> Self {
        let hint = hints::hint(&error);
        match error {
            ScanError::NotFetched { path, .. } => {
                let finding = Finding::new(
                    Code::MissingObject,
                    "the object of the file is not in this clone",
                );
                let finding = match RepoPath::new(path.as_str()) {
                    Ok(path) => finding.at(path),
                    Err(_) => finding,
                };
                Self::MissingObject(Finding { hint, ..finding })
            }
            error => Self::Failed {
                reason: error.to_string(),
                hint,
            },
        }
    }
}

impl Unknown {
    /// What a finding says is not known; `None` if it says no such thing.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        if !finding.is_error() || !finding.code.is_unknown() {
            return None;
        }
        let finding = finding.clone();
        Some(match finding.code {
            Code::NoAnswer => Self::Failed {
                reason: finding.message,
                hint: finding.hint,
            },
            Code::MissingObject => Self::MissingObject(finding),
            Code::NotStatic => Self::Computed(finding),
            Code::Unmerged => Self::Conflict(finding),
            Code::BadConfiguration | Code::MissingScriptLocation => Self::Configuration(finding),
            _ => Self::DoesNotParse(finding),
        })
    }

    /// Whether the repository or its settings can change it: then it is a finding. Otherwise the question could not
    /// be answered.
    #[must_use]
    pub fn is_liftable(&self) -> bool {
        match self {
            Self::DoesNotParse(_)
            | Self::Computed(_)
            | Self::Conflict(_)
            | Self::Configuration(_) => true,
            Self::MissingCommit
            | Self::Shallow
            | Self::Unrelated
            | Self::NotCompared
            | Self::MissingObject(_)
            | Self::Failed { .. } => false,
        }
    }

    /// Where it is, if it is in a file.
    #[must_use]
    pub fn location(&self) -> Option<&Location> {
        match self {
            Self::MissingObject(finding)
            | Self::DoesNotParse(finding)
            | Self::Computed(finding)
            | Self::Conflict(finding)
            | Self::Configuration(finding) => finding.location.as_ref(),
            Self::MissingCommit
            | Self::Shallow
            | Self::Unrelated
            | Self::NotCompared
            | Self::Failed { .. } => None,
        }
    }

    /// Why, in a line. `target` is what people call the target.
    #[must_use]
    pub fn reason(&self, target: &str) -> String {
        match self {
            Self::MissingCommit => "its commit is not in this clone".into(),
            Self::Shallow => format!(
                "this clone is shallow, and the commit where it and {target} part is not in it"
            ),
            Self::Unrelated => {
                format!(
                    "it has no commit in common with {target}, and git refuses to merge unrelated histories"
                )
            }
            Self::NotCompared => {
                format!("one of the two cannot be merged into {target} by itself")
            }
            Self::MissingObject(finding)
            | Self::DoesNotParse(finding)
            | Self::Computed(finding)
            | Self::Conflict(finding)
            | Self::Configuration(finding) => match &finding.location {
                Some(place) => format!("{place}: {}", finding.message),
                None => finding.message.clone(),
            },
            Self::Failed { reason, .. } => first_line(reason).to_owned(),
        }
    }

    /// The finding that a document has of it.
    #[must_use]
    pub fn finding(&self, target: &str) -> Finding {
        match self {
            Self::MissingObject(finding)
            | Self::DoesNotParse(finding)
            | Self::Computed(finding)
            | Self::Conflict(finding)
            | Self::Configuration(finding) => finding.clone(),
            Self::MissingCommit
            | Self::Shallow
            | Self::Unrelated
            | Self::NotCompared
            | Self::Failed { .. } => {
                let message = format!(
                    "the merge into {target} is unknown: {}",
                    self.reason(target)
                );
                let finding = Finding::new(Code::NoAnswer, message);
                match self {
                    Self::Shallow => finding.hint("run `git fetch --unshallow`"),
                    Self::Failed { hint, .. } => Finding {
                        hint: hint.clone(),
                        ..finding
                    },
                    _ => finding,
                }
            }
        }
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_kind() -> Vec<Unknown> {
        let finding = |code| Finding::new(code, "x");
        let mut all = vec![
            Unknown::MissingCommit,
            Unknown::Shallow,
            Unknown::Unrelated,
            Unknown::NotCompared,
            Unknown::Failed {
                reason: "x".into(),
                hint: None,
            },
        ];
        all.extend(
            Code::ALL
                .iter()
                .filter_map(|&code| Unknown::of(&finding(code))),
        );
        all
    }

    #[test]
    fn no_kind_of_unknown_is_fine() {
        for one in every_kind() {
            let finding = one.finding("origin/main");
            let document = onehead_model::Verdict::of([&finding]);
            assert_eq!(document, onehead_model::Verdict::Unknown, "{one:?}");
            assert_eq!(one.is_liftable(), finding.code.is_liftable(), "{one:?}");
            assert!(!Verdict::<Finding>::of(vec![one], Vec::new()).is_fine());
        }
    }
}
