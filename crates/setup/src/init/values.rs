//! What the settings say: keys and values.

use std::collections::BTreeMap;

use onehead_forecast::Target;
use onehead_model::{EnvironmentGraph, RepoPath, RevisionIds, SuggestedEnvironment};
use serde::Serialize;

use super::options::{InitOptions, Policy};

/// The file that holds nothing else.
pub(super) const OWN: &str = "onehead.toml";

/// The file that holds them in a table of its own.
pub(super) const SHARED: &str = "pyproject.toml";

/// Keys of the settings, as `onehead-scan` reads them.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Values {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) exclude: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision_id: Option<RevisionIds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) environment: Vec<EnvironmentValues>,
}

/// An `[[environment]]`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct EnvironmentValues {
    pub(super) script_location: RepoPath,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) version_locations: Vec<RepoPath>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) recursive: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) elsewhere: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policy: Option<Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) revision_id: Option<RevisionIds>,
}

impl EnvironmentValues {
    pub(super) fn of(script_location: &RepoPath) -> Self {
        Self {
            script_location: script_location.clone(),
            version_locations: Vec::new(),
            recursive: false,
            elsewhere: Vec::new(),
            policy: None,
            revision_id: None,
        }
    }
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
            revision_id: None,
            target: target
                .filter(|_| options.target.is_some())
                .map(|target| target.name.clone()),
            environment: Vec::new(),
        }
    }

    /// Leaves out these files, and nothing else.
    pub(super) fn exclude_files(&mut self, files: &[RepoPath]) {
        let patterns = files.iter().map(|file| globset::escape(file.as_str()));
        self.exclude.extend(patterns);
    }

    /// An entry for each environment that would read more with one.
    pub(super) fn add_suggested(&mut self, suggested: &[SuggestedEnvironment]) {
        let entries = suggested.iter().map(|one| EnvironmentValues {
            version_locations: one.version_locations.clone(),
            recursive: one.recursive,
            elsewhere: one.elsewhere.clone(),
            ..EnvironmentValues::of(&one.script_location)
        });
        self.environment.extend(entries);
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
                self.entry(one).policy = Some(policy);
            }
        }
    }

    /// That ids follow one another, in one line where they do so in all environments, else in an entry for each where
    /// they do.
    pub(super) fn add_sequences(&mut self, environments: &[EnvironmentGraph]) {
        let numbered: Vec<&EnvironmentGraph> = environments
            .iter()
            .filter(|one| one.sequence.is_some())
            .collect();
        if numbered.len() == environments.len() {
            self.revision_id = (!numbered.is_empty()).then_some(RevisionIds::Sequence);
            return;
        }
        for one in numbered {
            self.entry(one).revision_id = Some(RevisionIds::Sequence);
        }
    }

    /// The entry of an environment, which is added if it is not there.
    pub(super) fn entry(&mut self, environment: &EnvironmentGraph) -> &mut EnvironmentValues {
        let script_location = &environment.script_location;
        let names = |locations: &[RepoPath]| {
            let is_it = |one: &EnvironmentValues| {
                one.script_location == *script_location && one.version_locations == locations
            };
            self.environment.iter().position(is_it)
        };
        let at = names(&environment.version_locations).or_else(|| names(&[]));
        let at = at.unwrap_or_else(|| {
            self.environment
                .push(EnvironmentValues::of(script_location));
            self.environment.len() - 1
        });
        &mut self.environment[at]
    }
}
