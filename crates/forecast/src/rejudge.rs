//! The target moved, so what was green may be stale: the verdict on every open pull request.

use std::collections::HashMap;

use onehead_git::{Connection, GitError, Oid};
use onehead_model::{
    Attribution, Code, CollidesWith, Exit, Finding, Head, Judged, JudgedEnvironment, NotKnown,
    PairCollision, RejudgeReport, Request, Skipped, Source, State, Status, UnknownWith,
};
use onehead_scan::ScanOptions;

use crate::forecast::{Outcome, forecast};
use crate::pairs::{Collision, Pair};
use crate::status_words::{counted, listed, missing, shortened};
use crate::view::View;
use crate::{ForecastError, Target, Unknown, Verdict, attribution};

/// What has become of these requests now. `options` say where to look and how; `skipped` are only handed on.
///
/// # Errors
/// git failed, or the target cannot be scanned.
pub fn rejudge(
    options: &ScanOptions,
    repository: &Connection,
    target: &Target,
    requests: &[Request],
    skipped: Vec<Skipped>,
) -> Result<RejudgeReport, ForecastError> {
    let commits = requests
        .iter()
        .map(|one| {
            let not_one = || GitError::Unusable(format!("`{}` is no object id", one.commit));
            Oid::new(&one.commit).ok_or_else(not_one)
        })
        .collect::<Result<Vec<Oid>, GitError>>()?;
    let forecast = match forecast(options, repository, &target.oid, &commits) {
        Ok(forecast) => forecast,
        // Nothing is known of any of them then, and what is green elsewhere must not stay so.
        Err(error) => {
            let why = Unknown::from(error);
            return Ok(all_unknown(target, requests, skipped, &why));
        }
    };
    // A request that needs a fix first is judged again after the fix.
    let may_be_merged: Vec<bool> = forecast.outcomes().map(may_be_merged).collect();
    let pairs = forecast.collisions(&may_be_merged);
    let source = Source::Commit {
        oid: target.oid.to_string(),
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
        requests,
        pairs: &pairs,
    };
    let judged: Vec<Judged> = std::iter::zip(requests, forecast.outcomes())
        .enumerate()
        .map(|(at, (request, outcome))| judge.judged(at, request, outcome))
        .collect();
    let verdict = judged.iter().map(|one| one.verdict).max();
    let verdict = verdict.unwrap_or(onehead_model::Verdict::Fine);
    Ok(RejudgeReport {
        verdict,
        ok: verdict.is_fine(),
        target: target.name.clone(),
        oid: target.oid.to_string(),
        requests: judged,
        skipped,
    })
}

fn all_unknown(
    target: &Target,
    requests: &[Request],
    skipped: Vec<Skipped>,
    why: &Unknown,
) -> RejudgeReport {
    let finding = why.finding(&target.name);
    let judged = requests.iter().map(|request| Judged {
        request: request.clone(),
        verdict: onehead_model::Verdict::Unknown,
        unknown: NotKnown::all([&finding]),
        status: Status {
            context: "onehead".into(),
            state: State::Error,
            description: shortened(&why.reason(&target.name)),
        },
        environments: Vec::new(),
        findings: vec![finding.clone()],
        collides_with: Vec::new(),
        unknown_with: Vec::new(),
    });
    RejudgeReport {
        target: target.name.clone(),
        oid: target.oid.to_string(),
        verdict: onehead_model::Verdict::Unknown,
        ok: false,
        requests: judged.collect(),
        skipped,
    }
}

fn may_be_merged(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Merged(view) => view.errors().next().is_none(),
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
    /// The pairs of them that are not fine together.
    pairs: &'a [Pair],
}

impl Judge<'_> {
    fn judged(&self, at: usize, request: &Request, outcome: &Outcome) -> Judged {
        let collides_with = self.collides_with(at);
        let unknown_with = self.unknown_with(at);
        let view = match outcome {
            Outcome::Merged(view) => Some(view),
            Outcome::AlreadyMerged => Some(self.view),
            Outcome::Unknown(_) => None,
        };
        let (state, description) = match (outcome, view) {
            (_, Some(view)) => self.verdict(view, outcome, &collides_with, &unknown_with),
            (Outcome::Unknown(why), None) if *why != Unknown::MissingCommit => {
                (State::Error, why.reason(&self.target.name))
            }
            (_, None) => (State::Error, missing(request)),
        };
        let unknown = match outcome {
            Outcome::Unknown(why) => vec![why.finding(&self.target.name)],
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
            verdict: onehead_model::Verdict::of(all()),
            unknown: NotKnown::all(all()),
            status: Status {
                context: "onehead".into(),
                state,
                description: shortened(&description),
            },
            environments: view.map(|view| self.environments(view)).unwrap_or_default(),
            findings: view.map(own_errors).unwrap_or_default(),
            collides_with,
            unknown_with,
        }
    }

    fn verdict(
        &self,
        view: &View,
        outcome: &Outcome,
        collides_with: &[CollidesWith],
        unknown_with: &[UnknownWith],
    ) -> (State, String) {
        let target = &self.target.name;
        let before = [self.view];
        let new: Vec<_> = view.errors_beyond(&before).collect();
        let all: Vec<_> = view.errors().collect();
        let (errors, whose) = match (new.as_slice(), all.as_slice()) {
            ([], []) => {
                if matches!(outcome, Outcome::AlreadyMerged) {
                    return (State::Success, format!("already in {target}"));
                }
                let mut text = format!("can be merged into {target}");
                if !collides_with.is_empty() {
                    let others = collides_with.iter().map(|one| (one.number, &one.name));
                    text += &format!("; collides with {}", counted(others));
                }
                if !unknown_with.is_empty() {
                    let others = unknown_with.iter().map(|one| (one.number, &one.name));
                    text += &format!("; unknown with {}", counted(others));
                }
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

    /// The other requests of the pairs that one is in, each with the verdict on the two.
    fn others(&self, at: usize) -> impl Iterator<Item = (&Request, &Verdict<Collision>)> {
        self.pairs.iter().filter_map(move |((a, b), verdict)| {
            let other = match (*a == at, *b == at) {
                (true, _) => *b,
                (_, true) => *a,
                _ => return None,
            };
            Some((&self.requests[other], verdict))
        })
    }

    fn collides_with(&self, at: usize) -> Vec<CollidesWith> {
        let others = self
            .others(at)
            .filter_map(|(other, verdict)| match verdict {
                Verdict::Findings(found) => Some(CollidesWith {
                    number: other.number,
                    name: other.name.clone(),
                    collisions: found.iter().map(pair_collision).collect(),
                }),
                Verdict::Fine(_) | Verdict::Unknown(_) => None,
            });
        others.collect()
    }

    fn unknown_with(&self, at: usize) -> Vec<UnknownWith> {
        let others = self
            .others(at)
            .filter_map(|(other, verdict)| match verdict {
                Verdict::Unknown(why) => Some(UnknownWith {
                    number: other.number,
                    name: other.name.clone(),
                    reasons: why
                        .iter()
                        .map(|one| one.reason(&self.target.name))
                        .collect(),
                }),
                Verdict::Fine(_) | Verdict::Findings(_) => None,
            });
        others.collect()
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
