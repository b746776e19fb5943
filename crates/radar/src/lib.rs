//! Which branches will collide, before any of them is merged.
//!
//! ```no_run
//! use onehead_forecast::Target;
//! use onehead_git::{Connection, Inherit};
//! use onehead_radar::{RadarOptions, radar};
//! use onehead_scan::ScanOptions;
//!
//! let scan = ScanOptions::in_directory(".");
//! let repository = Connection::discover(".".as_ref(), Inherit::No)?.expect("a repository");
//! let target = Target::named(&repository, "origin/main")?.expect("it is there");
//! let report = radar(&scan, &repository, &target, &RadarOptions::default())?;
//! println!("{} branches", report.branches.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It looks at what git knows here. It never prints, writes or fetches. `branches` says which branches, `overview` what comes of each and
//! which two do not go together, `lines` where they part, `people` whose they are, `order` how they can be merged.

mod branches;
mod limits;
mod lines;
mod options;
mod order;
mod overview;
mod people;
mod staged;

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use onehead_git::Connection;
use onehead_model::{
    Finding, LeftOut, MergeOrder, MergeStep, Outlook, RadarBranch, RadarCollision, RadarLine,
    RadarReport, RevisionId, Verdict, collision_words,
};
use onehead_scan::ScanOptions;

use branches::Chosen;
use lines::LineCollision;
use onehead_forecast::{Assigned, ForecastError, Outcome, Target, Unknown};
pub use options::RadarOptions;
use order::Neighbours;
use overview::{Folded, Overview};
use people::People;
pub use staged::{Beside, Other, beside_others};

/// Which branches of this clone will collide once they are merged into the target. `scan` says where to look and how.
///
/// # Errors
/// git failed, the target cannot be scanned, or no branch matches the patterns.
pub fn radar(
    scan: &ScanOptions,
    repository: &Connection,
    target: &Target,
    options: &RadarOptions,
) -> Result<RadarReport, ForecastError> {
    of_target(scan, repository, target, None, options)
}

/// The same where the settings list several targets: each branch against the one that it is merged into, and those of one
/// target with each other. The report is that of the first target and holds those of the others.
///
/// # Errors
/// As [`radar`].
pub fn radar_of_each(
    scan: &ScanOptions,
    repository: &Connection,
    assigned: &Assigned,
    options: &RadarOptions,
) -> Result<RadarReport, ForecastError> {
    let reports = assigned
        .targets()
        .map(|target| of_target(scan, repository, target, Some(assigned), options));
    let mut reports = reports.collect::<Result<Vec<_>, _>>()?;
    let mut first = reports.remove(0);
    reports.retain(|one| !one.branches.is_empty() || !one.verdict.is_fine());
    let verdicts = reports.iter().map(|one| one.verdict);
    first.verdict = verdicts.fold(first.verdict, Verdict::max);
    first.others = reports;
    Ok(first)
}

fn of_target(
    scan: &ScanOptions,
    repository: &Connection,
    target: &Target,
    among: Option<&Assigned>,
    options: &RadarOptions,
) -> Result<RadarReport, ForecastError> {
    let chosen = branches::choose(repository, target, among, options)?;
    let works = &chosen.works;
    let (forecast, matrix) = overview::look(scan, repository, target, works, None)?;
    let overview = Overview::new(target, works, &forecast, &matrix, options.all);
    let collisions = lines::collisions(&overview);
    let people = People::of(repository, &overview, &collisions, &options.bots);
    let mut report = report(&overview, &collisions, &people);
    report.talks = people::talks(&report.collisions, &options.bots);
    report.left_out = left_out(&overview, &chosen, options);
    report.limits = limits::limits(repository, &overview)?;
    Ok(report)
}

fn report(overview: &Overview<'_>, found: &[LineCollision], people: &People<'_>) -> RadarReport {
    let collisions: Vec<RadarCollision> = found
        .iter()
        .map(|one| collision(overview, one, people))
        .collect();
    let mut branches: Vec<RadarBranch> = overview
        .works()
        .map(|work| branch(overview, work, people))
        .collect();
    let order = merge_order(overview, people);
    branches.sort_by(|a, b| a.name.cmp(&b.name));
    let is_any = |outlook: Outlook| branches.iter().any(|one| one.outlook == outlook);
    let mut works = overview.works();
    let is_unknown = works.any(|work| overview.unknown_with(work).next().is_some());
    let verdict = match (
        is_unknown || is_any(Outlook::Unknown) || overview.folded(Folded::BeyondShallow) > 0,
        is_any(Outlook::Broken) || overview.folded(Folded::MissingParent) > 0,
    ) {
        (true, _) => Verdict::Unknown,
        (false, true) => Verdict::Findings,
        (false, false) if !collisions.is_empty() => Verdict::Findings,
        (false, false) => Verdict::Fine,
    };
    RadarReport {
        verdict,
        target: overview.target.name.clone(),
        oid: overview.target.oid.to_string(),
        findings: errors(overview),
        talks: Vec::new(),
        branches,
        collisions,
        order,
        limits: Vec::new(),
        left_out: LeftOut::default(),
        others: Vec::new(),
    }
}

