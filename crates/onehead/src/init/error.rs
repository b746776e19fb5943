//! Why a repository is not set up, and what to do about it.

/// Why nothing was set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum InitError {
    #[error(
        "`{0}` is in no git repository\nhint: run it inside one, or name one with --repo; `git init` makes one"
    )]
    NoRepository(String),
    #[error(
        "no Alembic environment in {0}\n\
         looked for alembic.ini, [tool.alembic] in pyproject.toml, and env.py or script.py.mako beside versions/\n\
         hint: `alembic init migrations` makes one; one that only code names goes into onehead.toml, as [[environment]] with its script-location"
    )]
    NoEnvironment(String),
    #[error(
        "--exclude leaves no Alembic environment\nhint: name the folders of those that nobody works on"
    )]
    AllLeftOut,
    #[error(
        "`{0}` is a bare repository, where nobody writes migrations\nhint: `onehead install-hooks` there refuses pushes; `onehead init` belongs into a clone"
    )]
    Bare(String),
    #[error(
        "`{0}` is there already, and not what `onehead init` would write\nhint: rename it and run this again{1}"
    )]
    InTheWay(String, &'static str),
    #[error(
        "`{0}` lies behind a symbolic link, and nothing is written there\nhint: write it by hand and run this again{1}"
    )]
    Linked(String, &'static str),
    #[error(
        "cannot add to `{path}`: {why}\nhint: add this by hand and run this again{otherwise}\n{text}"
    )]
    ByHand {
        path: &'static str,
        why: String,
        /// What else can be done.
        otherwise: &'static str,
        text: String,
    },
    #[error(
        "`{path}` has settings already, and they say something else\nhint: change it by hand:\n{text}"
    )]
    Settled { path: String, text: String },
}
