//! What merging one head into the target would make of every environment, as a document.

use std::collections::HashMap;

use onehead_git::{Connection, Differences, Oid};
use onehead_graph::graph;
use onehead_model::{
    Attribution, Code, EnvironmentGraph, Finding, ForecastEnvironment, ForecastHead,
    ForecastReport, GraphReport, Holder, Node, NotKnown, RepoPath, RevisionId, Severity, Source,
};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};

use crate::analysis::{self, Analysis};
use crate::ancestry::Base;
use crate::duplicates::{self, Origins};
use crate::forecast::{Forecast, Outcome, Related};
use crate::published::{Published, may_be_concerned};
use crate::view::{EnvironmentView, is_same};
use crate::{Staged, Target, Unknown, attribution, sides};

/// Forecasts the merge of one commit into the target, from objects alone.
#[derive(Clone, Copy)]
pub struct MergeForecast<'a> {
    /// Where the objects are.
    pub repository: &'a Connection,
    /// What the commit itself holds.
    pub here: &'a Analysis,
    /// What it is merged into.
    pub target: &'a Target,
    /// Where to look and how.
    pub options: &'a ScanOptions,
    /// The command that fixes what is here.
    pub fix: &'a str,
    /// The text of the request, if it is known.
    pub request: Option<&'a str>,
}

impl MergeForecast<'_> {
    /// Of a commit. Whatever keeps the merge from being known is in the document, and its verdict is then unknown.
    #[must_use]
    pub fn of_commit(&self, ours: &Oid) -> ForecastReport {
        self.commit(ours)
            .unwrap_or_else(|error| unknown(self.target, &Unknown::from(error)))
    }

    /// Of a commit that is about to be made, without making it. `None` if only the commit tells: where memory does not
    /// suffice for the merge, or people have to be named.
    #[must_use]
    pub fn of_staged(&self, staged: &Staged<'_>) -> Option<ForecastReport> {
        // Whatever fails here is said of the commit.
        self.staged(staged).ok().flatten()
    }

    fn commit(&self, ours: &Oid) -> Result<ForecastReport, ScanError> {
        let (repository, target) = (self.repository, self.target);
        let related = Related::read(repository, &target.oid, std::slice::from_ref(ours))?;
        // What holds the target already is merged as it is.
        if related.holds_target(&target.oid) {
            let changes = repository.difference(&target.oid, ours)?;
            return self.on_top(&changes, Some(ours), || match &self.here.graph.source {
                Source::Commit { oid } if *oid == ours.to_string() => {
                    Ok(self.here.snapshot.clone())
                }
                _ => Snapshot::open(
                    repository,
                    self.options,
                    &SourceSpec::Commit(ours.to_string()),
                ),
            });
        }
        let forecast = Forecast::of(self.options, repository, &target.oid, related, self.request)?;
        match (forecast.outcome(0), &forecast.state) {
            (Outcome::Unknown(why), _) => Ok(unknown(target, why)),
            (_, None) => Ok(unknown(
                target,
                &Unknown::Failed {
                    reason: "the merge result was not kept".into(),
                    hint: None,
                },
            )),
            (Outcome::AlreadyMerged | Outcome::Merged(_), Some(state)) => {
                let after = graph(state.report());
                let paths = analysis::paths_with_people(&after);
                let source = Source::Merge {
                    commits: vec![target.oid.to_string(), ours.to_string()],
                    tree: String::new(),
                };
                let known = attribution::of(Some(repository), &source, &paths);
                let cut = attribution::cut_off(Some(repository), &source, &paths, &known);
                let mut report = self.beside(&forecast).report(state, &after, &known);
                for one in report
                    .environments
                    .iter_mut()
                    .flat_map(|one| &mut one.heads)
                {
                    one.head.history_cut = cut.contains(one.head.path.as_str());
                }
                Ok(report)
            }
        }
    }

    fn staged(&self, staged: &Staged<'_>) -> Result<Option<ForecastReport>, ScanError> {
        let (repository, target) = (self.repository, self.target);
        let base = Base::of(repository.merge_bases(&target.oid, staged.parents)?);
        let Base::One(parting) = &base else {
            return Ok(None);
        };
        let Some(changes) = staged.changes_since(repository, parting)? else {
            return Ok(None);
        };
        if *parting == target.oid {
            let state = || Ok(self.here.snapshot.clone());
            return self.on_top(&changes, None, state).map(Some);
        }
        let forecast = Forecast::of_changes(self.options, repository, &target.oid, base, changes)?;
        let Some(forecast) = forecast else {
            return Ok(None);
        };
        let Some(state) = &forecast.state else {
            return Ok(None);
        };
        let after = graph(state.report());
        if !analysis::paths_with_people(&after).is_empty() {
            return Ok(None);
        }
        let report = self
            .beside(&forecast)
            .report(state, &after, &HashMap::new());
        Ok(Some(report))
    }

    /// Of what holds the target already: only what it makes of revisions that the target has is to be said.
    fn on_top(
        &self,
        changes: &Differences,
        commit: Option<&Oid>,
        state: impl FnOnce() -> Result<Snapshot, ScanError>,
    ) -> Result<ForecastReport, ScanError> {
        if !may_be_concerned(changes) {
            return Ok(document(self.target, Vec::new(), Vec::new(), &[]));
        }
        let options = ScanOptions {
            allow_none: true,
            ..self.options.clone()
        };
        let source = SourceSpec::Commit(self.target.oid.to_string());
        let target = Snapshot::open(self.repository, &options, &source)?;
        let state = state()?;
        let published = Published {
            repository: self.repository,
            commit: &self.target.oid,
            request: self.request,
        };
        let published = published.told_changes_of(&target, &state, commit)?;
        let (before, after) = (graph(target.report()), graph(state.report()));
        let concerned = after.environments.iter().filter_map(|one| {
            let findings = published.environments.get(&one.name)?;
            Some(on_top_of(&before, one, findings))
        });
        let environments = concerned.collect();
        Ok(document(self.target, environments, published.findings, &[]))
    }

    fn beside<'a>(&'a self, forecast: &'a Forecast) -> Comparison<'a> {
        Comparison {
            forecast,
            here: self.here,
            target: self.target,
            fix: self.fix,
        }
    }
}

