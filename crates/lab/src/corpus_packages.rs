//! The packages of the corpus: downloaded, and copied so that they can be written to.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use onehead_graph::graph;
use onehead_model::{EnvironmentGraph, GraphReport, ScanReport};
use onehead_scan::{ScanOptions, Snapshot, SourceSpec};
use serde::Deserialize;
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

/// Which packages, and the Python to download them with.
#[derive(Debug, Args)]
pub(crate) struct PackagesArgs {
    /// How much of the corpus
    #[arg(long, value_enum, default_value_t = Set::Small)]
    set: Set,

    /// Where the packages are kept between runs
    #[arg(long, value_name = "DIR", default_value = "target/corpus")]
    dest: PathBuf,

    /// A Python with scripts/oracle/requirements.txt installed
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub(crate) python: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Set {
    Small,
    Full,
}

/// Packages that lie in a folder, and what is known of the environments of all packages.
pub(crate) struct Packages {
    /// The folder.
    pub(crate) dest: PathBuf,
    listed: Vec<Listed>,
}

/// An environment of `environments.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) package: String,
    pub(crate) script_location: String,
    location_in_code: bool,
    version_locations: Option<Vec<String>>,
    import_roots: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Environments {
    environments: Vec<Listed>,
}

impl PackagesArgs {
    /// Downloads what is not there yet.
    pub(crate) fn fetch(&self, shell: &Shell) -> Fallible<Packages> {
        let scripts = workspace::root().join("scripts/oracle");
        let dest = std::path::absolute(&self.dest)?;
        let set = match self.set {
            Set::Small => "small",
            Set::Full => "full",
        };
        let (python, fetch) = (&self.python, scripts.join("fetch.py"));
        cmd!(shell, "{python} {fetch} --set {set} {dest}")
            .quiet()
            .run()?;
        let environments = fs::read_to_string(scripts.join("environments.json"))?;
        let Environments { environments } = serde_json::from_str(&environments)?;
        Ok(Packages {
            dest,
            listed: environments,
        })
    }
}

impl Packages {
    /// Whether the package of an environment was downloaded, now or earlier.
    pub(crate) fn holds(&self, one: &Listed) -> bool {
        self.source(&one.package).is_dir()
    }

    fn source(&self, package: &str) -> PathBuf {
        self.dest.join("src").join(package)
    }

    /// The packages with an environment that is wanted, each as a copy that can be written to.
    pub(crate) fn copies(
        &self,
        is_wanted: impl Fn(&Listed) -> bool,
    ) -> Fallible<Vec<(Work, Vec<&Listed>)>> {
        let mut packages: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
        for one in self.listed.iter().filter(|one| is_wanted(one)) {
            packages.entry(&one.package).or_default().push(one);
        }
        let prepare = |(package, listed): (&str, Vec<_>)| {
            Ok((Work::prepare(&self.source(package), &listed)?, listed))
        };
        packages.into_iter().map(prepare).collect()
    }
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

/// A copy of a package that can be written to, with the settings that stand for what the project sets in code, and the
/// packages that its migrations import.
pub(crate) struct Work {
    folder: tempfile::TempDir,
}

impl Work {
    fn prepare(source: &Path, listed: &[&Listed]) -> Fallible<Self> {
        let folder = tempfile::tempdir()?;
        copy(source, folder.path())?;
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
        Ok(Self { folder })
    }

    /// Where it lies.
    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn snapshot(&self) -> Fallible<Snapshot> {
        let options = ScanOptions::in_directory(self.root());
        Ok(Snapshot::find(&options, &SourceSpec::Worktree)?)
    }

    pub(crate) fn scan(&self) -> Fallible<ScanReport> {
        Ok(self.snapshot()?.report().clone())
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
