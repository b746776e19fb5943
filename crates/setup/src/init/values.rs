//! What the settings say: keys and values.

use std::collections::BTreeMap;

use onehead_forecast::Target;
use onehead_model::{EnvironmentGraph, RepoPath};
use onehead_scan::{ScanError, Settings};
use serde::Serialize;

use super::options::{InitOptions, Policy};

/// The file that holds nothing else.
pub(super) const OWN: &str = "onehead.toml";

/// Keys of the settings, as `onehead-scan` reads them.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Values {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) exclude: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) environment: Vec<EnvironmentValues>,
}

/// An `[[environment]]`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct EnvironmentValues {
    pub(super) script_location: RepoPath,
    pub(super) policy: Policy,
}

impl Values {
    pub(super) fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// As an `onehead.toml`.
    pub(super) fn text(&self) -> String {
        toml::to_string(self).expect("text and lists of text")
    }

    /// What is asked for.
    pub(super) fn asked(options: &InitOptions, target: Option<&Target>) -> Self {
        Self {
            exclude: options.exclude.clone(),
            policy: options.policy,
            target: target
                .filter(|_| options.target.is_some())
                .map(|target| target.name.clone()),
            environment: Vec::new(),
        }
    }

    pub(super) fn for_one(script_location: &RepoPath, policy: Policy) -> Self {
        Self {
            environment: vec![EnvironmentValues {
                script_location: script_location.clone(),
                policy,
            }],
            ..Self::default()
        }
    }

    pub(super) fn leave_out_defaults(&mut self) {
        self.policy = self.policy.filter(|&policy| policy != Policy::Single);
    }

    /// One line where all environments agree, else an entry for each that needs one.
    pub(super) fn add_policies(
        &mut self,
        environments: &[EnvironmentGraph],
        policies: &BTreeMap<String, Policy>,
    ) {
        let each = environments.iter().map(|one| policies.get(&one.name));
        let mut each: Vec<Option<&Policy>> = each.collect();
        each.dedup();
        if let [Some(policy)] = each[..] {
            self.policy = Some(*policy);
            return;
        }
        for one in environments {
            if let Some(&policy) = policies.get(&one.name) {
                let entry = Self::for_one(&one.script_location, policy);
                self.environment.extend(entry.environment);
            }
        }
    }

    pub(super) fn policy_of(&self, script_location: &RepoPath) -> Option<Policy> {
        let entry = self
            .environment
            .iter()
            .find(|one| one.script_location == *script_location);
        entry.map(|one| one.policy).or(self.policy)
    }
}

/// The settings that these values are.
pub(super) fn read(values: &Values) -> Result<Settings, ScanError> {
    Settings::parse(&RepoPath::root().join(OWN), values.text().as_bytes())
}
