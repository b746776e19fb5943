//! The verdict on pairs of revisions beside what the real Alembic makes of both orders on SQLite: the
//! pairs of `fixtures/sides`, and many that are made up.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use onehead_fixtures::SidesCase;
use onehead_model::{Exit, RepoPath, RevisionId, SidesVerdict, stdio};
use onehead_operations::{Migration, compare, read};
use serde::{Deserialize, Serialize};
use xshell::{Shell, cmd};

use crate::pairs::{self, Pair};
use crate::workspace::{self, Fallible};

/// How many pairs are made up, and from which seed.
const MADE_UP: usize = 400;
const SEED: u64 = 0x0011_ead5;

/// What the oracle is asked.
#[derive(Serialize)]
struct Request<'a> {
    start: &'a str,
    pairs: &'a [Pair],
}

#[derive(Deserialize)]
struct Answer {
    pairs: Vec<Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    name: String,
    outcome: String,
    detail: Option<String>,
}

/// Asks about all of them and prints how good the verdicts are. With `update`, what is said about the
/// cases is kept.
///
/// # Errors
/// A case differs from what is kept, or a pair that collides is called independent.
pub(crate) fn ask(python: &Path, update: bool) -> Fallible<()> {
    let start = SidesCase::start();
    let cases = SidesCase::all();
    let pairs: Vec<Pair> = cases
        .iter()
        .map(|case| Pair {
            name: case.name.clone(),
            left: case.left.clone(),
            right: case.right.clone(),
        })
        .collect();
    let outcomes = outcomes(python, &start, &pairs)?;
    let mut wrong = Vec::new();
    for (case, outcome) in cases.iter().zip(&outcomes) {
        if update {
            fs::write(case.folder.join("oracle"), format!("{}\n", outcome.outcome))?;
        } else if case.oracle.as_deref() != Some(&outcome.outcome) {
            wrong.push(format!(
                "{}: Alembic says {}, `oracle` says {:?} ({})",
                case.name,
                outcome.outcome,
                case.oracle,
                outcome.detail.as_deref().unwrap_or_default()
            ));
        }
    }
    wrong.extend(judge("the pairs of fixtures/sides", &pairs, &outcomes));
    let made_up = pairs::made_up(SEED, MADE_UP);
    let outcomes = self::outcomes(python, &start, &made_up)?;
    wrong.extend(judge("pairs that are made up", &made_up, &outcomes));
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n").into())
    }
}

fn outcomes(python: &Path, start: &str, pairs: &[Pair]) -> Fallible<Vec<Outcome>> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    let request = serde_json::to_string(&Request { start, pairs })?;
    let answer = cmd!(shell, "{python} scripts/oracle/sides.py")
        .stdin(request)
        .quiet()
        .read()?;
    let answer: Answer = serde_json::from_str(&answer)?;
    let same = |(pair, outcome): (&Pair, &Outcome)| pair.name == outcome.name;
    if answer.pairs.len() == pairs.len() && pairs.iter().zip(&answer.pairs).all(same) {
        Ok(answer.pairs)
    } else {
        Err("scripts/oracle/sides.py answers about other pairs than it was asked about".into())
    }
}

/// Prints how often each verdict meets each outcome; gives the pairs that must not be.
fn judge(what: &str, pairs: &[Pair], outcomes: &[Outcome]) -> Vec<String> {
    let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    let mut invalid = 0;
    let mut wrong = Vec::new();
    for (pair, outcome) in pairs.iter().zip(outcomes) {
        if outcome.outcome == "invalid" {
            invalid += 1;
            continue;
        }
        let collides = outcome.outcome != "same";
        let verdict = verdict(pair);
        *counts.entry((collides, word(verdict))).or_default() += 1;
        if collides && verdict == SidesVerdict::Independent {
            wrong.push(format!(
                "{}: called independent, but {}: {}\n--- left\n{}\n--- right\n{}",
                pair.name,
                outcome.outcome,
                outcome.detail.as_deref().unwrap_or_default(),
                pair.left,
                pair.right
            ));
        }
    }
    let count = |collides, word| counts.get(&(collides, word)).copied().unwrap_or(0);
    let row =
        |collides| ["conflicting", "unknown", "independent"].map(|word| count(collides, word));
    let (yes, no) = (row(true), row(false));
    let mut text = format!(
        "{what}: {} judged, {invalid} that fail by themselves\n{:24}conflicting  unknown  independent\n",
        pairs.len() - invalid,
        ""
    );
    for (name, [conflicting, unknown, independent]) in [("collide on SQLite", yes), ("do not", no)]
    {
        let _ = writeln!(
            text,
            "  {name:<20}  {conflicting:>11}  {unknown:>7}  {independent:>11}"
        );
    }
    let _ = writeln!(
        text,
        "  `conflicting`: precision {}, recall {}; `independent`: precision {}, recall {}; unknown {}",
        share(yes[0], yes[0] + no[0]),
        share(yes[0], yes.iter().sum()),
        share(no[2], no[2] + yes[2]),
        share(no[2], no.iter().sum()),
        share(yes[1] + no[1], yes.iter().chain(&no).sum())
    );
    let _ = stdio::print(&text, Exit::Clean);
    wrong
}

fn share(part: usize, whole: usize) -> String {
    match (part * 1000).checked_div(whole) {
        Some(share) => format!("{}.{} %", share / 10, share % 10),
        None => "of nothing".into(),
    }
}

fn verdict(pair: &Pair) -> SidesVerdict {
    let (left, right) = (RevisionId::new("left"), RevisionId::new("right"));
    let path = RepoPath::root().join("revision.py");
    let (one, other) = (read(&pair.left), read(&pair.right));
    let side = |revision, upgrade| {
        vec![Migration {
            revision,
            path: &path,
            upgrade,
        }]
    };
    let sides = [
        (left.clone(), side(&left, &one)),
        (right.clone(), side(&right, &other)),
    ];
    compare("", &sides, |_, _| false).verdict
}

fn word(verdict: SidesVerdict) -> &'static str {
    match verdict {
        SidesVerdict::Independent => "independent",
        SidesVerdict::Conflicting => "conflicting",
        SidesVerdict::Unknown => "unknown",
    }
}
