//! `-v` tells what git was asked, and changes nothing else.

use onehead_fixtures::{GitSandbox, binary};

#[test]
fn the_git_commands_are_told_and_the_answer_stays_the_same() {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", "");
    sandbox.write("m/versions/a.py", "revision = 'a'\ndown_revision = None\n");
    sandbox.commit_all("Ann Bee", "Add a");
    let run = |args: &[&str]| sandbox.run(binary("onehead"), args, "");

    let quiet = run(&["check", "--source", "HEAD"]);
    let told = run(&["-v", "check", "--source", "HEAD"]);
    assert_eq!((told.code, &told.stdout), (quiet.code, &quiet.stdout));
    assert_eq!(quiet.stderr, "");
    let commands: Vec<&str> = told.stderr.lines().collect();
    assert!(
        commands.iter().all(|line| line.contains(" ms  git ")),
        "{told:?}"
    );
    assert!(told.stderr.contains("git cat-file: "), "{told:?}");

    let behind = run(&["check", "--source", "HEAD", "--verbose"]);
    assert_eq!(behind.stderr.lines().count(), commands.len());
}
