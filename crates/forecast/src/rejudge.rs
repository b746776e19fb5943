//! The target moved, so what was green may be stale: the verdict on every open pull request.

use std::collections::HashMap;

use onehead_git::{Connection, GitError, Oid};
use onehead_model::{
    Attribution, Code, CollidesWith, Exit, Finding, Head, Judged, JudgedEnvironment, NotKnown,
    Origin, PairCollision, RejudgeReport, Request, Skipped, Source, State, Status, UnknownWith,
    collision_words,
};
use onehead_scan::ScanOptions;

use crate::forecast::{Forecast, Outcome, forecast};
use crate::pairs::{Collision, Pair};
use crate::status_words::{counted, listed, missing, shortened};
use crate::view::EnvironmentView;
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
    let marked: Vec<Option<Marked>> = (0..requests.len())
        .map(|head| Marked::of(&forecast, head, &target.name))
        .collect();
    let may_be_merged: Vec<bool> = std::iter::zip(forecast.outcomes(), &marked)
        .map(|(outcome, marked)| {
            let is_fine = marked.as_ref().is_some_and(Marked::is_fine);
            is_fine && matches!(outcome, Outcome::Merged(_))
        })
        .collect();
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
        requests,
        pairs: &pairs,
    };
    let outcomes = std::iter::zip(forecast.outcomes(), marked);
    let judged: Vec<Judged> = std::iter::zip(requests, outcomes)
        .enumerate()
        .map(|(at, (request, (outcome, marked)))| judge.judged(at, request, outcome, marked))
        .collect();
    let verdict = judged.iter().map(|one| one.verdict).max();
    let verdict = verdict.unwrap_or(onehead_model::Verdict::Fine);
    Ok(RejudgeReport {
        verdict,
        ok: verdict.is_fine(),
        target: target.name.clone(),
        oid: target.oid.to_string(),
        targets: Vec::new(),
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
        target: None,
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
        targets: Vec::new(),
        requests: judged.collect(),
        skipped,
    }
}

/// What a status is made of.
struct Judge<'a> {
    target: &'a Target,
    /// Who brought the heads of the target, by path.
    known: HashMap<String, Attribution>,
    requests: &'a [Request],
    /// The pairs of them that are not fine together.
    pairs: &'a [Pair],
}

