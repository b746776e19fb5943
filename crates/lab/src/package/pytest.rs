//! `pytest --onehead`, with the real pytest: a test for each environment, and one for what concerns none.

use std::path::Path;

use xshell::{Shell, cmd};

use super::proof::{Proof, said};
use crate::workspace::Fallible;

/// A run of pytest in a repository: its options, how it ends, and what it says.
struct Run {
    options: &'static [&'static str],
    code: i32,
    says: &'static [&'static str],
}

/// Nothing else changes.
const WITHOUT: Run = Run {
    options: &[],
    code: 0,
    says: &["collected 1 item", "1 passed"],
};

/// The wheel beside pytest, in a repository with two environments and a test of its own.
pub(super) fn tests_each_environment(proof: &Proof) -> Fallible<()> {
    said("pytest");
    let shell = proof.shell()?;
    let environment = proof.path("venv-of-pytest");
    cmd!(shell, "python -m venv {environment}").quiet().run()?;
    let (python, wheel) = (environment.join("bin/python"), &proof.dist.wheel);
    cmd!(
        shell,
        "{python} -m pip install --quiet --disable-pip-version-check {wheel} pytest"
    )
    .quiet()
    .run()?;
    let folder = shell.create_dir(proof.path("tested"))?;
    shell.change_dir(folder);
    let ends = |run: &Run| ends(&shell, &python, run);

    write_project(&shell)?;
    ends(&WITHOUT)?;
    ends(&Run {
        options: &["--onehead", "--verbose"],
        code: 0,
        says: &[
            "onehead::billing PASSED",
            "onehead::shop PASSED",
            "3 passed",
        ],
    })?;

    revision(&shell, "shop", "c", "'a'")?;
    ends(&WITHOUT)?;
    ends(&Run {
        options: &["--onehead"],
        code: 1,
        says: &[
            "error[OH001] 2 heads: `b`, `c`",
            "FAILED onehead::shop",
            "1 failed, 2 passed",
        ],
    })?;
    ends(&Run {
        options: &["--onehead", "-k", "billing"],
        code: 0,
        says: &["1 passed, 2 deselected"],
    })?;

    // What is unknown is no pass, and what concerns no environment is a test as well.
    revision(&shell, "billing", "b", "compute()")?;
    shell.write_file("old.ini", "[alembic]\nscript_location = nowhere\n")?;
    ends(&Run {
        options: &["--onehead"],
        code: 1,
        says: &[
            "ERROR onehead::billing",
            "billing/versions/b.py",
            "ERROR onehead::repository",
            "old.ini:2",
            "FAILED onehead::shop",
            "1 failed, 1 passed, 2 errors",
        ],
    })?;

    shell.change_dir(shell.create_dir(proof.path("empty"))?);
    ends(&Run {
        options: &["--onehead"],
        code: 1,
        says: &["no Alembic environment", "1 error"],
    })?;
    shell.remove_path(environment.join("bin/onehead"))?;
    ends(&Run {
        options: &["--onehead"],
        code: 1,
        says: &["its program is not", "1 error"],
    })
}

/// Whoever imports an `env.py` of it fails.
fn write_project(shell: &Shell) -> Fallible<()> {
    cmd!(shell, "git init --quiet .").quiet().run()?;
    shell.write_file("test_own.py", "def test_own():\n    pass\n")?;
    shell.write_file(
        "alembic.ini",
        "[alembic]\nscript_location = shop\n[billing]\nscript_location = billing\n",
    )?;
    for environment in ["shop", "billing"] {
        shell.write_file(format!("{environment}/env.py"), "raise SystemExit(1)\n")?;
        revision(shell, environment, "a", "None")?;
    }
    revision(shell, "shop", "b", "'a'")
}

fn revision(shell: &Shell, environment: &str, id: &str, parent: &str) -> Fallible<()> {
    let text = format!("\"\"\"Add {id}\"\"\"\nrevision = '{id}'\ndown_revision = {parent}\n");
    shell.write_file(format!("{environment}/versions/{id}.py"), text)?;
    Ok(())
}

fn ends(shell: &Shell, python: &Path, run: &Run) -> Fallible<()> {
    let options = run.options;
    let ended = cmd!(shell, "{python} -m pytest -p no:cacheprovider {options...}")
        .quiet()
        .ignore_status()
        .output()?;
    let told = String::from_utf8_lossy(&ended.stdout);
    let missing = run.says.iter().find(|words| !told.contains(**words));
    if ended.status.code() == Some(run.code) && missing.is_none() {
        return Ok(());
    }
    Err(format!(
        "`pytest {}` ends with {}, expected {} and {:?}\n{told}{}",
        options.join(" "),
        ended.status,
        run.code,
        run.says,
        String::from_utf8_lossy(&ended.stderr)
    )
    .into())
}
