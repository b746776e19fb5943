//! The target moved, so what was green may be stale: the verdict on every open pull request.

use std::collections::HashMap;

use onehead_git::Connection;
use onehead_model::{
    Attribution, Code, CollidesWith, Exit, Finding, Head, Judged, JudgedEnvironment, NotKnown,
    PairCollision, RejudgeReport, Request, Skipped, Source, State, Status, Verdict,
};
use onehead_scan::ScanOptions;

use crate::forecast::{Landed, forecast};
use crate::pairs::{Collision, Pair};
use crate::status_words::{counted, listed, missing, names, shortened};
use crate::view::View;
use crate::{ForecastError, Target, Unknown, attribution};

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
    let mut forecast = match forecast(options, repository, &target.oid, &commits) {
        Ok(forecast) => forecast,
        // Nothing is known of any of them then, and what is green elsewhere must not stay so.
        Err(error) => {
            let why = Unknown::from(error);
            return Ok(all_unknown(target, landing, skipped, &why));
        }
    };
    // Whoever has to fix first will be judged anew then.
    let lands: Vec<bool> = forecast.landed().map(may_land).collect();
    let collisions = forecast.collisions(&lands)?;
    let source = Source::Commit {
        oid: target.oid.clone(),
    };
    let heads = forecast
        .target()
        .environments
        .iter()
        .flat_map(|one| &one.heads);
    let paths: Vec<String> = heads.map(|head| head.path.to_string()).collect();
    let judge = Judge {
        target,
        known: attribution::of(Some(repository), &source, &paths),
        view: forecast.target(),
        requests: landing,
        collisions: &collisions,
    };
    let requests: Vec<Judged> = std::iter::zip(landing, forecast.landed())
        .enumerate()
        .map(|(at, (request, landed))| judge.judged(at, request, landed))
        .collect();
    let verdict = requests.iter().map(|one| one.verdict).max();
    let verdict = verdict.unwrap_or(Verdict::Fine);
    Ok(RejudgeReport {
        verdict,
        ok: verdict.is_fine(),
        target: target.name.clone(),
        oid: target.oid.clone(),
        requests,
        skipped,
    })
}

fn all_unknown(
    target: &Target,
    landing: &[Request],
    skipped: Vec<Skipped>,
    why: &Unknown,
) -> RejudgeReport {
    let finding = why.finding(&target.name);
    let judged = landing.iter().map(|request| Judged {
        request: request.clone(),
        verdict: Verdict::Unknown,
        unknown: NotKnown::all([&finding]),
        status: Status {
            context: "onehead".into(),
            state: State::Error,
            description: shortened(&why.reason(&target.name)),
        },
        environments: Vec::new(),
        findings: vec![finding.clone()],
        collides_with: Vec::new(),
    });
    RejudgeReport {
        target: target.name.clone(),
        oid: target.oid.clone(),
        verdict: Verdict::Unknown,
        ok: false,
        requests: judged.collect(),
        skipped,
    }
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
            Landed::Unknown(_) => None,
        };
        let (state, description) = match (landed, view) {
            (_, Some(view)) => self.verdict(view, landed, &collides_with),
            (Landed::Unknown(why), None) if *why != Unknown::MissingCommit => {
                (State::Error, why.reason(&self.target.name))
            }
            (_, None) => (State::Error, missing(request)),
        };
        let unknown = match landed {
            Landed::Unknown(why) => vec![why.finding(&self.target.name)],
            _ => Vec::new(),
        };
        let errors = || {
            view.into_iter()
                .flat_map(View::errors)
                .map(|(_, finding)| finding)
        };
        let all = || errors().chain(&unknown);
        Judged {
            request: request.clone(),
            verdict: Verdict::of(all()),
            unknown: NotKnown::all(all()),
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
                    (Landed::Already, _) => format!("already in {target}"),
                    (_, []) => format!("can be merged into {target}"),
                    (_, others) => format!(
                        "can be merged into {target}; collides with {}: {}",
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
                "{} heads after merging into {target}: {}",
                finding.revisions.len(),
                listed(&finding.revisions)
            ),
            _ => match (&finding.location, finding.code.is_unknown()) {
                (Some(place), true) => format!("{place}: {}", finding.message),
                _ => finding.message.clone(),
            },
        };
        let more = match errors.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        let text = format!("{whose}{}{what}{more}", place.unwrap_or_default());
        let state = match Exit::of(errors.iter().map(|(_, finding)| *finding)) {
            Exit::CouldNotRun => State::Error,
            Exit::Clean | Exit::Findings => State::Failure,
        };
        (state, text)
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
