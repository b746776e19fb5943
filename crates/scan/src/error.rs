//! Why a state could not be scanned.

use onehead_git::GitError;

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
        "`{path}` is a bare repository without a working tree\nhint: choose a source, for example `--source HEAD`"
    )]
    Bare {
        /// Where.
        path: String,
    },
    /// Only a git repository has an index and commits.
    #[error(
        "`{0}` is in no git repository, so only the working tree can be read\nhint: run this in a repository, or name one with `--repo`"
    )]
    NoRepository(String),
    /// What is read cannot be changed.
    #[error(
        "`--fix` writes to the working tree, but the source is `{0}`\nhint: leave out `--source`"
    )]
    ReadOnlySource(String),
    /// A name that git does not know.
    #[error("commit or tree `{0}` not found\nhint: run `git branch --all` to list branches")]
    UnknownRevision(String),
    /// The folder cannot be walked.
    #[error("cannot list the files: {0}")]
    Walk(String),
    /// An object that must be read is not in this clone, which is a partial one.
    #[error("{path}: object {oid} is not in this clone")]
    NotFetched {
        /// The file.
        path: String,
        /// Its object id.
        oid: String,
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
    #[error("{path}: {reason}\nhint: correct or remove it; a key that is left out has its default")]
    Settings {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
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
        "no Alembic environment in `{root}`{left_out}\nnote: looked for `alembic.ini`, `[tool.alembic]` in `pyproject.toml`, and `env.py` or `script.py.mako` beside `versions/`\nhint: name one with `--config` or `--script-location`, or set `allow-none = true` in `onehead.toml`"
    )]
    NoEnvironment {
        /// Where.
        root: String,
        /// How many the settings leave out, in words.
        left_out: String,
    },
}
