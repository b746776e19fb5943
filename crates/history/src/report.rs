//! The document: what is told of what was replayed, with the people in it.

use std::collections::BTreeSet;

use onehead_git::{ChangedCommit, Connection, GitError};
use onehead_model::{
    Ending, EnvironmentHistory, FormerPlace, HistoryReport, HistoryTarget, HookArrival, Incident,
    Line, LineCommit, Outage, Step, Totals, words,
};

use crate::ancestry::{Ancestry, Asked};
use crate::attribution::of_line;
use crate::checks::checks;
use crate::fork::Fork;
use crate::published;
use crate::published::change::Change;
use crate::published::tags::Tags;
use crate::replay::Replayed;
use crate::sides::side;
use crate::totals::{Window, seconds, totals};
use crate::track::Track;
use crate::{HistoryError, HistoryOptions, limits, outage};

pub(crate) fn report(
    repository: &Connection,
    options: &HistoryOptions,
    line: &[ChangedCommit],
    replayed: Replayed,
) -> Result<HistoryReport, HistoryError> {
    let since = options.since.as_deref();
    let start = since.map_or(0, |since| {
        line.iter()
            .position(|arrived| words::day(&arrived.commit.committed) >= since)
            .unwrap_or(line.len())
    });
    let boundary = repository.boundary()?;
    let window = Window {
        line,
        start,
        is_cut: line
            .first()
            .is_some_and(|first| boundary.contains(&first.commit.oid)),
        bots: &options.bots,
    };
    let told: Vec<Vec<&Fork>> = replayed
        .tracks
        .iter()
        .map(|track| window.told(track))
        .collect();
    let tracks = replayed.tracks.iter();
    let changes = tracks.flat_map(|track| window.changes(track));
    let changes: Vec<&Change> = changes.collect();
    let forks = told.iter().flatten().flat_map(|fork| paths(fork));
    // What only a commit of the line can have done needs no question.
    let inside_merges = changes
        .iter()
        .filter(|change| line[change.at].commit.is_merge())
        .flat_map(|change| change.paths.iter().map(ToString::to_string));
    let sorted = |paths: BTreeSet<String>| paths.into_iter().collect();
    let tags = match changes.is_empty() {
        true => Vec::new(),
        false => Tags::named(repository, &replayed.published)?,
    };
    let asked = Asked {
        paths: sorted(forks.collect()),
        beside: sorted(inside_merges.collect()),
        tags: tags.iter().map(|tag| tag.commit.clone()).collect(),
        commits: !changes.is_empty(),
    };
    let ancestry = Ancestry::read(repository, &options.oid, line, &asked)?;
    let tags = Tags::placed(&tags, &ancestry);
    let mut environments: Vec<EnvironmentHistory> = std::iter::zip(&replayed.tracks, &told)
        .filter(|(track, _)| track.gone.is_none_or(|gone| gone >= start))
        .map(|(track, told)| {
            let changes = window.changes(track);
            EnvironmentHistory {
                published_changes: changes
                    .flat_map(|change| published::report::told(change, &window, &ancestry, &tags))
                    .collect(),
                ..window.environment(track, told, &ancestry)
            }
        })
        .collect();
    environments.sort_by(|a, b| {
        let place = |one: &EnvironmentHistory| (one.name.clone(), one.appeared.position);
        place(a).cmp(&place(b))
    });
    Ok(HistoryReport {
        target: target(options),
        since: options.since.clone(),
        unknown: false,
        line: window.line(&replayed),
        limits: limits::limits(repository, options, line, &replayed)?,
        hooks: window.hooks(&replayed),
        totals: totals(&environments, &window, &replayed),
        environments,
    })
}

/// The report of a line that cannot be read in this clone: nothing is known of it.
pub(crate) fn unread(
    repository: &Connection,
    options: &HistoryOptions,
    missing: &GitError,
) -> Result<HistoryReport, HistoryError> {
    Ok(HistoryReport {
        target: target(options),
        since: options.since.clone(),
        unknown: true,
        line: None,
        limits: limits::of_unread(repository, options, missing)?,
        hooks: Vec::new(),
        totals: Totals::default(),
        environments: Vec::new(),
    })
}

fn target(options: &HistoryOptions) -> HistoryTarget {
    HistoryTarget {
        name: options.name.clone(),
        oid: options.oid.to_string(),
    }
}

/// The files of which it matters who touched them.
fn paths(fork: &Fork) -> Vec<String> {
    let sides = fork.sides.iter().flat_map(|side| &side.revisions);
    let ended = fork.ended.iter().flat_map(|ended| &ended.paths);
    sides
        .map(|revision| revision.path.to_string())
        .chain(ended.map(ToString::to_string))
        .collect()
}

