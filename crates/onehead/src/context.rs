//! What every command has in common: where it looks, and as what it was started.

use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use onehead_configuration::TargetSetting;
use onehead_forecast::{Target, TargetError};
use onehead_git::Connection;
use onehead_model::NextCommand;
use onehead_scan::{ScanArgs, ScanError, ScanOptions, SourceSpec};

use crate::invoked_as::InvokedAs;

/// Where to look.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// A folder inside the repository [default: the current folder]
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
}

/// A place, and as what the program was started there.
pub(crate) struct Context<'a> {
    pub(crate) place: &'a Place,
    pub(crate) invoked_as: InvokedAs,
}

impl Context<'_> {
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

    /// Where to look, and for what. A repository without migrations is none of a hook's business.
    pub(crate) fn options(&self) -> ScanOptions {
        ScanOptions {
            allow_none: true,
            ..self.scan().options()
        }
    }

    /// The repository here.
    pub(crate) fn repository(&self) -> Result<Connection, ScanError> {
        let options = self.scan().options();
        let directory = options.folder()?;
        Connection::discover(&directory, options.inherit)?
            .ok_or_else(|| ScanError::NoRepository(directory.display().to_string()))
    }

    /// The target that was named, or that the settings of HEAD name, else the default branch of the remote.
    pub(crate) fn target(
        &self,
        repository: &Connection,
        named: Option<&str>,
    ) -> Result<Target, Box<dyn Error>> {
        let setting = self.target_setting(repository)?;
        Target::find(repository, named, &setting, None)
            .and_then(|target| target.ok_or(TargetError::NoneFound))
            .map_err(Box::from)
    }

    /// What the settings of HEAD say of the target.
    pub(crate) fn target_setting(
        &self,
        repository: &Connection,
    ) -> Result<TargetSetting, Box<dyn Error>> {
        if repository.commit("HEAD")?.is_none() {
            return Ok(TargetSetting::default());
        }
        let head = SourceSpec::Commit("HEAD".into());
        Ok(onehead_scan::settings_in(repository, &head)?.target)
    }

    /// A command to type next, here.
    pub(crate) fn command(&self, name: &str) -> String {
        let command = NextCommand::new(self.invoked_as.command(name));
        command
            .path("--repo", self.place.repo.as_deref())
            .to_string()
    }
}