impl Related {
    /// Whether the only head has everything that the target has.
    fn holds_target(&self, target: &Oid) -> bool {
        self.has_any() && *self.ancestry.base(0) == Base::One(target.clone())
    }
}

/// An environment that holds all of the target's, with what it makes of it.
fn on_top_of(
    before: &GraphReport,
    after: &EnvironmentGraph,
    findings: &[Finding],
) -> ForecastEnvironment {
    let mut environments = before.environments.iter();
    let before = environments.find(|one| one.name == after.name);
    let heads = after.heads.iter().filter_map(|id| {
        let held_by = match has(before, id) {
            true => Holder::Both,
            false => Holder::Here,
        };
        let head = analysis::head(analysis::node(after, id)?, &HashMap::new());
        Some(ForecastHead { held_by, head })
    });
    ForecastEnvironment {
        name: after.name.clone(),
        heads_here: after.heads.len(),
        heads_there: before.map_or(0, |before| before.heads.len()),
        heads: heads.collect(),
        branch_points: analysis::branch_points(after),
        sides: Vec::new(),
        findings: findings.to_vec(),
    }
}

/// A merge of which nothing is known.
fn unknown(target: &Target, why: &Unknown) -> ForecastReport {
    document(target, Vec::new(), vec![why.finding(&target.name)], &[])
}

/// The document; `beside` are findings that count for the verdict and are said elsewhere.
fn document(
    target: &Target,
    environments: Vec<ForecastEnvironment>,
    findings: Vec<Finding>,
    beside: &[Finding],
) -> ForecastReport {
    let mut report = ForecastReport {
        target: target.name.clone(),
        oid: target.oid.to_string(),
        verdict: onehead_model::Verdict::Unknown,
        unknown: Vec::new(),
        environments,
        findings,
    };
    let all = || report.all_findings().chain(beside);
    (report.verdict, report.unknown) = (onehead_model::Verdict::of(all()), NotKnown::all(all()));
    report
}

/// One head, and what it is compared with.
struct Comparison<'a> {
    forecast: &'a Forecast,
    here: &'a Analysis,
    target: &'a Target,
    fix: &'a str,
}

