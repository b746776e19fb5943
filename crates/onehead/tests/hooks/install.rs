//! `onehead install-hooks`: git's own hooks.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, Ended, ONEHEAD, Repo, World, script};

/// Every file below a folder: its mode, and its bytes or where it leads.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let about = fs::symlink_metadata(&path).expect("an entry");
        let bytes = if about.is_symlink() {
            fs::read_link(&path)
                .expect("a link")
                .into_os_string()
                .into_encoded_bytes()
        } else if about.is_dir() {
            continue;
        } else {
            fs::read(&path).expect("a file")
        };
        found.insert(
            path.file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned(),
            (about.permissions().mode(), bytes),
        );
    }
    found
}

/// A program in the place of onehead, which writes down how it is called.
fn recorder(world: &World, name: &str, status: i32) -> String {
    let path = world.path(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let log = world.path("log");
    script(
        &path,
        &format!(
            "#!/bin/sh\n[ \"${{1-}}\" = --version ] && {{ echo onehead 9; exit; }}\n\
             {{ printf 'onehead'; printf ' <%s>' \"$@\"; echo; cat; }} >>'{}'\nexit {status}\n",
            log.display()
        ),
    );
    path.display().to_string()
}

fn log(world: &World) -> String {
    fs::read_to_string(world.path("log")).unwrap_or_default()
}

fn install(repo: &Repo, more: &[&str]) -> Ended {
    let mut args = vec!["install-hooks"];
    args.extend(more);
    repo.onehead(&args)
}

fn installs(repo: &Repo, more: &[&str]) -> String {
    let ended = install(repo, more);
    ended.exits(0);
    ended.text
}

#[test]
fn twice_is_once_and_uninstall_restores() {
    let world = World::new();
    let repo = world.repo("it's a \"repo\" $HOME");
    let hooks = repo.path.join(".git/hooks");
    script(&hooks.join("pre-commit"), "#!/bin/sh\nexit 0\n");
    fs::set_permissions(hooks.join("pre-commit"), fs::Permissions::from_mode(0o710)).unwrap();
    fs::write(hooks.join("post-merge"), b"not run \xff").unwrap();
    std::os::unix::fs::symlink("../../tools/push", hooks.join("pre-push")).unwrap();
    let before = files(&hooks);

    let shown = installs(&repo, &["--dry-run"]);
    assert!(shown.ends_with("nothing was changed\n"), "{shown}");
    assert_eq!(files(&hooks), before);

    let said = installs(&repo, &[]);
    assert!(
        said.contains("the previous hook runs first, as pre-commit.before-onehead"),
        "{said}"
    );
    let after = files(&hooks);
    let said = installs(&repo, &[]);
    for hook in CLIENT_HOOKS {
        assert!(
            said.contains(&format!("{hook:<17} is installed already")),
            "{said}"
        );
    }
    assert_eq!(files(&hooks), after);

    installs(&repo, &["--uninstall"]);
    assert_eq!(files(&hooks), before);
    let said = installs(&repo, &["--uninstall"]);
    assert!(said.contains("no hook of onehead is installed"), "{said}");
    assert_eq!(files(&hooks), before);
}

#[test]
fn a_missing_folder_is_made_and_taken_away() {
    let world = World::new();
    let repo = world.repo("repo");
    let hooks = repo.path.join(".git/hooks");
    fs::remove_dir_all(&hooks).unwrap();
    installs(&repo, &[]);
    installs(&repo, &[]);
    assert_eq!(files(&hooks).len(), CLIENT_HOOKS.len());
    installs(&repo, &["--uninstall"]);
    assert!(!hooks.exists());
}

#[test]
fn a_lost_mode_or_an_older_script_is_fixed() {
    let world = World::new();
    let repo = world.repo("repo");
    installs(&repo, &[]);
    let hooks = repo.path.join(".git/hooks");
    let after = files(&hooks);
    fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(
        hooks.join("pre-commit"),
        "#!/bin/sh\n# onehead-hook: pre-commit\n",
    )
    .unwrap();
    let said = installs(&repo, &[]);
    assert_eq!(said.matches("is updated").count(), 2, "{said}");
    assert_eq!(files(&hooks), after);
}

#[test]
fn hooks_that_were_there_run_first_with_the_same_arguments_and_stdin() {
    let world = World::new();
    let repo = world.repo("repo");
    let hooks = repo.path.join(".git/hooks");
    for hook in CLIENT_HOOKS {
        script(
            &hooks.join(hook),
            &format!(
                "#!/bin/sh\n{{ printf '{hook}'; printf ' <%s>' \"$@\"; echo; cat; }} >>'{}'\n",
                world.path("log").display()
            ),
        );
    }
    let stub = recorder(&world, "bin/stub", 0);
    installs(&repo, &["--binary", &stub]);

    repo.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_eq!(log(&world), "pre-commit <>\nonehead <hook> <pre-commit>\n");

    fs::remove_file(world.path("log")).unwrap();
    let one = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["push", "-q", "origin", "main"]);
    let log = || log(&world);
    let old = repo.git(&["rev-parse", "main~1"]);
    let line = format!(
        "refs/heads/main {} refs/heads/main {}\n",
        one.trim(),
        old.trim()
    );
    assert_eq!(
        log(),
        format!(
            "pre-push <origin> <../repo.git>\n{line}onehead <hook> <pre-push> <origin> <../repo.git>\n{line}"
        )
    );

    fs::remove_file(world.path("log")).unwrap();
    repo.git(&["commit", "-q", "--amend", "--allow-empty", "-m", "two"]);
    let two = repo.git(&["rev-parse", "HEAD"]);
    let line = format!("{} {}\n", one.trim(), two.trim());
    let rewrite = log();
    assert!(
        rewrite.ends_with(&format!(
            "post-rewrite <amend>\n{line}onehead <hook> <post-rewrite> <amend>\n{line}"
        )),
        "{rewrite}"
    );

    fs::remove_file(world.path("log")).unwrap();
    repo.git(&["checkout", "-q", "-b", "side", "main~1"]);
    repo.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", "side"]);
    repo.git(&["merge", "-q", "--no-edit", "main"]);
    let merge = log();
    assert!(
        merge.contains("pre-merge-commit <>\nonehead <hook> <pre-merge-commit>\n")
            && merge.ends_with("post-merge <0>\nonehead <hook> <post-merge> <0>\n"),
        "{merge}"
    );

    // Nothing to push: nothing on stdin, not even a line break.
    fs::remove_file(world.path("log")).unwrap();
    repo.git(&[
        "push",
        "-q",
        "origin",
        &format!("{}:refs/heads/main", one.trim()),
    ]);
    assert_eq!(
        log(),
        "pre-push <origin> <../repo.git>\nonehead <hook> <pre-push> <origin> <../repo.git>\n"
    );
}

