//! `cargo xtask dist`: the source distribution and the wheel that people install, built by maturin.
//!
//! Both are built from a copy of what git tracks here, which gets what only packages have: the launchers of the four tools,
//! manual pages, completions, and the name of the commit. The wheel is built from the source distribution, so that one
//! which lacks a file is never made.

mod package;
mod release;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use onehead_model::{Exit, stdio};
use xshell::{Shell, cmd};

use crate::workspace::{self, Fallible};

/// What to build, and with which Python.
#[derive(Debug, Args)]
pub(crate) struct DistArgs {
    /// A Python with scripts/package/requirements.txt installed
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,

    /// The folder for both; what it holds is deleted first
    #[arg(long, value_name = "DIR", default_value = "target/dist")]
    dest: PathBuf,

    /// Refuse unless this tag may be released: the version, the changelog, the address, the working tree
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,

    /// Handed to `maturin build`, as in `-- --target x86_64-unknown-linux-musl`
    #[arg(last = true, value_name = "OPTION")]
    maturin: Vec<String>,
}

/// What was built.
pub(crate) struct Dist {
    /// The wheel.
    pub(crate) wheel: PathBuf,
    /// The source distribution.
    pub(crate) sdist: PathBuf,
}

/// Builds both and says how large they are.
#[must_use]
pub(crate) fn run(args: &DistArgs) -> Exit {
    let built = || -> Fallible<String> {
        if let Some(tag) = &args.tag {
            release::may_be_released(tag)?;
        }
        let dist = build(&args.python, &args.dest, &args.maturin)?;
        let mut text = String::new();
        for file in [&dist.sdist, &dist.wheel] {
            let kib = fs::metadata(file)?.len() / 1024;
            text += &format!("{kib:>6} KiB  {}\n", file.display());
        }
        Ok(text)
    };
    match built() {
        Ok(text) => stdio::print(&text, Exit::Clean),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

/// Builds both into an emptied folder.
pub(crate) fn build(python: &Path, dest: &Path, maturin: &[String]) -> Fallible<Dist> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    let dest = shell.current_dir().join(dest);
    shell.remove_path(&dest)?;
    let sources = tempfile::tempdir()?;
    package::write(&shell, sources.path())?;
    // The lock file holds in the source distribution as well, less the crates that are not in it: what is
    // built there differs from it, and must not ask for anything newer.
    cmd!(shell, "cargo fetch --quiet --locked").quiet().run()?;
    let commit_time = cmd!(shell, "git -c log.showSignature=false log -1 --format=%ct");
    let commit_time = commit_time.quiet().read()?;
    let manifest = sources.path().join("crates/onehead/Cargo.toml");
    // Nothing that was compiled before is used: the files of a source distribution are as old as the commit,
    // and cargo would take the products of yesterday's sources for theirs.
    cmd!(
        shell,
        "{python} -m maturin build --quiet --release --offline --sdist
            --manifest-path {manifest} --out {dest} {maturin...}"
    )
    .env("SOURCE_DATE_EPOCH", commit_time)
    .env("RUSTFLAGS", without_paths(&shell))
    .env_remove("CARGO_TARGET_DIR")
    .run()?;
    built(&dest)
}

/// What was built into a folder.
pub(crate) fn built(dest: &Path) -> Fallible<Dist> {
    Ok(Dist {
        wheel: only(dest, ".whl")?,
        sdist: only(dest, ".tar.gz")?,
    })
}

/// Keeps the folders of this machine out of the programs: a panic names the file it comes from.
fn without_paths(shell: &Shell) -> String {
    let home = shell.var("CARGO_HOME").or_else(|_| {
        let home = shell.var("HOME").or_else(|_| shell.var("USERPROFILE"));
        home.map(|home| format!("{home}/.cargo"))
    });
    home.map_or_else(
        |_| String::new(),
        |home| format!("--remap-path-prefix={home}=cargo"),
    )
}

/// The one file with this ending.
fn only(folder: &Path, ending: &str) -> Fallible<PathBuf> {
    let mut files = Shell::new()?.read_dir(folder)?;
    files.retain(|file| file.to_string_lossy().ends_with(ending));
    match <[PathBuf; 1]>::try_from(files) {
        Ok([file]) => Ok(file),
        Err(files) => Err(format!(
            "{} files {ending} in {}, and not one",
            files.len(),
            folder.display()
        )
        .into()),
    }
}
