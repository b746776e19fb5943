//! Whose the lines are, and who should talk to whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onehead_git::Connection;
use onehead_model::{
    Attribution, Bots, ByProgram, Person, RadarCollision, RadarLine, RepoPath, Source, Talk,
};

use crate::lines::{Line, LineCollision, first};
use crate::overview::Overview;
use onehead_forecast::attribution;

/// Who brought which file.
pub(crate) struct People<'p> {
    on_branches: HashMap<String, Attribution>,
    on_target: HashMap<String, Attribution>,
    bots: &'p Bots,
}

impl<'p> People<'p> {
    /// Asks git twice: for the files of the target and for those of all branches.
    pub(crate) fn of(
        repository: &Connection,
        overview: &Overview<'_>,
        collisions: &[LineCollision],
        bots: &'p Bots,
    ) -> Self {
        let lines = || collisions.iter().flat_map(|collision| &collision.lines);
        let theirs: BTreeSet<String> = lines()
            .filter(|line| line.target)
            .filter_map(|line| Some(line.path.as_ref()?.to_string()))
            .collect();
        let ours: BTreeSet<String> = overview
            .environments()
            .flat_map(|(_, environment)| first(environment))
            .map(|(_, revision)| revision.path.to_string())
            .chain(
                lines()
                    .filter(|line| !line.target)
                    .filter_map(|line| Some(line.path.as_ref()?.to_string())),
            )
            .collect();
        let target = Source::Commit {
            oid: overview.target.oid.to_string(),
        };
        // What the target has need not be walked through again: `^commit` leaves it out.
        let related = overview
            .works()
            .filter(|&work| overview.forecast.view_of(work).is_some());
        let tips = related.map(|work| overview.all[work].commit.to_string());
        let branches = Source::Merge {
            commits: tips.chain([format!("^{}", overview.target.oid)]).collect(),
            tree: String::new(),
        };
        let of = |source: &Source, paths: BTreeSet<String>| {
            let paths: Vec<String> = paths.into_iter().collect();
            attribution::of(Some(repository), source, &paths)
        };
        Self {
            on_branches: of(&branches, ours),
            on_target: of(&target, theirs),
            bots,
        }
    }

    /// Who brought the first revision of a line; where it brings none, who worked on the branch last.
    pub(crate) fn of_line<'s>(
        &'s self,
        overview: &Overview<'s>,
        line: &Line,
    ) -> Option<&'s Attribution> {
        let path = line.path.as_ref().map(RepoPath::as_str);
        if line.target {
            return self.on_target.get(path?);
        }
        let known = path.and_then(|path| self.on_branches.get(path));
        known.or_else(|| overview.all[line.holders.minimum()?].last.as_ref())
    }

    /// Who brought the oldest of the revisions with which a branch goes on from what is not its own; else who worked
    /// on it last.
    pub(crate) fn of_branch<'s>(
        &'s self,
        overview: &Overview<'s>,
        work: usize,
    ) -> Option<&'s Attribution> {
        let view = overview.forecast.view_of(work).into_iter();
        let revisions = view.flat_map(|view| &view.environments).flat_map(first);
        let known =
            revisions.filter_map(|(_, revision)| self.on_branches.get(revision.path.as_str()));
        known
            .min_by_key(|one| (instant(&one.date), &one.commit))
            .or(overview.all[work].last.as_ref())
    }

    /// That an author is a program, if so.
    pub(crate) fn by_program(&self, attribution: Option<&Attribution>) -> Option<ByProgram> {
        self.bots.by_program(attribution)
    }
}

/// A date of git's as a point in time; one that is none counts as the earliest.
pub(crate) fn instant(date: &str) -> i64 {
    date.parse::<jiff::Timestamp>()
        .map_or(i64::MIN, jiff::Timestamp::as_second)
}

/// The date of the second oldest line, since which there has been a collision.
pub(crate) fn second(lines: &[RadarLine]) -> Option<String> {
    let mut dates: Vec<&String> = lines
        .iter()
        .filter_map(|line| Some(&line.attribution.as_ref()?.date))
        .collect();
    dates.sort_by_key(|date| instant(date));
    dates.get(1).map(|date| (*date).clone())
}

/// Every two people, and no program, whose lines collide; those with the most branches first.
pub(crate) fn talks(collisions: &[RadarCollision], bots: &Bots) -> Vec<Talk> {
    let mut known: BTreeMap<(Person, Person), BTreeSet<&String>> = BTreeMap::new();
    for collision in collisions {
        let mut involved: BTreeMap<Person, BTreeSet<&String>> = BTreeMap::new();
        for line in &collision.lines {
            let Some(person) = line.attribution.as_ref().and_then(|one| bots.person(one)) else {
                continue;
            };
            involved.entry(person).or_default().extend(&line.branches);
        }
        let involved: Vec<(Person, BTreeSet<&String>)> = involved.into_iter().collect();
        for (at, (one, ours)) in involved.iter().enumerate() {
            for (other, theirs) in &involved[at + 1..] {
                let pair = (one.clone(), other.clone());
                let branches = known.entry(pair).or_default();
                branches.extend(ours);
                branches.extend(theirs);
            }
        }
    }
    let mut talks: Vec<Talk> = known
        .into_iter()
        .map(|((one, other), branches)| Talk {
            people: [one, other],
            branches: branches.into_iter().cloned().collect(),
        })
        .collect();
    talks.sort_by_key(|talk| std::cmp::Reverse(talk.branches.len()));
    talks
}
