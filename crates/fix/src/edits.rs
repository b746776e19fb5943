//! Which ids change in which files, before anything is rendered.

use std::collections::BTreeMap;
use std::sync::Arc;

use onehead_forecast::{Analysis, ReadError};
use onehead_graph::Reparented;
use onehead_model::{
    Content, EnvironmentGraph, Field, Replacement, RepoPath, Revision, RevisionId, Rewrite,
    ScanReport,
};

/// Replacements by environment and file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edits(BTreeMap<(String, RepoPath), Vec<Replacement>>);

impl Edits {
    /// Replaces an id in a field; what was planned for that id before, goes on from there.
    pub(crate) fn replace(
        &mut self,
        environment: &EnvironmentGraph,
        path: &RepoPath,
        replacement: Replacement,
    ) {
        let file = (environment.name.clone(), path.clone());
        let planned = self.0.entry(file).or_default();
        let before = planned.iter_mut().find(|one| {
            one.field == replacement.field && replacement.from.as_ref() == Some(&one.to)
        });
        match before {
            Some(before) => before.to = replacement.to,
            None => planned.push(replacement),
        }
        planned.sort_by(|a, b| (a.field, &a.from).cmp(&(b.field, &b.from)));
    }

    /// Gives revisions other parents.
    pub(crate) fn reparent(&mut self, environment: &EnvironmentGraph, moves: &[Reparented]) {
        for moved in moves {
            let replacement = Replacement {
                field: Field::DownRevision,
                from: moved.from.clone(),
                to: moved.to.clone(),
            };
            self.replace(environment, &moved.path, replacement);
        }
    }

    /// Whether a file of this environment changes.
    pub(crate) fn touch(&self, environment: &str) -> bool {
        self.0.keys().any(|(name, _)| name == environment)
    }

    /// What a scan would say after these edits.
    pub(crate) fn apply(&self, report: &mut ScanReport) {
        for environment in &mut report.environments {
            for revision in &mut environment.revisions {
                let file = (environment.name.clone(), revision.path.clone());
                for replacement in self.0.get(&file).into_iter().flatten() {
                    apply(replacement, Arc::make_mut(revision));
                }
            }
        }
    }

    /// The same for `onehead-render`, each with the bytes of its file.
    pub(crate) fn rewrites(
        &self,
        analysis: &Analysis,
        environment: &str,
    ) -> Result<Vec<Rewrite>, ReadError> {
        let here = self.0.iter().filter(|((name, _), _)| name == environment);
        here.map(|((_, path), replacements)| {
            Ok(Rewrite {
                path: path.clone(),
                content: Content::from(analysis.read(path)?),
                replacements: replacements.clone(),
            })
        })
        .collect()
    }
}

fn apply(replacement: &Replacement, revision: &mut Revision) {
    match replacement.field {
        Field::Revision => revision.id = replacement.to.clone(),
        Field::DownRevision => {
            put(&mut revision.down_revisions, replacement, RevisionId::clone);
        }
        Field::DependsOn => {
            put(&mut revision.depends_on, replacement, ToString::to_string);
        }
        Field::BranchLabels => {}
    }
}

fn put<T: PartialEq>(
    list: &mut Vec<T>,
    replacement: &Replacement,
    make: impl Fn(&RevisionId) -> T,
) {
    let to = make(&replacement.to);
    match replacement.from.as_ref().map(&make) {
        None => list.push(to),
        Some(from) => {
            for one in list.iter_mut().filter(|one| **one == from) {
                *one = make(&replacement.to);
            }
        }
    }
}
