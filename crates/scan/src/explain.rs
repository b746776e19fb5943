//! What made each candidate an environment, or not.

use std::collections::{BTreeMap, BTreeSet};

use onehead_model::{Candidate, CandidateOutcome, Code, Environment, Finding, RepoPath};

use crate::Snapshot;
use crate::file_names::{SETTINGS, VIRTUAL_ENVIRONMENT, is_configuration, leads};
use crate::foreign::is_foreign;

impl Snapshot {
    /// Every configuration file, folder with `env.py` or `script.py.mako`, and folder of files that look like revisions,
    /// with what came of it; sorted by path.
    #[must_use]
    pub fn candidates(&self) -> Vec<Candidate> {
        let tried = &self.looked_for().tried.files;
        let mut configurations = BTreeSet::new();
        let mut folders: BTreeMap<RepoPath, BTreeSet<String>> = BTreeMap::new();
        for path in self.paths_below("") {
            let Ok(path) = RepoPath::new(path) else {
                continue;
            };
            let name = path.name();
            if is_foreign(path.as_str()) || name == VIRTUAL_ENVIRONMENT {
                continue;
            }
            if is_configuration(name) {
                if tried.contains(path.as_str()) && name != SETTINGS {
                    configurations.insert(path);
                }
            } else if leads(name) {
                folders
                    .entry(path.parent())
                    .or_default()
                    .insert(format!("`{name}`"));
            }
        }
        let mut all: Vec<Candidate> = Vec::new();
        all.extend(
            configurations
                .iter()
                .flat_map(|path| self.configuration(path)),
        );
        all.extend(folders.iter().map(|(path, names)| self.folder(path, names)));
        all.extend(self.named_by_settings(&folders));
        all.extend(self.unread_folders());
        all.sort();
        all.dedup();
        all
    }

    fn configuration(&self, path: &RepoPath) -> Vec<Candidate> {
        let report = self.report();
        let mut found = Vec::new();
        for environment in &report.environments {
            let config = environment
                .config
                .as_ref()
                .filter(|config| config.path == *path);
            let Some(config) = config else { continue };
            let why = match &config.section {
                Some(section) => format!(
                    "section `[{section}]` leads to `{}`",
                    environment.script_location
                ),
                None => format!(
                    "`[tool.alembic]` leads to `{}`",
                    environment.script_location
                ),
            };
            found.push(environment_found(path, environment, why));
        }
        let findings = report.findings.iter().filter(|one| is_at(one, path));
        found.extend(findings.map(|one| Candidate {
            path: path.clone(),
            outcome: CandidateOutcome::Finding,
            which: Some(one.code.to_string()),
            why: one.message.clone(),
        }));
        if found.is_empty() {
            found.push(
                self.left_out(&path.parent(), path)
                    .unwrap_or_else(|| nothing(path, "no section of its own leads to migrations")),
            );
        }
        found
    }

    fn folder(&self, folder: &RepoPath, names: &BTreeSet<String>) -> Candidate {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut environments = self.report().environments.iter();
        match environments.find(|one| one.script_location == *folder) {
            Some(environment) => environment_found(
                folder,
                environment,
                format!("it has {}", names.join(" and ")),
            ),
            None => self.left_out(folder, folder).unwrap_or_else(|| {
                let why = format!("it has {}, but nothing in `versions`", names.join(" and "));
                nothing(folder, &why)
            }),
        }
    }

    /// Environments that nothing but the settings give away.
    fn named_by_settings(&self, folders: &BTreeMap<RepoPath, BTreeSet<String>>) -> Vec<Candidate> {
        let mut found = Vec::new();
        for environment in &self.report().environments {
            let folder = &environment.script_location;
            if environment.config.is_none() && !folders.contains_key(folder) {
                let why = "an `[[environment]]` of the settings names it".to_owned();
                found.push(environment_found(folder, environment, why));
            }
        }
        found
    }

    fn unread_folders(&self) -> Vec<Candidate> {
        let mut counts: BTreeMap<(RepoPath, Option<&str>), usize> = BTreeMap::new();
        for file in &self.report().unread {
            let by = file.left_out_by.map(onehead_model::LeftOutBy::key);
            *counts.entry((file.path.parent(), by)).or_default() += 1;
        }
        let candidate = |((path, by), count): ((RepoPath, Option<&str>), usize)| Candidate {
            path,
            outcome: match by {
                Some(_) => CandidateOutcome::LeftOut,
                None => CandidateOutcome::Finding,
            },
            which: by.map(str::to_owned),
            why: match count {
                1 => "1 file looks like a revision, and no environment reads it".to_owned(),
                _ => format!("{count} files look like revisions, and no environment reads them"),
            },
        };
        counts.into_iter().map(candidate).collect()
    }

    fn left_out(&self, folder: &RepoPath, path: &RepoPath) -> Option<Candidate> {
        let by = self.settings().leaves_out(folder)?;
        Some(Candidate {
            path: path.clone(),
            outcome: CandidateOutcome::LeftOut,
            which: Some(by.key().to_owned()),
            why: format!("`{}` in the settings leaves out `{folder}`", by.key()),
        })
    }
}

fn environment_found(path: &RepoPath, environment: &Environment, why: String) -> Candidate {
    Candidate {
        path: path.clone(),
        outcome: CandidateOutcome::Environment,
        which: Some(environment.name.clone()),
        why,
    }
}

fn nothing(path: &RepoPath, why: &str) -> Candidate {
    Candidate {
        path: path.clone(),
        outcome: CandidateOutcome::Nothing,
        which: None,
        why: why.to_owned(),
    }
}

/// Whether a finding says why a configuration leads nowhere.
fn is_at(finding: &Finding, path: &RepoPath) -> bool {
    let place = finding.location.as_ref().map(|place| &place.path);
    place == Some(path)
        && matches!(
            finding.code,
            Code::BadConfiguration | Code::MissingScriptLocation
        )
}
