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