#[test]
fn who_refuses_first_refuses_alone() {
    let world = World::new();
    let repo = world.repo("repo");
    let hooks = repo.path.join(".git/hooks");
    script(&hooks.join("pre-commit"), "#!/bin/sh\nexit 7\n");
    script(&hooks.join("pre-push"), "#!/bin/sh\nexit 8\n");
    let stub = recorder(&world, "bin/stub", 3);
    installs(&repo, &["--binary", &stub]);
    let run = |hook: &str| repo.run(&[&hooks.join(hook).display().to_string()]).code;
    assert_eq!(run("pre-commit"), 7);
    assert_eq!(run("pre-push"), 8);
    assert_eq!(log(&world), "");
    assert_eq!(run("pre-merge-commit"), 3);
    assert_eq!(run("post-rewrite"), 3);

    // git would not run it either.
    fs::set_permissions(
        hooks.join("pre-commit.before-onehead"),
        fs::Permissions::from_mode(0o644),
    )
    .unwrap();
    assert_eq!(run("pre-commit"), 3);
}

#[test]
fn without_the_program_the_one_on_path_is_called_or_the_hook_refuses() {
    let world = World::new();
    let repo = world.repo("repo");
    let stub = recorder(&world, "it's \"gone\" $HOME/stub", 0);
    installs(&repo, &["--binary", &stub]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_eq!(log(&world), "onehead <hook> <pre-commit>\n");
    fs::remove_file(&stub).unwrap();

    let commit = ["git", "commit", "-q", "--allow-empty", "-m", "two"];
    let bare = "PATH=/usr/local/bin:/usr/bin:/bin";
    let with = |path: &str, words: &[&str]| {
        let mut all = vec!["env", path];
        all.extend(words);
        repo.run(&all)
    };
    with(bare, &commit)
        .exits(1)
        .says("pre-commit refused, since onehead is neither where");
    let hook = |name: &str| {
        repo.path
            .join(".git/hooks")
            .join(name)
            .display()
            .to_string()
    };
    assert_eq!(with(bare, &[&hook("pre-push")]).code, 1);
    with(bare, &[&hook("post-merge"), "0"])
        .exits(0)
        .says("post-merge warning:");

    recorder(&world, "bin/onehead", 0);
    let path = format!(
        "PATH={}:/usr/local/bin:/usr/bin:/bin",
        world.path("bin").display()
    );
    assert_eq!(with(&path, &commit).code, 0);
}

#[test]
fn linked_worktrees_share_the_hooks() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["worktree", "add", "-q", "../linked tree", "-b", "side"]);
    let linked = world.at("linked tree");
    let stub = recorder(&world, "bin/stub", 0);
    installs(&linked, &["--binary", &stub]);
    assert!(repo.path.join(".git/hooks/pre-push").exists());
    linked.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    assert_eq!(log(&world), "onehead <hook> <pre-commit>\n");
    installs(&repo, &["--uninstall"]);
    assert!(!repo.path.join(".git/hooks/pre-push").exists());
}

