use serde::{Deserialize, Serialize};

use crate::{Code, Document, Exit, Finding, Head, NotKnown, RevisionId, Verdict};

/// What `onehead ci rejudge --format json` says: check every open pull request now that the target
/// has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejudgeReport {
    /// What people call the target: `origin/main`.
    pub target: String,
    /// Its commit.
    pub oid: String,
    /// The worst verdict on any of them.
    pub verdict: Verdict,
    /// Whether every one of them may land.
    pub ok: bool,
    /// Where the settings list several targets, those that requests are merged into; `target` is then the first of the
    /// settings.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub targets: Vec<JudgedTarget>,
    /// Each with its status, in the order given.
    pub requests: Vec<Judged>,
    /// Those that do not land here.
    pub skipped: Vec<Skipped>,
}

impl Document for RejudgeReport {
    const SCHEMA: &'static str = "onehead.rejudge";
    const VERSION: u32 = 1;
}

impl RejudgeReport {
    /// How a command ends that says this: of some it is not known, or some may not land.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let ends = self.requests.iter().map(|one| match one.status.state {
            State::Success => Exit::Clean,
            State::Failure => Exit::Findings,
            State::Error => Exit::CouldNotRun,
        });
        ends.max().unwrap_or(Exit::Clean)
    }
}

/// One of several targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedTarget {
    /// What people call it.
    pub target: String,
    /// Its commit.
    pub oid: String,
    /// How many requests are merged into it.
    pub requests: usize,
}

/// A pull request, a merge request or a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Its number; none for a branch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u64>,
    /// The branch.
    pub name: String,
    /// The commit that would be merged.
    pub commit: String,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub title: Option<String>,
    /// The login of its author.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub author: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// Whether it is a draft.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub draft: bool,
}

/// One of them, and what merging it would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Which.
    #[serde(flatten)]
    pub request: Request,
    /// What it is merged into, where the settings list several targets.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<String>,
    /// The verdict: fine if it may land.
    pub verdict: Verdict,
    /// What is not known; empty unless the verdict is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<NotKnown>,
    /// What to post for its commit.
    pub status: Status,
    /// What is wrong after merging it, if anything is.
    pub environments: Vec<JudgedEnvironment>,
    /// What is wrong and concerns no single environment.
    pub findings: Vec<Finding>,
    /// If it may land: those that may land as well, but not once it has.
    pub collides_with: Vec<CollidesWith>,
    /// If it may land: those of which it is not known whether they may land as well once it has.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown_with: Vec<UnknownWith>,
}

/// A commit status as GitHub and GitLab take it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Its name among the statuses of a commit: `onehead`.
    pub context: String,
    /// The verdict.
    pub state: State,
    /// The reason, at most 140 characters.
    pub description: String,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It may land.
    Success,
    /// It may not.
    Failure,
    /// It is not known.
    Error,
}

impl State {
    /// As documents and forges write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }
}

/// An environment with something wrong after the merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedEnvironment {
    /// What people call it.
    pub name: String,
    /// Its heads after the merge; those of the target with who added them.
    pub heads: Vec<Head>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Another one that it does not go together with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollidesWith {
    /// Its number; none for a branch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u64>,
    /// Its branch.
    pub name: String,
    /// What would be wrong then.
    pub collisions: Vec<PairCollision>,
}

/// Another one with which it could not be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownWith {
    /// Its number; none for a branch.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<u64>,
    /// Its branch.
    pub name: String,
    /// Why, at least one reason.
    pub reasons: Vec<String>,
}

/// What is wrong once both have landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairCollision {
    /// The environment; none for what concerns none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<String>,
    /// The finding.
    pub code: Code,
    /// The revisions that it concerns, sorted.
    pub revisions: Vec<RevisionId>,
}

/// One that was not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Which.
    #[serde(flatten)]
    pub request: Request,
    /// The branch that it lands on.
    pub base: String,
}

/// An open pull request as `gh pr list --json number,title,author,headRefName,headRefOid,baseRefName,isDraft,url`
/// writes it, or a merge request as `glab mr list --output json` does.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenRequest {
    /// Its number.
    #[serde(alias = "iid")]
    pub number: u64,
    /// What it is called.
    #[serde(default)]
    pub title: Option<String>,
    /// Who opened it.
    #[serde(default)]
    pub author: Option<Author>,
    /// The branch.
    #[serde(alias = "source_branch")]
    pub head_ref_name: String,
    /// The commit that would be merged.
    #[serde(alias = "sha")]
    pub head_ref_oid: String,
    /// The branch that it lands on.
    #[serde(alias = "target_branch")]
    pub base_ref_name: String,
    /// Whether it is a draft.
    #[serde(default, alias = "draft")]
    pub is_draft: bool,
    /// Where it is.
    #[serde(default, alias = "web_url")]
    pub url: Option<String>,
}

/// A person at a forge.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Author {
    /// The login.
    #[serde(default, alias = "username")]
    pub login: Option<String>,
}
