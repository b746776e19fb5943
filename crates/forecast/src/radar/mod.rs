//! Which branches will collide, before any of them has landed.
//!
//! It looks at what git knows here and fetches nothing. `branches` says which branches, `sky` what comes of each and
//! which two do not go together, `lines` where they part, `people` whose they are, `order` how they can land.

mod branches;
mod lines;
mod order;
mod people;
mod sky;
mod staged;

use std::collections::BTreeSet;

use fixedbitset::FixedBitSet;
use onehead_git::Connection;
use onehead_model::{
    Finding, LandingOrder, LandingStep, LeftOut, Outlook, RadarArm, RadarBranch, RadarCollision,
    RadarReport, RevisionId,
};
use onehead_scan::ScanOptions;

use crate::landings::Landed;
use crate::{ForecastError, Target};
use branches::Chosen;
use lines::Meeting;
use order::Neighbours;
use people::People;
use sky::Sky;
pub use staged::{Beside, Other, beside_others};

/// Which branches the radar looks at.
#[derive(Debug, Clone, Default)]
pub struct RadarOptions {
    /// Patterns that branches must match; all branches if there are none.
    pub refs: Vec<String>,
    /// Leave out branches whose last commit is so many days older than that of the target.
    pub newer_than: Option<u32>,
}

/// Which branches of this clone will collide once they land on the target. `scan` says where to look and how.
///
/// # Errors
/// git failed, the target cannot be scanned, or no branch matches the patterns.
pub fn radar(
    scan: &ScanOptions,
    repository: &Connection,
    target: &Target,
    options: &RadarOptions,
) -> Result<RadarReport, ForecastError> {
    let Chosen { works, older } =
        branches::choose(repository, target, &options.refs, options.newer_than)?;
    let (landings, meetings) = sky::look(scan, repository, target, &works, None)?;
    let sky = Sky::new(target, &works, &landings, &meetings);
    let meetings = lines::meetings(&sky);
    let people = People::of(repository, &sky, &meetings);
    Ok(report(&sky, &meetings, &people, older))
}

fn report(sky: &Sky<'_>, meetings: &[Meeting], people: &People, older: usize) -> RadarReport {
    let collisions: Vec<RadarCollision> = meetings
        .iter()
        .map(|meeting| collision(sky, meeting, people))
        .collect();
    let mut branches: Vec<RadarBranch> =
        sky.works().map(|work| branch(sky, work, people)).collect();
    let order = landing_order(sky, people);
    branches.sort_by(|a, b| a.name.cmp(&b.name));
    RadarReport {
        target: sky.target.name.clone(),
        oid: sky.target.oid.clone(),
        findings: errors(sky),
        talks: people::talks(&collisions),
        branches,
        collisions,
        order,
        left_out: left_out(sky, older),
    }
}

/// What is wrong on the target already.
fn errors(sky: &Sky<'_>) -> Vec<Finding> {
    let errors = sky.landings.target().errors();
    errors.map(|(_, finding)| finding.clone()).collect()
}

fn left_out(sky: &Sky<'_>, older: usize) -> LeftOut {
    let hidden = (0..sky.count()).filter(|work| !sky.is_shown(*work));
    let (landed, others): (Vec<usize>, Vec<usize>) =
        hidden.partition(|&work| matches!(sky.landed(work), Landed::Already));
    LeftOut {
        landed: landed.len(),
        without_migrations: others
            .iter()
            .filter(|work| sky.ahead(**work).is_none())
            .count(),
        older,
    }
}

fn branch(sky: &Sky<'_>, work: usize, people: &People) -> RadarBranch {
    let one = &sky.all[work];
    let behind: Vec<usize> = sky.behind(work).collect();
    let mut also = one.also.clone();
    for &other in &behind {
        also.push(sky.all[other].name.clone());
        also.extend(sky.all[other].also.iter().cloned());
    }
    also.sort();
    let (outlook, reason) = outlook(sky, work);
    let mut stands_on: Vec<String> = sky
        .works()
        .filter(|&other| other != work && sky.landings.holds(work, other))
        .map(|other| sky.all[other].name.clone())
        .collect();
    stands_on.sort();
    let view = sky.landings.view_of(work);
    let environments = view.into_iter().flat_map(|view| &view.environments);
    RadarBranch {
        name: one.name.clone(),
        also,
        commit: one.commit.clone(),
        current: one.current || behind.iter().any(|&other| sky.all[other].current),
        outlook,
        reason,
        stands_on,
        environments: environments
            .filter(|environment| !environment.added.is_empty())
            .map(|environment| environment.name.clone())
            .collect(),
        attribution: people.of_branch(sky, work).cloned(),
    }
}

