//! Every way to the five programs.

use std::path::Path;

use onehead::program::VERSION;
use xshell::{Shell, cmd};

use super::proof::{Proof, said};
use crate::workspace::{self, Fallible};

/// The programs that every way has to bring.
const PROGRAMS: [&str; 5] = [
    "onehead",
    "onehead-scan",
    "onehead-graph",
    "onehead-render",
    "onehead-stage",
];

/// What the wheel brings beside them, for one of them.
const SHARED: [&str; 5] = [
    "man/man1/onehead-stage.1",
    "man/man1/onehead-hook-pre-push.1",
    "bash-completion/completions/onehead.bash",
    "fish/vendor_completions.d/onehead-scan.fish",
    "zsh/site-functions/_onehead-graph",
];

/// Into a fresh virtual environment, without anything else.
pub(super) fn by_pip(proof: &Proof) -> Fallible<()> {
    said("pip install");
    let shell = proof.shell()?;
    let environment = proof.path("venv");
    cmd!(shell, "python -m venv {environment}").quiet().run()?;
    let (python, wheel) = (environment.join("bin/python"), &proof.dist.wheel);
    cmd!(
        shell,
        "{python} -m pip install --quiet --disable-pip-version-check {wheel}"
    )
    .quiet()
    .run()?;
    all_five_run(&shell, &environment.join("bin"))?;
    for file in SHARED {
        let path = environment.join("share").join(file);
        if !path.is_file() {
            return Err(format!("the wheel does not bring share/{file}").into());
        }
    }
    Ok(())
}

/// `uvx`, without installing.
pub(super) fn by_uvx(proof: &Proof) -> Fallible<()> {
    said("uvx");
    let (shell, wheel) = (proof.shell()?, &proof.dist.wheel);
    let uvx = cmd!(shell, "uvx --quiet --from {wheel} onehead --version")
        .quiet()
        .read()?;
    says_its_version("onehead", &uvx)?;
    let tool = cmd!(
        shell,
        "uv tool run --quiet --from {wheel} onehead-scan --version"
    )
    .quiet()
    .read()?;
    says_its_version("onehead-scan", &tool)
}

/// `pipx run`, without installing.
pub(super) fn by_pipx(proof: &Proof) -> Fallible<()> {
    said("pipx run");
    let (shell, wheel) = (proof.shell()?, &proof.dist.wheel);
    let pipx = cmd!(shell, "pipx run --quiet --spec {wheel} onehead --version")
        .quiet()
        .read()?;
    says_its_version("onehead", &pipx)
}

/// The first step of the Action.
pub(super) fn by_action(proof: &Proof) -> Fallible<()> {
    said("the Action");
    let shell = proof.shell()?;
    let temporary = shell.create_dir(proof.path("action"))?;
    let path = temporary.join("path");
    shell.set_var("RUNNER_TEMP", &temporary);
    shell.set_var("GITHUB_PATH", &path);
    shell.set_var("ONEHEAD_VERSION", env!("CARGO_PKG_VERSION"));
    let script = workspace::root().join("scripts/ci/install.sh");
    cmd!(shell, "{script}").quiet().ignore_stdout().run()?;
    let folder = shell.read_file(path)?;
    all_five_run(&shell, Path::new(folder.trim_end()))
}

/// The source distribution, where there is no wheel for a machine. Nothing is optimised, to have it sooner.
pub(super) fn from_sources_by_pip(proof: &Proof) -> Fallible<()> {
    said("pip install of the source distribution");
    let shell = rust(proof)?;
    let environment = proof.path("venv-of-sources");
    cmd!(shell, "python -m venv {environment}").quiet().run()?;
    shell.set_var(
        "MATURIN_PEP517_ARGS",
        "--profile dev --offline --config 'profile.dev.package.\"*\".opt-level=0' --config profile.dev.debug=0",
    );
    let sdist = &proof.dist.sdist;
    let python = environment.join("bin/python");
    cmd!(
        shell,
        "{python} -m pip install --quiet --disable-pip-version-check {sdist}"
    )
    .quiet()
    .run()?;
    all_five_run(&shell, &environment.join("bin"))
}

/// `cargo install`, as from the repository, with what is compiled already.
pub(super) fn from_sources_by_cargo(proof: &Proof) -> Fallible<()> {
    said("cargo install");
    let shell = rust(proof)?;
    shell.set_var("CARGO_TARGET_DIR", workspace::target()?);
    shell.change_dir(workspace::root());
    let root = proof.path("cargo");
    for name in PROGRAMS {
        let package = name.trim_start_matches("onehead-");
        cmd!(
            shell,
            "cargo install --quiet --locked --debug --no-track --path crates/{package} --root {root}"
        )
        .quiet()
        .run()?;
        let program = root.join("bin").join(name);
        let says = cmd!(shell, "{program} --version").quiet().read()?;
        // A tool is compiled without the commit, or each commit would compile everything above it anew.
        match name {
            "onehead" => says_its_version(name, &says)?,
            tool => says_version(tool, env!("CARGO_PKG_VERSION"), &says)?,
        }
    }
    Ok(())
}

/// A shell in which cargo finds its toolchain in spite of the empty home.
fn rust(proof: &Proof) -> Fallible<Shell> {
    let (shell, outside) = (proof.shell()?, Shell::new()?);
    let home = outside.var("HOME")?;
    for (name, folder) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
        shell.set_var(
            name,
            outside
                .var(name)
                .unwrap_or_else(|_| format!("{home}/{folder}")),
        );
    }
    Ok(shell)
}

fn all_five_run(shell: &Shell, folder: &Path) -> Fallible<()> {
    for name in PROGRAMS {
        let program = folder.join(name);
        says_its_version(name, &cmd!(shell, "{program} --version").quiet().read()?)?;
    }
    Ok(())
}

fn says_its_version(program: &str, says: &str) -> Fallible<()> {
    says_version(program, VERSION, says)
}

fn says_version(program: &str, version: &str, says: &str) -> Fallible<()> {
    let expected = format!("{program} {version}");
    if says == expected {
        return Ok(());
    }
    Err(format!("it says `{says}` and not `{expected}`").into())
}