/// What is wrong on the target already.
fn errors(overview: &Overview<'_>) -> Vec<Finding> {
    let errors = overview.forecast.target().errors();
    errors.map(|(_, finding)| finding.clone()).collect()
}

fn left_out(overview: &Overview<'_>, chosen: &Chosen, options: &RadarOptions) -> LeftOut {
    let hidden = (0..overview.count())
        .filter(|work| !overview.is_shown(*work) && !overview.is_folded(*work));
    let (outcome, others): (Vec<usize>, Vec<usize>) =
        hidden.partition(|&work| matches!(overview.outcome(work), Outcome::AlreadyMerged));
    LeftOut {
        merged: outcome.len(),
        without_migrations: others
            .iter()
            .filter(|work| overview.ahead(**work).is_none())
            .count(),
        older: chosen.older,
        newer_than: options.newer_than(),
        unrelated: overview.folded(Folded::Unrelated),
        beyond_shallow: overview.folded(Folded::BeyondShallow),
        missing_parent: overview.folded(Folded::MissingParent),
        merge_queue: chosen.merge_queue,
    }
}

fn branch(overview: &Overview<'_>, work: usize, people: &People<'_>) -> RadarBranch {
    let one = &overview.all[work];
    let behind: Vec<usize> = overview.behind(work).collect();
    let mut also = one.also.clone();
    for &other in &behind {
        also.push(overview.all[other].name.clone());
        also.extend(overview.all[other].also.iter().cloned());
    }
    also.sort();
    let (outlook, reason) = outlook(overview, work);
    let mut stands_on: Vec<String> = overview
        .works()
        .filter(|&other| other != work && overview.forecast.holds(work, other))
        .map(|other| overview.all[other].name.clone())
        .collect();
    stands_on.sort();
    let view = overview.forecast.view_of(work);
    let environments = view.into_iter().flat_map(|view| &view.environments);
    let attribution = people.of_branch(overview, work);
    RadarBranch {
        name: one.name.clone(),
        also,
        commit: one.commit.to_string(),
        current: one.current || behind.iter().any(|&other| overview.all[other].current),
        outlook,
        reason,
        made_by: one.made_by,
        stands_on,
        environments: environments
            .filter(|environment| !environment.added.is_empty())
            .map(|environment| environment.name.clone())
            .collect(),
        by_program: people.by_program(attribution),
        attribution: attribution.cloned(),
    }
}

/// What will come of a branch, and why.
fn outlook(overview: &Overview<'_>, work: usize) -> (Outlook, Option<String>) {
    let unknown = |reason: String| (Outlook::Unknown, Some(reason));
    match overview.outcome(work) {
        Outcome::Unknown(why) => unknown(why.reason(&overview.target.name)),
        Outcome::AlreadyMerged | Outcome::Merged(_) => {
            if let Some((environment, finding)) = overview.broken(work) {
                let place = environment.map(|name| format!("{name}: "));
                let reason = format!("{}{}", place.unwrap_or_default(), finding.message);
                return (Outlook::Broken, Some(reason));
            }
            if let Some(finding) = overview.unread(work) {
                let place = finding.location.as_ref().map(|place| format!("{place}: "));
                return unknown(format!("{}{}", place.unwrap_or_default(), finding.message));
            }
            let reason = not_compared(overview, work);
            let behind = overview.collides_with_target(work);
            let outlook = match (behind, overview.collides(work), &reason) {
                (true, _, _) => Outlook::Target,
                (_, true, _) => Outlook::Branches,
                (_, _, Some(_)) => Outlook::Unknown,
                _ => Outlook::Clear,
            };
            (outlook, reason)
        }
    }
}

