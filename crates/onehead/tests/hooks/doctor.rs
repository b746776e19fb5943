//! `onehead doctor`: hooks that call onehead, and hooks that do not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, Ended, Repo, World, script};

/// The lines about hooks: the hook, and `ok`, `OPEN` or `warn`.
fn states(ended: &Ended) -> Vec<(String, String)> {
    let words = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        Some((words.next()?, words.next()?))
    };
    let lines = ended.text.lines().filter_map(words);
    lines
        .filter(|(hook, _)| CLIENT_HOOKS.contains(&hook.as_str()))
        .collect()
}

fn doctor(repo: &Repo, path: &str) -> Ended {
    let path = format!("PATH={path}:/usr/local/bin:/usr/bin:/bin");
    repo.run(&["env", &path, crate::support::ONEHEAD, "doctor"])
}

fn all(state: &str) -> Vec<(String, String)> {
    let pairs = CLIENT_HOOKS
        .iter()
        .map(|hook| ((*hook).to_owned(), state.to_owned()));
    pairs.collect()
}

#[test]
fn without_hooks_nothing_is_checked() {
    let world = World::new();
    let repo = world.repo("repo");
    let ended = repo.onehead(&["doctor"]);
    ended.exits(1);
    let mut expected = all("OPEN");
    expected[2].1 = "warn".into();
    expected[3].1 = "warn".into();
    assert_eq!(states(&ended), expected);
    ended
        .says("target            origin/main\n")
        .says("environments      migrations\n");
}

#[test]
fn installed_hooks_are_tried_and_nothing_else_is_run() {
    let world = World::new();
    let repo = world.repo("repo");
    let hooks = repo.path.join(".git/hooks");
    script(&hooks.join("pre-push"), "#!/bin/sh\ntouch was-run\n");
    repo.onehead(&["install-hooks"]);
    let ended = repo.onehead(&["doctor"]);
    ended.exits(0);
    assert_eq!(states(&ended), all("ok"));
    ended.says(", after pre-push.before-onehead");
    assert!(!repo.path.join("was-run").exists());

    let json = repo.onehead(&["doctor", "--format", "json"]);
    assert!(
        json.text.starts_with(
            "{\n  \"schema\": \"onehead.doctor\",\n  \"version\": 1,\n  \"ok\": true,"
        )
    );
    onehead_schemas::validate("doctor", &json.text).expect("the document fits its schema");

    // After the fact, a warning is all that is missing.
    fs::remove_file(hooks.join("post-merge")).unwrap();
    assert_eq!(repo.onehead(&["doctor"]).code, 0);

    fs::set_permissions(hooks.join("pre-push"), fs::Permissions::from_mode(0o644)).unwrap();
    repo.onehead(&["doctor"])
        .exits(1)
        .says("is not executable, so git ignores it");
}

#[test]
fn a_program_that_is_gone_checks_nothing() {
    let world = World::new();
    let repo = world.repo("repo");
    let stub = world.path("stub");
    script(&stub, "#!/bin/sh\necho onehead 9\n");
    repo.onehead(&["install-hooks", "--binary", &stub.display().to_string()]);
    assert_eq!(doctor(&repo, "/nowhere").code, 0);
    fs::remove_file(&stub).unwrap();
    doctor(&repo, "/nowhere")
        .exits(1)
        .says("is gone, and none is on PATH");
}

#[test]
fn an_entry_counts_once_its_manager_is_there_and_onehead_on_path() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.write("lefthook.yml", "colors: false\n");
    repo.onehead(&["install-hooks"]);
    doctor(&repo, "/nowhere")
        .exits(1)
        .says("hint: lefthook install");

    for hook in CLIENT_HOOKS {
        let path = repo.path.join(".git/hooks").join(hook);
        script(&path, "#!/bin/sh\ncall_lefthook run\n");
    }
    doctor(&repo, "/nowhere").exits(1).says("none is on PATH");

    fs::create_dir(world.path("bin")).unwrap();
    script(&world.path("bin/onehead"), "#!/bin/sh\necho onehead 9\n");
    let ended = doctor(&repo, &world.path("bin").display().to_string());
    ended.exits(0);
    assert_eq!(states(&ended), all("ok"));

    repo.onehead(&["install-hooks", "--uninstall"]);
    doctor(&repo, &world.path("bin").display().to_string())
        .exits(1)
        .says("lefthook.yml has no entry for onehead");
}

#[test]
fn a_hook_of_the_project_counts_if_it_calls_onehead() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.onehead(&["install-hooks"]);
    let hook = repo.path.join(".git/hooks/pre-push");
    fs::create_dir(world.path("bin")).unwrap();
    script(&world.path("bin/onehead"), "#!/bin/sh\necho onehead 9\n");
    let bin = world.path("bin").display().to_string();
    script(&hook, "#!/bin/sh\n# onehead hook pre-push\nmake test\n");
    doctor(&repo, &bin).exits(1).says("does not call onehead");
    script(
        &hook,
        "#!/bin/sh\nonehead hook pre-push \"$@\" && make test\n",
    );
    assert_eq!(doctor(&repo, &bin).code, 0);
}

#[test]
fn a_check_that_cannot_run_is_said() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.onehead(&["install-hooks"]);
    repo.write("onehead.toml", "nonsense = 1\n");
    repo.git(&["add", "."]);
    repo.onehead(&["doctor"]).exits(1).says("cannot run: ");
    assert_eq!(world.at("home").onehead(&["doctor"]).code, 2);
}

#[test]
fn a_hook_that_only_carries_our_mark_is_not_run() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    let ran = world.path("ran");
    fs::create_dir(repo.path.join(".githooks")).unwrap();
    fs::create_dir(repo.path.join("tools")).unwrap();
    for hook in CLIENT_HOOKS {
        let text = format!(
            "#!/bin/sh\n# onehead-hook: {hook}\ntouch '{}'\necho ok\n",
            ran.display()
        );
        script(&repo.path.join(".githooks").join(hook), &text);
    }
    repo.onehead(&["doctor"])
        .exits(1)
        .says("carries the mark of onehead, but is not what this onehead writes");
    assert!(!ran.exists());
    // Nor is the program that a script of ours would call.
    let program = repo.path.join("tools/onehead");
    script(&program, &format!("#!/bin/sh\ntouch '{}'\n", ran.display()));
    fs::remove_dir_all(repo.path.join(".githooks")).unwrap();
    repo.onehead(&["install-hooks", "--binary", "tools/onehead"])
        .exits(0);
    repo.onehead(&["doctor"])
        .exits(0)
        .says("calls the onehead at");
    assert!(!ran.exists());
}
