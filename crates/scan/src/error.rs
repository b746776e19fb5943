//! Why a state could not be scanned.

use onehead_configuration::SettingsError;
use onehead_git::{GitError, Oid};
use onehead_model::RepoPath;

/// Why nothing could be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The folder is not there.
    #[error("`{0}` is not a folder")]
    NoSuchDirectory(String),
    /// git failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A bare repository has no working tree.
    #[error("`{path}` is a bare repository without a working tree")]
    Bare {
        /// Where.
        path: String,
    },
    /// Only a git repository has an index and commits.
    #[error("`{0}` is in no git repository")]
    NoRepository(String),
    /// A name that git does not know.
    #[error("commit or tree `{0}` not found")]
    UnknownRevision(String),
    /// The folder cannot be walked.
    #[error("cannot list the files: {0}")]
    Walk(String),
    /// An object that must be read is not in this clone, which is a partial one.
    #[error("{path}: object `{oid}` is not in this clone")]
    NotFetched {
        /// The file.
        path: String,
        /// Its object id.
        oid: Oid,
    },
    /// Both sides of a merge changed a file that must be read, so only a merge by git tells its content.
    #[error("{path}: both sides changed the file, and only a merge tells its content")]
    UnknownContent {
        /// The file.
        path: String,
    },
    /// A file that must be read cannot be.
    #[error("cannot read `{path}`: {reason}")]
    Read {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The settings are wrong.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A path on the command line lies elsewhere.
    #[error("`{path}` is not in `{root}`")]
    Outside {
        /// What was given.
        path: String,
        /// The repository.
        root: String,
    },
    /// A configuration file on the command line is not there.
    #[error("file `{0}` not found (files that git ignores are not read)")]
    NoSuchConfig(String),
    /// A script location on the command line is not there.
    #[error("folder `{0}` not found or empty (files that git ignores are not read)")]
    NoSuchScriptLocation(String),
    /// No environment at all.
    #[error(
        "no Alembic environment in `{root}`{}{}\nnote: looked for `alembic.ini`, `[tool.alembic]` in `pyproject.toml`, and `env.py` or `script.py.mako` beside `versions/`",
        excluded(*left_out),
        holding(folders)
    )]
    NoEnvironment {
        /// Where.
        root: String,
        /// How many the settings exclude.
        left_out: usize,
        /// Folders whose files look like revisions, which are taken for tests or examples.
        folders: Vec<RepoPath>,
    },
}

fn excluded(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!(" ({count} excluded by the settings)"),
    }
}

/// That folders hold files that look like revisions; nothing of none.
fn holding(folders: &[RepoPath]) -> String {
    if folders.is_empty() {
        return String::new();
    }
    let shown: Vec<String> = folders.iter().map(|one| format!("`{one}`")).collect();
    format!(
        "\nnote: files that look like revisions are in {}",
        shown.join(", ")
    )
}
