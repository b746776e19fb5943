//! The shell scripts, each under `sh`.

use std::fs;
use std::path::{Path, PathBuf};

use pretty_assertions::assert_eq;

use crate::support::{Ended, ONEHEAD, Repo, World};

fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("crates");
    crates.parent().expect("the workspace").to_owned()
}

/// The folder with the programs of this build.
fn tools() -> String {
    let folder = Path::new(ONEHEAD).parent().expect("a folder");
    folder.display().to_string()
}

/// Runs a script under `sh` with the programs of this build on PATH.
fn sh(repo: &Repo, variables: &[&str], script: &str, args: &[&str]) -> Ended {
    let path = format!("PATH={}:/usr/local/bin:/usr/bin:/bin", tools());
    let script = root().join("scripts").join(script).display().to_string();
    let mut words = vec!["env", path.as_str()];
    words.extend(variables);
    words.extend(["sh", script.as_str()]);
    words.extend(args);
    repo.run(&words)
}

fn forked(world: &World) -> Repo {
    let repo = world.repo("a repo");
    repo.fork();
    repo
}

#[test]
fn heads_are_checked_by_the_pipeline() {
    let world = World::new();
    let repo = forked(&world);
    sh(&repo, &[], "ops/check_migration_heads.sh", &[])
        .exits(1)
        .says("OH001 2 heads: `b`, `c`");
    sh(
        &repo,
        &[],
        "ops/check_migration_heads.sh",
        &["--source", "HEAD~1"],
    )
    .exits(0);
    sh(
        &repo,
        &[],
        "ops/check_migration_heads.sh",
        &["--source", "nothing"],
    )
    .exits(2);
    sh(
        &repo,
        &["ONEHEAD_BIN=/nowhere"],
        "ops/check_migration_heads.sh",
        &[],
    )
    .exits(2);
}

#[test]
fn heads_are_merged_by_the_pipeline() {
    let world = World::new();
    let repo = forked(&world);
    let before = repo.state();
    sh(&repo, &[], "ops/auto_merge_migrations.sh", &[])
        .exits(1)
        .says("+down_revision = ('b', 'c')")
        .says("no terminal for the question");
    assert_eq!(repo.state(), before);

    // The last stage fails: nothing is left behind.
    fs::create_dir(world.path("bin")).unwrap();
    for tool in ["onehead-scan", "onehead-graph", "onehead-render"] {
        let from = Path::new(&tools()).join(tool);
        std::os::unix::fs::symlink(from, world.path("bin").join(tool)).unwrap();
    }
    let bin = format!("ONEHEAD_BIN={}", world.path("bin").display());
    sh(&repo, &[&bin], "ops/auto_merge_migrations.sh", &["--yes"]).exits(2);
    assert_eq!(repo.state(), before);

    let elsewhere = world.at("home");
    let folder = repo.path.display().to_string();
    sh(
        &elsewhere,
        &["CI=true"],
        "ops/auto_merge_migrations.sh",
        &["--repo", &folder, "-m", "Merge b and c"],
    )
    .exits(0);
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]), "Merge b and c\n");
    sh(&repo, &[], "ops/auto_merge_migrations.sh", &["--yes"]).exits(0);
    sh(&repo, &[], "ops/auto_merge_migrations.sh", &["--what"]).exits(2);
}

#[test]
fn hooks_are_installed_by_the_script() {
    let world = World::new();
    let repo = world.repo("a repo");
    sh(&repo, &[], "setup/install_git_hooks.sh", &[]).exits(0);
    assert!(repo.path.join(".git/hooks/pre-push").exists());
    sh(&repo, &[], "setup/install_git_hooks.sh", &["--uninstall"]).exits(0);
    assert!(!repo.path.join(".git/hooks/pre-push").exists());
}

/// The story ends with a green remote, and the page shows what it says.
#[test]
fn the_story_of_two_clones() {
    let world = World::new();
    let ended = sh(&world.at("home"), &[], "story_two_clones.sh", &["story"]);
    ended.exits(0);
    let remote = world.at("home/story/remote.git");
    assert_eq!(remote.onehead(&["check", "--source", "main"]).code, 0);
    assert_eq!(
        remote.git(&["rev-list", "--merges", "--count", "main"]),
        "2\n"
    );

    let page = fs::read_to_string(root().join("docs/story.md")).expect("the page");
    let mut said = ended.text.lines();
    let mut inside = false;
    let mut shown = 0;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if inside && line != "…" && !line.is_empty() {
            shown += 1;
            assert!(
                said.any(|other| other == line),
                "docs/story.md shows this line, which the story does not say (there):\n{line}\n{}",
                ended.text
            );
        }
    }
    assert!(shown > 20, "docs/story.md shows {shown} lines");
}
