//! Writes exactly the planned files, adds exactly those to the index, commits exactly those when
//! asked. The only crate that changes anything.
//!
//! Either all of it happens or none: when a step fails, or somebody presses Ctrl-C, what was done is
//! undone and the working tree and the index are as they were. A file is overwritten or renamed only where
//! the plan holds the very bytes that lie there, and nothing that its owner has not staged or committed
//! is staged or committed along. A path outside the version locations that the document itself names is refused, through whatever
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
mod content;
mod error;
pub mod hints;
mod index;
mod integrate;
mod interrupt;
mod lock;
mod order;
mod place;
pub mod program;
mod undo;
mod write;

use std::path::{Path, PathBuf};

use onehead_git::{Connection, GitError, Inherit};
use onehead_model::{Change, RenderReport, StageReport, Written};

pub use cli::StageArgs;
pub use error::{Failed, StageError};
use index::Index;
pub use integrate::{Integration, integrate};
pub use interrupt::Interrupt;
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

/// Carries out a plan.
///
/// # Errors
/// Why nothing was done. The working tree, the index and the history are then as they were, except
/// for [`StageError::NotUndone`], which says what is left.
pub fn stage(plan: &RenderReport, options: &StageOptions) -> Result<StageReport, StageError> {
    if let Some(finding) = plan.findings.first() {
        return Err(StageError::Unrendered(Box::new(finding.clone())));
    }
    let repository =
        Connection::discover(&options.directory, options.inherit).or_else(|error| match error {
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
    let repository = repository.filter(|_| options.add || options.commit.is_some());
    for change in &plan.changes {
        place::check(&root, plan, change)?;
    }
    let changes = order::in_order(plan)?;
    let index = match &repository {
        Some(repository) => Some(Index::look(repository, plan, options.commit.is_some())?),
        None => None,
    };
    let interrupt = Interrupt::watch();
    let mut undo = Undo::new(&root, index.as_ref());
    let done = carry_out(
        &changes,
        options,
        &root,
        index.as_ref(),
        &mut undo,
        &interrupt,
    )
    .map_err(|failure| interrupt.or(failure));
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
                failure: failure.what_failed(),
                undo: error,
            }),
        },
    }
}

fn written(change: &Change) -> Written {
    Written {
        environment: change.environment.clone(),
        path: change.path.clone(),
        replaced: change.replaces.as_ref().map(|old| old.path.clone()),
        revision: change.revision.clone(),
        down_revisions: change.down_revisions.clone(),
    }
}

fn carry_out(
    changes: &[&Change],
    options: &StageOptions,
    root: &Path,
    index: Option<&Index<'_>>,
    undo: &mut Undo<'_>,
    interrupt: &Interrupt,
) -> Result<Option<String>, StageError> {
    for change in changes {
        interrupt.check()?;
        write::write(root, change, undo)?;
    }
    if let Some(index) = index {
        for change in changes {
            interrupt.check()?;
            index.add(change, |path| undo.will_restore(path))?;
        }
    }
    interrupt.check()?;
    match (index, &options.commit) {
        (Some(index), Some(message)) if !changes.is_empty() => {
            Ok(Some(index.commit(message)?.into()))
        }
        _ => Ok(None),
    }
}
