//! `onehead check`: one head in every environment?

use clap::{Args, ValueEnum};
use onehead_graph::graph;
use onehead_model::{
    BranchPoint, CheckReport, CheckedEnvironment, Document, EnvironmentGraph, Exit, GraphReport,
    Head, RevisionId, stdio,
};
use onehead_render::RenderArgs;
use onehead_scan::{ScanArgs, ScanError, Scanned, scan};

use crate::attribution;
use crate::fix::{self, Fixed};
use crate::report::{self, Asked};

/// What to check, and what to do about it.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  onehead check                       every environment of this repository
  onehead check -c db/alembic.ini     only the environments of this file
  onehead check --fix --dry-run       show the merge revision that would be written
  onehead check --fix                 write it and add it to the index
  onehead check --fix --commit -m 'merge billing and search'

Exit codes: 0 clean, 1 findings, 2 could not run")]
pub struct CheckArgs {
    #[command(flatten)]
    scan: ScanArgs,

    /// Say nothing if all is well
    #[arg(short, long)]
    quiet: bool,

    /// How to answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    fix: FixArgs,
}

/// What to do about several heads.
#[derive(Debug, Clone, Args)]
pub struct FixArgs {
    /// Write the merge revision of each fork and add it to the index
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix: show the merge revision as a diff, write nothing
    #[arg(long, requires = "fix", conflicts_with = "commit")]
    pub(crate) dry_run: bool,

    /// With --fix: commit exactly the new files, with the message of -m
    #[arg(long, requires = "fix")]
    pub(crate) commit: bool,

    #[command(flatten)]
    pub(crate) render: RenderArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Checks, mends if asked, answers. `command` is what the user typed to get here, for the hints.
#[must_use]
pub fn run(args: &CheckArgs, command: &str) -> Exit {
    match answer(args, command) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn answer(args: &CheckArgs, command: &str) -> Result<(String, Exit), Box<dyn std::error::Error>> {
    let scanned = scan(&args.scan.options())?;
    let before = Looked::at(scanned);
    let fixed = match args.fix.fix {
        true => fix::fix(&before, &args.scan, &args.fix)?,
        false => Fixed::Nothing,
    };
    let after = match &fixed {
        Fixed::Done(_) => Looked::at(scan(&args.scan.options())?),
        _ => before,
    };
    let report = after.report(&fixed);
    let exit = if report.ok {
        Exit::Clean
    } else {
        Exit::Findings
    };
    let text = match args.format {
        Format::Json => report.to_json(),
        Format::Text if args.quiet && report.ok => String::new(),
        Format::Text => report::text(
            &report,
            &fixed,
            &Asked {
                command,
                scan: &args.scan,
            },
        ),
    };
    Ok((text, exit))
}

/// A scan and its graph.
pub(crate) struct Looked {
    pub(crate) graph: GraphReport,
    pub(crate) scanned: Scanned,
}

impl Looked {
    fn at(mut scanned: Scanned) -> Self {
        let source = scanned.report.source.clone();
        let empty = onehead_model::ScanReport {
            source,
            environments: Vec::new(),
            findings: Vec::new(),
        };
        let graph = graph(std::mem::replace(&mut scanned.report, empty));
        Self { graph, scanned }
    }

    fn report(&self, fixed: &Fixed) -> CheckReport {
        let forked = |environment: &&EnvironmentGraph| {
            environment.groups.iter().any(|group| group.heads.len() > 1)
        };
        let heads_of_forks: Vec<String> = self
            .graph
            .environments
            .iter()
            .filter(forked)
            .flat_map(|environment| {
                environment
                    .heads
                    .iter()
                    .filter_map(|id| path_of(environment, id))
            })
            .collect();
        let known = attribution::of(
            self.scanned.repository.as_ref(),
            &self.graph.source,
            &heads_of_forks,
        );
        let environments: Vec<CheckedEnvironment> = self
            .graph
            .environments
            .iter()
            .map(|environment| {
                let head = |id: &RevisionId| {
                    let node = environment.revisions.iter().rfind(|node| node.id == *id)?;
                    Some(Head {
                        id: id.clone(),
                        path: node.path.clone(),
                        line: node.down_revision_at.map(|span| span.line),
                        message: node.message.clone(),
                        down_revisions: node.down_revisions.clone(),
                        attribution: known.get(node.path.as_str()).cloned(),
                    })
                };
                let parting = environment.revisions.iter().filter(|node| {
                    environment
                        .groups
                        .iter()
                        .any(|group| group.branch_points.contains(&node.id))
                });
                CheckedEnvironment {
                    name: environment.name.clone(),
                    config: environment.config.clone(),
                    script_location: environment.script_location.clone(),
                    revision_count: environment.revisions.len(),
                    heads: environment.heads.iter().filter_map(head).collect(),
                    effective_heads: environment.effective_heads.clone(),
                    groups: environment.groups.clone(),
                    branch_points: parting
                        .map(|node| BranchPoint {
                            id: node.id.clone(),
                            path: node.path.clone(),
                            message: node.message.clone(),
                        })
                        .collect(),
                    findings: environment.findings.clone(),
                }
            })
            .collect();
        let mut findings = self.graph.findings.clone();
        if let Fixed::Refused(refusals) = fixed {
            findings.extend(refusals.iter().cloned());
        }
        CheckReport {
            source: self.graph.source.clone(),
            ok: environments.iter().all(CheckedEnvironment::is_ok)
                && !findings.iter().any(onehead_model::Finding::is_error),
            environments,
            findings,
            fix: match fixed {
                Fixed::Done(done) => Some(done.clone()),
                _ => None,
            },
        }
    }
}

fn path_of(environment: &EnvironmentGraph, id: &RevisionId) -> Option<String> {
    let node = environment.revisions.iter().rfind(|node| node.id == *id)?;
    Some(node.path.to_string())
}

/// Only an explicit check reads the working tree, and only there can it be mended.
pub(crate) fn reads_worktree(args: &ScanArgs) -> Result<(), ScanError> {
    match args.source.as_str() {
        "worktree" => Ok(()),
        other => Err(ScanError::ReadOnlySource(other.to_owned())),
    }
}
