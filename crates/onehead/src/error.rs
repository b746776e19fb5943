//! Errors at the edge: what kind each is, in which words it is reported, and what to do about it.
//!
//! Libraries say what is wrong and name no option of a command line. Here is the one place that knows both the error and
//! the commands, so hints are found here, by the type of the error. Every error of this program ends it with 2.

use std::error::Error;
use std::fmt;

use onehead_fix::FixError;
use onehead_forecast::{ForecastError, TargetError};
use onehead_git::GitError;
use onehead_model::{Exit, stdio};
use onehead_scan::ScanError;
use onehead_setup::doctor::Problem;
use onehead_setup::hooks::InstallError;
use onehead_setup::init::{InitError, Part};
use onehead_stage::StageError;

use crate::refusal;

/// What a command comes to: how it ends, or what it has to say.
pub(crate) type Answered<T> = Result<T, Box<dyn Error>>;

/// Who can lift an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The person who typed the command, by typing another one.
    User,
    /// The person who writes the settings.
    Settings,
    /// The person who works in the repository: something in it is not as the command needs it.
    Repository,
    /// git, or what it stands on: it failed.
    Git,
    /// Only a new version of onehead.
    Internal,
}

/// An error of this program itself.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    text: String,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
            hint: None,
        }
    }

    /// The same, with what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl Error for Failure {}

/// Says why there is no answer.
#[must_use]
pub(crate) fn could_not_run(error: &(dyn Error + 'static)) -> Exit {
    let mut text = format!("error: {}", words(error));
    if kind(error) == Kind::Internal {
        text += "\nnote: this is a mistake in onehead itself";
    }
    stdio::say(&text);
    Exit::CouldNotRun
}

/// An error with every cause, and on lines of their own what to do about it.
pub(crate) fn words(error: &(dyn Error + 'static)) -> String {
    let mut text = match error.downcast_ref() {
        Some(FixError::Refused(refusal)) => refusal::text(refusal),
        _ => error.to_string(),
    };
    let mut cause = error.source();
    while let Some(error) = cause {
        // An error may already have quoted its cause.
        let message = error.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = error.source();
    }
    match hint(error) {
        Some(hint) => format!("{text}\nhint: {hint}"),
        None => text,
    }
}

fn kind(error: &(dyn Error + 'static)) -> Kind {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        failure.kind
    } else if error.is::<GitError>() {
        Kind::Git
    } else if let Some(ScanError::Settings { .. }) = error.downcast_ref() {
        Kind::Settings
    } else if error.is::<StageError>()
        || error.is::<FixError>()
        || error.is::<InstallError>()
        || error.is::<InitError>()
    {
        Kind::Repository
    } else {
        Kind::User
    }
}

/// What to do about an error.
fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    if let Some(failure) = error.downcast_ref::<Failure>() {
        failure.hint.clone()
    } else if let Some(error) = error.downcast_ref() {
        of_target(error)
    } else if let Some(error) = error.downcast_ref() {
        of_forecast(error)
    } else if let Some(error) = error.downcast_ref() {
        of_install(error)
    } else if let Some(error) = error.downcast_ref() {
        of_init(error)
    } else if let Some(FixError::Refused(refusal)) = error.downcast_ref() {
        Some(refusal::hint(refusal))
    } else if let Some(Problem::Target(error)) = error.downcast_ref() {
        of_target(error)
    } else {
        None
    }
}

fn of_target(error: &TargetError) -> Option<String> {
    let hint = match error {
        TargetError::NoneFound => {
            "name one with `--target`, set `target = \"origin/main\"` in `onehead.toml`, or run `git remote set-head origin --auto`"
        }
        TargetError::Unknown(_) => {
            "run `git fetch` to get remote branches, or `git branch --all` to list them"
        }
        TargetError::Git(_) => return None,
    };
    Some(hint.to_owned())
}

fn of_forecast(error: &ForecastError) -> Option<String> {
    match error {
        ForecastError::NoBranchFits(_) => {
            Some("run `git branch --all` to list branches; quote the pattern".into())
        }
        _ => None,
    }
}

fn of_install(error: &InstallError) -> Option<String> {
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
        InstallError::Read { .. }
        | InstallError::NoBinary(_)
        | InstallError::Unknown(_)
        | InstallError::Git(_)
        | InstallError::Step(_) => return None,
    };
    Some(hint)
}

fn of_init(error: &InitError) -> Option<String> {
    let otherwise = |part: &Part| match part {
        Part::Settings => "",
        Part::Ci => "; add `--ci none` to skip it",
    };
    let hint = match error {
        InitError::NoRepository(_) => {
            "run this in a repository, name one with `--repo`, or run `git init`".into()
        }
        InitError::NoEnvironment(_) => {
            "run `alembic init migrations`, or add an environment that only code names as `[[environment]]` to `onehead.toml`".into()
        }
        InitError::AllLeftOut => "name only the folders to exclude".into(),
        InitError::Bare(_) => {
            "run `onehead init` in a clone; on the server run `onehead install-hooks`"
                .into()
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
            let own = of_install(error);
            let own = own.map(|hint| format!("{}\nhint: ", hint.trim_end()));
            format!(
                "{}these are options of `onehead install-hooks`; `onehead init --hooks none` skips the hooks",
                own.unwrap_or_default()
            )
        }
        InitError::Target(error) => return of_target(error),
        InitError::Scan(_) | InitError::Git(_) => return None,
    };
    Some(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_with_its_causes_and_its_hint() {
        let failure: Box<dyn Error> =
            Box::new(Failure::new(Kind::User, "that is wrong").hint("do this"));
        assert_eq!(words(failure.as_ref()), "that is wrong\nhint: do this");
        let unknown: Box<dyn Error> = Box::new(TargetError::NoneFound);
        assert!(words(unknown.as_ref()).starts_with("no target branch found\nhint: name one"));
        let io = std::io::Error::other("no disk");
        let unknown: Box<dyn Error> = Box::new(InstallError::Unknown(io));
        assert_eq!(
            words(unknown.as_ref()),
            "cannot find the path of this program: no disk"
        );
    }
}