impl Comparison<'_> {
    fn report(
        &self,
        state: &Snapshot,
        after: &GraphReport,
        known: &HashMap<String, Attribution>,
    ) -> ForecastReport {
        let unread: Vec<&Finding> = self.forecast.unread(0).collect();
        // What is here as well is said of what is here, and keeps the merge from being known all the same.
        let mut beside = Vec::new();
        let mut environments = Vec::new();
        for environment in &after.environments {
            let mut merged = self.environment(environment, state, known);
            for finding in &environment.findings {
                if !unread.iter().any(|one| is_same(one, finding)) {
                    continue;
                }
                let before = self.here.environment(&environment.name);
                if before.is_some_and(|before| has_finding(&before.findings, finding)) {
                    beside.push(finding.clone());
                } else if !has_finding(&merged.findings, finding) {
                    merged.findings.push(finding.clone());
                }
            }
            let published = self.forecast.published(0);
            let published = published.and_then(|all| all.environments.get(&environment.name));
            merged
                .findings
                .extend(published.into_iter().flatten().cloned());
            environments.push(merged);
        }
        let mut findings = only_after(
            &after.findings,
            &[&self.here.graph.findings, &self.forecast.target().findings],
        );
        for finding in self.forecast.unread_elsewhere(0) {
            if has_finding(&self.here.graph.findings, finding) {
                beside.push(finding.clone());
            } else if !has_finding(&findings, finding) {
                findings.push(finding.clone());
            }
        }
        let published = self.forecast.published(0).map(|all| &all.findings);
        findings.extend(published.into_iter().flatten().cloned());
        document(self.target, environments, findings, &beside)
    }

    fn environment(
        &self,
        environment: &EnvironmentGraph,
        state: &Snapshot,
        known: &HashMap<String, Attribution>,
    ) -> ForecastEnvironment {
        let before = self.here.environment(&environment.name);
        let theirs = self.forecast.target().environment(&environment.name);
        let heads = environment.heads.iter().filter_map(|id| {
            let held_by = match (has(before, id), self.target_has(&environment.name, id)) {
                (true, true) => Holder::Both,
                (_, true) => Holder::Target,
                _ => Holder::Here,
            };
            Some(ForecastHead {
                held_by,
                head: analysis::head(analysis::node(environment, id)?, known),
            })
        });
        let texts = |paths: &[RepoPath]| state.texts(paths);
        let sides = sides::of(&texts, environment);
        let conflicts = sides::findings(&sides, state.settings().conflicting_sides);
        let none = Vec::new();
        let old = [
            before.map_or(&none, |graph| &graph.findings),
            theirs.map_or(&none, |view| &view.findings),
        ];
        let mut findings = only_after(&environment.findings, &old);
        for finding in &mut findings {
            if finding.code == Code::MultipleHeads {
                *finding = self.collision(finding, environment);
            }
        }
        findings.extend(conflicts);
        self.tell_duplicates(environment, &mut findings, known);
        ForecastEnvironment {
            name: environment.name.clone(),
            heads_here: before.map_or(0, |graph| graph.heads.len()),
            heads_there: heads_there(theirs),
            heads: heads.collect(),
            branch_points: analysis::branch_points(environment),
            sides,
            findings,
        }
    }

    /// Says of files that share an id only then who brought them, and that the one changes that the target has not.
    fn tell_duplicates(
        &self,
        environment: &EnvironmentGraph,
        findings: &mut [Finding],
        known: &HashMap<String, Attribution>,
    ) {
        let theirs = |node: &&Node| {
            let mut environments = self.forecast.report().environments.iter();
            let target = environments.find(|one| one.name == environment.name);
            target.is_some_and(|target| target.revisions.iter().any(|one| one.path == node.path))
        };
        let origins = Origins {
            known,
            complete: false,
        };
        let target = &self.target.name;
        let fix = format!("{} --target {}", self.fix, shell_words::quote(target));
        for files in duplicates::files(environment) {
            let files: Vec<&Node> = files.iter().collect();
            let ours: Vec<&Node> = files.iter().copied().filter(|node| !theirs(node)).collect();
            let changes = match ours[..] {
                [only] => Some((only, "only here")),
                _ => origins.newest(&files).map(|node| (node, "the newer file")),
            };
            if let Some(finding) = duplicates::finding_about(&files, findings) {
                *finding = origins.told(finding, &files, changes, &fix);
                finding.message += &format!(", after merging into {target}");
            }
        }
    }

    fn target_has(&self, environment: &str, id: &RevisionId) -> bool {
        let mut environments = self.forecast.report().environments.iter();
        let theirs = environments.find(|one| one.name == environment);
        theirs.is_some_and(|theirs| theirs.revisions.iter().any(|one| one.id == *id))
    }

    fn collision(&self, finding: &Finding, after: &EnvironmentGraph) -> Finding {
        let heads = |count: usize| match count {
            1 => "1 head".to_owned(),
            count => format!("{count} heads"),
        };
        let before = self.here.environment(&after.name);
        let target = &self.target.name;
        let message = format!(
            "{} here, {} after merging into {target}",
            heads(before.map_or(0, |graph| graph.heads.len())),
            after.heads.len()
        );
        // Where the target is at several heads already and this adds none, others have to fix it.
        let mut revisions = finding.revisions.iter();
        let ours = revisions.any(|id| !self.target_has(&after.name, id));
        let collision =
            Finding::new(Code::TargetCollision, message).about(finding.revisions.iter().cloned());
        let collision = Finding {
            location: finding.location.clone(),
            ..collision
        };
        if ours {
            let (name, fix) = (shell_words::quote(target), self.fix);
            collision.hint(format!("run `{fix} --target {name}` (or add `--rebase`)"))
        } else {
            Finding {
                severity: Severity::Warning,
                ..collision
            }
            .hint(format!(
                "{target} has them already; a fix there fixes it for every branch"
            ))
        }
    }
}

fn heads_there(theirs: Option<&EnvironmentView>) -> usize {
    theirs.map_or(0, |view| view.heads.len())
}

fn has(graph: Option<&EnvironmentGraph>, id: &RevisionId) -> bool {
    graph.is_some_and(|graph| {
        graph
            .revisions
            .binary_search_by(|node| node.id.cmp(id))
            .is_ok()
    })
}

fn has_finding(findings: &[Finding], finding: &Finding) -> bool {
    findings.iter().any(|one| is_same(one, finding))
}

/// What the merge brings about that neither side has.
fn only_after(after: &[Finding], before: &[&Vec<Finding>]) -> Vec<Finding> {
    let is_new = |finding: &&Finding| !before.iter().any(|side| has_finding(side, finding));
    after.iter().filter(is_new).cloned().collect()
}
