//! Real databases before and after a fix: the real Alembic upgrades SQLite to a state, the graph is
//! fixed, Alembic upgrades to the heads, and what ran is what `onehead_graph` says of that state.
//!
//! Needs Python with Alembic, so `cargo test` leaves it out and `cargo xtask oracle` runs it.

mod alembic;
mod database;
mod environments;
mod known_bad;
mod published;
mod releases;
mod twice;
mod written;

use std::collections::BTreeMap;

use alembic::{Alembic, Answer, Job};
use environments::{Drawn, Kind, drawn, graphs, merged, one_of_each, sides_reparented, written};
use onehead_fixtures::states::{Fate, Ids, Past, agree, class_of};
use onehead_fixtures::{GitSandbox, binary};
use onehead_graph::upgrade::UpgradeError;
use onehead_graph::{explain, upgrade};
use onehead_model::{EnvironmentGraph, Explanation, FixVerdict, Node, Outcome, RevisionId};

/// How many environments are drawn for each kind of fix.
const OF_EACH_KIND: usize = 120;

#[test]
fn every_revision_runs_once_after_a_merge_and_skips_are_foretold() {
    let environments: Vec<Drawn> = [Kind::Merge, Kind::Side, Kind::Any]
        .into_iter()
        .flat_map(|kind| drawn(kind, OF_EACH_KIND))
        .collect();
    let told = check(&environments);
    assert!(
        told.exact > 300 && told.skipping > 50 && told.refused > 20 && told.advised > 50,
        "{told:?}"
    );
}

#[test]
fn an_applied_revision_reparented_onto_another_head_by_hand_skips_it_and_fix_refuses() {
    let environments = one_of_each();
    let told = check(&environments);
    assert_eq!(
        (told.exact, told.skipping, told.refused),
        (2, 1, 1),
        "{told:?}"
    );

    let sandbox = written(&environments, |one| &one.before);
    // Somebody has pushed it, so a database other than his own may have applied it.
    sandbox.git(&["update-ref", "refs/remotes/origin/pushed", "work"]);
    sandbox.write("onehead.toml", "target = \"main\"\n");
    let args = [
        "fix",
        "--strategy",
        "reparent",
        "--script-location",
        "by-hand",
    ];
    let refused = sandbox.run(binary("onehead"), &args, "");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stdout.contains("would skip theirs"),
        "{}",
        refused.stdout
    );
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? onehead.toml");
}

/// How many states of each outcome there were.
#[derive(Debug, Default)]
struct Told {
    exact: usize,
    skipping: usize,
    refused: usize,
    /// Where the command of the explanation was given before the fix, and nothing was skipped.
    advised: usize,
    /// Where Alembic cannot even reach the state, or fails over an older merge revision.
    broken: usize,
}

/// One state of one environment, and what it is asked.
struct Trial<'a> {
    name: &'a str,
    state: &'a Ids,
    before: &'a EnvironmentGraph,
    after: &'a EnvironmentGraph,
    explanation: &'a Explanation,
}

fn check(environments: &[Drawn]) -> Told {
    let (old, new) = (
        written(environments, |one| &one.before),
        written(environments, |one| &one.after),
    );
    merged(&new);
    sides_reparented(&new);
    let (before, after) = (graphs(&old), graphs(&new));
    let explanations: BTreeMap<&str, Explanation> = environments
        .iter()
        .map(|one| {
            let name = one.name.as_str();
            let is_published = |node: &Node| !one.unpublished.contains(&node.id);
            let said = explain(&before[name], &after[name], &is_published);
            // What the programs do harms no database of published revisions, but for a merge
            // revision that was broken before.
            let by_program = name.starts_with("merge") || name.starts_with("side");
            if by_program && upgrade(&before[name], &Ids::new()).is_ok() {
                assert_ne!(said.verdict, FixVerdict::Unsafe, "{name}");
            }
            (name, said)
        })
        .collect();
    let trials: Vec<Trial> = environments
        .iter()
        .flat_map(|one| {
            one.states
                .iter()
                .map(move |state| (one.name.as_str(), state))
        })
        .map(|(name, state)| Trial {
            name,
            state,
            before: &before[name],
            after: &after[name],
            explanation: &explanations[name],
        })
        .collect();
    let jobs = trials
        .iter()
        .enumerate()
        .flat_map(|(at, trial)| trial.jobs(at, &old, &new))
        .collect();
    let mut answers = Alembic::new().run(jobs).into_iter();
    let mut told = Told::default();
    for trial in &trials {
        trial.compare(&mut answers, &mut told);
    }
    assert!(answers.next().is_none(), "every answer was looked at");
    told
}

