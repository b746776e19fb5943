//! Writes exactly the planned files, adds exactly those to the index, commits exactly those when
//! asked. The only crate that changes anything.
//!
//! Either all of it happens or none: when a step fails, or somebody presses Ctrl-C, what was done is
//! undone and the working tree and the index are as they were. A file is never overwritten, and a
//! path outside the version locations that the document itself names is refused, through whatever
//! `..`, absolute path or symbolic link it may be reached.
//!
//! ```no_run
//! use onehead_model::RenderReport;
//! use onehead_stage::{StageOptions, stage};
//!
//! let plan = RenderReport { changes: vec![], findings: vec![] };
//! let report = stage(&plan, &StageOptions::in_directory("."))?;
//! assert!(report.written.is_empty());
//! # Ok::<(), onehead_stage::StageError>(())
//! ```

mod cli;
mod interrupt;
mod place;
pub mod program;
mod undo;

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use onehead_git::{GitError, Inherit, Repository};
use onehead_model::{Change, Content, RenderReport, RepoPath, StageReport, Written};

pub use cli::StageArgs;
use interrupt::Interrupt;
use undo::Undo;

/// Where and how far to go.
#[derive(Debug, Clone)]
pub struct StageOptions {
    /// A folder inside the repository; without git, the folder that the paths are relative to.
    pub directory: PathBuf,
    /// Whether the variables that git gives to hooks hold for this repository.
    pub inherit: Inherit,
    /// Whether to add the files to the index. Without git they are only written.
    pub add: bool,
    /// The message of a commit of these files alone, if one is wanted.
    pub commit: Option<String>,
}

impl StageOptions {
    /// Write and add, no commit.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            inherit: Inherit::Yes,
            add: true,
            commit: None,
        }
    }
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// The document says that something could not be rendered.
    #[error("{message}\nhint: {hint}")]
    Unrendered {
        /// The first finding.
        message: String,
        /// Its way out.
        hint: String,
    },
    /// The path is not one that may be written.
    #[error("refused to write {path}: {reason}")]
    Refused {
        /// The path.
        path: RepoPath,
        /// Why.
        reason: String,
    },
    /// The content is not what it says it is.
    #[error("the content of {0} is not base 64")]
    Content(RepoPath),
    /// The file exists.
    #[error(
        "{0} exists already, and no file is overwritten\nhint: remove it if it is not wanted, or choose another --rev-id"
    )]
    Exists(RepoPath),
    /// The index has the path.
    #[error(
        "{0} is in the index already, though not in the working tree\nhint: `git restore -- {0}` brings it back, `git rm --cached -- {0}` forgets it"
    )]
    InIndex(RepoPath),
    /// Writing failed.
    #[error("cannot write {path}: {source}; nothing was changed")]
    Write {
        /// The path.
        path: RepoPath,
        /// Why.
        source: io::Error,
    },
    /// git failed.
    #[error("{0}; nothing was changed")]
    Git(GitError),
    /// A commit was asked for outside a git repository.
    #[error("there is no git repository here to commit to")]
    NoRepository,
    /// Somebody pressed Ctrl-C, or asked the process to end.
    #[error("interrupted; nothing was changed")]
    Interrupted,
    /// Something failed, and undoing it failed as well.
    #[error(
        "{failure}\nerror: undoing it failed: {undo}\nhint: `git status` shows what is left; remove the files named above"
    )]
    NotUndone {
        /// What failed.
        failure: Box<StageError>,
        /// What could not be undone.
        undo: String,
    },
}

