//! Whether a tag may be released. All of it is checked before anything is built, since a version that is
//! published once can never be published again.

use xshell::{Shell, cmd};

use super::Fallible;
use crate::workspace;

/// Refuses, with everything that is in the way.
pub(super) fn may_be_released(tag: &str) -> Fallible<()> {
    let shell = Shell::new()?;
    shell.change_dir(workspace::root());
    let mut wrong = Vec::new();
    let version = env!("CARGO_PKG_VERSION");
    if tag != format!("v{version}") {
        wrong.push(format!("the tag is {tag}, and Cargo.toml says {version}"));
    }
    let changelog = shell.read_file("CHANGELOG.md")?;
    if !changelog
        .lines()
        .any(|line| line.starts_with(&format!("## {version} ")))
    {
        wrong.push(format!("CHANGELOG.md has no section `## {version} (DATE)`"));
    }
    if shell
        .read_file("Cargo.toml")?
        .contains("https://example.com/")
    {
        wrong.push("`repository` in Cargo.toml is not where this repository lives".to_owned());
    }
    if !cmd!(shell, "git status --porcelain")
        .quiet()
        .read()?
        .is_empty()
    {
        wrong.push("the working tree differs from the commit".to_owned());
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{tag} cannot be released\n  {}\nhint: docs/releasing.md has the steps",
        wrong.join("\n  ")
    )
    .into())
}
