//! `cargo xtask corpus`: real packages, read by onehead and by the real Alembic, must agree.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use onehead_graph::graph;
use onehead_model::{EnvironmentGraph, Exit, GraphReport, ScanReport, stdio};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};
use serde::Deserialize;
use xshell::{Shell, cmd};

use crate::oracle::from_anywhere;
use crate::{agree, rewritten, workspace};

/// Which packages, and the Python to ask.
#[derive(Debug, Args)]
pub(crate) struct CorpusArgs {
    /// How much of the corpus
    #[arg(long, value_enum, default_value_t = Set::Small)]
    set: Set,

    /// Where the packages are kept between runs
    #[arg(long, value_name = "DIR", default_value = "target/corpus")]
    dest: PathBuf,

    /// A Python with scripts/oracle/requirements.txt installed
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Set {
    Small,
    Full,
}

pub(crate) type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// An environment of `environments.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) name: String,
    package: String,
    script_location: String,
    location_in_code: bool,
    version_locations: Option<Vec<String>>,
    import_roots: Vec<String>,
}

/// What every merge is asked for, on both sides.
const MESSAGE: &str = "merge heads";

/// Runs the comparison.
#[must_use]
pub(crate) fn run(args: &CorpusArgs) -> Exit {
    match compare(args) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn compare(args: &CorpusArgs) -> Fallible<(String, Exit)> {
    let shell = Shell::new()?;
    let scripts = workspace::root().join("scripts/oracle");
    let python = &args.python;
    if cmd!(shell, "{python} -c 'import alembic'")
        .quiet()
        .ignore_status()
        .output()?
        .status
        .code()
        != Some(0)
    {
        let path = python.display();
        return Err(format!(
            "{path} has no Alembic\nhint: {path} -m pip install -r scripts/oracle/requirements.txt"
        )
        .into());
    }
    let set = match args.set {
        Set::Small => "small",
        Set::Full => "full",
    };
    let dest = std::path::absolute(&args.dest)?;
    let (fetch, requests, ask) = (
        scripts.join("fetch.py"),
        scripts.join("corpus_requests.py"),
        scripts.join("ask.py"),
    );
    shell.set_var("PYTHONHASHSEED", "0");
    // A creation date without offset is local time to Alembic.
    shell.set_var("TZ", "UTC");
    cmd!(shell, "{python} {fetch} --set {set} {dest}")
        .quiet()
        .run()?;
    let request = cmd!(shell, "{python} {requests} {dest}").quiet().read()?;
    let mut request: serde_json::Value = serde_json::from_str(&request)?;
    for environment in request["environments"].as_array_mut().into_iter().flatten() {
        if !environment["merge"].is_null() {
            environment["merge"]["message"] = MESSAGE.into();
        }
    }
    let ask = |request: &serde_json::Value| -> Fallible<agree::Answered> {
        let answer = cmd!(shell, "{python} {ask}")
            .stdin(request.to_string())
            .quiet()
            .read()?;
        Ok(serde_json::from_str(&answer)?)
    };
    let answered = ask(&request)?;
    let asked: agree::Asked = serde_json::from_value(request.clone())?;
    let listed: Environments =
        serde_json::from_str(&fs::read_to_string(scripts.join("environments.json"))?)?;
    let works = works(&dest, &listed.environments, &asked)?;
    let (mut text, mut differences) = judge(&works, &asked, &answered)?;
    let (more, again) = rewritten::judge(&works, request, ask)?;
    text.push_str(&more);
    differences += again;
    text.push_str(&over_time(&shell, python, &dest)?);
    let exit = match differences {
        0 => Exit::Clean,
        _ => Exit::Findings,
    };
    Ok((text, exit))
}

/// The history of a project, as far as its releases tell it.
fn over_time(shell: &Shell, python: &Path, dest: &Path) -> Fallible<String> {
    let python = from_anywhere(shell, python);
    let _there = shell.push_dir(workspace::root());
    workspace::build(shell)?;
    let script = "scripts/oracle/releases.py";
    let onehead = workspace::program("onehead")?;
    let said = cmd!(shell, "{python} {script} {onehead} {dest}").read()?;
    Ok(said + "\n")
}

#[derive(Debug, Deserialize)]
struct Environments {
    environments: Vec<Listed>,
}

/// The packages that were asked about, each as a copy that can be written to.
fn works<'a>(
    dest: &Path,
    listed: &'a [Listed],
    asked: &agree::Asked,
) -> Fallible<Vec<(Work, Vec<&'a Listed>)>> {
    let mut packages: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
    for one in listed {
        if asked
            .environments
            .iter()
            .any(|request| request.name == one.name)
        {
            packages.entry(&one.package).or_default().push(one);
        }
    }
    let prepare = |(package, listed): (&str, Vec<&'a Listed>)| {
        Ok((Work::prepare(dest, package, &listed, asked)?, listed))
    };
    packages.into_iter().map(prepare).collect()
}