/// Carries out a plan.
///
/// # Errors
/// Why nothing was done. The working tree, the index and the history are then as they were, except
/// for [`StageError::NotUndone`], which says what is left.
pub fn stage(plan: &RenderReport, options: &StageOptions) -> Result<StageReport, StageError> {
    if let Some(finding) = plan.findings.first() {
        return Err(StageError::Unrendered {
            message: finding.message.clone(),
            hint: finding
                .hint
                .clone()
                .unwrap_or_else(|| "see docs/findings.md".into()),
        });
    }
    let repository =
        Repository::discover(&options.directory, options.inherit).or_else(|error| match error {
            GitError::NotInstalled(_) => Ok(None),
            other => Err(StageError::Git(other)),
        })?;
    if options.commit.is_some() && repository.is_none() {
        return Err(StageError::NoRepository);
    }
    let root = match &repository {
        Some(repository) => repository.root().to_owned(),
        None => options.directory.clone(),
    };
    let index = repository
        .as_ref()
        .filter(|_| options.add || options.commit.is_some());
    for change in &plan.changes {
        place::check(&root, change)?;
        if let Some(repository) = index
            && repository
                .is_in_index(change.path.as_str())
                .map_err(StageError::Git)?
        {
            return Err(StageError::InIndex(change.path.clone()));
        }
    }
    let interrupt = Interrupt::watch();
    let mut undo = Undo::new(&root, index);
    let done = carry_out(plan, options, &root, index, &mut undo, &interrupt);
    match done {
        Ok(commit) => {
            undo.forget();
            Ok(StageReport {
                written: plan.changes.iter().map(written).collect(),
                staged: index.is_some(),
                commit,
            })
        }
        Err(failure) => match undo.run() {
            Ok(()) => Err(failure),
            Err(error) => Err(StageError::NotUndone {
                failure: Box::new(failure),
                undo: error,
            }),
        },
    }
}

fn written(change: &Change) -> Written {
    Written {
        environment: change.environment.clone(),
        path: change.path.clone(),
        revision: change.revision.clone(),
        down_revisions: change.down_revisions.clone(),
    }
}

fn carry_out(
    plan: &RenderReport,
    options: &StageOptions,
    root: &Path,
    index: Option<&Repository>,
    undo: &mut Undo<'_>,
    interrupt: &Interrupt,
) -> Result<Option<String>, StageError> {
    for change in &plan.changes {
        interrupt.check()?;
        write(root, change, undo)?;
    }
    if let Some(repository) = index {
        for change in &plan.changes {
            interrupt.check()?;
            undo.will_unstage(&change.path);
            repository
                .add(change.path.as_str())
                .map_err(StageError::Git)?;
        }
    }
    interrupt.check()?;
    let (Some(repository), Some(message), false) =
        (index, &options.commit, plan.changes.is_empty())
    else {
        return Ok(None);
    };
    let paths: Vec<String> = plan
        .changes
        .iter()
        .map(|change| change.path.to_string())
        .collect();
    match repository.commit_only(&paths, message) {
        Ok(commit) => Ok(Some(commit)),
        // Somebody else's commit may have taken the staged files along meanwhile.
        Err(error) => match repository.head_with(&paths) {
            Ok(Some(commit)) => Ok(Some(commit)),
            _ => Err(StageError::Git(error)),
        },
    }
}

/// Creates one file: its folders, then a temporary file beside it, then a rename that fails if the
/// name has been taken meanwhile.
fn write(root: &Path, change: &Change, undo: &mut Undo<'_>) -> Result<(), StageError> {
    let fail = |source: io::Error| StageError::Write {
        path: change.path.clone(),
        source,
    };
    let bytes = match &change.content {
        Content::Text(text) => text.clone().into_bytes(),
        Content::Base64(text) => BASE64_STANDARD
            .decode(text)
            .map_err(|_| StageError::Content(change.path.clone()))?,
    };
    let path = root.join(change.path.as_str());
    let folder = path.parent().unwrap_or(root);
    undo.create_folders(folder).map_err(fail)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".onehead-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask takes away what it takes away from any new file.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder).map_err(fail)?;
    file.write_all(&bytes).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist_noclobber(&path)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => StageError::Exists(change.path.clone()),
            _ => fail(error.error),
        })?;
    undo.will_remove(&path, bytes);
    Ok(())
}
