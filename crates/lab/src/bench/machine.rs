//! Where the numbers come from: the machine, and the version of each program.

use std::fs;
use std::path::Path;

use xshell::{Shell, cmd};

use super::compare::Bench;
use crate::workspace::Fallible;

/// One sentence for each.
pub(super) fn sentences(bench: &Bench, python: Option<&Path>) -> Fallible<String> {
    let shell = Shell::new()?;
    let (now, git) = (&bench.now, first_line(&shell, "git")?);
    let now = cmd!(shell, "{now} --version").quiet().read()?;
    let mut text = format!(
        "{} rounds on a machine with {}; {git}, {}",
        bench.rounds,
        processors()?,
        first_line(&shell, "rg")?
    );
    if let Some(python) = python {
        let version = "import alembic, platform; print(f'Alembic {alembic.__version__} on Python {platform.python_version()}')";
        let alembic = cmd!(shell, "{python} -c {version}").quiet().read()?;
        text += &format!(", {alembic}");
    }
    text += &format!(".\nNow is `{now}`");
    if let Some(before) = &bench.before {
        let before = cmd!(shell, "{before} --version").quiet().read()?;
        text += &format!(", before is `{before}`");
    }
    text += ".\n";
    Ok(text)
}

fn processors() -> Fallible<String> {
    let cores = std::thread::available_parallelism()?;
    let known = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'))
        .map_or("unknown", |(_, model)| model.trim());
    Ok(format!("{cores} cores ({model})"))
}

fn first_line(shell: &Shell, program: &str) -> Fallible<String> {
    let text = cmd!(shell, "{program} --version").quiet().read()?;
    Ok(text.lines().next().unwrap_or(program).to_owned())
}
