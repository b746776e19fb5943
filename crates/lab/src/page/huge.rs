//! A history of two thousand incidents, made of those of another.

use onehead_model::{AuthorPair, HistoryReport, Incident, LineCommit, Month, Person, Step};

const ENVIRONMENTS: usize = 4;
const INCIDENTS: usize = 500;
const PAIRS: usize = 150;

/// Ten years of a project in which much goes wrong.
pub(super) fn history(usual: &HistoryReport) -> HistoryReport {
    let mut report = usual.clone();
    let incidents = usual.environments.iter().flat_map(|one| &one.incidents);
    let fixed: Vec<&Incident> = incidents.filter(|one| one.ended.is_some()).collect();
    let environment = usual.environments[0].clone();
    report.environments.clear();
    for index in 0..ENVIRONMENTS {
        let mut environment = environment.clone();
        environment.name = format!("services/team-{index}/migrations");
        environment.incidents = (0..INCIDENTS)
            .map(|number| moved(fixed[number % fixed.len()], index + number * ENVIRONMENTS))
            .collect();
        environment.steps = environment.incidents.iter().flat_map(steps).collect();
        report.environments.push(environment);
    }
    if let Some(line) = &mut report.line {
        line.first.date = date(0, 0);
        line.last.date = date(ENVIRONMENTS * INCIDENTS, 0);
        line.commits = 10 * ENVIRONMENTS * INCIDENTS;
    }
    let totals = &mut report.totals;
    totals.incidents = ENVIRONMENTS * INCIDENTS;
    totals.open = 0;
    totals.author_pairs = (0..PAIRS).map(pair).collect();
    totals.months = (0..120).map(month).collect();
    for check in &mut totals.checks {
        check.missed = totals.incidents - check.caught - check.not_passed - check.unknown;
    }
    report
}

/// The same incident at another time, for which its number among all stands.
fn moved(incident: &Incident, number: usize) -> Incident {
    let mut incident = incident.clone();
    put(&mut incident.began, number, 9);
    incident.began.pull_request = Some(number as u64);
    incident.began.subject = format!("Merge pull request #{number}");
    if let Some(ended) = &mut incident.ended {
        put(&mut ended.commit, number, 11);
    }
    incident.seconds = 7_200 + number as u64;
    incident
}

fn put(commit: &mut LineCommit, number: usize, hour: usize) {
    commit.position = 10 * number + hour;
    commit.date = date(number, hour);
}

/// Two hundred in a year, in order, each on a day of its own or nearly so.
fn date(number: usize, hour: usize) -> String {
    let (year, rest) = (2016 + number / 200, number % 200);
    let (month, day) = (1 + rest / 17, 1 + rest % 17);
    format!("{year}-{month:02}-{day:02}T{hour:02}:00:00Z")
}

fn steps(incident: &Incident) -> [Step; 2] {
    let step = |commit: &LineCommit, heads: usize| Step {
        commit: commit.commit.clone(),
        position: commit.position,
        date: commit.date.clone(),
        heads: incident.heads.iter().take(heads).cloned().collect(),
        heads_unknown: false,
        forked: heads > 1,
        revisions: commit.position,
        errors: Vec::new(),
    };
    let ended = incident.ended.as_ref().expect("a fixed one");
    [
        step(&incident.began, incident.heads.len()),
        step(&ended.commit, 1),
    ]
}

fn pair(index: usize) -> AuthorPair {
    let person = |name: String| Person {
        email: format!("{name}@example.org"),
        name,
    };
    AuthorPair {
        left: person(format!("Author {}", index % 12)),
        right: person(format!("Author {}", 12 + index)),
        incidents: PAIRS - index,
    }
}

fn month(index: usize) -> Month {
    Month {
        month: format!("{}-{:02}", 2016 + index / 12, 1 + index % 12),
        began: 17,
        ended: 17,
        revisions: 40 + index % 7,
        published_changes: 0,
    }
}
