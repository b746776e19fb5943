//! What a history adds up to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use onehead_git::ChangedCommit;
use onehead_model::{
    AuthorPair, Bots, BranchPair, Caught, Check, CheckTotal, EnvironmentHistory, Incident,
    IncidentSide, Month, Outage, PublishedChange, SinceLastIncident, Totals,
};

use crate::attribution::of_line;
use crate::published;
use crate::replay::Replayed;

/// The part of the line that is told of.
pub(crate) struct Window<'a> {
    pub(crate) line: &'a [ChangedCommit],
    /// The place of its first commit.
    pub(crate) start: usize,
    /// Whether the history of a shallow clone begins with the line's first commit.
    pub(crate) is_cut: bool,
    pub(crate) bots: &'a Bots,
}

impl Window<'_> {
    /// Whether what a place of the line shows may have come there or earlier.
    pub(crate) fn is_boundary(&self, place: usize) -> bool {
        self.is_cut && place == 0
    }
}

/// Adds up the incidents that are told of; the time since the last one and the revisions come from all that was
/// replayed.
pub(crate) fn totals(
    environments: &[EnvironmentHistory],
    window: &Window<'_>,
    replayed: &Replayed,
) -> Totals {
    let incidents: Vec<&Incident> = environments
        .iter()
        .flat_map(|environment| &environment.incidents)
        .collect();
    let incidents = incidents.as_slice();
    let outages: Vec<&Outage> = environments
        .iter()
        .flat_map(|environment| &environment.outages)
        .collect();
    let mut over: Vec<u64> = incidents
        .iter()
        .filter(|incident| incident.ended.is_some() && !incident.at_boundary)
        .map(|incident| incident.seconds)
        .collect();
    over.sort_unstable();
    let open = incidents.iter().filter(|incident| incident.ended.is_none());
    let arrivals = || {
        let all = replayed.tracks.iter().flat_map(|track| &track.arrivals);
        all.filter(|arrival| arrival.at >= window.start && !window.is_boundary(arrival.at))
    };
    let hooks = replayed.hooks.values().map(|(at, _)| *at).min();
    let is_after = |incident: &&Incident| hooks.is_some_and(|at| incident.began.position >= at);
    let (after, before): (Vec<&Incident>, Vec<&Incident>) =
        incidents.iter().copied().partition(is_after);
    let after = after.iter().filter(|incident| !incident.at_boundary);
    Totals {
        incidents: incidents.len(),
        open: open.count(),
        outages: outages.len(),
        open_outages: outages
            .iter()
            .filter(|outage| outage.ended.is_none())
            .count(),
        median_seconds: over.get(over.len().saturating_sub(1) / 2).copied(),
        worst_seconds: over.last().copied(),
        revisions: arrivals().count(),
        merge_revisions: arrivals().filter(|arrival| arrival.is_merge).count(),
        months: months(
            incidents,
            window,
            arrivals().map(|arrival| arrival.at),
            environments.iter().flat_map(|one| &one.published_changes),
        ),
        author_pairs: author_pairs(incidents),
        branch_pairs: branch_pairs(incidents),
        published_changes: published::totals::totals(environments),
        published_by: published::totals::authors(environments),
        checks: checks(incidents),
        since_last_incident: since_the_last_incident(window.line, replayed),
        before_hooks: before.len(),
        after_hooks: after.count(),
    }
}

/// What began, what ended, which revisions came, which published ones changed.
type Counts = [usize; 4];

fn months<'a>(
    incidents: &[&Incident],
    window: &Window<'_>,
    arrivals: impl Iterator<Item = usize>,
    changes: impl Iterator<Item = &'a PublishedChange>,
) -> Vec<Month> {
    let month = |date: &str| date.get(..7).unwrap_or_default().to_owned();
    let mut count: BTreeMap<String, Counts> = BTreeMap::new();
    for arrived in &window.line[window.start..] {
        count.entry(month(&arrived.commit.committed)).or_default();
    }
    for incident in incidents {
        let began = count.entry(month(&incident.began.date)).or_default();
        began[0] += usize::from(!incident.at_boundary);
        if let Some(ended) = &incident.ended {
            count.entry(month(&ended.commit.date)).or_default()[1] += 1;
        }
    }
    for at in arrivals {
        let date = &window.line[at].commit.committed;
        count.entry(month(date)).or_default()[2] += 1;
    }
    for change in changes {
        count.entry(month(&change.commit.date)).or_default()[3] += 1;
    }
    fill(&mut count);
    count
        .into_iter()
        .map(
            |(month, [began, ended, revisions, published_changes])| Month {
                month,
                began,
                ended,
                revisions,
                published_changes,
            },
        )
        .collect()
}

