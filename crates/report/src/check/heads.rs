//! Heads, where they part, and whether their sides conflict, in plain text.

use onehead_model::{
    BranchPoint, Finding, Head, Severity, Sides, SidesUnknown, SidesVerdict, words,
};

use crate::page::Page;

/// How many conflicts are shown of sides that were merged.
const MOST_CONFLICTS: usize = 5;

impl Page {
    /// The verdict on sides that a fix brings together, with each conflict.
    pub(crate) fn brought_together(&mut self, sides: &Sides) {
        self.sides(sides);
        let conflicts: Vec<Finding> = sides.findings(Severity::Warning).collect();
        for conflict in conflicts.iter().take(MOST_CONFLICTS) {
            self.finding(conflict);
        }
        if conflicts.len() > MOST_CONFLICTS {
            let more = conflicts.len() - MOST_CONFLICTS;
            self.line(&format!("  and {more} more conflicts in the JSON"));
        }
    }

    /// Whether sides get into one another's way; what a conflict is, its finding says.
    pub(super) fn sides(&mut self, sides: &Sides) {
        let verdict = match sides.verdict {
            SidesVerdict::Independent => "no conflict found",
            SidesVerdict::Conflicting => "conflict",
            SidesVerdict::Unknown => "unknown",
        };
        let more = match sides.unknown.split_first() {
            None => String::new(),
            Some((first, rest)) => {
                let lead = match sides.verdict {
                    SidesVerdict::Conflicting => "; also unknown",
                    _ => "",
                };
                let rest = match rest.len() {
                    0 => String::new(),
                    count => format!("; and {count} more in the JSON"),
                };
                format!("{lead}, because {}{rest}", because(first))
            }
        };
        self.line(&format!("  schema changes: {verdict}{more}"));
    }

    pub(super) fn parting(&mut self, point: &BranchPoint) {
        let line = format!(
            "  branch point {}  {}",
            point.id,
            first_line(&point.message)
        );
        self.line(line.trim_end());
        self.line(&format!("      {}", point.path));
    }

    pub(super) fn head(&mut self, head: &Head) {
        let line = format!("  {}  {}", head.id, first_line(&head.message));
        self.line(line.trim_end());
        let line = head.line.map(|line| format!(":{line}")).unwrap_or_default();
        let parents: Vec<&str> = head.down_revisions.iter().map(|id| id.as_str()).collect();
        let parents = if head.parents_unknown {
            "parent unknown".to_owned()
        } else if parents.is_empty() {
            "no parent".to_owned()
        } else {
            format!("parent {}", parents.join(", "))
        };
        self.line(&format!("      {}{line}, {parents}", head.path));
        let who = match &head.attribution {
            None if head.history_cut => CUT.to_owned(),
            None => "not committed yet".to_owned(),
            Some(known) => {
                let day = words::day(&known.date);
                let request = known
                    .pull_request
                    .map(|number| format!(", #{number}"))
                    .unwrap_or_default();
                format!(
                    "{} <{}>, {day}, commit {}{request}",
                    known.author,
                    known.email,
                    words::short_id(&known.commit)
                )
            }
        };
        self.line(&format!("      {who}"));
    }
}

/// The people behind some heads; there is nobody to talk to behind a program.
pub(super) fn people<'a>(heads: impl Iterator<Item = &'a Head>) -> Option<String> {
    let people = heads.filter_map(Head::person);
    let mut people: Vec<String> = people
        .map(|person| format!("{} <{}>", person.name, person.email))
        .collect();
    people.sort();
    people.dedup();
    (!people.is_empty()).then(|| people.join(", "))
}

/// Why nobody is named where history was cut.
pub(super) const CUT: &str =
    "author unknown: this clone is shallow; `git fetch --unshallow` gets its history";

/// `a.py:3: a call of x`, or `a.py:3 and b.py:4: both write to table t`.
fn because(unknown: &SidesUnknown) -> String {
    let places: Vec<String> = unknown
        .operations
        .iter()
        .map(|one| one.location.to_string())
        .collect();
    let why = match unknown.operations.as_slice() {
        [only] => &only.operation,
        _ => &unknown.why,
    };
    format!("{}: {why}", places.join(" and "))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
