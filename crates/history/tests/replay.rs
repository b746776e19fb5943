//! What the replay says of each commit of a line is what a scan of that commit and its graph say: for every story of
//! `fixtures/history`, and for histories drawn by lot.

use std::collections::BTreeMap;
use std::process::ExitCode;

use onehead_fixtures::{Case, GitSandbox, Import, Order, Suite, Tests};
use onehead_git::{Connection, Inherit, Oid, RefName};
use onehead_graph::graph;
use onehead_history::{HistoryOptions, history};
use onehead_model::{Code, EnvironmentHistory, Finding, HistoryReport, RevisionId};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Heads, number of revisions and what else is wrong, by script location.
type State = BTreeMap<String, (Vec<String>, usize, Vec<String>)>;

fn main() -> ExitCode {
    Tests::default()
        .cases(Suite::History, every_commit_is_as_a_scan_of_it_says)
        .test(
            "histories_drawn_by_lot_are_as_scans_say",
            histories_drawn_by_lot_are_as_scans_say,
        )
        .run()
}

fn every_commit_is_as_a_scan_of_it_says(case: &Case) -> Result<(), String> {
    agrees(&case.sandbox(Order::Sorted), &case.name);
    Ok(())
}

fn histories_drawn_by_lot_are_as_scans_say() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[17; 32]);
    let config = Config {
        cases: 16,
        failure_persistence: None,
        ..Config::default()
    };
    let commits = proptest::collection::vec(
        proptest::collection::vec((0..16_u8, any::<u16>(), any::<u16>()), 1..4),
        4..28,
    );
    TestRunner::new_with_rng(config, rng)
        .run(&commits, |commits| {
            let sandbox = GitSandbox::new();
            sandbox.import(&Story::default().told(&commits));
            agrees(&sandbox, &format!("{commits:?}"));
            Ok(())
        })
        .unwrap();
}

fn agrees(sandbox: &GitSandbox, story: &str) {
    let options = ScanOptions {
        inherit: Inherit::No,
        remember: false,
        allow_none: true,
        ..ScanOptions::in_directory(sandbox.root())
    };
    let repository = Connection::discover(sandbox.root(), Inherit::No)
        .expect("git works")
        .expect("it is a repository");
    let asked = HistoryOptions {
        scan: options.clone(),
        name: "main".into(),
        oid: Oid::new(&sandbox.git(&["rev-parse", "main"])).expect("an id"),
        full_name: RefName::of_branch("main"),
        since: None,
        bots: onehead_model::Bots::default(),
    };
    let report = history(&repository, &asked, |_| ()).expect("it can be replayed");
    let line = sandbox.git(&["rev-list", "--first-parent", "--reverse", "main"]);
    let mut before = State::new();
    for (position, commit) in line.lines().enumerate() {
        let mut expected = match scanned(&options, commit) {
            Ok(scanned) => {
                before.clone_from(&scanned);
                scanned
            }
            // Nothing is known of what was there before.
            Err(name) => before
                .iter()
                .map(|(place, (_, revisions, _))| {
                    let nothing = (Vec::new(), *revisions, vec![name.to_owned()]);
                    (place.clone(), nothing)
                })
                .collect(),
        };
        // A history does not tell an environment without revisions from one that is away for a while.
        expected.retain(|_, (_, revisions, errors)| *revisions > 0 || !errors.is_empty());
        assert_eq!(
            replayed(&report, position),
            expected,
            "{position} of {story}"
        );
    }
}

/// What scanning the commit says, or the name of what keeps it from being scanned.
fn scanned(options: &ScanOptions, commit: &str) -> Result<State, &'static str> {
    let scanned = Snapshot::find(options, &SourceSpec::Commit(commit.to_owned()));
    let scanned = scanned.map_err(|error| match error {
        ScanError::NotFetched { .. } => "missing-object",
        ScanError::Read { .. } => "unreadable-file",
        _ => "bad-configuration",
    })?;
    let state = graph(scanned.report()).environments.into_iter().map(|one| {
        let is_counted =
            |finding: &&Finding| finding.is_error() && finding.code != Code::MultipleHeads;
        let mut errors: Vec<String> = one
            .findings
            .iter()
            .filter(is_counted)
            .map(|finding| finding.name.clone())
            .collect();
        errors.sort();
        errors.dedup();
        // Of heads that are not known, those that stay heads whatever was not read.
        let is_certain = |head: &&RevisionId| {
            let mut groups = one.groups.iter();
            groups.any(|group| group.heads.contains(head))
        };
        let heads = one.heads.iter().filter(is_certain);
        let heads = heads.map(ToString::to_string).collect();
        let place = one.script_location.to_string();
        (place, (heads, one.revisions.len(), errors))
    });
    Ok(state.collect())
}

/// What the history says of that place on the line.
fn replayed(report: &HistoryReport, position: usize) -> State {
    let there = report.environments.iter().filter_map(|one| {
        let step = one.steps.iter().rfind(|step| step.position <= position)?;
        let heads = step.heads.iter().map(ToString::to_string).collect();
        let state = (heads, step.revisions, step.errors.clone());
        let is_there = step.revisions > 0 || !step.errors.is_empty();
        is_there.then(|| (place(one, position), state))
    });
    there.collect()
}

