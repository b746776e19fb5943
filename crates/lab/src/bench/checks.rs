//! What the checks cost, beside what git itself costs there.

use std::fs;
use std::path::Path;

use super::cache::Past;
use super::compare::{Bench, Beside, Case, Goal, Kind, Row};
use super::environments::{Repo, git, git_says, next_revision};
use super::measure::Tool;
use crate::workspace::Fallible;
use onehead_model::words::number;

/// The hooks beside `git status`, the prediction beside `git merge-tree`.
pub(super) fn rows(bench: &Bench, repo: &Repo) -> Fallible<Vec<Row>> {
    let folder = repo.folder.as_path();
    let goals = |most: f64| match repo.revisions {
        1_000 => vec![Goal::Times(most)],
        _ => vec![],
    };
    let measured = |what: &str, args: &[&str], kind: Kind<'_>, beside: Beside, most: f64| {
        bench.row(Case {
            what: format!("{what}, {} revisions", number(repo.revisions)),
            folder,
            args,
            past: Past::LastRun,
            kind,
            beside: Some(beside),
            goals: goals(most),
        })
    };
    part_ways(repo)?;
    let merge = Beside {
        name: "git merge-tree",
        tool: Tool::new(
            "git",
            &["merge-tree", "--write-tree", "HEAD", "target"],
            folder,
        ),
    };
    let check = ["check", "--target", "target"];
    let predicted = measured("`check --target`", &check, Kind::Plain, merge, 4.0)?;

    let pushed = pushed(repo)?;
    let push = ["hook", "pre-push", "origin", "../remote"];
    let what = "pre-push of a branch without migrations";
    let pushing = measured(what, &push, Kind::PrePush(&pushed), status(folder), 0.7)?;

    let commit = ["hook", "pre-commit"];
    fs::write(folder.join("README.md"), "changed\n")?;
    git(folder, &["add", "README.md"])?;
    let what = "pre-commit, another file staged";
    let other_file = measured(what, &commit, Kind::PreCommit, status(folder), 0.7)?;
    stage_revision(repo)?;
    let what = "pre-commit, a migration staged";
    let migration = measured(what, &commit, Kind::PreCommit, status(folder), 1.5)?;
    Ok(vec![predicted, migration, other_file, pushing])
}

fn status(folder: &Path) -> Beside {
    Beside {
        name: "git status",
        tool: Tool::new("git", &["status"], folder),
    }
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

/// A remote with the target, and a branch on it with another file: what git tells a hook of its push.
fn pushed(repo: &Repo) -> Fallible<String> {
    let folder = repo.folder.as_path();
    git(
        folder,
        &["clone", "--quiet", "--bare", "--shared", ".", "../remote"],
    )?;
    git(folder, &["remote", "add", "origin", "../remote"])?;
    git(folder, &["fetch", "--quiet", "origin"])?;
    git(
        folder,
        &["switch", "--quiet", "--create", "topic", "target"],
    )?;
    fs::write(folder.join("NEWS.md"), "more news\n")?;
    git(folder, &["commit", "--quiet", "--all", "--message", "more"])?;
    let commit = git_says(folder, &["rev-parse", "topic"])?;
    git(folder, &["switch", "--quiet", "main"])?;
    let absent = "0".repeat(commit.len());
    Ok(format!(
        "refs/heads/topic {commit} refs/heads/topic {absent}\n"
    ))
}
