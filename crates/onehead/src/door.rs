//! What every flow has in common: where it was started, and by which command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use onehead_git::Connection;
use onehead_scan::{ScanArgs, ScanError, ScanOptions, SourceSpec};

use onehead_forecast::{Target, TargetError};

/// The command that people typed, for the commands that they are told to type next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Via {
    /// `onehead …`
    Onehead,
    /// `cargo xtask …`
    #[value(name = "cargo-xtask")]
    Xtask,
}

impl Via {
    /// The command that checks.
    #[must_use]
    pub fn check(self) -> &'static str {
        match self {
            Self::Onehead => "onehead check",
            Self::Xtask => "cargo xtask check-heads",
        }
    }

    /// The command that chooses a mend.
    #[must_use]
    pub fn fix(self) -> &'static str {
        match self {
            Self::Onehead => "onehead fix",
            Self::Xtask => "cargo xtask fix",
        }
    }

    /// The command that looks at all branches.
    #[must_use]
    pub fn radar(self) -> &'static str {
        match self {
            Self::Onehead => "onehead radar",
            Self::Xtask => "cargo xtask radar",
        }
    }

    /// The command that tries every door.
    #[must_use]
    pub fn doctor(self) -> &'static str {
        match self {
            Self::Onehead => "onehead doctor",
            Self::Xtask => "cargo xtask doctor",
        }
    }

    /// The command that installs hooks.
    #[must_use]
    pub fn install_hooks(self) -> &'static str {
        match self {
            Self::Onehead => "onehead install-hooks",
            Self::Xtask => "cargo xtask install-hooks",
        }
    }

    /// The command that mends.
    #[must_use]
    pub fn auto_merge(self) -> &'static str {
        match self {
            Self::Onehead => "onehead auto-merge",
            Self::Xtask => "cargo xtask auto-merge",
        }
    }
}

/// Where to look.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// A folder inside the repository [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
}

/// A place and a way of speaking.
pub(crate) struct Door<'a> {
    pub(crate) place: &'a Place,
    pub(crate) via: Via,
}

impl Door<'_> {
    /// The arguments of a scan here.
    pub(crate) fn scan(&self) -> ScanArgs {
        ScanArgs {
            repo: self.place.repo.clone(),
            configs: Vec::new(),
            section: None,
            script_location: None,
            source: "worktree".into(),
            no_cache: false,
        }
    }

    /// A scan of some source. A repository without migrations is none of a door's business.
    pub(crate) fn options(&self, source: SourceSpec) -> ScanOptions {
        ScanOptions {
            source,
            allow_none: true,
            ..self.scan().options()
        }
    }

    /// The repository here.
    pub(crate) fn repository(&self) -> Result<Connection, ScanError> {
        let options = self.scan().options();
        let directory = std::fs::canonicalize(&options.directory)
            .map_err(|_| ScanError::NoSuchDirectory(options.directory.display().to_string()))?;
        Connection::discover(&directory, options.inherit)?
            .ok_or_else(|| ScanError::NoRepository(directory.display().to_string()))
    }

    /// The target that was named, or that the settings of HEAD name, else what the remote calls its default.
    pub(crate) fn target(
        &self,
        repository: &Connection,
        named: Option<&str>,
    ) -> Result<Target, Box<dyn std::error::Error>> {
        let setting = match repository.commit("HEAD")? {
            Some(_) => {
                onehead_scan::settings(&self.options(SourceSpec::Commit("HEAD".into())))?.target
            }
            None => None,
        };
        Target::find(repository, named, setting.as_deref())
            .and_then(|target| target.ok_or(TargetError::NoneFound))
            .map_err(Box::from)
    }

    /// A command to type next, here.
    pub(crate) fn command(&self, command: &str) -> String {
        match &self.place.repo {
            None => command.to_owned(),
            Some(repo) => {
                let repo = repo.display().to_string();
                format!("{command} --repo {}", shell_words::quote(&repo))
            }
        }
    }
}