impl Window<'_> {
    fn changes<'t>(&self, track: &'t Track) -> impl Iterator<Item = &'t Change> {
        let start = self.start;
        let changes = track.published.iter();
        changes.filter(move |change| change.at >= start)
    }

    fn at(&self, place: usize) -> LineCommit {
        of_line(place, &self.line[place].commit)
    }

    /// The forks of an environment that were not over before the window opens, by beginning.
    fn told<'t>(&self, track: &'t Track) -> Vec<&'t Fork> {
        let is_told = |fork: &&Fork| {
            fork.ended
                .as_ref()
                .is_none_or(|ended| ended.at >= self.start)
        };
        let mut forks: Vec<&Fork> = track
            .closed
            .iter()
            .chain(track.open.values())
            .filter(is_told)
            .collect();
        forks.sort_by_key(|fork| (fork.began, &fork.group));
        forks
    }

    fn line(&self, replayed: &Replayed) -> Option<Line> {
        let commits = self.line.len() - self.start;
        (commits > 0).then(|| Line {
            first: self.at(self.start),
            last: self.at(self.line.len() - 1),
            commits,
            touched: replayed
                .touched
                .iter()
                .filter(|&&at| at >= self.start)
                .count(),
        })
    }

    fn hooks(&self, replayed: &Replayed) -> Vec<HookArrival> {
        let mut hooks: Vec<HookArrival> = replayed
            .hooks
            .iter()
            .map(|(kind, (at, path))| HookArrival {
                kind: *kind,
                path: path.clone(),
                commit: self.at(*at),
                at_boundary: self.is_boundary(*at),
            })
            .collect();
        hooks.sort_by_key(|hook| (hook.commit.position, hook.kind));
        hooks
    }

    fn environment(
        &self,
        track: &Track,
        told: &[&Fork],
        ancestry: &Ancestry,
    ) -> EnvironmentHistory {
        EnvironmentHistory {
            name: track.name.clone(),
            script_location: track.script_location.clone(),
            formerly: track
                .formerly
                .iter()
                .map(|former| FormerPlace {
                    name: former.name.clone(),
                    script_location: former.script_location.clone(),
                    until: self.at(former.until),
                })
                .collect(),
            policy: track.policy.clone(),
            appeared: self.at(track.appeared),
            gone: track.gone.map(|place| self.at(place)),
            steps: self.steps(track),
            incidents: told
                .iter()
                .map(|fork| self.incident(fork, ancestry))
                .collect(),
            outages: track
                .outages
                .all()
                .iter()
                .filter(|outage| outage.ended.is_none_or(|ended| ended >= self.start))
                .map(|outage| self.outage(outage))
                .collect(),
            published_changes: Vec::new(),
        }
    }

    /// The steps of the window, and the one that still held when it opens.
    fn steps(&self, track: &Track) -> Vec<Step> {
        let before = track
            .steps
            .iter()
            .take_while(|step| step.at <= self.start)
            .count();
        let steps = track.steps.iter().skip(before.saturating_sub(1));
        steps
            .map(|step| {
                let commit = &self.line[step.at].commit;
                Step {
                    commit: commit.oid.to_string(),
                    position: step.at,
                    date: commit.committed.clone(),
                    heads: step.shape.heads.clone(),
                    heads_unknown: step.shape.unknown,
                    forked: step.shape.forked,
                    revisions: step.revisions,
                    errors: step.shape.errors.clone(),
                }
            })
            .collect()
    }

    fn outage(&self, outage: &outage::Outage) -> Outage {
        let last = self.line.len() - 1;
        let end = outage.ended.unwrap_or(last);
        Outage {
            kind: outage.kind,
            began: self.at(outage.began),
            at_boundary: self.is_boundary(outage.began),
            ended: outage.ended.map(|place| self.at(place)),
            seconds: seconds(&self.line[outage.began], &self.line[end]),
            commits: end - outage.began + usize::from(outage.ended.is_none()),
            causes: outage.causes.clone(),
        }
    }

    fn incident(&self, fork: &Fork, ancestry: &Ancestry) -> Incident {
        let last = self.line.len() - 1;
        let end = fork.ended.as_ref().map_or(last, |ended| ended.at);
        let seen = end - fork.began + usize::from(fork.ended.is_none());
        Incident {
            group: fork.group.clone(),
            began: self.at(fork.began),
            at_boundary: self.is_boundary(fork.began),
            unseen_since: fork.unseen_since.map(|place| self.at(place)),
            heads: fork.heads.clone(),
            most_heads: fork.most_heads,
            branch_points: fork.branch_points.clone(),
            sides: fork
                .sides
                .iter()
                .map(|one| side(fork, one, self, ancestry))
                .collect(),
            ended: fork.ended.as_ref().map(|ended| Ending {
                how: ended.how,
                commit: self.at(ended.at),
                unseen_since: ended.unseen_since.map(|place| self.at(place)),
                by: ancestry.doer(&ended.paths, ended.at),
                revisions: ended.revisions.clone(),
            }),
            seconds: seconds(&self.line[fork.began], &self.line[end]),
            commits: seen,
            checks: checks(fork, self, ancestry),
        }
    }
}
