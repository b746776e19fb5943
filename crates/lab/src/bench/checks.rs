//! What the checks cost, beside what git itself costs there.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::environments::{Repo, git, next_revision};
use super::measure::{self, Tool};
use crate::workspace::Fallible;

/// A table for one repository: the hook beside `git status`, the forecast beside `git merge-tree`.
pub(crate) fn rows(onehead: &str, repo: &Repo, rounds: usize) -> Fallible<String> {
    let folder = repo.folder.as_path();
    part_ways(repo)?;
    let check = ["check", "--target", "target"];
    let forecast = [
        Tool::new(
            "`git merge-tree`",
            "git",
            &["merge-tree", "--write-tree", "HEAD", "target"],
            folder,
        ),
        Tool::new("`onehead check --target`", onehead, &check, folder),
    ];
    let mut rows = compared(&forecast, rounds, repo)?;
    // As git starts it for a commit.
    let hook = ["GIT_INDEX_FILE=.git/index", onehead, "hook", "pre-commit"];
    let check = [
        Tool::new("`git status`", "git", &["status"], folder),
        Tool::new("pre-commit, another file staged", "env", &hook, folder),
    ];
    fs::write(folder.join("README.md"), "changed\n")?;
    git(folder, &["add", "README.md"])?;
    rows.push_str(&compared(&check, rounds, repo)?);
    let check = [
        Tool::new("`git status`", "git", &["status"], folder),
        Tool::new("pre-commit, a migration staged", "env", &hook, folder),
    ];
    stage_revision(repo)?;
    rows.push_str(&compared(&check, rounds, repo)?);
    Ok(rows)
}

/// The target goes on with a file that is no migration, and this side with one that is.
fn part_ways(repo: &Repo) -> Fallible<()> {
    let folder = repo.folder.as_path();
    fs::write(folder.join("onehead.toml"), "target = \"target\"\n")?;
    fs::write(folder.join("README.md"), "a project\n")?;
    git(folder, &["add", "--all"])?;
    git(folder, &["commit", "--quiet", "--message", "settings"])?;
    git(folder, &["switch", "--quiet", "--create", "target"])?;
    fs::write(folder.join("NEWS.md"), "news\n")?;
    git(folder, &["add", "--all"])?;
    git(folder, &["commit", "--quiet", "--message", "news"])?;
    git(folder, &["switch", "--quiet", "main"])?;
    write_revision(repo, repo.revisions)?;
    git(folder, &["add", "--all"])?;
    git(folder, &["commit", "--quiet", "--message", "a migration"])
}

fn stage_revision(repo: &Repo) -> Fallible<()> {
    write_revision(repo, repo.revisions + 1)?;
    git(&repo.folder, &["add", "--all"])
}

fn write_revision(repo: &Repo, number: usize) -> Fallible<()> {
    let (name, text) = next_revision(number);
    Ok(fs::write(
        Path::new(&repo.folder).join(&repo.versions).join(name),
        text,
    )?)
}

fn compared(tools: &[Tool; 2], rounds: usize, repo: &Repo) -> Fallible<String> {
    let measured = measure::all(tools, rounds)?;
    let mut rows = String::new();
    for (tool, one) in std::iter::zip(tools, &measured) {
        let ratio = one.median_ms / measured[0].median_ms;
        let _ = writeln!(
            rows,
            "| {} | {} | {:.1} | {ratio:.2} |",
            repo.revisions, tool.name, one.median_ms
        );
    }
    Ok(rows)
}