#[test]
fn hooks_path_inside_is_used_and_outside_needs_a_word() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["config", "core.hooksPath", "tools/hooks"]);
    let said = installs(&repo, &[]);
    assert!(said.contains("part of the working tree"), "{said}");
    assert_eq!(
        files(&repo.path.join("tools/hooks")).len(),
        CLIENT_HOOKS.len()
    );
    installs(&repo, &["--uninstall"]);
    assert!(!repo.path.join("tools/hooks").exists());

    let outside = world.path("all hooks");
    repo.git(&["config", "core.hooksPath", &outside.display().to_string()]);
    let ended = install(&repo, &[]);
    ended.exits(2);
    assert!(
        ended.text.contains("outside this repository") && ended.text.contains("--shared"),
        "{}",
        ended.text
    );
    assert!(!outside.exists());
    installs(&repo, &["--shared"]);
    assert_eq!(files(&outside).len(), CLIENT_HOOKS.len());
    installs(&repo, &["--uninstall"]);
    assert!(!outside.exists());
}

#[test]
fn what_stands_in_the_way_changes_nothing() {
    let world = World::new();
    let repo = world.repo("repo");
    let hooks = repo.path.join(".git/hooks");
    fs::remove_dir_all(&hooks).unwrap();
    fs::write(&hooks, "a file").unwrap();
    install(&repo, &[]).exits(2).says("nothing was changed");
    assert_eq!(fs::read(&hooks).unwrap(), b"a file");

    fs::remove_file(&hooks).unwrap();
    fs::create_dir_all(hooks.join("pre-push")).unwrap();
    install(&repo, &[]).exits(2).says("is a folder");
    assert!(files(&hooks).is_empty());

    fs::remove_dir(hooks.join("pre-push")).unwrap();
    installs(&repo, &[]);
    script(&hooks.join("pre-push"), "#!/bin/sh\n");
    script(&hooks.join("pre-push.before-onehead"), "#!/bin/sh\n");
    let before = files(&hooks);
    install(&repo, &[])
        .exits(2)
        .says("left from an earlier install");
    assert_eq!(files(&hooks), before);

    world
        .at("home")
        .onehead(&["install-hooks"])
        .exits(2)
        .says("in no git repository");
}

#[test]
fn a_bare_repository_gets_the_server_hook() {
    let world = World::new();
    let repo = world.repo("repo");
    let server = world.at("repo.git");
    installs(&server, &[]);
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    repo.commit_migration("c", "'a'");
    let ended = repo.try_git(&["push", "-q", "--no-verify", "origin", "main"]);
    ended.exits(1);
    assert!(
        ended.text.contains("remote: ") && ended.text.contains("2 heads"),
        "{}",
        ended.text
    );
    installs(&server, &["--uninstall"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
}

#[test]
fn every_hook_calls_the_real_program() {
    let world = World::new();
    let repo = world.repo("repo");
    installs(&repo, &[]);
    let script = fs::read_to_string(repo.path.join(".git/hooks/pre-push")).unwrap();
    assert!(script.contains(ONEHEAD), "{script}");
    repo.migration("b", "'a'");
    repo.migration("c", "'a'");
    repo.git(&["add", "migrations"]);
    repo.try_git(&["commit", "-qm", "two heads"]).exits(1);
    repo.git(&["commit", "-q", "--no-verify", "-m", "two heads"]);
    repo.try_git(&["push", "-q"]).exits(1).says("2 heads");
}
