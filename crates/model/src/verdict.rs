use serde::{Deserialize, Serialize};

use crate::{Exit, Finding, RepoPath};

/// The answer of a check or a forecast. Documents derive it from their findings, so none can call unknown fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was read, and nothing is wrong.
    Fine,
    /// Everything was read, and something is wrong.
    Findings,
    /// Something could not be read, so the heads are not known. Something may be wrong besides.
    Unknown,
}

impl Verdict {
    /// What these findings come to: of those that make a check fail, one of the unknown outweighs all others.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        findings
            .into_iter()
            .filter(|finding| finding.is_error())
            .map(|finding| match finding.code.is_unknown() {
                true => Self::Unknown,
                false => Self::Findings,
            })
            .max()
            .unwrap_or(Self::Fine)
    }

    /// The worse of two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether it is fine, which unknown never is.
    #[must_use]
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Fine)
    }

    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Findings => "findings",
            Self::Unknown => "unknown",
        }
    }
}

/// Something that is not known, so that the verdict is [`Verdict::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NotKnown {
    /// Why, in a line.
    pub reason: String,
    /// The file that could not be read, if it is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<RepoPath>,
    /// The line there, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub way_out: Option<String>,
}

impl NotKnown {
    /// What a finding says is not known; `None` if it says no such thing or makes nothing fail.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        (finding.is_error() && finding.code.is_unknown()).then(|| Self {
            reason: finding.message.clone(),
            file: finding.location.as_ref().map(|place| place.path.clone()),
            line: finding.location.as_ref().and_then(|place| place.line),
            way_out: finding.hint.clone(),
        })
    }

    /// What these findings say is not known, each once, sorted.
    pub fn all<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Self> {
        let mut all: Vec<Self> = findings.into_iter().filter_map(Self::of).collect();
        all.sort();
        all.dedup();
        all
    }
}

impl Exit {
    /// How a command ends that has these findings: what is unknown because objects, refs or git are missing could not
    /// be answered; any other error is a finding.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        findings
            .into_iter()
            .filter(|finding| finding.is_error())
            .map(|finding| match finding.code.is_liftable() {
                true => Self::Findings,
                false => Self::CouldNotRun,
            })
            .max()
            .unwrap_or(Self::Clean)
    }
}
