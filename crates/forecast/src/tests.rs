//! The quick way says what git's merges say: on histories drawn by lot, with everything that branches do to
//! migrations, and a few things that they should not.

use std::collections::BTreeMap;
use std::fmt::Write;

use onehead_fixtures::{GitSandbox, Import, Lot};
use onehead_git::{Connection, Inherit, Oid};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};
use pretty_assertions::assert_eq;

use crate::forecast::{Forecast, Outcome};
use crate::pairs::{Collision, verdict};
use crate::view::View;
use crate::{Analysis, MergeForecast, Staged, Target, Unknown, Verdict};
use onehead_published::{Elsewhere, Published};

type Files = BTreeMap<String, String>;

/// A commit and the files in it.
#[derive(Clone)]
struct Commit {
    number: usize,
    files: Files,
}

/// Commits that are drawn, and how many revisions they added.
#[derive(Default)]
struct History {
    import: Import,
    commits: usize,
    revisions: usize,
    /// Whether every third commit says that a change of a published revision is meant.
    accepts: bool,
}

impl History {
    fn commit(&mut self, branch: &str, parents: &[&Commit], files: Files) -> Commit {
        let parents: Vec<usize> = parents.iter().map(|parent| parent.number).collect();
        let message = match self.commits % 3 {
            0 if self.accepts => format!("Onehead-Accept: r{} meant", self.commits % 4),
            _ => "x".into(),
        };
        let second = self.commits * 3600;
        let number = self.import.commit_at(branch, &parents, second, &message);
        self.commits += 1;
        self.import.clear();
        for (path, text) in &files {
            self.import.put(path, text);
        }
        Commit { number, files }
    }

    /// Does one thing that a developer might do.
    fn change(&mut self, lot: &mut Lot, files: &mut Files) {
        let revisions: Vec<String> = files
            .keys()
            .filter(|path| path.contains("versions/"))
            .cloned()
            .collect();
        match lot.below(24) {
            0..=8 => self.add_revision(lot, files),
            9 | 10 => edit(lot, files, "src/models.py"),
            11 => edit(lot, files, "README"),
            12 => edit(lot, files, "src/labels.py"),
            13 => drop(files.insert(format!("src/new_{}.py", lot.below(4)), "x = 1".into())),
            14 if !revisions.is_empty() => drop(files.remove(lot.of(&revisions))),
            15 if !revisions.is_empty() => {
                let path = lot.of(&revisions).clone();
                let parent = format!("'{}'", lot.below(12));
                let id = format!("r{}", lot.below(12));
                files.insert(path, revision(&id, &parent));
            }
            16 if !revisions.is_empty() => {
                let path = lot.of(&revisions).clone();
                let text = files.remove(&path).unwrap_or_default();
                files.insert(path.replace("versions/", "versions/renamed_"), text);
            }
            17 => rename_folder(files, "src/", "lib/"),
            18 => rename_folder(files, "m/", "moved/"),
            19 => drop(files.insert("alembic.ini".into(), ini(lot.below(3)))),
            20 => {
                files.insert("other/env.py".into(), String::new());
                files.insert("other/versions/o.py".into(), revision("o", "None"));
            }
            21 => {
                let parent = *lot.of(&["'r0'", "'r0'", "'r1'"]);
                files.insert("m/versions/same.py".into(), revision("same", parent));
            }
            22 => drop(files.remove("src/models.py")),
            _ => {
                let label = format!(
                    "revision = 'l'\ndown_revision = 'r0'\nfrom src import labels\nbranch_labels = labels.NAME\n{}",
                    lot.below(2)
                );
                files.insert("m/versions/labelled.py".into(), label);
            }
        }
    }

    fn add_revision(&mut self, lot: &mut Lot, files: &mut Files) {
        let folder = *lot.of(&["m/versions", "m/versions", "b/versions"]);
        let known: Vec<String> = files
            .keys()
            .filter(|path| path.starts_with(folder))
            .filter_map(|path| path.rsplit('/').next()?.strip_suffix(".py"))
            .map(|id| format!("'{id}'"))
            .collect();
        let parent = match (known.is_empty(), lot.below(5)) {
            (true, _) => "None".to_owned(),
            (_, 0) => format!("({}, {})", lot.of(&known), lot.of(&known)),
            _ => known.last().cloned().unwrap_or_default(),
        };
        self.revisions += 1;
        let id = format!("r{}", self.revisions);
        files.insert(format!("{folder}/{id}.py"), revision(&id, &parent));
    }
}

