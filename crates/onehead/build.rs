//! Tells the programs which commit they are built from, for `--version`.
//!
//! Asked in this order: the variable `ONEHEAD_COMMIT`, for packagers; git, if
//! this is a checkout; the file `commit.txt` at the root, which only the source distribution has there. Where none answers,
//! as in a plain archive of the sources, the version alone has to do. It never fails.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "cargo asks a build script through variables, and listens on stdout"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    println!("cargo::rerun-if-env-changed=ONEHEAD_COMMIT");
    let commit = env::var("ONEHEAD_COMMIT")
        .ok()
        .or_else(|| from_git(&root))
        .or_else(|| from_file(&root.join("commit.txt")));
    let commit = commit.as_deref().map(str::trim).unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    let version = match commit {
        "" => version.to_owned(),
        commit => format!("{version} ({commit})"),
    };
    println!("cargo::rustc-env=ONEHEAD_VERSION={version}");
}

/// The commit that is checked out and its day, if `root` is the top of a checkout. The sources may lie
/// in another repository, which is not asked.
fn from_git(root: &Path) -> Option<String> {
    if !root.join(".git").exists() {
        return None;
    }
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        // A build may be started by a hook of some repository.
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"] {
            command.env_remove(variable);
        }
        let command = command.arg("-C").arg(root).env("TZ", "UTC").args(args);
        let output = command.output().ok().filter(|done| done.status.success())?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.trim().to_owned())
    };
    let branch = git(&["symbolic-ref", "--quiet", "HEAD"]);
    // What moves with the commit. A path that is not there would have this run each time.
    for name in ["HEAD", "logs/HEAD", "packed-refs"]
        .into_iter()
        .chain(branch.as_deref())
    {
        let path = PathBuf::from(git(&["rev-parse", "--git-path", name])?);
        let path = root.join(path);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    git(&[
        "-c",
        "log.showSignature=false",
        "log",
        "-1",
        "--abbrev=9",
        "--date=format-local:%Y-%m-%d",
        "--format=%h %cd",
    ])
}

fn from_file(path: &Path) -> Option<String> {
    if path.exists() {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    fs::read_to_string(path).ok()
}