impl Trial<'_> {
    /// Reach the state, fix, upgrade; and once more with the advice.
    fn jobs(&self, at: usize, old: &GitSandbox, new: &GitSandbox) -> Vec<Job> {
        let on = |sandbox: &GitSandbox, database: &str, commands: Vec<[String; 2]>| Job {
            scripts: sandbox.root().join(self.name),
            database: old.root().join(format!("{at}{database}.sqlite")),
            commands,
        };
        let up = |id: &RevisionId| ["upgrade".to_owned(), id.to_string()];
        let to_state: Vec<_> = Past::of(self.before)
            .rows(self.state)
            .iter()
            .map(up)
            .collect();
        let heads = vec![["upgrade".to_owned(), "heads".to_owned()]];
        let mut jobs = vec![on(old, "", to_state.clone()), on(new, "", heads.clone())];
        if let Some(advice) = self.advice() {
            jobs.push(on(old, "-advised", to_state));
            jobs.push(on(old, "-advised", vec![["downgrade".to_owned(), advice]]));
            jobs.push(on(new, "-advised", heads));
        }
        jobs
    }

    /// Where the explanation says `alembic downgrade <this>`.
    fn advice(&self) -> Option<String> {
        let command = class_of(self.explanation, self.state).before.as_ref()?;
        Some(
            command
                .strip_prefix("alembic downgrade ")
                .expect("a downgrade")
                .to_owned(),
        )
    }

    fn compare(&self, answers: &mut impl Iterator<Item = Answer>, told: &mut Told) {
        let mut next = || answers.next().expect("an answer for each job");
        let (reached, fixed) = (next(), next());
        let advised = self.advice().map(|_| [next(), next(), next()]);
        let (old, new) = (Past::of(self.before), Past::of(self.after));
        if let Some(error) = &reached.error {
            assert_eq!(error.kind, "KeyError", "{}: {error:?}", self.name);
            told.broken += 1;
            return;
        }
        assert_eq!(
            reached.rows(),
            old.rows(self.state),
            "{}: the rows of a state",
            self.name
        );
        assert_eq!(&reached.log(), self.state, "{}: the state", self.name);
        let run = fixed.log[reached.log.len()..]
            .iter()
            .map(|id| RevisionId::new(id.clone()));
        let runs: Vec<RevisionId> = run.collect();
        let runs_of = |runs: &[RevisionId]| runs.iter().cloned().collect::<Ids>();
        match (upgrade(self.after, &old.rows(self.state)), &fixed.error) {
            (Ok(model), None) => {
                assert_eq!(
                    runs_of(&model.runs),
                    runs_of(&runs),
                    "{}: what runs",
                    self.name
                );
                assert_eq!(
                    runs_of(&runs).len(),
                    runs.len(),
                    "{}: nothing twice",
                    self.name
                );
                assert_eq!(
                    model.rows,
                    fixed.rows(),
                    "{}: the rows afterwards",
                    self.name
                );
            }
            (Err(UpgradeError::Overlap { .. }), Some(error)) => {
                assert!(
                    error.message.contains("overlaps"),
                    "{}: {error:?}",
                    self.name
                );
                assert!(runs.is_empty(), "{}: nothing ran", self.name);
            }
            (Err(UpgradeError::NoRow { .. }), error) => {
                let kind = error.as_ref().map_or("KeyError", |error| &error.kind);
                assert_eq!(kind, "KeyError", "{}: {error:?}", self.name);
                told.broken += 1;
                return;
            }
            (model, real) => panic!("{}: the model says {model:?}, Alembic {real:?}", self.name),
        }
        let ended = fixed.error.is_none().then(|| runs_of(&runs));
        let fate = Fate::of(ended, self.state, &new.all());
        if self.explanation.complete {
            agree(self.explanation, self.state, &fate)
                .unwrap_or_else(|said| panic!("{}: {said}", self.name));
        }
        match &class_of(self.explanation, self.state).outcome {
            _ if fate.is_exact() => told.exact += 1,
            Outcome::Refused { .. } => told.refused += 1,
            _ => told.skipping += 1,
        }
        if let Some([_, downgraded, upgraded]) = advised {
            assert_eq!(
                downgraded.error,
                None,
                "{}: {:?} in {:?} {:?}",
                self.name,
                self.advice(),
                self.state,
                self.before
                    .revisions
                    .iter()
                    .map(|n| (&n.id, &n.down_revisions, &n.depends_on))
                    .collect::<Vec<_>>()
            );
            assert_eq!(
                upgraded.error,
                None,
                "{}: {:?} in {:?}",
                self.name,
                self.advice(),
                self.state
            );
            assert_eq!(
                upgraded.log.len(),
                new.all().len(),
                "{}: after {:?} in {:?}: {:?}",
                self.name,
                self.advice(),
                self.state,
                upgraded.log
            );
            assert_eq!(upgraded.log(), new.all(), "{}: after the advice", self.name);
            told.advised += 1;
        }
    }
}
