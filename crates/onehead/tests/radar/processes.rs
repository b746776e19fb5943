//! The number of git processes does not grow with the number of branches.

use std::fs;

use onehead_fixtures::{GitSandbox, Import, binary};
use pretty_assertions::assert_eq;

/// So many branches: each adds a revision behind one of the last two of the target, some have merged the target, some
/// stand on the one before, some change what the first revision of the target does, all alike.
fn repository(branches: usize) -> GitSandbox {
    let mut history = Import::default();
    let first = history.commit("main", &[]);
    history.put("alembic.ini", "[alembic]\nscript_location = m\n");
    history.revision("r0", "None");
    let second = history.commit("main", &[first]);
    history.revision("r1", "'r0'");
    let mut last = second;
    for at in 0..branches {
        let name = format!("b{at}");
        let (from, parent) = match at % 5 {
            4 => (last, format!("'b{}'", at - 1)),
            _ if at % 2 == 0 => (first, "'r0'".to_owned()),
            _ => (second, "'r1'".to_owned()),
        };
        last = history.commit(&name, &[from]);
        history.revision(&name, &parent);
        if at % 5 == 1 {
            let text = "revision = 'r0'\ndown_revision = None\nlimit = 1\n";
            history.put("m/versions/r0.py", text);
        }
        if at % 5 == 2 {
            history.commit(&name, &[last, second]);
            history.revision("r1", "'r0'");
        }
    }
    let sandbox = GitSandbox::new();
    sandbox.import(&history);
    sandbox
}

/// How many git processes a look at the branches takes.
fn processes(branches: usize) -> usize {
    let sandbox = repository(branches);
    let trace = sandbox.root().with_file_name("trace");
    fs::create_dir(&trace).expect("a new folder");
    let mut command = sandbox.command(binary("onehead"));
    command
        .args(["radar", "--target", "main"])
        .env("GIT_TRACE2_EVENT", &trace);
    let ran = sandbox.finish(&mut command, "");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let shown = format!("{branches} branches with migrations");
    assert!(ran.stdout.starts_with(&shown), "{}", ran.stdout);
    // One file for each process.
    fs::read_dir(trace).expect("it was made").count()
}

pub(crate) fn as_many_for_fifty_branches_as_for_five() {
    let few = processes(5);
    assert!(few > 0);
    assert_eq!(processes(50), few);
}
