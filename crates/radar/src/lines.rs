//! Where branches part: the lines of work that go on from each revision of the target, and which of them collide.

use std::collections::{BTreeMap, HashMap, HashSet};

use fixedbitset::FixedBitSet;
use onehead_model::{Code, RepoPath, Revision, RevisionId};

use crate::overview::Overview;
use onehead_forecast::EnvironmentView;

/// Lines that do not go together, by the branches that have them.
pub(crate) struct LineCollision {
    pub(crate) environment: Option<String>,
    pub(crate) code: Code,
    pub(crate) parent: Option<RevisionId>,
    pub(crate) lines: Vec<Line>,
}

/// A line of work.
pub(crate) struct Line {
    /// Whether it is the target's.
    pub(crate) target: bool,
    /// The branches that have it, by number.
    pub(crate) holders: FixedBitSet,
    /// Its first revision, or those that it is about.
    pub(crate) revisions: Vec<RevisionId>,
    /// The file of the first.
    pub(crate) path: Option<RepoPath>,
}

/// The lines from one revision of an environment, by their first revision and its file.
type Lines<'a> = BTreeMap<(&'a RevisionId, &'a RepoPath), (&'a Revision, FixedBitSet)>;

/// An environment, and a revision there; none for what has no parent.
type Place<'a> = (&'a str, Option<&'a RevisionId>);

/// Everything that will collide, sorted by environment and revision.
pub(crate) fn collisions(overview: &Overview<'_>) -> Vec<LineCollision> {
    let children = children(overview);
    let mut found: Vec<LineCollision> = lines(overview)
        .into_iter()
        .filter_map(|(place, lines)| collision(overview, place, lines, &children))
        .collect();
    let elsewhere = elsewhere(overview, &found);
    found.extend(elsewhere);
    found.extend(defined_twice(overview));
    found.extend(other_ways(overview));
    found.sort_by(|a, b| {
        (&a.environment, a.code, &a.parent).cmp(&(&b.environment, b.code, &b.parent))
    });
    found
}

/// The first revisions of each branch, by where they go on from.
fn lines<'a>(overview: &Overview<'a>) -> BTreeMap<Place<'a>, Lines<'a>> {
    let mut places: BTreeMap<Place<'a>, Lines<'a>> = BTreeMap::new();
    for (work, environment) in overview.environments() {
        for (parent, revision) in first(environment) {
            let lines = places.entry((&environment.name, parent)).or_default();
            let line = lines.entry((&revision.id, &revision.path));
            let (_, holders) = line.or_insert_with(|| (revision, overview.none()));
            holders.insert(work);
        }
    }
    places
}

/// What a branch hangs onto revisions that are not its own, each with that revision.
pub(crate) fn first(
    environment: &EnvironmentView,
) -> impl Iterator<Item = (Option<&RevisionId>, &Revision)> {
    let own: HashSet<&RevisionId> = environment.added.iter().map(|one| &one.id).collect();
    environment.added.iter().flat_map(move |revision| {
        let parents = revision.down_revisions.iter();
        let mut places: Vec<Option<&RevisionId>> = parents
            .filter(|parent| !own.contains(parent))
            .map(Some)
            .collect();
        if revision.down_revisions.is_empty() {
            places.push(None);
        }
        places.into_iter().map(move |place| (place, &**revision))
    })
}

/// What the target itself has behind each of its revisions.
fn children<'a>(overview: &Overview<'a>) -> HashMap<Place<'a>, Vec<&'a Revision>> {
    let mut children: HashMap<Place<'a>, Vec<&'a Revision>> = HashMap::new();
    for environment in &overview.forecast.report().environments {
        for revision in &environment.revisions {
            for parent in &revision.down_revisions {
                let place = (environment.name.as_str(), Some(parent));
                children.entry(place).or_default().push(revision);
            }
        }
    }
    children
}

/// The lines of one place that collide, if any do.
fn collision(
    overview: &Overview<'_>,
    place: Place<'_>,
    lines: Lines<'_>,
    children: &HashMap<Place<'_>, Vec<&Revision>>,
) -> Option<LineCollision> {
    let (environment, parent) = place;
    let mut all = overview.none();
    for (_, holders) in lines.values() {
        all.union_with(holders);
    }
    let theirs = children.get(&place);
    let mut with_target = false;
    let mut kept: Vec<Line> = Vec::new();
    for (revision, holders) in lines.into_values() {
        let others: FixedBitSet = all.difference(&holders).collect();
        let behind = theirs.is_some()
            && holders
                .ones()
                .any(|one| overview.forks_target(one, environment));
        let beside = holders.ones().any(|one| {
            overview
                .forks(environment, one)
                .is_some_and(|row| !row.is_disjoint(&others))
        });
        with_target |= behind;
        if behind || beside {
            kept.push(Line {
                target: false,
                holders,
                revisions: vec![revision.id.clone()],
                path: Some(revision.path.clone()),
            });
        }
    }
    if with_target && let Some(revisions) = theirs {
        let line = Line {
            target: true,
            holders: overview.none(),
            revisions: revisions.iter().map(|one| one.id.clone()).collect(),
            path: revisions.first().map(|one| one.path.clone()),
        };
        kept.insert(0, line);
    }
    (kept.len() > 1).then(|| LineCollision {
        environment: Some(environment.to_owned()),
        code: Code::MultipleHeads,
        parent: parent.cloned(),
        lines: kept,
    })
}

