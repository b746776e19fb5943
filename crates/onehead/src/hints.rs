//! What kind each error is, and what to do about it. Where a crate has hints of its own, they are asked.

use std::error::Error;

use onehead_fix::FixError;
use onehead_forecast::{ForecastError, TargetError};
use onehead_git::GitError;
use onehead_history::{CurrentError, HistoryError};
use onehead_scan::ScanError;
use onehead_setup::doctor::Problem;
use onehead_setup::hooks::InstallError;
use onehead_setup::init::{InitError, Part};
use onehead_stage::StageError;

use crate::failure::{Failure, Kind};

/// Who can lift an error, and how.
pub(crate) struct Advice {
    pub(crate) kind: Kind,
    pub(crate) hint: Option<String>,
}

impl Advice {
    fn new(kind: Kind, hint: Option<String>) -> Self {
        Self { kind, hint }
    }
}

/// Who can lift an error, and how. What is not known here comes from what was typed.
pub(crate) fn of(error: &(dyn Error + 'static)) -> Advice {
    None.or_else(|| error.downcast_ref().map(of_failure))
        .or_else(|| error.downcast_ref().map(of_git))
        .or_else(|| error.downcast_ref().map(of_scan))
        .or_else(|| error.downcast_ref().map(of_target))
        .or_else(|| error.downcast_ref().map(of_forecast))
        .or_else(|| error.downcast_ref().map(of_fix))
        .or_else(|| error.downcast_ref().map(of_history))
        .or_else(|| error.downcast_ref().map(of_current))
        .or_else(|| error.downcast_ref().map(of_install))
        .or_else(|| error.downcast_ref().map(of_init))
        .or_else(|| error.downcast_ref().map(of_problem))
        .unwrap_or(Advice::new(Kind::User, None))
}

fn of_failure(failure: &Failure) -> Advice {
    Advice::new(failure.kind, failure.hint.clone())
}

fn of_git(error: &GitError) -> Advice {
    Advice::new(Kind::Git, onehead_git::hints::hint(error))
}

fn of_scan(error: &ScanError) -> Advice {
    let kind = match error {
        ScanError::Settings(_) => Kind::Settings,
        ScanError::Git(_) => Kind::Git,
        ScanError::NotFetched { .. } | ScanError::Walk(_) | ScanError::Read { .. } => {
            Kind::Repository
        }
        // The code that applies a delta asks git where only a merge tells.
        ScanError::UnknownContent { .. } => Kind::Internal,
        ScanError::NoSuchDirectory(_)
        | ScanError::Bare { .. }
        | ScanError::NoRepository(_)
        | ScanError::UnknownRevision(_)
        | ScanError::Outside { .. }
        | ScanError::NoSuchConfig(_)
        | ScanError::NoSuchScriptLocation(_)
        | ScanError::NoEnvironment { .. } => Kind::User,
    };
    Advice::new(kind, onehead_scan::hints::hint(error))
}

/// What to do where no target is found and no option can name one, since git starts the command.
pub(crate) const SAY_THE_TARGET: &str =
    "set `target = \"origin/main\"` in `onehead.toml`, or run `git remote set-head origin --auto`";

fn of_target(error: &TargetError) -> Advice {
    let hint = match error {
        TargetError::NoneFound => {
            format!("name one with `--target`, {SAY_THE_TARGET}")
        }
        TargetError::Unknown(_) | TargetError::NoneMatches(_) => {
            "run `git fetch` to get remote branches, or `git branch --all` to list them".into()
        }
        TargetError::CutOff(_) => {
            "name it with `--target`, or get the whole history: `git fetch --unshallow`, `fetch-depth: 0` for actions/checkout".into()
        }
        TargetError::Git(error) => return of_git(error),
    };
    Advice::new(Kind::User, Some(hint))
}

fn of_forecast(error: &ForecastError) -> Advice {
    let hint = match error {
        ForecastError::Scan(error) => return of_scan(error),
        ForecastError::Git(error) => return of_git(error),
        ForecastError::NoBranchFits(_) => {
            Some("run `git branch --all` to list branches; quote the pattern".into())
        }
        ForecastError::Pattern(_) => None,
    };
    Advice::new(Kind::User, hint)
}

fn of_fix(error: &FixError) -> Advice {
    let kind = match error {
        FixError::Scan(error) => return of_scan(error),
        FixError::Git(error) => return of_git(error),
        FixError::Render(_) => Kind::User,
        FixError::Alembic(_) | FixError::PostWrite(_) => Kind::Settings,
        FixError::Stage(StageError::Content(_)) => Kind::Internal,
        FixError::Stage(StageError::Git(_)) => Kind::Git,
        FixError::Refused(_) | FixError::Read(_) | FixError::Stage(_) => Kind::Repository,
    };
    Advice::new(kind, onehead_fix::hints::hint(error))
}

fn of_history(error: &HistoryError) -> Advice {
    match error {
        HistoryError::Git(error) => of_git(error),
        HistoryError::Scan(error) => of_scan(error),
    }
}

fn of_current(error: &CurrentError) -> Advice {
    let hint = match error {
        CurrentError::Empty => {
            "run `alembic current 2>&1 | onehead where --database`; if Alembic ended with 0, `onehead where --database base`"
        }
        CurrentError::Failed(_) => "correct that first",
        CurrentError::Line(_) => "name what the database is at: `onehead where --database REV`",
    };
    Advice::new(Kind::User, Some(hint.to_owned()))
}

fn of_problem(problem: &Problem) -> Advice {
    match problem {
        Problem::Scan(error) => of_scan(error),
        Problem::Target(error) => of_target(error),
    }
}

fn of_install(error: &InstallError) -> Advice {
    let hint = match error {
        InstallError::Folder(_) => "move it away, then install again".into(),
        InstallError::Leftover(_) => {
            "give it its old name back or remove it, then install again".into()
        }
        InstallError::Shared { own, .. } => {
            let own = own.to_string_lossy();
            format!(
                "add `--shared` to install there, or run `git config --local core.hooksPath {}` for hooks of this repository alone",
                shell_words::quote(&own)
            )
        }
        InstallError::ByHand { text, .. } => {
            format!("add this by hand, or use git's own hooks with `--manager none`\n{text}")
        }
        InstallError::NotManaged { .. } => "use `--manager none` to install git's own hooks".into(),
        InstallError::NotBuilt(_) => {
            "run `cargo build -p onehead`, or name one with `--binary`".into()
        }
        InstallError::Git(error) => return of_git(error),
        InstallError::Read { .. }
        | InstallError::NoBinary(_)
        | InstallError::Unknown(_)
        | InstallError::Step(_) => return Advice::new(Kind::Repository, None),
    };
    Advice::new(Kind::Repository, Some(hint))
}

fn of_init(error: &InitError) -> Advice {
    let otherwise = |part: &Part| match part {
        Part::Settings => "",
        Part::Ci => "; add `--ci none` to skip it",
        Part::Authoring => "; leave out `--authoring` to skip it",
    };
    let hint = match error {
        InitError::AllLeftOut => "name only the folders to exclude".into(),
        InitError::Bare(_) => {
            "run `onehead init` in a clone; on the server run `onehead install-hooks`".into()
        }
        InitError::InTheWay(_, part) => {
            format!("rename it and run this again{}", otherwise(part))
        }
        InitError::Linked(_, part) => {
            format!("write it by hand and run this again{}", otherwise(part))
        }
        InitError::ByHand { part, text, .. } => format!(
            "add this by hand and run this again{}\n{text}",
            otherwise(part)
        ),
        InitError::Settled { text, .. } => format!("change it by hand:\n{text}"),
        InitError::Hooks(error) => {
            let Advice { kind, hint } = of_install(error);
            let own = hint.map(|hint| format!("{}\nhint: ", hint.trim_end()));
            let hint = format!(
                "{}these are options of `onehead install-hooks`; `onehead init --hooks none` skips the hooks",
                own.unwrap_or_default()
            );
            return Advice::new(kind, Some(hint));
        }
        InitError::Scan(error) => return before_init(error),
        InitError::Target(error) => return of_target(error),
        InitError::Git(error) => return of_git(error),
    };
    Advice::new(Kind::Repository, Some(hint))
}

/// Where nothing is set up yet, what a scan lacks may not have been made yet.
fn before_init(error: &ScanError) -> Advice {
    let hint = match error {
        ScanError::NoRepository(_) => {
            "run this in a repository, name one with `--repo`, or run `git init`"
        }
        ScanError::NoEnvironment { folders, .. } if !folders.is_empty() => {
            "if these files are migrations, add their folder as `[[environment]]` to `onehead.toml`"
        }
        ScanError::NoEnvironment { .. } => {
            "run `alembic init migrations`, or add an environment that only code names as `[[environment]]` to `onehead.toml`"
        }
        other => return of_scan(other),
    };
    Advice::new(Kind::Repository, Some(hint.to_owned()))
}
