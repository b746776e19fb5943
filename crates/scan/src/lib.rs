//! Finds every Alembic environment of a repository and reads its revision files, from the working
//! tree, the index or a commit, without importing or executing anything.
//!
//! ```no_run
//! use onehead_scan::{ScanOptions, scan};
//!
//! let scanned = scan(&ScanOptions::in_directory("."))?;
//! for environment in &scanned.report.environments {
//!     println!("{}: {} revisions", environment.name, environment.revisions.len());
//! }
//! # Ok::<(), onehead_scan::ScanError>(())
//! ```
//!
//! It never decides whether what it found is right: that is for `onehead-graph`. What cannot be read
//! statically comes back as a finding with file and line, beside the revisions that could be read.

mod adding;
mod cli;
mod config;
mod declared;
mod discover;
mod environment;
mod files;
mod ground;
mod imports;
pub mod ini;
mod listing;
mod memo;
pub mod program;
mod replay;
mod settings;
mod write_hooks;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use onehead_git::{Connection, GitError, Inherit};
use onehead_model::{RepoPath, ScanReport};
use onehead_python::decode;

use discover::{Discovery, Finder, Named};
use environment::{Used, load};
use files::{File, Files};
use memo::Memo;

pub use cli::ScanArgs;
pub use declared::declared_id;
pub use files::SourceSpec;
pub use ground::{Ground, Overlay};
pub use replay::{Replay, Revised, Turn};
pub use settings::{
    EnvironmentSettings, FixSettings, HookSettings, OnCollision, Settings, Strategy,
};

/// What to scan.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// A folder inside the repository; all of the repository is looked at.
    pub directory: PathBuf,
    /// Whether the variables that git gives to hooks hold for this repository.
    pub inherit: Inherit,
    /// What to read.
    pub source: SourceSpec,
    /// Configuration files to use instead of looking for them.
    pub configs: Vec<PathBuf>,
    /// The section of those files; without it, every section with a `script_location`.
    pub section: Option<String>,
    /// The script location to use instead of looking for it.
    pub script_location: Option<PathBuf>,
    /// Whether readings are kept in the repository's `.git` folder for the next time.
    pub remember: bool,
    /// Whether no environment at all is an answer, whatever the settings say.
    pub allow_none: bool,
}

impl ScanOptions {
    /// The working tree around a folder, all environments.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            inherit: Inherit::Yes,
            source: SourceSpec::Worktree,
            configs: Vec::new(),
            section: None,
            script_location: None,
            remember: true,
            allow_none: false,
        }
    }
}

/// A scan, and what a flow needs to go on.
#[derive(Debug)]
pub struct Scanned {
    /// The document.
    pub report: ScanReport,
    /// The repository; none if the folder is in no git repository.
    pub repository: Option<Connection>,
    /// The folder that the paths of the document are relative to.
    pub root: PathBuf,
    /// onehead's own settings there.
    pub settings: Settings,
    /// Modules that values were looked for in, whether they are there or not.
    pub imported: BTreeSet<RepoPath>,
    files: Files,
}

impl Scanned {
    /// The text of some files, as the source has them that was scanned: decoded by Python's rules, or
    /// why it cannot be.
    ///
    /// # Errors
    /// git failed.
    pub fn texts(&self, paths: &[RepoPath]) -> Result<Vec<Result<String, String>>, ScanError> {
        let found: Vec<Option<&File>> = paths
            .iter()
            .map(|path| self.files.get(&self.files.canonical(path)?))
            .collect();
        let there: Vec<&File> = found.iter().copied().flatten().collect();
        let mut texts = self
            .files
            .map(&there, |_, bytes| match bytes {
                Ok(bytes) => decode(bytes)
                    .map(Cow::into_owned)
                    .map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            })?
            .into_iter();
        let text = |file: &Option<&File>| {
            let text = file.and_then(|_| texts.next());
            text.unwrap_or_else(|| Err("it is not there".into()))
        };
        Ok(found.iter().map(text).collect())
    }
}

