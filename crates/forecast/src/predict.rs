//! What landing on the target would make of every environment.

use onehead_git::Connection;
use onehead_model::{
    Code, EnvironmentGraph, Finding, Landing, LandingEnvironment, RevisionId, Side, SidedHead,
};
use onehead_scan::{ScanError, ScanOptions, SourceSpec};

use crate::Target;
use crate::analysis::{self, Analysis};

/// Predicts the merge of `ours` into the target, from objects alone. `here` is what `ours` has; `fix` the command
/// that mends there.
///
/// # Errors
/// One of the three states cannot be scanned, or git failed.
pub fn landing(
    repository: &Connection,
    here: &Analysis,
    ours: &str,
    target: &Target,
    options: &ScanOptions,
    fix: &str,
) -> Result<Landing, ScanError> {
    let mut landing = Landing {
        target: target.name.clone(),
        oid: target.oid.clone(),
        environments: Vec::new(),
        findings: Vec::new(),
    };
    // What the target has already, lands as it is.
    if repository.merge_base(ours, &target.oid)?.as_deref() == Some(target.oid.as_str()) {
        return Ok(landing);
    }
    let at = |source: SourceSpec| {
        Analysis::at(&ScanOptions {
            source,
            allow_none: true,
            ..options.clone()
        })
    };
    let there = at(SourceSpec::Commit(target.oid.clone()))?;
    let after = at(SourceSpec::Merge(vec![target.oid.clone(), ours.to_owned()]))?;
    let known = after.who_forked();
    for environment in &after.graph.environments {
        let before = here.environment(&environment.name);
        let theirs = there.environment(&environment.name);
        let side = |id: &RevisionId| match (has(before, id), has(theirs, id)) {
            (true, true) => Side::Both,
            (_, true) => Side::Target,
            _ => Side::Here,
        };
        let heads = environment.heads.iter().filter_map(|id| {
            Some(SidedHead {
                side: side(id),
                head: analysis::head(environment, id, &known)?,
            })
        });
        let count = |graph: Option<&EnvironmentGraph>| graph.map_or(0, |graph| graph.heads.len());
        let (arms, conflicts) = after.sides(environment);
        let mut findings = new_findings(environment, before, theirs, target, fix);
        findings.extend(conflicts);
        landing.environments.push(LandingEnvironment {
            name: environment.name.clone(),
            heads_here: count(before),
            heads_there: count(theirs),
            heads: heads.collect(),
            branch_points: analysis::branch_points(environment),
            arms,
            findings,
        });
    }
    landing.findings = only_after(
        &after.graph.findings,
        &[&here.graph.findings, &there.graph.findings],
    );
    Ok(landing)
}

fn has(graph: Option<&EnvironmentGraph>, id: &RevisionId) -> bool {
    graph.is_some_and(|graph| {
        graph
            .revisions
            .binary_search_by(|node| node.id.cmp(id))
            .is_ok()
    })
}

/// What the merge brings about that neither side has: several heads above all.
fn new_findings(
    after: &EnvironmentGraph,
    here: Option<&EnvironmentGraph>,
    there: Option<&EnvironmentGraph>,
    target: &Target,
    fix: &str,
) -> Vec<Finding> {
    let none = Vec::new();
    let ours = here.map_or(&none, |graph| &graph.findings);
    let theirs = there.map_or(&none, |graph| &graph.findings);
    let mut findings = only_after(&after.findings, &[ours, theirs]);
    for finding in &mut findings {
        if finding.code == Code::MultipleHeads {
            *finding = collision(finding, after, here, there, &target.name, fix);
        }
    }
    findings
}

fn only_after(after: &[Finding], before: &[&Vec<Finding>]) -> Vec<Finding> {
    let known = |finding: &&Finding| {
        !before.iter().any(|side| {
            side.iter()
                .any(|old| old.code == finding.code && old.message == finding.message)
        })
    };
    after.iter().filter(known).cloned().collect()
}

fn collision(
    finding: &Finding,
    after: &EnvironmentGraph,
    here: Option<&EnvironmentGraph>,
    there: Option<&EnvironmentGraph>,
    target: &str,
    fix: &str,
) -> Finding {
    let count = |graph: Option<&EnvironmentGraph>| graph.map_or(0, |graph| graph.heads.len());
    let heads = |count: usize| {
        if count == 1 {
            "1 head".to_owned()
        } else {
            format!("{count} heads")
        }
    };
    let message = format!(
        "{} here, {} after merging into {target}",
        heads(count(here)),
        after.heads.len()
    );
    // Where the target is at several heads already and this adds none, others have to mend it.
    let ours = finding.revisions.iter().any(|id| !has(there, id));
    let collision =
        Finding::new(Code::TargetCollision, message).about(finding.revisions.iter().cloned());
    let collision = Finding {
        location: finding.location.clone(),
        ..collision
    };
    if ours {
        let name = shell_words::quote(target);
        collision.hint(format!(
            "`{fix} --target {name}` merges it and the heads in one commit, `--rebase` behind it goes on top of it instead"
        ))
    } else {
        Finding {
            severity: onehead_model::Severity::Warning,
            ..collision
        }
        .hint(format!(
            "{target} has them already; whoever mends it there mends it for all"
        ))
    }
}
