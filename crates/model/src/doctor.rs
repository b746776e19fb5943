use serde::{Deserialize, Serialize};

use crate::{ChosenTarget, Document};

/// What `onehead doctor --format json` says: whether every check of one clone is installed. Unlike
/// the documents of the stages it is about a machine, so it holds absolute paths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorReport {
    /// Whether every check that can refuse is covered, and a check can run.
    pub ok: bool,
    /// The folder from which git runs hooks.
    pub hooks_folder: String,
    /// The hooks of git, in the order of their work.
    pub checks: Vec<HookReport>,
    /// The target branch, if anything tells.
    pub target: Option<String>,
    /// How it was found, where the settings list several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub chosen: Option<ChosenTarget>,
    /// The environments that a check would look at, sorted by name.
    pub environments: Vec<String>,
    /// Why a check could not run here.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub problem: Option<String>,
    /// What to do about the problem.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}

impl Document for DoctorReport {
    const SCHEMA: &'static str = "onehead.doctor";
    const VERSION: u32 = 1;
}

/// One hook of git.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookReport {
    /// `pre-push`
    pub hook: String,
    /// Whether it can refuse; the others only warn.
    pub refuses: bool,
    /// Whether onehead is asked there, and would answer.
    pub covered: bool,
    /// What runs there: `onehead`, `pre-commit`, `lefthook`, `husky` or `other`.
    pub by: Option<String>,
    /// The same in words.
    pub says: String,
    /// What to do about a hook that does not call onehead.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
}
