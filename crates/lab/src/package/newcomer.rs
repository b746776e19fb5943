//! The newcomer: `scripts/package/newcomer.sh` with the migrations of a real project, from `pip install` to a fork that
//! every check refuses and back; then the CI files that `onehead init` writes, held against their schemas.

use std::fs;

use onehead_model::stdio;
use xshell::{Shell, cmd};

use super::proof::{Proof, said};
use crate::workspace::{self, Fallible};

/// A project of the small set of the corpus, so that CI has it already, and where its migrations are.
const PROJECT: (&str, &str) = ("zenml-", "zenml/zen_stores/migrations");

/// Plays it.
pub(super) fn is_protected_by_one_command(proof: &Proof) -> Fallible<()> {
    said("a newcomer with a real project");
    let migrations = migrations(proof)?;
    let shell = proof.shell()?;
    let script = workspace::root().join("scripts/package/newcomer.sh");
    let (wheel, team) = (&proof.dist.wheel, proof.path("newcomer"));
    let told = cmd!(shell, "{script} {wheel} {migrations} {team}")
        .env("PYTHON", proof.tools.join("python"))
        .quiet()
        .ignore_status()
        .output()?;
    let says = String::from_utf8_lossy(&told.stdout);
    stdio::say(says.trim_end());
    if !told.status.success() {
        let why = String::from_utf8_lossy(&told.stderr);
        return Err(format!("the newcomer is stuck\n{why}").into());
    }
    ci_files_are_valid(proof, &shell)
}

/// The folder with the migrations of the project, from its wheel.
fn migrations(proof: &Proof) -> Fallible<std::path::PathBuf> {
    let shell = Shell::new()?;
    let (fetch, corpus) = (
        workspace::root().join("scripts/oracle/fetch.py"),
        workspace::target()?.join("corpus"),
    );
    let python = proof.tools.join("python");
    cmd!(shell, "{python} {fetch} --set small {corpus}")
        .quiet()
        .ignore_stdout()
        .run()?;
    let (package, folder) = PROJECT;
    for entry in fs::read_dir(corpus.join("src"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with(package) {
            return Ok(path.join(folder));
        }
    }
    Err(format!("the corpus has no {package}").into())
}

/// What was written for GitHub, and what the same command writes for GitLab.
fn ci_files_are_valid(proof: &Proof, shell: &Shell) -> Fallible<()> {
    let project = proof.path("newcomer/project");
    let onehead = proof.path("newcomer/venv/bin/onehead");
    cmd!(
        shell,
        "{onehead} init --repo {project} --yes --ci gitlab --hooks none"
    )
    .quiet()
    .ignore_stdout()
    .run()?;
    for (schema, file) in [
        ("vendor.github-workflows", ".github/workflows/onehead.yml"),
        ("vendor.gitlab-ci", ".gitlab-ci.yml"),
    ] {
        let file = project.join(file);
        cmd!(
            shell,
            "check-jsonschema --quiet --builtin-schema {schema} {file}"
        )
        .quiet()
        .run()?;
    }
    Ok(())
}
