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
                if let Some(replacements) = self.0.get(&file) {
                    apply(replacements, Arc::make_mut(revision));
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

/// Makes all replacements at once: what one of them writes is nothing for another to replace.
fn apply(replacements: &[Replacement], revision: &mut Revision) {
    let of = |field: Field| replacements.iter().filter(move |one| one.field == field);
    if let Some(replacement) = of(Field::Revision).next() {
        revision.id = replacement.to.clone();
    }
    let parents = of(Field::DownRevision).collect::<Vec<_>>();
    put(&mut revision.down_revisions, &parents, RevisionId::clone);
    let dependencies = of(Field::DependsOn).collect::<Vec<_>>();
    put(&mut revision.depends_on, &dependencies, ToString::to_string);
}

fn put<T: PartialEq>(
    list: &mut Vec<T>,
    replacements: &[&Replacement],
    make: impl Fn(&RevisionId) -> T,
) {
    for one in list.iter_mut() {
        let is_from = |from: &Option<RevisionId>| from.as_ref().is_some_and(|id| make(id) == *one);
        if let Some(replacement) = replacements.iter().find(|other| is_from(&other.from)) {
            *one = make(&replacement.to);
        }
    }
    let added = replacements.iter().filter(|one| one.from.is_none());
    list.extend(added.map(|one| make(&one.to)));
}
