//! An explanation in words.

use std::fmt::Write;

use onehead_model::{Databases, Explanation, MendVerdict, Outcome, RevisionId, StateClass, escape};

/// How many states of one kind are named before the rest is counted.
const NAMED: usize = 6;

/// An explanation as lines for people: a verdict, then what happens in which states.
#[must_use]
pub fn text(explanation: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: {}",
        escape::for_terminal(&explanation.environment),
        headline(explanation)
    );
    for kind in kinds(explanation) {
        let rows: Vec<String> = kind.iter().take(NAMED).map(|class| state(class)).collect();
        let more = kind.len().saturating_sub(NAMED);
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        let _ = writeln!(out, "  {}{more}\n    {}", rows.join(" | "), effect(kind[0]));
        if !matches!(kind[0].outcome, Outcome::Exact { .. }) {
            let _ = writeln!(out, "    {}", advice(explanation, kind[0]));
        }
    }
    if !explanation.complete {
        out.push_str("  and every other state: like the largest of these that it contains\n");
    }
    out
}

fn headline(explanation: &Explanation) -> &'static str {
    match explanation.verdict {
        MendVerdict::Exact => "no database skips a revision, whatever it has applied",
        MendVerdict::LocalOnly => "no database of published revisions skips one; a local one may",
        MendVerdict::Unsafe => "a database of published revisions would go wrong",
    }
}

/// The states that are told in one line: the same databases, the same effect, the same advice.
fn kinds(explanation: &Explanation) -> Vec<Vec<&StateClass>> {
    let mut kinds: Vec<Vec<&StateClass>> = Vec::new();
    for class in &explanation.states {
        let is_alike = |kind: &&mut Vec<&StateClass>| {
            let first = kind[0];
            first.databases == class.databases
                && effect(first) == effect(class)
                && first.before == class.before
        };
        match kinds.iter_mut().find(is_alike) {
            Some(kind) => kind.push(class),
            None => kinds.push(vec![class]),
        }
    }
    kinds
}

fn state(class: &StateClass) -> String {
    if class.rows.is_empty() {
        return "database with none of the arms".into();
    }
    let files: Vec<String> = class
        .files
        .iter()
        .map(|path| escape::for_terminal(path.as_str()).into_owned())
        .collect();
    let from = if files.is_empty() {
        String::new()
    } else {
        format!(" from {}", files.join(", "))
    };
    let whose = match class.databases {
        Databases::Shared => "",
        Databases::Local => " (branch only)",
    };
    format!("database at {}{from}{whose}", list(&class.rows))
}

fn effect(class: &StateClass) -> String {
    match &class.outcome {
        Outcome::Exact { .. } => "each missing revision runs once".into(),
        Outcome::Wrong { skipped, repeated } => {
            let skips = (!skipped.is_empty()).then(|| format!("skip {}", list(skipped)));
            let repeats = (!repeated.is_empty()).then(|| format!("run {} again", list(repeated)));
            let parts: Vec<String> = skips.into_iter().chain(repeats).collect();
            format!("would {}", parts.join(" and "))
        }
        Outcome::Refused { reason } => {
            format!("Alembic would refuse: {}", escape::for_terminal(reason))
        }
    }
}

fn advice(explanation: &Explanation, class: &StateClass) -> String {
    match &class.before {
        Some(command) => format!(
            "run \"{}\" before the mend, then \"{}\"",
            escape::for_terminal(command),
            escape::for_terminal(&explanation.command)
        ),
        None => "create that database anew".into(),
    }
}

fn list(ids: &[RevisionId]) -> String {
    let ids: Vec<_> = ids
        .iter()
        .map(|id| escape::for_terminal(id.as_str()))
        .collect();
    ids.join(", ")
}