impl Judge<'_> {
    fn judged(
        &self,
        at: usize,
        request: &Request,
        outcome: &Outcome,
        marked: Option<Marked<'_>>,
    ) -> Judged {
        let collides_with = self.collides_with(at);
        let unknown_with = self.unknown_with(at);
        let (state, description) = match (outcome, &marked) {
            (_, Some(marked)) => {
                let already = matches!(outcome, Outcome::AlreadyMerged);
                self.verdict(marked, already, &collides_with, &unknown_with)
            }
            (Outcome::Unknown(why), None) if *why != Unknown::MissingCommit => {
                (State::Error, why.reason(&self.target.name))
            }
            (_, None) => (State::Error, missing(request)),
        };
        let unknown = match outcome {
            Outcome::Unknown(why) => vec![why.finding(&self.target.name)],
            _ => Vec::new(),
        };
        let marked = marked.unwrap_or_default();
        let all = || marked.all().map(|(_, finding)| finding).chain(&unknown);
        Judged {
            request: request.clone(),
            target: None,
            verdict: onehead_model::Verdict::of(all()),
            unknown: NotKnown::all(all()),
            status: Status {
                context: "onehead".into(),
                state,
                description: shortened(&description),
            },
            environments: self.environments(&marked),
            findings: marked.findings,
            collides_with,
            unknown_with,
        }
    }

    fn verdict(
        &self,
        marked: &Marked<'_>,
        already: bool,
        collides_with: &[CollidesWith],
        unknown_with: &[UnknownWith],
    ) -> (State, String) {
        let target = &self.target.name;
        let of = |origin| {
            marked
                .all()
                .filter(move |(_, one)| one.origin == Some(origin))
        };
        let failing: Vec<_> = marked.all().filter(|(_, one)| one.is_error()).collect();
        let new = failing.iter().copied();
        let new: Vec<_> = new
            .filter(|(_, one)| one.origin != Some(Origin::Inherited))
            .collect();
        match (new.as_slice(), failing.as_slice()) {
            ([], []) => {}
            ([], old) => return (state(old), format!("{target} itself: {}", self.what(old))),
            (new, _) => return (state(new), self.what(new)),
        }
        let mut text = match already {
            true => format!("already in {target}"),
            false => format!("can be merged into {target}"),
        };
        if !collides_with.is_empty() {
            let others = collides_with.iter().map(|one| (one.number, &one.name));
            text += &format!("; {}", collision_words::collides_with(&counted(others)));
        }
        if !unknown_with.is_empty() {
            let others = unknown_with.iter().map(|one| (one.number, &one.name));
            text += &format!("; {}", collision_words::unknown_with(&counted(others)));
        }
        let fixed: Vec<_> = of(Origin::Fixed).collect();
        if !fixed.is_empty() {
            text += &format!("; fixes {target}: {}", self.what(&fixed));
        }
        let inherited: Vec<_> = of(Origin::Inherited).collect();
        if !inherited.is_empty() {
            text += &format!("; {target} itself: {}", self.what(&inherited));
        }
        (State::Success, text)
    }

    /// The first of some findings, and how many more there are.
    fn what(&self, findings: &[(Option<&str>, &Finding)]) -> String {
        let target = &self.target.name;
        let (environment, finding) = findings[0];
        let place = environment.map(|name| format!("{name}: "));
        let what = match finding.code {
            Code::MultipleHeads if finding.origin == Some(Origin::Introduced) => format!(
                "{}: {}",
                collision_words::heads_then(finding.revisions.len(), target),
                listed(&finding.revisions)
            ),
            Code::MultipleHeads => format!(
                "{} heads: {}",
                finding.revisions.len(),
                listed(&finding.revisions)
            ),
            _ => match (&finding.location, finding.code.is_unknown()) {
                (Some(place), true) => format!("{place}: {}", finding.message),
                _ => finding.message.clone(),
            },
        };
        let more = match findings.len() {
            1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        format!("{}{what}{more}", place.unwrap_or_default())
    }

    fn environments(&self, marked: &Marked<'_>) -> Vec<JudgedEnvironment> {
        let environments = marked.environments.iter();
        environments
            .map(|(one, findings)| JudgedEnvironment {
                name: one.name.clone(),
                heads: one.heads.iter().map(|head| self.attributed(head)).collect(),
                findings: findings.clone(),
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

/// How it stands with a request that fails by these.
fn state(failing: &[(Option<&str>, &Finding)]) -> State {
    match Exit::of(failing.iter().map(|(_, finding)| *finding)) {
        Exit::CouldNotRun => State::Error,
        Exit::Clean | Exit::Findings => State::Failure,
    }
}

/// What is wrong after merging a request, and what it fixes, each with where it comes from.
#[derive(Default)]
struct Marked<'a> {
    /// The environments of which anything is to be said.
    environments: Vec<(&'a EnvironmentView, Vec<Finding>)>,
    findings: Vec<Finding>,
}

impl<'a> Marked<'a> {
    /// `None` where the merge is not known.
    fn of(forecast: &'a Forecast, head: usize, target: &'a str) -> Option<Self> {
        let fail_on = forecast.base.settings().fail_on;
        let origins = forecast.origins(head, target, fail_on)?;
        let marked = |environment: Option<&str>, findings: &[Finding]| {
            let errors = findings.iter().filter(|finding| finding.is_error());
            let mut errors: Vec<Finding> = errors.cloned().collect();
            origins.mark(environment, &mut errors);
            let fixed = origins.fixed(environment, &errors);
            errors.extend(fixed);
            errors
        };
        let view = origins.touch.view;
        let mut environments: Vec<_> = view
            .environments
            .iter()
            .map(|one| (one, marked(Some(&one.name), &one.findings)))
            .collect();
        environments.retain(|(_, findings)| !findings.is_empty());
        Some(Self {
            environments,
            findings: marked(None, &view.findings),
        })
    }

    fn all(&self) -> impl Iterator<Item = (Option<&str>, &Finding)> {
        let inner = self.environments.iter().flat_map(|(one, findings)| {
            let name = Some(one.name.as_str());
            findings.iter().map(move |finding| (name, finding))
        });
        let own = self.findings.iter().map(|finding| (None, finding));
        own.chain(inner)
    }

    fn is_fine(&self) -> bool {
        self.all().all(|(_, finding)| !finding.is_error())
    }
}
