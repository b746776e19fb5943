//! Every green case of `fixtures/cases`, with one thing removed, broken or hidden that its verdict depends on: no check is
//! green with the same words afterwards.
//!
//! What is drawn is the same in every run. `HIDE_SEED=5 HIDE_DRAWN=20 cargo test -p onehead --test hide -- CASE` draws
//! others, and more of them.

use std::fmt::Write as _;
use std::process::ExitCode;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use onehead_fixtures::hide::{Change, Green, KINDS, Place};
use onehead_fixtures::{Case, Lot, Order, Suite, Tally, Tests};

/// How many changes are made of each case at each place.
const DRAWN: u64 = 2;

/// Kinds that few cases have something for: they are made wherever they can be, beside what is drawn.
const RARE: [&str; 4] = [
    "broken module",
    "deleted module",
    "emptied module",
    "hidden module",
];

/// Which kinds of changes were made.
static MADE: LazyLock<Tally> = LazyLock::new(|| Tally::of(KINDS));

/// How many cases were judged.
static JUDGED: AtomicUsize = AtomicUsize::new(0);

fn main() -> ExitCode {
    let green = Case::all(Suite::Stages).into_iter().filter(is_green);
    let green: Vec<Case> = green.collect();
    let count = green.len();
    let tests = green.into_iter().fold(Tests::default(), |tests, case| {
        tests.one(case.name.clone(), case, is_never_green_for_less)
    });
    let ended = tests.run();
    // A filter leaves cases out, and kinds with them.
    if JUDGED.load(Ordering::Relaxed) == count {
        MADE.has_all();
    }
    ended
}

fn is_green(case: &Case) -> bool {
    let said = std::fs::read_to_string(case.folder.join("check.txt"));
    case.cwd.is_empty() && said.is_ok_and(|said| said.ends_with("exit 0\n"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a person who repeats a draw says which"
)]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn is_never_green_for_less(case: &Case) -> Result<(), String> {
    let seed = number("HIDE_SEED").unwrap_or(1);
    let drawn = number("HIDE_DRAWN").unwrap_or(DRAWN);
    let mut lot = Lot::of_name(seed, &case.name);
    let mut faults = String::new();
    for place in Place::ALL {
        let Some(green) = Green::of(&case.sandbox(Order::Sorted), place, &case.args) else {
            continue;
        };
        let mut changes: Vec<&Change> = (0..drawn).map(|_| green.draw(&mut lot)).collect();
        let rare = RARE.iter().filter_map(|kind| green.draw_of(kind, &mut lot));
        changes.extend(rare);
        for change in changes {
            MADE.count(change.kind);
            if let Err(fault) = green.judge(change) {
                let _ = writeln!(faults, "HIDE_SEED={seed} HIDE_DRAWN={drawn}: {fault}");
            }
        }
    }
    JUDGED.fetch_add(1, Ordering::Relaxed);
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}