fn place(environment: &EnvironmentHistory, position: usize) -> String {
    let former = environment
        .formerly
        .iter()
        .find(|former| former.until.position > position);
    former
        .map_or(&environment.script_location, |former| {
            &former.script_location
        })
        .to_string()
}

/// A history made of numbers.
#[derive(Default)]
struct Story {
    /// What the last commit holds.
    files: BTreeMap<String, String>,
    ids: Vec<String>,
    history: Import,
}

impl Story {
    fn told(mut self, commits: &[Vec<(u8, u16, u16)>]) -> Import {
        self.put("alembic.ini", "[alembic]\nscript_location = m\n");
        self.put("m/env.py", "");
        self.revision("m/versions", None);
        self.commit(0);
        for (number, acts) in commits.iter().enumerate() {
            for &(act, a, b) in acts {
                self.act(act, usize::from(a), usize::from(b));
            }
            self.commit(number + 1);
        }
        self.history
    }

    fn put(&mut self, path: &str, text: &str) {
        self.files.insert(path.to_owned(), text.to_owned());
    }

    fn revision(&mut self, folder: &str, parents: Option<&str>) {
        let id = format!("r{}", self.ids.len());
        let parents = parents.map_or("None".to_owned(), str::to_owned);
        let text = format!("revision = '{id}'\ndown_revision = {parents}\n");
        self.put(&format!("{folder}/{id}.py"), &text);
        self.ids.push(id);
    }

    /// Mostly revisions onto young ones; now and then whatever else happens to files.
    fn act(&mut self, act: u8, a: usize, b: usize) {
        let count = self.ids.len();
        let id = |back: usize| self.ids[count - 1 - back % count.min(3)].clone();
        let revisions: Vec<String> = self
            .files
            .keys()
            .filter(|path| path.ends_with(".py") && !path.ends_with("env.py"))
            .cloned()
            .collect();
        let some = |at: usize| revisions.get(at % revisions.len().max(1)).cloned();
        let folders = ["m/versions", "more", "n/versions"];
        match act {
            0..=4 => self.revision("m/versions", Some(&format!("'{}'", id(a)))),
            5 => {
                let both = format!("('{}', '{}')", id(a), id(b));
                self.revision("m/versions", Some(&both));
            }
            6 => self.revision(folders[a % 3], Some(&format!("'{}'", id(b)))),
            7 => {
                if let Some(path) = some(a) {
                    self.files.remove(&path);
                }
            }
            8 => {
                if let Some(path) = some(a) {
                    let stem = path.rsplit('/').next().unwrap_or_default();
                    let own = stem.trim_end_matches(".py").to_owned();
                    let text = format!("revision = '{own}'\ndown_revision = '{}'\n", id(b));
                    self.put(&path, &text);
                }
            }
            9 => {
                if let Some(path) = some(a) {
                    let text = self.files.remove(&path).unwrap_or_default();
                    self.put(&format!("m/versions/moved{b}.py"), &text);
                }
            }
            10 => {
                let texts = [
                    "[alembic]\nscript_location = m\n",
                    "[alembic]\nscript_location = n\n",
                    "[alembic]\nscript_location = m\nversion_locations = m/versions more\nversion_path_separator = space\n",
                    "[alembic]\nscript_location = nowhere\n",
                ];
                self.put("alembic.ini", texts[a % 4]);
            }
            11 => {
                let texts = [
                    "[project]\nname = 'x'\n",
                    "[project]\ndependencies = ['alembic']\n",
                    "[tool.alembic]\nscript_location = 'more'\n",
                    "[tool.onehead]\npolicy = 'per-location'\n",
                    "[tool.onehead]\nnonsense = 1\n",
                ];
                self.put("pyproject.toml", texts[a % 5]);
            }
            12 => {
                let (from, to) = (["m", "n"][a % 2], ["n", "m"][a % 2]);
                let moved: Vec<String> = self
                    .files
                    .keys()
                    .filter(|path| path.starts_with(&format!("{from}/")))
                    .cloned()
                    .collect();
                for path in moved {
                    let text = self.files.remove(&path).unwrap_or_default();
                    self.put(&format!("{to}{}", &path[from.len()..]), &text);
                }
                self.put(
                    "alembic.ini",
                    &format!("[alembic]\nscript_location = {to}\n"),
                );
            }
            13 => {
                let texts = [
                    "revision = (\n",
                    "down_revision = None\n",
                    "from names import x as revision\ndown_revision = None\n",
                ];
                self.put("m/versions/odd.py", texts[a % 3]);
                if b.is_multiple_of(2) {
                    self.files.remove("m/versions/odd.py");
                }
            }
            14 => self.put("names.py", &format!("x = 'named{}'\n", a % 3)),
            _ => self.put("README", &format!("{a}\n")),
        }
    }

    fn commit(&mut self, number: usize) {
        let message = format!("commit {number}");
        self.history.commit_at("main", &[], number * 3600, &message);
        self.history.clear();
        for (path, text) in &self.files {
            self.history.put(path, text);
        }
    }
}