/// One side makes a revision of what looks like one and lies elsewhere, alone or with all of its folder.
fn make_revision(lot: &mut Lot, files: &mut Files) {
    match lot.below(2) {
        0 => rename_folder(files, "notes/draft", "m/versions/draft"),
        _ => rename_folder(files, "notes/", "m/versions/"),
    }
}

/// One of several heads that each make a revision of one note, under a name of its own, or change it.
fn make_own_revision(lot: &mut Lot, files: &mut Files, head: usize) {
    match lot.below(3) {
        0 => {
            let name = format!("m/versions/draft_{head}");
            rename_folder(files, "notes/draft", &name);
        }
        1 => rename_folder(files, "notes/", "m/versions/"),
        _ => change_notes(lot, files),
    }
}

/// Another side changes it, or adds one.
fn change_notes(lot: &mut Lot, files: &mut Files) {
    match lot.below(2) {
        0 => edit(lot, files, "notes/draft.py"),
        _ => drop(files.insert("notes/new.py".into(), revision("new", "'r0'"))),
    }
}

fn edit(lot: &mut Lot, files: &mut Files, path: &str) {
    let text = files.entry(path.to_owned()).or_default();
    let _ = write!(text, "\nx_{0} = {0}", lot.below(1000));
}

fn rename_folder(files: &mut Files, from: &str, to: &str) {
    let moved: Vec<String> = files
        .keys()
        .filter(|path| path.starts_with(from))
        .cloned()
        .collect();
    for path in moved {
        let text = files.remove(&path).unwrap_or_default();
        files.insert(path.replacen(from, to, 1), text);
    }
}

fn revision(id: &str, parent: &str) -> String {
    // Long enough for git to see a rename.
    format!(
        "revision = '{id}'\ndown_revision = {parent}\n\n\ndef upgrade():\n    pass\n\n\ndef downgrade():\n    pass"
    )
}

fn ini(which: usize) -> String {
    let more = [
        "",
        "version_locations = m/versions m/more\n",
        "# a comment\n",
    ];
    format!("[alembic]\nscript_location = m\n{}", more[which])
}

/// What happens on a target after heads parted from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Afterwards {
    /// Whatever happens to heads as well.
    Anything,
    /// Mostly nothing that concerns migrations.
    LittleElse,
}