/// What will come of a branch, and why.
fn outlook(sky: &Sky<'_>, work: usize) -> (Outlook, Option<String>) {
    let unknown = |reason: String| (Outlook::Unknown, Some(reason));
    match sky.landed(work) {
        Landed::Missing => unknown("its commit is not in this clone".into()),
        Landed::Unrelated => unknown(format!(
            "no commit in common with {} is in this clone; fetch its history",
            sky.target.name
        )),
        Landed::Unreadable(reason) => unknown(reason.clone()),
        Landed::Already | Landed::As(_) => {
            if let Some((environment, finding)) = sky.broken(work) {
                let place = environment.map(|name| format!("{name}: "));
                let reason = format!("{}{}", place.unwrap_or_default(), finding.message);
                return (Outlook::Broken, Some(reason));
            }
            let alone = !sky.landings.is_compared(work);
            let reason = alone.then(|| {
                format!(
                    "in conflict with {}, so it is not compared with other branches",
                    sky.target.name
                )
            });
            let behind = sky.forked_with_target(work).next().is_some();
            let beside = sky.works().any(|other| sky.meetings.collide(work, other));
            let outlook = match (behind, beside, alone) {
                (true, _, _) => Outlook::Target,
                (_, true, _) => Outlook::Branches,
                (_, _, true) => Outlook::Unknown,
                _ => Outlook::Clear,
            };
            (outlook, reason)
        }
    }
}

fn collision(sky: &Sky<'_>, meeting: &Meeting, people: &People) -> RadarCollision {
    let mut arms: Vec<RadarArm> = meeting
        .lines
        .iter()
        .map(|line| {
            let mut branches: Vec<String> = line
                .holders
                .ones()
                .map(|work| sky.all[work].name.clone())
                .collect();
            branches.sort();
            RadarArm {
                target: line.target,
                branches,
                revisions: line.revisions.clone(),
                path: line.path.clone(),
                attribution: people.of_line(sky, line).cloned(),
            }
        })
        .collect();
    arms.sort_by_cached_key(|arm| {
        let first: Option<RevisionId> = arm.revisions.first().cloned();
        let date = arm
            .attribution
            .as_ref()
            .map(|one| people::instant(&one.date));
        (
            !arm.target,
            date.is_none(),
            date,
            first,
            arm.branches.clone(),
        )
    });
    RadarCollision {
        environment: meeting.environment.clone(),
        code: meeting.code,
        parent: meeting.parent.clone(),
        since: people::second(&arms),
        arms,
    }
}

/// Those that need no mend first, and of both the oldest first. What another one has lands with that.
fn landing_order(sky: &Sky<'_>, people: &People) -> LandingOrder {
    let may_land =
        |work: &usize| matches!(sky.landed(*work), Landed::As(_)) && sky.broken(*work).is_none();
    let landing: Vec<usize> = sky.works().filter(may_land).collect();
    let held = |by: usize| {
        let others = landing.iter().copied().filter(move |&other| other != by);
        others.filter(move |&other| sky.landings.holds(by, other))
    };
    let with_others: BTreeSet<usize> = landing.iter().flat_map(|&work| held(work)).collect();
    let mut works: Vec<usize> = landing
        .iter()
        .copied()
        .filter(|work| !with_others.contains(work))
        .collect();
    works.sort_by_cached_key(|&work| {
        let date = people
            .of_branch(sky, work)
            .map(|one| people::instant(&one.date));
        (date.is_none(), date, sky.all[work].name.clone())
    });
    let mut graph = Neighbours {
        rows: Vec::with_capacity(works.len()),
        with_target: FixedBitSet::with_capacity(works.len()),
    };
    for (at, &work) in works.iter().enumerate() {
        let near = works.iter().map(|&other| sky.meetings.collide(work, other));
        let near = near.enumerate().filter_map(|(at, near)| near.then_some(at));
        let mut row = FixedBitSet::with_capacity(works.len());
        row.extend(near);
        graph.rows.push(row);
        graph
            .with_target
            .set(at, sky.forked_with_target(work).next().is_some());
    }
    let free = order::most_free(&graph);
    let rest: BTreeSet<usize> = (0..works.len())
        .filter(|at| !free.branches.contains(*at))
        .collect();
    let step = |at: usize, mend: bool| {
        let mut with: Vec<String> = held(works[at])
            .map(|one| sky.all[one].name.clone())
            .collect();
        with.sort();
        LandingStep {
            branch: sky.all[works[at]].name.clone(),
            with,
            mend,
        }
    };
    LandingOrder {
        mends: rest.len(),
        exact: free.exact,
        steps: free
            .branches
            .ones()
            .map(|at| step(at, false))
            .chain(rest.iter().map(|&at| step(at, true)))
            .collect(),
    }
}
