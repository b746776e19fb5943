//! The number of git processes does not grow with the number of branches.

use std::fmt::Write;
use std::fs;

use onehead_fixtures::{GitSandbox, binary};
use pretty_assertions::assert_eq;

/// So many branches: each adds a revision behind one of the last two of the target, some have merged the target, some
/// stand on the one before.
fn repository(branches: usize) -> GitSandbox {
    let mut stream = String::new();
    let commit = |name: &str, mark: usize, from: &[usize], files: &[(String, String)]| {
        let mut text = format!(
            "commit refs/heads/{name}\nmark :{mark}\ncommitter A <a@example.com> {} +0000\ndata 1\nx\n",
            1_700_000_000 + mark
        );
        for (at, parent) in from.iter().enumerate() {
            let word = if at == 0 { "from" } else { "merge" };
            let _ = writeln!(text, "{word} :{parent}");
        }
        for (path, content) in files {
            let _ = write!(
                text,
                "M 100644 inline {path}\ndata {}\n{content}\n",
                content.len()
            );
        }
        text
    };
    let revision = |id: &str, parent: &str| {
        let text = format!("revision = '{id}'\ndown_revision = {parent}\n");
        (format!("m/versions/{id}.py"), text)
    };
    let ini = "[alembic]\nscript_location = m\n".to_owned();
    let first = [("alembic.ini".into(), ini), revision("r0", "None")];
    stream += &commit("main", 1, &[], &first);
    stream += &commit("main", 2, &[1], &[revision("r1", "'r0'")]);
    for at in 0..branches {
        let (mark, id) = (10 + 2 * at, format!("b{at}"));
        let (name, before) = (format!("b{at}"), 1 + at % 2);
        let (from, parent) = match at % 5 {
            4 => (mark - 2, format!("'b{}'", at - 1)),
            _ => (before, format!("'r{}'", before - 1)),
        };
        stream += &commit(&name, mark, &[from], &[revision(&id, &parent)]);
        if at % 5 == 2 {
            let theirs = revision("r1", "'r0'");
            stream += &commit(&name, mark + 1, &[mark, 2], &[theirs]);
        }
    }
    let sandbox = GitSandbox::new();
    let ran = sandbox.run("git", &["fast-import", "--quiet"], &stream);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
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
