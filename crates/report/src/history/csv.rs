//! One line for each incident and each outage, for spreadsheets. What comes from the repository is no formula there.

use onehead_model::escape::for_terminal;
use onehead_model::{Caught, EnvironmentHistory, HistoryReport, Incident, Outage, PublishedChange};

use super::{published, words};

const COLUMNS: [&str; 25] = [
    "environment",
    "group",
    "began",
    "began_commit",
    "heads",
    "most_heads",
    "branch_points",
    "authors",
    "pull_requests",
    "branches",
    "branch_kinds",
    "seconds",
    "commits",
    "ended",
    "ended_commit",
    "ended_by",
    "how",
    "caught_by",
    "missed_by",
    "kind",
    "causes",
    "at_boundary",
    "revisions",
    "tags",
    "accepted",
];

type Row = [String; 25];

/// A line with the names of the columns, one for each incident, oldest first, one for each outage, and one for each change
/// of published revisions.
#[must_use]
pub fn csv(report: &HistoryReport) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = report
        .incidents()
        .into_iter()
        .map(|(environment, incident)| row(environment, incident));
    let outages = report
        .outages()
        .into_iter()
        .map(|(environment, outage)| outage_row(environment, outage));
    let changes = report
        .published_changes()
        .into_iter()
        .map(|(environment, change)| published_row(environment, change));
    let outages = outages.chain(changes);
    let header = COLUMNS.map(str::to_owned);
    for row in std::iter::once(header).chain(rows).chain(outages) {
        writer
            .write_record(row)
            .expect("every row has as many columns, and memory takes them");
    }
    let bytes = writer.into_inner().expect("memory takes them");
    String::from_utf8(bytes).expect("every cell is text")
}

fn row(environment: &EnvironmentHistory, incident: &Incident) -> Row {
    let sides = &incident.sides;
    let listed = |items: Vec<String>| plain(&items.join("; "));
    let ended = incident.ended.as_ref();
    let end = |of: fn(&onehead_model::Ending) -> String| ended.map(of).unwrap_or_default();
    [
        plain(&environment.name),
        plain(&incident.group),
        incident.began.date.clone(),
        incident.began.commit.clone(),
        listed(ids(&incident.heads)),
        incident.most_heads.to_string(),
        listed(
            incident
                .branch_points
                .iter()
                .map(|point| point.id.to_string())
                .collect(),
        ),
        listed(
            sides
                .iter()
                .map(|side| words::names(&side.authors))
                .collect(),
        ),
        listed(
            sides
                .iter()
                .filter_map(|side| side.pull_request.map(|number| number.to_string()))
                .collect(),
        ),
        listed(
            sides
                .iter()
                .filter_map(|side| side.branch.clone())
                .collect(),
        ),
        listed(
            sides
                .iter()
                .map(|side| words::branch_kind(side.branch_kind).to_owned())
                .collect(),
        ),
        incident.seconds.to_string(),
        incident.commits.to_string(),
        end(|ended| ended.commit.date.clone()),
        end(|ended| ended.commit.commit.clone()),
        end(|ended| {
            let by = ended.by.as_ref().map(|by| by.author.as_str());
            plain(by.unwrap_or(&ended.commit.author.name))
        }),
        end(|ended| words::ending(ended.how).to_owned()),
        words::checks(incident, Caught::Caught).join("; "),
        words::checks(incident, Caught::Missed).join("; "),
        "fork".into(),
        String::new(),
        truth(incident.at_boundary),
        String::new(),
        String::new(),
        String::new(),
    ]
}

/// What only a fork has is empty.
fn outage_row(environment: &EnvironmentHistory, outage: &Outage) -> Row {
    let ended = outage.ended.as_ref();
    let causes: Vec<String> = outage.causes.iter().map(words::cause).collect();
    let cells = [
        ("environment", plain(&environment.name)),
        ("began", outage.began.date.clone()),
        ("began_commit", outage.began.commit.clone()),
        ("seconds", outage.seconds.to_string()),
        ("commits", outage.commits.to_string()),
        (
            "ended",
            ended.map(|one| one.date.clone()).unwrap_or_default(),
        ),
        (
            "ended_commit",
            ended.map(|one| one.commit.clone()).unwrap_or_default(),
        ),
        (
            "ended_by",
            ended.map(|one| plain(&one.author.name)).unwrap_or_default(),
        ),
        ("kind", outage.kind.name().into()),
        ("causes", plain(&causes.join("; "))),
        ("at_boundary", truth(outage.at_boundary)),
    ];
    in_columns(&cells)
}

/// What only a fork has is empty.
fn published_row(environment: &EnvironmentHistory, change: &PublishedChange) -> Row {
    let finding = &change.finding;
    let request = match &change.by {
        Some(by) => by.pull_request.or(change.commit.pull_request),
        None => change.commit.pull_request,
    };
    let cells = [
        ("environment", plain(&environment.name)),
        ("began", change.commit.date.clone()),
        ("began_commit", change.commit.commit.clone()),
        ("authors", plain(&words::names(&change.authors))),
        (
            "pull_requests",
            request.map(|number| number.to_string()).unwrap_or_default(),
        ),
        ("kind", finding.name.clone()),
        ("causes", plain(&words::cause(finding))),
        ("revisions", plain(&ids(&finding.revisions).join("; "))),
        (
            "tags",
            change
                .tags
                .as_ref()
                .map(|tags| plain(&published::tags(tags)))
                .unwrap_or_default(),
        ),
        ("accepted", truth(change.accepted)),
    ];
    in_columns(&cells)
}

fn in_columns(cells: &[(&str, String)]) -> Row {
    COLUMNS.map(|column| {
        let cell = cells.iter().find(|(name, _)| *name == column);
        cell.map(|(_, cell)| cell.clone()).unwrap_or_default()
    })
}

/// Empty where it is not so.
fn truth(is: bool) -> String {
    if is { "true".into() } else { String::new() }
}

fn ids(ids: &[onehead_model::RevisionId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

/// One line, and nothing that a spreadsheet would compute: a cell that begins with `=`, `+`, `-` or `@` gets an
/// apostrophe before it, which tells spreadsheets that it is text.
fn plain(text: &str) -> String {
    let line = for_terminal(text).into_owned();
    match line.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@') => format!("'{line}"),
        _ if line.starts_with('\t') => format!("'{line}"),
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" =1", "' =1"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\\r=1"),
            ("a\nb", "a\\nb"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(plain(text), cell);
        }
    }
}