/// Adds the months in which nothing happened.
fn fill(count: &mut BTreeMap<String, Counts>) {
    let (Some(first), Some(last)) = (count.keys().next(), count.keys().next_back()) else {
        return;
    };
    let parse = |month: &str| -> Option<(u32, u32)> {
        let (year, month) = month.split_once('-')?;
        Some((year.parse().ok()?, month.parse().ok()?))
    };
    let (Some(mut at), Some(end)) = (parse(first), parse(last)) else {
        return;
    };
    while at < end {
        count.entry(format!("{:04}-{:02}", at.0, at.1)).or_default();
        at = match at {
            (year, 12) => (year + 1, 1),
            (year, month) => (year, month + 1),
        };
    }
}

fn author_pairs(incidents: &[&Incident]) -> Vec<AuthorPair> {
    let pair = |((left, right), incidents)| AuthorPair {
        left,
        right,
        incidents,
    };
    let met = met(incidents, |side| side.authors.clone());
    met.into_iter().map(pair).collect()
}

fn branch_pairs(incidents: &[&Incident]) -> Vec<BranchPair> {
    let pair = |((left, right), incidents)| BranchPair {
        left,
        right,
        incidents,
    };
    let kind = |side: &IncidentSide| match side.at_boundary {
        true => Vec::new(),
        false => vec![side.branch_kind],
    };
    let met = met(incidents, kind);
    met.into_iter().map(pair).collect()
}

/// What met on different sides and in how many incidents, the most often first.
fn met<T: Ord + Clone>(
    incidents: &[&Incident],
    of: impl Fn(&IncidentSide) -> Vec<T>,
) -> Vec<((T, T), usize)> {
    let mut count: BTreeMap<(T, T), usize> = BTreeMap::new();
    for pair in incidents.iter().flat_map(|incident| pairs(incident, &of)) {
        *count.entry(pair).or_default() += 1;
    }
    let mut met: Vec<_> = count.into_iter().collect();
    met.sort_by_key(|(_, incidents)| Reverse(*incidents));
    met
}

/// Whatever stands on different sides of an incident, each two once.
fn pairs<T: Ord + Clone>(
    incident: &Incident,
    of: impl Fn(&IncidentSide) -> Vec<T>,
) -> BTreeSet<(T, T)> {
    let mut pairs = BTreeSet::new();
    for (at, side) in incident.sides.iter().enumerate() {
        for other in &incident.sides[at + 1..] {
            for left in of(side) {
                for right in of(other) {
                    pairs.insert(match left <= right {
                        true => (left.clone(), right),
                        false => (right, left.clone()),
                    });
                }
            }
        }
    }
    pairs
}

fn checks(incidents: &[&Incident]) -> Vec<CheckTotal> {
    let mut totals: BTreeMap<Check, CheckTotal> = BTreeMap::new();
    for verdict in incidents.iter().flat_map(|incident| &incident.checks) {
        let total = totals.entry(verdict.check).or_insert(CheckTotal {
            check: verdict.check,
            caught: 0,
            missed: 0,
            not_passed: 0,
            unknown: 0,
        });
        match verdict.verdict {
            Caught::Caught => total.caught += 1,
            Caught::Missed => total.missed += 1,
            Caught::NotPassed => total.not_passed += 1,
            Caught::Unknown => total.unknown += 1,
        }
    }
    totals.into_values().collect()
}

/// The time since the last incident or outage, whether it is told of or not.
fn since_the_last_incident(
    line: &[ChangedCommit],
    replayed: &Replayed,
) -> Option<SinceLastIncident> {
    let last = line.last()?;
    let outages = || {
        let tracks = replayed.tracks.iter();
        tracks.flat_map(|track| track.outages.all())
    };
    let forks_now = replayed.tracks.iter().any(|track| !track.open.is_empty());
    if forks_now || outages().any(|outage| outage.ended.is_none()) {
        return None;
    }
    let closed = replayed.tracks.iter().flat_map(|track| &track.closed);
    let since = closed
        .filter_map(|fork| fork.ended.as_ref().map(|ended| ended.at))
        .chain(outages().filter_map(|outage| outage.ended))
        .max()
        .unwrap_or_default();
    Some(SinceLastIncident {
        since: of_line(since, &line[since].commit),
        seconds: seconds(&line[since], last),
    })
}

/// How long it is from one commit to another, by the committers' dates.
pub(crate) fn seconds(from: &ChangedCommit, to: &ChangedCommit) -> u64 {
    u64::try_from(to.commit.time - from.commit.time).unwrap_or_default()
}