/// Why nothing could be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The folder is not there.
    #[error("`{0}` is not a folder\nhint: name a folder inside the repository")]
    NoSuchDirectory(String),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A bare repository has no working tree.
    #[error(
        "{path} is a bare repository, which has no working tree\nhint: name what to read, for example `--source HEAD`"
    )]
    Bare {
        /// Where.
        path: String,
    },
    /// Only a git repository has an index and commits.
    #[error(
        "`{0}` is in no git repository, so there is only the working tree to read\nhint: run it inside a repository, or name one with --repo"
    )]
    NoRepository(String),
    /// What is read cannot be changed.
    #[error(
        "--fix writes to the working tree, but `--source {0}` was read\nhint: leave --source out"
    )]
    ReadOnlySource(String),
    /// A name that git does not know.
    #[error(
        "git knows no commit or tree `{0}`\nhint: `git rev-parse --verify` says what a name stands for"
    )]
    UnknownRevision(String),
    /// The folder cannot be walked.
    #[error("cannot list the files: {0}")]
    Walk(String),
    /// A file that must be read cannot be.
    #[error("cannot read {path}: {reason}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The settings are wrong.
    #[error("{path}: {reason}\nhint: docs/settings.md lists the keys")]
    Settings {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// A path on the command line lies elsewhere.
    #[error("`{path}` is not inside {root}")]
    Outside {
        /// What was given.
        path: String,
        /// The repository.
        root: String,
    },
    /// A configuration file on the command line is not there.
    #[error("there is no `{0}` in what is read (files that git ignores do not count)")]
    NoSuchConfig(String),
    /// A script location on the command line is not there.
    #[error(
        "there is no folder `{0}` with files in what is read (files that git ignores do not count)"
    )]
    NoSuchScriptLocation(String),
    /// No environment at all.
    #[error(
        "no Alembic environment in {root}{left_out}\n\
         looked for alembic.ini, [tool.alembic] in pyproject.toml, and env.py or script.py.mako beside versions/\n\
         hint: name one with --config or --script-location, or set `allow-none = true` in onehead.toml if none is expected"
    )]
    NoEnvironment {
        /// Where.
        root: String,
        /// How many the settings leave out, in words.
        left_out: String,
    },
}

/// Scans a repository.
///
/// # Errors
/// The folder, git, the settings or the command line do not allow it, or there is no environment at
/// all. Whatever is wrong inside an environment is a finding of the report instead.
pub fn scan(options: &ScanOptions) -> Result<Scanned, ScanError> {
    let directory = std::fs::canonicalize(&options.directory)
        .ok()
        .filter(|path| path.is_dir())
        .ok_or_else(|| ScanError::NoSuchDirectory(options.directory.display().to_string()))?;
    let repository = discover_repository(&directory, options.inherit)?;
    let (root, files, memo) = match &repository {
        Some(repository) => {
            // git lists the files meanwhile.
            let kept = || match options.remember {
                true => Memo::open(repository),
                false => Memo::none(),
            };
            let (files, memo) = rayon::join(|| Files::open(repository, &options.source), kept);
            (repository.root().to_owned(), files?, memo)
        }
        None if options.source == SourceSpec::Worktree => {
            (directory.clone(), Files::walk(&directory)?, Memo::none())
        }
        None => return Err(ScanError::NoRepository(directory.display().to_string())),
    };
    let (scanned, used) = read(options, repository, root, files, &memo)?;
    memo.keep(&used.keys, &used.new);
    Ok(scanned)
}

