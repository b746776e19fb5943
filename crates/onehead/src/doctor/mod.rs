//! `onehead doctor`: does onehead stand at every door of this clone, and would it answer?

mod look;

use std::time::{Duration, Instant};

use clap::Args;
use onehead_git::Connection;
use onehead_model::{DoctorReport, Exit, stdio};
use onehead_report::{Format, Kind, Output};
use onehead_scan::SourceSpec;

use crate::door::{Door, Place, Via};
use crate::install::git_hook::GitHook;
use crate::install::hooks_dir::HooksDir;
use crate::install::manager::Manager;
use crate::output::formats;
use crate::target::with_hint;
use onehead_forecast::Analysis;
use onehead_forecast::Target;

/// Where to look.
#[derive(Debug, Clone, Args)]
#[command(
    after_help = "Runs each installed script so that it only says which onehead it would call, and one check.

Exit codes: 0 every door is covered, 1 a door that can refuse is open, 2 could not run"
)]
pub struct DoctorArgs {
    #[command(flatten)]
    place: Place,

    /// How to answer
    #[arg(long, value_parser = formats(Kind::Doctor), default_value = "text")]
    format: Format,
}

/// Tries every door.
#[must_use]
pub fn run(args: &DoctorArgs, via: Via) -> Exit {
    let door = Door {
        place: &args.place,
        via,
    };
    let shown = examine(&door).and_then(|(report, took)| {
        let text = Output::Doctor(&report, took).shown(args.format)?;
        Ok((text, report.ok))
    });
    match shown {
        Ok((text, true)) => stdio::print(&text, Exit::Clean),
        Ok((text, false)) => stdio::print(&text, Exit::Findings),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn examine(door: &Door<'_>) -> Result<(DoctorReport, Duration), Box<dyn std::error::Error>> {
    let repository = door.repository()?;
    let hooks = HooksDir::of(&repository)?;
    let managers = Manager::all(repository.root());
    let look = look::Look {
        root: repository.root(),
        hooks: &hooks.path,
        managers: &managers,
        install: door.command(door.via.install_hooks()),
    };
    let all = GitHook::of(repository.is_bare());
    let doors: Vec<_> = all.iter().map(|&hook| look.at(hook)).collect();
    let (checked, took) = check(door, &repository);
    let mut report = DoctorReport {
        ok: doors.iter().all(|door| door.covered || !door.refuses),
        hooks_folder: hooks.path.display().to_string(),
        doors,
        target: None,
        environments: Vec::new(),
        problem: None,
    };
    let mut setting = None;
    match checked {
        Ok(looked) => {
            let environments = looked.graph.environments.iter();
            report.environments = environments.map(|one| one.name.clone()).collect();
            setting = looked.scanned.settings.target.clone();
        }
        Err(why) => report.problem = Some(why),
    }
    match Target::find(&repository, None, setting.as_deref()) {
        Ok(target) => report.target = target.map(|target| target.name),
        Err(error) => report.problem = report.problem.or(Some(with_hint(error).to_string())),
    }
    report.ok &= report.problem.is_none();
    Ok((report, took))
}

/// One check of what the next commit would record, as pre-commit makes it.
fn check(door: &Door<'_>, repository: &Connection) -> (Result<Analysis, String>, Duration) {
    let source = if repository.is_bare() {
        SourceSpec::Commit("HEAD".into())
    } else {
        SourceSpec::Index
    };
    let options = door.options(source);
    #[expect(
        clippy::disallowed_methods,
        reason = "how fast a check is, is said to people and never decided on"
    )]
    let start = Instant::now();
    let looked = Analysis::at(&options).map_err(|error| error.to_string());
    (looked, start.elapsed())
}
