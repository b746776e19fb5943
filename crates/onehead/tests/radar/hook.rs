//! What pre-commit says of the other branches, where the settings ask for it.

use onehead_fixtures::{GitSandbox, Ran, Tests, binary};
use pretty_assertions::assert_eq;

pub(crate) fn add_to(tests: Tests) -> Tests {
    tests
        .test(
            "it_warns_of_another_branch_and_lets_the_commit_pass",
            it_warns_of_another_branch_and_lets_the_commit_pass,
        )
        .test(
            "it_says_nothing_unless_the_settings_ask",
            it_says_nothing_unless_the_settings_ask,
        )
        .test(
            "what_a_branch_has_of_itself_is_no_collision",
            what_a_branch_has_of_itself_is_no_collision,
        )
        .test(
            "a_radar_that_cannot_look_blocks_nothing",
            a_radar_that_cannot_look_blocks_nothing,
        )
}

fn revision(sandbox: &GitSandbox, id: &str, parent: &str) {
    let text = format!("revision = '{id}'\ndown_revision = {parent}\n");
    sandbox.write(format!("m/versions/{id}.py"), text);
}

/// `main` is the target; `theirs` adds to it, and so does what is staged on `mine`.
fn repository(settings: &str) -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("onehead.toml", format!("target = \"main\"\n{settings}"));
    revision(&sandbox, "a", "None");
    sandbox.commit_all("Ann Bee", "Begin");
    sandbox.git(&["checkout", "--quiet", "-b", "theirs"]);
    revision(&sandbox, "b", "'a'");
    sandbox.commit_all("Bob Cat", "Add b");
    sandbox.git(&["checkout", "--quiet", "-b", "mine", "main"]);
    revision(&sandbox, "c", "'a'");
    sandbox.git(&["add", "--all"]);
    sandbox
}

fn pre_commit(sandbox: &GitSandbox) -> Ran {
    sandbox.run(binary("onehead"), &["hook", "pre-commit"], "")
}

fn it_warns_of_another_branch_and_lets_the_commit_pass() {
    let sandbox = repository("[hooks]\nradar = true\n");
    let ran = pre_commit(&sandbox);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        "warning: m: this commit collides on a with theirs (Bob Cat)\n\
         note: run `onehead radar` to see all collisions and a merge order\n"
    );
}

fn it_says_nothing_unless_the_settings_ask() {
    let ran = pre_commit(&repository(""));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

fn what_a_branch_has_of_itself_is_no_collision() {
    let sandbox = repository("[hooks]\nradar = true\n");
    sandbox.git(&["branch", "--quiet", "--delete", "--force", "theirs"]);
    sandbox.commit("Ann Bee", "Add c");
    sandbox.git(&["branch", "--quiet", "copy"]);
    revision(&sandbox, "d", "'c'");
    sandbox.git(&["add", "--all"]);
    let ran = pre_commit(&sandbox);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
}

fn a_radar_that_cannot_look_blocks_nothing() {
    let sandbox = repository("[hooks]\nradar = true\n");
    sandbox.git(&["checkout", "--quiet", "theirs"]);
    sandbox.write("onehead.toml", "policy = 1\n");
    sandbox.commit_all("Bob Cat", "Break the settings");
    sandbox.git(&["checkout", "--quiet", "mine"]);
    revision(&sandbox, "c", "'a'");
    sandbox.git(&["add", "--all"]);
    let ran = pre_commit(&sandbox);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}
