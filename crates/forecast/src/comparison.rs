//! A merge result beside what it is made of: the commit that is merged, and the target.

use std::collections::HashMap;

use onehead_model::{
    Attribution, Code, EnvironmentGraph, Finding, ForecastEnvironment, ForecastHead,
    ForecastReport, GraphReport, Holder, Node, NotKnown, Origin, RepoPath, RevisionId, Severity,
    collision_words,
};
use onehead_scan::Snapshot;

use crate::analysis::{self, Analysis};
use crate::duplicates;
use crate::forecast::Forecast;
use crate::origin::Origins;
use crate::view::{EnvironmentView, is_same};
use crate::{Target, Unknown, sides};

/// A merge of which nothing is known.
pub(crate) fn unknown(target: &Target, why: &Unknown) -> ForecastReport {
    document(target, Vec::new(), vec![why.finding(&target.name)], &[])
}

/// The document; `beside` are findings that count for the verdict and are said elsewhere.
pub(crate) fn document(
    target: &Target,
    environments: Vec<ForecastEnvironment>,
    findings: Vec<Finding>,
    beside: &[Finding],
) -> ForecastReport {
    let mut report = ForecastReport {
        target: target.name.clone(),
        oid: target.oid.to_string(),
        chosen: target.chosen.clone(),
        verdict: onehead_model::Verdict::Unknown,
        unknown: Vec::new(),
        environments,
        findings,
    };
    let all = || report.all_findings().chain(beside);
    (report.verdict, report.unknown) = (onehead_model::Verdict::of(all()), NotKnown::all(all()));
    report
}

/// An environment that holds all of the target's, with what it makes of it.
pub(crate) fn on_top_of(
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
        findings: findings.iter().map(introduced).collect(),
    }
}

/// What becomes of the target's revisions, the change brings about.
pub(crate) fn introduced(finding: &Finding) -> Finding {
    finding.clone().of_origin(Origin::Introduced)
}

/// One head, and what it is compared with.
pub(crate) struct Comparison<'a> {
    pub(crate) forecast: &'a Forecast,
    pub(crate) here: &'a Analysis,
    pub(crate) target: &'a Target,
    pub(crate) fix: &'a str,
}

impl Comparison<'_> {
    pub(crate) fn report(
        &self,
        state: &Snapshot,
        after: &GraphReport,
        known: &HashMap<String, Attribution>,
    ) -> ForecastReport {
        let unread: Vec<&Finding> = self.forecast.unread(0).collect();
        // What is here as well is said of what is here, and keeps the merge from being known all the same.
        let mut beside = Vec::new();
        let mut environments = Vec::new();
        let fail_on = state.settings().fail_on;
        let origins = self.forecast.origins(0, &self.target.name, fail_on);
        for environment in &after.environments {
            let mut merged = self.environment(environment, state, known, origins.as_ref());
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
                .extend(published.into_iter().flatten().map(introduced));
            environments.push(merged);
        }
        let mut findings = after.findings.clone();
        let mut fixed = Vec::new();
        if let Some(origins) = &origins {
            origins.mark(None, &mut findings);
            fixed = origins.fixed(None, &findings);
        }
        findings.retain(|finding| is_to_be_said(finding, &self.here.graph.findings));
        findings.append(&mut fixed);
        for finding in self.forecast.unread_elsewhere(0) {
            if has_finding(&self.here.graph.findings, finding) {
                beside.push(finding.clone());
            } else if !has_finding(&findings, finding) {
                findings.push(finding.clone());
            }
        }
        let published = self.forecast.published(0).map(|all| &all.findings);
        findings.extend(published.into_iter().flatten().map(introduced));
        document(self.target, environments, findings, &beside)
    }

    fn environment(
        &self,
        environment: &EnvironmentGraph,
        state: &Snapshot,
        known: &HashMap<String, Attribution>,
        origins: Option<&Origins<'_>>,
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
        let mut findings = environment.findings.clone();
        findings.extend(conflicts);
        let mut fixed = Vec::new();
        if let Some(origins) = origins {
            let environment = Some(environment.name.as_str());
            origins.mark(environment, &mut findings);
            fixed = origins.fixed(environment, &findings);
        }
        let said = before.map_or(&[][..], |graph| &graph.findings);
        findings.retain(|finding| is_to_be_said(finding, said));
        for finding in &mut findings {
            let is_new = finding.origin != Some(Origin::Inherited);
            if finding.code == Code::MultipleHeads && is_new {
                *finding = self.collision(finding, environment);
            }
        }
        findings.append(&mut fixed);
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
        let origins = duplicates::Origins {
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
            let finding = duplicates::finding_about(&files, findings);
            let finding = finding.filter(|one| one.origin == Some(Origin::Introduced));
            if let Some(finding) = finding {
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
        let before = self.here.environment(&after.name);
        let target = &self.target.name;
        let here = before.map_or(0, |graph| graph.heads.len());
        let message = collision_words::heads_here_and_then(here, after.heads.len(), target);
        let (name, fix) = (shell_words::quote(target), self.fix);
        Finding {
            location: finding.location.clone(),
            origin: finding.origin,
            ..Finding::new(Code::TargetCollision, message)
        }
        .about(finding.revisions.iter().cloned())
        .hint(format!("run `{fix} --target {name}` (or add `--rebase`)"))
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

/// Whether a finding of the merge is said of it: what is here as well is said of what is here, and of what the target has,
/// only what it should not have.
fn is_to_be_said(finding: &Finding, here: &[Finding]) -> bool {
    let counts =
        finding.origin != Some(Origin::Inherited) || finding.code.severity() == Severity::Error;
    finding.code == Code::ConflictingSides || counts && !has_finding(here, finding)
}