/// Forks that have no place: a branch changed what is there already, or labels and dependencies decide.
fn elsewhere(overview: &Overview<'_>, found: &[LineCollision]) -> Vec<LineCollision> {
    let mut placed: BTreeMap<&str, Vec<FixedBitSet>> = BTreeMap::new();
    let mut with_target: BTreeMap<&str, FixedBitSet> = BTreeMap::new();
    for collision in found {
        let environment = collision.environment.as_deref().unwrap_or_default();
        let rows = placed
            .entry(environment)
            .or_insert_with(|| vec![overview.none(); overview.count()]);
        let mut all = overview.none();
        for line in &collision.lines {
            all.union_with(&line.holders);
        }
        for one in all.ones() {
            rows[one].union_with(&all);
        }
        if collision.lines.iter().any(|line| line.target) {
            let known = with_target
                .entry(environment)
                .or_insert_with(|| overview.none());
            known.union_with(&all);
        }
    }
    let mut collisions = Vec::new();
    for work in overview.works() {
        for environment in overview.forked_with_target(work) {
            let known = with_target.get(environment);
            if !known.is_some_and(|known| known.contains(work)) {
                collisions.push(unplaced(overview, environment, None, work));
            }
        }
    }
    for (environment, rows) in &overview.matrix.forks {
        for (one, row) in overview.works().map(|one| (one, &rows[one])) {
            for other in row
                .ones()
                .filter(|other| *other > one && overview.is_shown(*other))
            {
                let is_placed = placed
                    .get(environment.as_str())
                    .is_some_and(|placed| placed[one].contains(other));
                let waits = overview.forks_target(one, environment)
                    || overview.forks_target(other, environment);
                if !is_placed && !waits {
                    collisions.push(unplaced(overview, environment, Some(one), other));
                }
            }
        }
    }
    collisions
}

/// A branch, and another one or the target.
fn unplaced(
    overview: &Overview<'_>,
    environment: &str,
    one: Option<usize>,
    other: usize,
) -> LineCollision {
    let heads = |work: usize| {
        let view = overview.forecast.view_of(work);
        let view = view.and_then(|view| view.environment(environment));
        let before = overview.forecast.target().environment(environment);
        let old: HashSet<&RevisionId> = before
            .into_iter()
            .flat_map(|view| &view.heads)
            .map(|head| &head.id)
            .collect();
        let heads = view.into_iter().flat_map(|view| &view.heads);
        let new = heads.filter(|head| !old.contains(&head.id));
        new.map(|head| (head.id.clone(), head.path.clone()))
            .collect::<Vec<_>>()
    };
    let line = |work: usize| {
        let heads = heads(work);
        Line {
            target: false,
            holders: overview.only(work),
            path: heads.first().map(|(_, path)| path.clone()),
            revisions: heads.into_iter().map(|(id, _)| id).collect(),
        }
    };
    let target = || {
        let view = overview.forecast.target().environment(environment);
        let heads = || view.into_iter().flat_map(|view| &view.heads);
        Line {
            target: true,
            holders: overview.none(),
            revisions: heads().map(|head| head.id.clone()).collect(),
            path: heads().next().map(|head| head.path.clone()),
        }
    };
    LineCollision {
        environment: Some(environment.to_owned()),
        code: Code::MultipleHeads,
        parent: None,
        lines: vec![one.map_or_else(target, line), line(other)],
    }
}

/// Branches that define an id of the target in another file.
fn defined_twice(overview: &Overview<'_>) -> Vec<LineCollision> {
    let of = |work: usize| {
        let found = overview.defined_twice(work);
        found.map(move |(environment, finding)| {
            let mut there = overview.on_target(environment);
            let there = there.find(|revision| finding.revisions.contains(&revision.id));
            let path = there.map(|revision| revision.path.clone());
            let place = finding.location.as_ref().map(|place| place.path.clone());
            let line = |target: bool, holders, path| Line {
                target,
                holders,
                revisions: finding.revisions.clone(),
                path,
            };
            let own = place.filter(|place| Some(place) != path.as_ref());
            LineCollision {
                environment: Some(environment.to_owned()),
                code: Code::DuplicateRevision,
                parent: None,
                lines: vec![
                    line(true, overview.none(), path),
                    line(false, overview.only(work), own),
                ],
            }
        })
    };
    overview.works().flat_map(of).collect()
}

/// Two branches that bring about something else than a fork.
fn other_ways(overview: &Overview<'_>) -> Vec<LineCollision> {
    let shown = overview
        .matrix
        .others
        .iter()
        .filter(|((one, other), _)| overview.is_shown(*one) && overview.is_shown(*other));
    shown
        .flat_map(|((one, other), collisions)| {
            collisions.iter().map(|collision| LineCollision {
                environment: collision.environment.clone(),
                code: collision.code,
                parent: None,
                lines: [*one, *other]
                    .map(|work| Line {
                        target: false,
                        holders: overview.only(work),
                        revisions: collision.revisions.clone(),
                        path: None,
                    })
                    .into(),
            })
        })
        .collect()
}
