//! The commands that bring a database to where what is checked out can go on.

use std::collections::BTreeSet;

use onehead_git::Connection;
use onehead_graph::{Dag, Links, environment_graph};
use onehead_model::words::short_id;
use onehead_model::{DatabaseReport, DatabaseStep, Environment, RevisionId};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};
use shell_words::quote;

use crate::HistoryError;

/// What is known of this clone, and the environment that the database belongs to.
pub(super) struct Steps<'a> {
    pub(super) repository: &'a Connection,
    pub(super) options: &'a ScanOptions,
    pub(super) here: &'a Snapshot,
    pub(super) environment: &'a Environment,
}

impl Steps<'_> {
    /// To what has the revisions, down to what is here too, and back.
    pub(super) fn back(&self, report: &mut DatabaseReport) -> Result<(), HistoryError> {
        let found = report.lacking.iter().find_map(|one| one.found.as_ref());
        let Some((commit, get)) = found.and_then(|one| one.at.clone().zip(one.checkout.clone()))
        else {
            return Ok(());
        };
        let there = Snapshot::open(self.repository, self.options, &SourceSpec::Commit(commit))?;
        let environments = there.report().environments.iter();
        let all = |one: &&Environment| report.at.iter().all(|id| has(one, id));
        let Some(theirs) = environments.filter(all).max_by_key(|one| {
            // That of the same name, if it has them.
            one.name == self.environment.name
        }) else {
            report.reason = Some("no single commit that has one of them has them all".into());
            return Ok(());
        };
        report.steps.push(DatabaseStep {
            run: get,
            why: "has what the database has: stay there to keep the database as it is".into(),
        });
        let graph = environment_graph(theirs);
        let dag = Dag::of(&graph);
        let rows = report.at.iter().filter_map(|id| dag.number(id.as_str()));
        let applied = dag.ancestors(rows, Links::All);
        let mut shared = dag.none();
        shared.extend(
            applied
                .ones()
                .filter(|&number| has(self.environment, dag.id(number))),
        );
        let undone: Vec<RevisionId> = applied
            .difference(&shared)
            .map(|number| dag.id(number).clone())
            .collect();
        let last = dag.youngest(&shared, Links::All);
        let last: Vec<&RevisionId> = last.ones().map(|number| dag.id(number)).collect();
        let down = match last.as_slice() {
            [] => "base",
            [one] => one.as_str(),
            _ => {
                report.reason = Some(format!(
                    "the two part at several revisions, so that one downgrade does not do: {}",
                    listed(last.iter().copied())
                ));
                return Ok(());
            }
        };
        report.steps.push(DatabaseStep {
            run: format!("{} downgrade {}", alembic(&there, theirs), quote(down)),
            why: format!("or undo what is not here: {}", listed(&undone)),
        });
        report.steps.push(self.return_here(report));
        let heads = environment_graph(self.environment).heads.len();
        report
            .steps
            .push(upgrade(self.here, self.environment, heads));
        Ok(())
    }

    fn return_here(&self, report: &DatabaseReport) -> DatabaseStep {
        let run = match (&report.branch, &report.head) {
            (Some(branch), _) => format!("git switch {}", quote(branch)),
            (None, Some(head)) => format!("git switch --detach {}", short_id(head)),
            (None, None) => "git switch -".into(),
        };
        DatabaseStep {
            run,
            why: "come back".into(),
        }
    }
}

/// Whether an environment has a revision.
pub(super) fn has(environment: &Environment, id: &RevisionId) -> bool {
    environment.revisions.iter().any(|one| one.id == *id)
}

/// To run what is pending.
pub(super) fn upgrade(here: &Snapshot, environment: &Environment, heads: usize) -> DatabaseStep {
    let to = match heads {
        1 => "head",
        _ => "heads",
    };
    DatabaseStep {
        run: format!("{} upgrade {to}", alembic(here, environment)),
        why: "go on from there".into(),
    }
}

/// How Alembic is called for an environment: as the settings say, else with the configuration that leads to it.
fn alembic(state: &Snapshot, environment: &Environment) -> String {
    if let Some(command) = &state.settings().alembic {
        return command.clone();
    }
    let mut command = "alembic".to_owned();
    if let Some(config) = &environment.config {
        if !["alembic.ini", "pyproject.toml"].contains(&config.path.as_str()) {
            command += &format!(" -c {}", quote(config.path.as_str()));
        }
        if let Some(section) = config.section.as_ref().filter(|name| *name != "alembic") {
            command += &format!(" -n {}", quote(section));
        }
    }
    command
}

fn listed<'a>(ids: impl IntoIterator<Item = &'a RevisionId>) -> String {
    let ids: BTreeSet<String> = ids.into_iter().map(|id| format!("`{id}`")).collect();
    ids.into_iter().collect::<Vec<_>>().join(", ")
}