fn judge(
    works: &[(Work, Vec<&Listed>)],
    asked: &agree::Asked,
    answered: &agree::Answered,
) -> Fallible<(String, usize)> {
    let mut text = String::new();
    let (mut differences, mut revisions, mut environments, mut merges) = (0, 0, 0, 0);
    for (work, listed) in works {
        let report = work.graph()?;
        for one in listed {
            let request = asked
                .environments
                .iter()
                .find(|request| request.name == one.name);
            let answer = answered
                .environments
                .iter()
                .find(|answer| answer.name == one.name);
            let (Some(request), Some(answer)) = (request, answer) else {
                return Err(format!("the oracle gave no answer for {}", one.name).into());
            };
            let wanted: BTreeSet<&str> = answer
                .version_locations
                .iter()
                .map(String::as_str)
                .collect();
            let mut said = match one.find(&report, &wanted) {
                Some(graph) => {
                    revisions += graph.revisions.len();
                    agree::differences(graph, request, answer)
                }
                None => vec![format!("not found; found {:?}", names(&report))],
            };
            environments += 1;
            merges += usize::from(answer.wrote_merge());
            differences += said.len();
            said.truncate(8);
            let verdict = if said.is_empty() { "equal" } else { "DIFFERS" };
            let _ = writeln!(text, "{verdict}  {}", one.name);
            for line in said {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    let _ = writeln!(
        text,
        "{environments} environments, {revisions} revision files, {merges} merge files of Alembic's, {differences} differences"
    );
    Ok((text, differences))
}

fn names(report: &GraphReport) -> Vec<&str> {
    report
        .environments
        .iter()
        .map(|graph| graph.name.as_str())
        .collect()
}

impl Listed {
    /// The graph of this environment.
    pub(crate) fn find<'r>(
        &self,
        report: &'r GraphReport,
        version_locations: &BTreeSet<&str>,
    ) -> Option<&'r EnvironmentGraph> {
        report.environments.iter().find(|graph| {
            let locations: BTreeSet<&str> = graph
                .version_locations
                .iter()
                .map(|path| path.as_str())
                .collect();
            graph.script_location.as_str() == self.script_location
                && locations.is_superset(version_locations)
        })
    }
}

/// A copy of a package that can be written to: the synthetic heads, the settings that stand for what
/// the project sets in code, and the packages that its migrations import.
pub(crate) struct Work {
    folder: tempfile::TempDir,
}

impl Work {
    fn prepare(
        dest: &Path,
        package: &str,
        listed: &[&Listed],
        asked: &agree::Asked,
    ) -> Fallible<Self> {
        let folder = tempfile::tempdir()?;
        let source = dest.join("src").join(package);
        copy(&source, folder.path())?;
        let foreign: BTreeSet<&String> = listed
            .iter()
            .flat_map(|one| &one.import_roots)
            .filter(|root| root.starts_with("../"))
            .collect();
        for root in foreign {
            copy(&source.join(root), folder.path())?;
        }
        let mut settings = String::new();
        let mut wanted = Vec::new();
        for one in listed {
            wanted.push(one.script_location.clone());
            if one.location_in_code || one.version_locations.is_some() {
                let _ = writeln!(
                    settings,
                    "[[environment]]\nscript-location = {:?}",
                    one.script_location
                );
                if let Some(locations) = &one.version_locations {
                    let _ = writeln!(settings, "version-locations = {locations:?}");
                }
            }
        }
        wanted.sort();
        wanted.dedup();
        let own = folder.path().join("onehead.toml");
        fs::write(own, format!("include = {wanted:?}\n{settings}"))?;
        for one in listed {
            let request = asked
                .environments
                .iter()
                .find(|request| request.name == one.name);
            if let Some(head) = request.and_then(|request| request.synthetic_head.as_ref()) {
                let location = head
                    .location
                    .clone()
                    .unwrap_or_else(|| format!("{}/versions", one.script_location));
                fs::write(folder.path().join(location).join(&head.file), &head.text)?;
            }
        }
        Ok(Self { folder })
    }

    /// Where it lies.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn scan(&self) -> Fallible<ScanReport> {
        let options = ScanOptions::in_directory(self.root());
        let snapshot = Snapshot::find(&options, &SourceSpec::Worktree)?;
        Ok(snapshot.report().clone())
    }

    pub(crate) fn graph(&self) -> Fallible<GraphReport> {
        Ok(graph(&self.scan()?))
    }
}

fn copy(from: &Path, to: &Path) -> Fallible<()> {
    for entry in fs::read_dir(from).map_err(|error| format!("{}: {error}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
