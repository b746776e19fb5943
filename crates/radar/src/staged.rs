//! The work that is staged now beside the other branches.

use onehead_git::{Connection, Oid, RefName};
use onehead_model::{Bots, ByProgram, RevisionId};
use onehead_scan::ScanOptions;

use crate::branches::{self, Work};
use crate::lines::{self, Line};
use crate::options::RadarOptions;
use crate::overview::{self, Overview};
use crate::people::People;
use onehead_forecast::{Assigned, ForecastError, Target};

/// Where a commit, which no branch names yet, will collide with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The environment; none for what concerns none.
    pub environment: Option<String>,
    /// The revision on which all of them go on, if there is one.
    pub parent: Option<RevisionId>,
    /// The other lines of work.
    pub others: Vec<Other>,
}

/// A line of work that collides with the commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    /// The branches that have it, in the order in which git lists them.
    pub branches: Vec<String>,
    /// Whose it is, in words, if git knows.
    pub whose: Option<String>,
}

/// With what a commit, which no branch names yet, will collide besides the target; empty if with nothing. With `among`,
/// only branches that are merged into the same target count. `bots` says which authors are programs.
///
/// # Errors
/// git failed, or the target cannot be scanned.
pub fn beside_others(
    options: &ScanOptions,
    repository: &Connection,
    target: &Target,
    among: Option<&Assigned>,
    commit: &Oid,
    bots: &Bots,
) -> Result<Vec<Beside>, ForecastError> {
    let mut works = branches::choose(repository, target, among, &RadarOptions::default())?.works;
    // What the commit goes on from is the same work, and so is what is remembered of it on the remote.
    let own: Vec<RefName> = works
        .iter()
        .filter(|work| work.current)
        .flat_map(|work| work.full_names.iter().chain(&work.upstream).cloned())
        .collect();
    works.retain(|work| {
        let mut names = work.full_names.iter();
        !work.current && !names.any(|name| own.contains(name))
    });
    let this = works.len();
    works.push(Work::unnamed("HEAD", commit.clone()));
    let (forecast, matrix) = overview::look(options, repository, target, &works, Some(this))?;
    let overview = Overview::new(target, &works, &forecast, &matrix, true);
    let mut collisions = lines::collisions(&overview);
    collisions.retain(|collision| {
        let mut lines = collision.lines.iter();
        let is_other = |line: &Line| !line.target && !line.holders.contains(this);
        lines.any(|line| line.holders.contains(this)) && collision.lines.iter().any(is_other)
    });
    let people = People::of(repository, &overview, &collisions, bots);
    let other = |line: &Line| {
        let names = line
            .holders
            .ones()
            .map(|one| overview.all[one].name.clone());
        Other {
            branches: names.collect(),
            whose: people
                .of_line(&overview, line)
                .map(|who| ByProgram::whose(people.by_program(Some(who)).as_ref(), &who.author)),
        }
    };
    let beside = collisions.iter().map(|collision| {
        let others = collision
            .lines
            .iter()
            .filter(|line| !line.target && !line.holders.contains(this));
        Beside {
            environment: collision.environment.clone(),
            parent: collision.parent.clone(),
            others: others.map(other).collect(),
        }
    });
    Ok(beside.collect())
}
