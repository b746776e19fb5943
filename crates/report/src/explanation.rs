//! An explanation in words.

use std::fmt::Write;

use onehead_model::{Databases, Explanation, FixVerdict, Outcome, RevisionId, StateClass, escape};

/// How many states of one kind are named before the rest is counted.
const NAMED: usize = 6;

/// An explanation as lines for people: the verdict, then which states fare how, each by the rows of
/// `alembic_version`.
#[must_use]
pub fn text(explanation: &Explanation) -> String {
    let mut out = String::new();
    let name = escape::for_terminal(&explanation.environment);
    let _ = writeln!(out, "{name}: {}", headline(explanation.verdict));
    for kind in kinds(explanation) {
        let _ = writeln!(out, "  database at {}: {}", states(&kind), effect(kind[0]));
        if !is_exact(kind[0]) {
            let _ = writeln!(out, "    {}", advice(explanation, kind[0]));
        }
    }
    if !explanation.complete {
        out.push_str(OTHERS);
    }
    out
}

/// What the criterion says of the states that are not named.
const OTHERS: &str = "  any other database: if it has none of the revisions above, each missing one runs once; otherwise the same are skipped or Alembic refuses\n";

fn headline(verdict: FixVerdict) -> &'static str {
    match verdict {
        FixVerdict::Exact => "no database skips a revision",
        FixVerdict::LocalOnly => {
            "no shared database skips a revision; a database that has run this branch may"
        }
        FixVerdict::Unsafe => {
            "a shared database would skip or repeat a revision, or Alembic would refuse"
        }
    }
}

fn is_exact(class: &StateClass) -> bool {
    matches!(class.outcome, Outcome::Exact { .. })
}

/// The states that are told in one line: whose they are, what happens, what helps.
fn kinds(explanation: &Explanation) -> Vec<Vec<&StateClass>> {
    let mut kinds: Vec<Vec<&StateClass>> = Vec::new();
    for class in &explanation.states {
        match kinds.iter_mut().find(|kind| are_alike(kind[0], class)) {
            Some(kind) => kind.push(class),
            None => kinds.push(vec![class]),
        }
    }
    kinds
}

fn are_alike(a: &StateClass, b: &StateClass) -> bool {
    match (&a.outcome, &b.outcome) {
        (Outcome::Exact { .. }, Outcome::Exact { .. }) => true,
        (Outcome::Refused { .. }, Outcome::Refused { .. }) => {
            (a.databases, &a.before) == (b.databases, &b.before)
        }
        (a_wrong, b_wrong) => {
            (a.databases, &a.before, a_wrong) == (b.databases, &b.before, b_wrong)
        }
    }
}

fn states(kind: &[&StateClass]) -> String {
    let named: Vec<String> = kind.iter().take(NAMED).map(|class| state(class)).collect();
    let mut states = named.join(" | ");
    if kind.len() > NAMED {
        let _ = write!(states, " and {} more", kind.len() - NAMED);
    }
    if !is_exact(kind[0]) && kind[0].databases == Databases::Local {
        states.push_str(" (branch only)");
    }
    states
}

fn state(class: &StateClass) -> String {
    if class.rows.is_empty() {
        return "none of the sides".into();
    }
    let rows = list(&class.rows, " + ");
    let files = class
        .files
        .iter()
        .map(|path| escape::for_terminal(path.as_str()));
    match files.collect::<Vec<_>>().join(", ") {
        files if files.is_empty() => rows,
        files => format!("{rows} from {files}"),
    }
}

fn effect(class: &StateClass) -> String {
    match &class.outcome {
        Outcome::Exact { .. } => "each missing revision runs once".into(),
        Outcome::Wrong { skipped, repeated } => {
            let skips = (!skipped.is_empty()).then(|| format!("skip {}", list(skipped, ", ")));
            let repeats =
                (!repeated.is_empty()).then(|| format!("run {} again", list(repeated, ", ")));
            let parts: Vec<String> = skips.into_iter().chain(repeats).collect();
            format!("would {}", parts.join(" and "))
        }
        Outcome::Refused { reason } => {
            format!("Alembic would refuse: {}", escape::for_terminal(reason))
        }
    }
}

fn advice(explanation: &Explanation, class: &StateClass) -> String {
    match (class.databases, &class.before) {
        (Databases::Shared, _) => "this can be any database, production included".into(),
        (Databases::Local, Some(command)) => format!(
            "run \"{}\" before the fix, then \"{}\"",
            escape::for_terminal(command),
            escape::for_terminal(&explanation.command)
        ),
        (Databases::Local, None) => "create that database again".into(),
    }
}

fn list(ids: &[RevisionId], between: &str) -> String {
    let ids: Vec<_> = ids
        .iter()
        .map(|id| escape::for_terminal(id.as_str()))
        .collect();
    ids.join(between)
}