/// A target and eight heads.
fn history(seed: u64, afterwards: Afterwards) -> (GitSandbox, Vec<Oid>) {
    let mut lot = Lot::new(seed);
    let mut history = History {
        // What is staged has no message yet.
        accepts: afterwards == Afterwards::Anything,
        ..History::default()
    };
    let mut files: Files = [
        ("alembic.ini", ini(0)),
        ("b/alembic.ini", "[alembic]\nscript_location = b\n".into()),
        ("b/env.py", String::new()),
        ("m/env.py", String::new()),
        (
            "src/models.py",
            "class A:\n    pass\n\n\nclass B:\n    pass\n".into(),
        ),
        ("src/labels.py", "NAME = 'name'".into()),
        ("README", "one\ntwo\nthree\nfour\n".into()),
        ("m/versions/r0.py", revision("r0", "None")),
        ("notes/draft.py", revision("draft", "'r0'")),
        ("notes/n.py", revision("n", "'r0'")),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into();
    if seed.is_multiple_of(4) {
        let policy = "policy = \"per-label\"\nallow-none = true\n";
        files.insert("onehead.toml".into(), policy.into());
    }
    let mut target = vec![history.commit("main", &[], files)];
    // Most of what happens on a target is harmless, else there would be nothing to see.
    for _ in 0..lot.below(4) {
        let mut files = target[target.len() - 1].files.clone();
        history.add_revision(&mut lot, &mut files);
        let parent = target[target.len() - 1].clone();
        target.push(history.commit("main", &[&parent], files));
    }
    let parting = target.len();
    // Which side makes a revision of a note, if any does: the target, the first head, or any head its own.
    let notes = match afterwards {
        Afterwards::Anything => lot.below(5),
        Afterwards::LittleElse => 0,
    };
    if matches!(notes, 2 | 3) {
        let mut files = target[parting - 1].files.clone();
        match notes {
            2 => make_revision(&mut lot, &mut files),
            _ => change_notes(&mut lot, &mut files),
        }
        let parent = target[parting - 1].clone();
        target.push(history.commit("main", &[&parent], files));
    }
    for _ in 0..lot.below(3) {
        let mut files = target[target.len() - 1].files.clone();
        match afterwards {
            Afterwards::LittleElse if lot.below(6) > 0 => edit(&mut lot, &mut files, "NEWS"),
            Afterwards::LittleElse | Afterwards::Anything => history.change(&mut lot, &mut files),
        }
        let parent = target[target.len() - 1].clone();
        target.push(history.commit("main", &[&parent], files));
    }
    let mut heads: Vec<Commit> = Vec::new();
    for number in 0..8 {
        // Of two heads of which one stands on the other only the upper one is asked for, though git may not merge it behind
        // the lower one where that renamed a file.
        let stacked = notes != 4 && !heads.is_empty() && lot.below(5) == 0;
        let mut at = match stacked {
            true => lot.of(&heads).clone(),
            false => target[lot.below(parting)].clone(),
        };
        let branch = format!("head{number}");
        for _ in 0..=lot.below(2) {
            let mut files = at.files.clone();
            history.change(&mut lot, &mut files);
            match (notes, number) {
                (2, _) if lot.below(2) == 0 => change_notes(&mut lot, &mut files),
                (3, 0) => make_revision(&mut lot, &mut files),
                (4, _) if lot.below(2) == 0 => {
                    make_own_revision(&mut lot, &mut files, number);
                }
                _ => {}
            }
            at = history.commit(&branch, &[&at], files);
        }
        if lot.below(5) == 0 {
            let brought = lot.of(&target).clone();
            let mut files = brought.files.clone();
            files.extend(at.files.clone());
            at = history.commit(&branch, &[&at, &brought], files);
        }
        heads.push(at);
    }
    let sandbox = GitSandbox::new();
    sandbox.import(&history.import);
    let heads = (0..8).map(|number| oid(&sandbox, &format!("head{number}")));
    let heads = heads.collect();
    (sandbox, heads)
}

fn oid(sandbox: &GitSandbox, name: &str) -> Oid {
    let text = sandbox.git(&["rev-parse", name]);
    Oid::new(&text).expect("git prints whole ids")
}

fn options(sandbox: &GitSandbox) -> ScanOptions {
    ScanOptions {
        inherit: Inherit::No,
        remember: false,
        allow_none: true,
        ..ScanOptions::in_directory(sandbox.root())
    }
}

/// What git's merge of the target and these heads says.
fn slowly(forecast: &Forecast, options: &ScanOptions, heads: &[&Oid]) -> Result<View, String> {
    let mut sides = vec![forecast.target.to_string()];
    sides.extend(heads.iter().map(ToString::to_string));
    let state = Snapshot::find(options, &SourceSpec::Merge(sides));
    let state = state.map_err(|error| error.to_string())?;
    let view = View::of(&state, forecast.report());
    // What becomes of published revisions is told of each head alone.
    if heads.len() > 1 {
        return Ok(view);
    }
    let published = Published {
        repository: &forecast.repository,
        commit: &forecast.target,
        request: None,
        elsewhere: &Elsewhere::default(),
    };
    let messages = || published.messages(heads.first().copied());
    let published = published.changes_of(&forecast.base, &state, messages);
    Ok(view.with_published(published.map_err(|error| error.to_string())?))
}

/// Everything that a verdict is made of.
fn said(view: &View) -> String {
    let mut text = format!("{:?}\n", view.findings);
    for environment in &view.environments {
        let _ = writeln!(
            text,
            "{} {:?} {:?}",
            environment.name, environment.heads, environment.findings
        );
    }
    text
}

#[test]
fn the_quick_way_says_what_git_says() {
    let (mut quick, mut by_git, mut collisions, mut in_matrix, mut meant) = (0, 0, 0, 0, 0);
    for seed in 1..=SEEDS {
        let (sandbox, heads) = history(seed, Afterwards::Anything);
        let options = options(&sandbox);
        let repository = Connection::discover(sandbox.root(), Inherit::No)
            .expect("git runs")
            .expect("a repository");
        let target = oid(&sandbox, "main");
        let forecast = super::forecast(&options, &repository, &target, &heads)
            .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let slow: Vec<Result<View, String>> = heads
            .iter()
            .map(|head| slowly(&forecast, &options, &[head]))
            .collect();
        for (at, outcome) in forecast.outcomes().enumerate() {
            match (outcome, &slow[at]) {
                (Outcome::Merged(view), Ok(slow)) => {
                    assert_eq!(said(view), said(slow), "seed {seed}, head {at}");
                    meant += usize::from(said(view).contains("accepted by Ann Bee in commit"));
                }
                (Outcome::Unknown(Unknown::Failed { reason, .. }), Err(slow)) => {
                    assert_eq!(reason, slow);
                }
                (Outcome::AlreadyMerged, Ok(slow)) => {
                    assert_eq!(
                        said(forecast.target()),
                        said(slow),
                        "seed {seed}, head {at}"
                    );
                }
                _ => panic!("seed {seed}, head {at}: one of both does not answer"),
            }
        }
        quick += forecast.heads.iter().filter(|head| !head.by_git).count();
        by_git += forecast.heads.iter().filter(|head| head.by_git).count();
        let found: BTreeMap<(usize, usize), Verdict<Collision>> = forecast
            .collisions(&vec![true; heads.len()])
            .into_iter()
            .collect();
        let is_collision = |verdict: &&Verdict<Collision>| matches!(verdict, Verdict::Findings(_));
        collisions += found.values().filter(is_collision).count();
        let matrix = forecast.matrix(None);
        for first in 0..heads.len() {
            for second in first + 1..heads.len() {
                let pair = forecast.pair(first, second);
                if pair == Verdict::of(vec![Unknown::NotCompared], Vec::new()) {
                    continue;
                }
                let together = slowly(&forecast, &options, &[&heads[first], &heads[second]]);
                let (Ok(a), Ok(b), Ok(together)) = (&slow[first], &slow[second], together) else {
                    continue;
                };
                let by_git = verdict(&together, &[a, b]);
                if !forecast.is_within(first, second) {
                    assert_eq!(pair, by_git, "seed {seed}, heads {first} and {second}");
                }
                assert_eq!(
                    found.contains_key(&(first, second)),
                    !by_git.is_fine(),
                    "seed {seed}, heads {first} and {second}"
                );
                if forecast.meets(first) && forecast.meets(second) {
                    let matrix = matrix.verdict(first, second);
                    let are_alike = match &by_git {
                        Verdict::Fine(_) => matrix.is_fine(),
                        Verdict::Findings(_) => matches!(matrix, Verdict::Findings(_)),
                        Verdict::Unknown(_) => matches!(matrix, Verdict::Unknown(_)),
                    };
                    assert!(
                        are_alike,
                        "seed {seed}, heads {first} and {second}: {matrix:?}"
                    );
                    in_matrix += 1;
                }
            }
        }
    }
    // Both ways were taken, and there was something to find.
    assert!(
        quick > by_git && by_git > 0 && collisions > 0 && in_matrix > 0 && meant > 0,
        "{quick} {by_git} {collisions} {in_matrix} {meant}"
    );
}

/// How many histories are drawn.
const SEEDS: u64 = 16;

#[test]
fn what_is_staged_is_merged_as_its_commit_is() {
    let (mut told, mut left) = (0, 0);
    for seed in 1..=SEEDS / 2 {
        let (sandbox, heads) = history(seed, Afterwards::LittleElse);
        let options = options(&sandbox);
        let target = Target {
            name: "main".into(),
            oid: oid(&sandbox, "main"),
            full_name: None,
            chosen: None,
        };
        for head in heads {
            sandbox.git(&["read-tree", &head]);
            let repository = Connection::discover(sandbox.root(), Inherit::No)
                .expect("git runs")
                .expect("a repository");
            let parents = repository.parents(&head).expect("the head is here");
            let since_head = repository.staged_since(parents.first());
            let here = Analysis::open(&repository, &options, &SourceSpec::Index)
                .expect("the index can be scanned");
            let staged = Staged {
                parents: &parents,
                since_head: &since_head.expect("git runs"),
                index: &here.snapshot,
            };
            let forecast = MergeForecast {
                repository: &repository,
                here: &here,
                target: &target,
                options: &options,
                request: None,
                fix: "fix",
            };
            let ahead = forecast.of_staged(&staged);
            let Some(ahead) = ahead else {
                left += 1;
                continue;
            };
            told += 1;
            let made = forecast.of_commit(&head);
            assert_eq!(
                format!("{ahead:#?}"),
                format!("{made:#?}"),
                "seed {seed}, {head}"
            );
        }
    }
    assert!(told > left && left > 0, "{told} {left}");
}