/// What some files say, wherever they come from, and the readings that it took.
fn read(
    options: &ScanOptions,
    repository: Option<Connection>,
    root: PathBuf,
    files: Files,
    memo: &Memo,
) -> Result<(Scanned, Used), ScanError> {
    let settings = Settings::read(&files)?;
    let named = named(options, &root)?;
    let finder = Finder {
        files: &files,
        settings: &settings,
        options,
        disk_root: root.to_str().map(str::to_owned),
    };
    let Discovery {
        located,
        findings,
        left_out,
    } = finder.discover(&named)?;
    if located.is_empty() && findings.is_empty() && !settings.allow_none && !options.allow_none {
        let left_out = match left_out.len() {
            0 => String::new(),
            count => format!(" ({count} left out by the settings)"),
        };
        return Err(ScanError::NoEnvironment {
            root: root.display().to_string(),
            left_out,
        });
    }
    let mut used = Used::default();
    let mut environments = Vec::with_capacity(located.len());
    for one in located {
        environments.push(load(&files, &settings, memo, &mut used, one)?);
    }
    name_apart(&mut environments);
    let mut report = ScanReport {
        source: files.source.clone(),
        environments,
        findings,
    };
    put_in_order(&mut report);
    let scanned = Scanned {
        report,
        repository,
        root,
        settings,
        imported: std::mem::take(&mut used.modules),
        files,
    };
    Ok((scanned, used))
}

/// Reads onehead's own settings, and nothing else.
///
/// # Errors
/// The folder, git or the settings do not allow it.
pub fn settings(options: &ScanOptions) -> Result<Settings, ScanError> {
    let directory = std::fs::canonicalize(&options.directory)
        .map_err(|_| ScanError::NoSuchDirectory(options.directory.display().to_string()))?;
    let files = match discover_repository(&directory, options.inherit)? {
        Some(repository) => Files::open(&repository, &options.source)?,
        None => Files::walk(&directory)?,
    };
    Settings::read(&files)
}

/// Without git, a folder is still a folder, unless it says that it belongs to a repository.
fn discover_repository(
    directory: &Path,
    inherit: Inherit,
) -> Result<Option<Connection>, ScanError> {
    match Connection::discover(directory, inherit) {
        Err(GitError::NotInstalled(_))
            if !directory
                .ancestors()
                .any(|folder| folder.join(".git").exists()) =>
        {
            Ok(None)
        }
        other => Ok(other?),
    }
}

/// Environments that share a script location are told apart by their section or by their folders.
fn name_apart(environments: &mut [onehead_model::Environment]) {
    let names: Vec<String> = environments.iter().map(|one| one.name.clone()).collect();
    for one in environments {
        if names.iter().filter(|name| **name == one.name).count() > 1 {
            let section = one
                .config
                .as_ref()
                .and_then(|config| config.section.clone());
            let locations: Vec<String> = one
                .version_locations
                .iter()
                .map(ToString::to_string)
                .collect();
            one.name = format!(
                "{} [{}]",
                one.name,
                section.unwrap_or_else(|| locations.join(", "))
            );
        }
    }
}

fn put_in_order(report: &mut ScanReport) {
    report
        .environments
        .sort_by(|a, b| (&a.name, &a.config).cmp(&(&b.name, &b.config)));
    let place = |finding: &onehead_model::Finding| {
        (
            finding.location.clone(),
            finding.code,
            finding.message.clone(),
        )
    };
    report.findings.sort_by_cached_key(place);
    for one in &mut report.environments {
        one.findings.sort_by_cached_key(place);
    }
}

/// Paths of the command line, relative to the repository.
fn named(options: &ScanOptions, root: &Path) -> Result<Named, ScanError> {
    let real_root = std::fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let relative = |path: &PathBuf| {
        let outside = || ScanError::Outside {
            path: path.display().to_string(),
            root: root.display().to_string(),
        };
        let absolute = std::path::absolute(path).map_err(|_| outside())?;
        // The folder may be reached through a link; the file itself may exist only in a commit.
        let inside = absolute
            .strip_prefix(&real_root)
            .or_else(|_| absolute.strip_prefix(root))
            .map(Path::to_owned)
            .ok()
            .or_else(|| {
                std::fs::canonicalize(&absolute)
                    .ok()?
                    .strip_prefix(&real_root)
                    .map(Path::to_owned)
                    .ok()
            })
            .ok_or_else(outside)?;
        let text = inside.to_str().ok_or_else(outside)?;
        RepoPath::root().resolve(text).ok_or_else(outside)
    };
    Ok(Named {
        configs: options
            .configs
            .iter()
            .map(relative)
            .collect::<Result<_, _>>()?,
        script_location: options.script_location.as_ref().map(relative).transpose()?,
    })
}
