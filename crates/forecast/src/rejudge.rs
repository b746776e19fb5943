//! The target moved, so what was green may be stale: the verdict on every open pull request.

use std::collections::HashMap;

use onehead_git::Connection;
use onehead_model::{
    Attribution, Code, CollidesWith, Finding, Head, Judged, JudgedEnvironment, PairCollision,
    RejudgeReport, Request, Skipped, Source, State, Status,
};
use onehead_scan::ScanOptions;

use crate::landings::{Collision, Landed, Landings, Pair, View};
use crate::status_words::{counted, listed, missing, names, shortened};
use crate::{ForecastError, Target, attribution};

/// What has become of these requests now. `options` say where to look and how; `skipped` are only handed on.
///
/// # Errors
/// git failed, or the target cannot be scanned.
pub fn rejudge(
    options: &ScanOptions,
    repository: &Connection,
    target: &Target,
    landing: &[Request],
    skipped: Vec<Skipped>,
) -> Result<RejudgeReport, ForecastError> {
    let commits: Vec<String> = landing.iter().map(|one| one.commit.clone()).collect();
    let mut landings = Landings::predict(options, repository, &target.oid, &commits)?;
    // Whoever has to mend first will be judged anew then.
    let lands: Vec<bool> = landings.landed().map(may_land).collect();
    let collisions = landings.collisions(&lands)?;
    let source = Source::Commit {
        oid: target.oid.clone(),
    };
    let heads = landings
        .target()
        .environments
        .iter()
        .flat_map(|one| &one.heads);
    let paths: Vec<String> = heads.map(|head| head.path.to_string()).collect();
    let judge = Judge {
        target,
        known: attribution::of(Some(repository), &source, &paths),
        view: landings.target(),
        requests: landing,
        collisions: &collisions,
    };
    let requests: Vec<Judged> = std::iter::zip(landing, landings.landed())
        .enumerate()
        .map(|(at, (request, landed))| judge.judged(at, request, landed))
        .collect();
    Ok(RejudgeReport {
        ok: requests
            .iter()
            .all(|one| one.status.state == State::Success),
        target: target.name.clone(),
        oid: target.oid.clone(),
        requests,
        skipped,
    })
}

fn may_land(landed: &Landed) -> bool {
    match landed {
        Landed::As(view) => view.errors().next().is_none(),
        _ => false,
    }
}

/// What a status is made of.
struct Judge<'a> {
    target: &'a Target,
    /// Who brought the heads of the target, by path.
    known: HashMap<String, Attribution>,
    view: &'a View,
    requests: &'a [Request],
    collisions: &'a [Pair],
}

impl Judge<'_> {
    fn judged(&self, at: usize, request: &Request, landed: &Landed) -> Judged {
        let collides_with = self.collides_with(at);
        let view = match landed {
            Landed::As(view) => Some(view),
            Landed::Already => Some(self.view),
            Landed::Missing | Landed::Unrelated | Landed::Unreadable(_) => None,
        };
        let (state, description) = match (landed, view) {
            (_, Some(view)) => self.verdict(view, landed, &collides_with),
            (Landed::Unreadable(reason), _) => (State::Error, reason.clone()),
            (Landed::Unrelated, _) => (
                State::Error,
                format!(
                    "no commit in common with {} is in this clone; fetch its history",
                    self.target.name
                ),
            ),
            _ => (State::Error, missing(request)),
        };
        Judged {
            request: request.clone(),
            status: Status {
                context: "onehead".into(),
                state,
                description: shortened(&description),
            },
            environments: view.map(|view| self.environments(view)).unwrap_or_default(),
            findings: view.map(own_errors).unwrap_or_default(),
            collides_with,
        }
    }

    fn verdict(
        &self,
        view: &View,
        landed: &Landed,
        collides_with: &[CollidesWith],
    ) -> (State, String) {
        let target = &self.target.name;
        let before = [self.view];
        let new: Vec<_> = view.errors_beyond(&before).collect();
        let all: Vec<_> = view.errors().collect();
        let (errors, whose) = match (new.as_slice(), all.as_slice()) {
            ([], []) => {
                let text = match (landed, collides_with) {
                    (Landed::Already, _) => format!("{target} has it already"),
                    (_, []) => format!("lands on {target}, nothing collides"),
                    (_, others) => format!(
                        "lands on {target}; {} could not land after it: {}",
                        counted(others.len()),
                        names(others)
                    ),
                };
                return (State::Success, text);
            }
            ([], _) => (all, format!("{target} itself: ")),
            _ => (new, String::new()),
        };
        let (environment, finding) = errors[0];
        let place = environment.map(|name| format!("{name}: "));
        let what = match finding.code {
            Code::MultipleHeads => format!(
                "{} heads after landing on {target}: {}",
                finding.revisions.len(),
                listed(&finding.revisions)
            ),
            _ => finding.message.clone(),
        };
        let more = match errors.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let text = format!("{whose}{}{what}{more}", place.unwrap_or_default());
        (State::Failure, text)
    }

    fn environments(&self, view: &View) -> Vec<JudgedEnvironment> {
        let wrong = view
            .environments
            .iter()
            .filter(|one| one.findings.iter().any(Finding::is_error));
        wrong
            .map(|one| JudgedEnvironment {
                name: one.name.clone(),
                heads: one.heads.iter().map(|head| self.attributed(head)).collect(),
                findings: errors(&one.findings),
            })
            .collect()
    }

    fn attributed(&self, head: &Head) -> Head {
        Head {
            attribution: self.known.get(head.path.as_str()).cloned(),
            ..head.clone()
        }
    }

    fn collides_with(&self, at: usize) -> Vec<CollidesWith> {
        let concerned = self.collisions.iter().filter_map(|((a, b), found)| {
            let other = match (*a == at, *b == at) {
                (true, _) => *b,
                (_, true) => *a,
                _ => return None,
            };
            Some((&self.requests[other], found))
        });
        concerned
            .map(|(other, found)| CollidesWith {
                number: other.number,
                name: other.name.clone(),
                collisions: found.iter().map(pair_collision).collect(),
            })
            .collect()
    }
}

fn pair_collision(one: &Collision) -> PairCollision {
    PairCollision {
        environment: one.environment.clone(),
        code: one.code,
        revisions: one.revisions.clone(),
    }
}

fn own_errors(view: &View) -> Vec<Finding> {
    errors(&view.findings)
}

fn errors(findings: &[Finding]) -> Vec<Finding> {
    let errors = findings.iter().filter(|finding| finding.is_error());
    errors.cloned().collect()
}