/// Why it is not known of other branches whether a branch collides with them.
fn not_compared(overview: &Overview<'_>, work: usize) -> Option<String> {
    let target = &overview.target.name;
    if !overview.forecast.is_compared(work) {
        return Some(format!(
            "merge conflict with {target}; not compared with other branches"
        ));
    }
    let unknown: Vec<(usize, Vec<Unknown>)> = overview.unknown_with(work).collect();
    let (first, why) = unknown.first()?;
    let name = &overview.all[*first].name;
    let others = match unknown.len() - 1 {
        0 => name.clone(),
        count => format!("{name} (and {count} more)"),
    };
    let why: Vec<String> = why.iter().map(|one| one.reason(target)).collect();
    Some(collision_words::unknown_whether(
        "it",
        &others,
        &why.join("; "),
    ))
}

fn collision(
    overview: &Overview<'_>,
    collision: &LineCollision,
    people: &People<'_>,
) -> RadarCollision {
    let mut lines: Vec<RadarLine> = collision
        .lines
        .iter()
        .map(|line| {
            let mut branches: Vec<String> = line
                .holders
                .ones()
                .map(|work| overview.all[work].name.clone())
                .collect();
            branches.sort();
            let attribution = people.of_line(overview, line);
            RadarLine {
                target: line.target,
                branches,
                revisions: line.revisions.clone(),
                path: line.path.clone(),
                by_program: people.by_program(attribution),
                attribution: attribution.cloned(),
            }
        })
        .collect();
    lines.sort_by_cached_key(|line| {
        let first: Option<RevisionId> = line.revisions.first().cloned();
        let date = line
            .attribution
            .as_ref()
            .map(|one| people::instant(&one.date));
        (
            !line.target,
            date.is_none(),
            date,
            first,
            line.branches.clone(),
        )
    });
    RadarCollision {
        environment: collision.environment.clone(),
        code: collision.code,
        parent: collision.parent.clone(),
        since: people::second(&lines),
        lines,
    }
}

/// Those that need no fix first, and of both the oldest first. What another one has is merged with that.
fn merge_order(overview: &Overview<'_>, people: &People<'_>) -> MergeOrder {
    let may_be_merged = |work: &usize| {
        matches!(overview.outcome(*work), Outcome::Merged(_)) && overview.broken(*work).is_none()
    };
    let mergeable: Vec<usize> = overview.works().filter(may_be_merged).collect();
    let held = |by: usize| {
        let others = mergeable.iter().copied().filter(move |&other| other != by);
        others.filter(move |&other| overview.forecast.holds(by, other))
    };
    let with_others: BTreeSet<usize> = mergeable.iter().flat_map(|&work| held(work)).collect();
    let mut works: Vec<usize> = mergeable
        .iter()
        .copied()
        .filter(|work| !with_others.contains(work))
        .collect();
    works.sort_by_cached_key(|&work| {
        let date = people
            .of_branch(overview, work)
            .map(|one| people::instant(&one.date));
        (date.is_none(), date, overview.all[work].name.clone())
    });
    let mut graph = Neighbours {
        rows: Vec::with_capacity(works.len()),
        with_target: FixedBitSet::with_capacity(works.len()),
    };
    for (at, &work) in works.iter().enumerate() {
        // What is unknown may collide.
        let is_near =
            |other: usize| other != work && !overview.matrix.verdict(work, other).is_fine();
        let near = works.iter().enumerate();
        let near = near.filter_map(|(at, &other)| is_near(other).then_some(at));
        let mut row = FixedBitSet::with_capacity(works.len());
        row.extend(near);
        graph.rows.push(row);
        graph
            .with_target
            .set(at, overview.collides_with_target(work));
    }
    let free = order::most_free(&graph);
    let is_known = |work: &usize| overview.unknown_with(*work).next().is_none();
    let rest: BTreeSet<usize> = (0..works.len())
        .filter(|at| !free.branches.contains(*at))
        .collect();
    let step = |at: usize, fix: bool| {
        let mut with: Vec<String> = held(works[at])
            .map(|one| overview.all[one].name.clone())
            .collect();
        with.sort();
        MergeStep {
            branch: overview.all[works[at]].name.clone(),
            with,
            fix,
        }
    };
    MergeOrder {
        fixes: rest.len(),
        exact: free.exact && works.iter().all(is_known),
        steps: free
            .branches
            .ones()
            .map(|at| step(at, false))
            .chain(rest.iter().map(|&at| step(at, true)))
            .collect(),
    }
}
