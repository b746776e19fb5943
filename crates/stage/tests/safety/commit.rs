//! `--commit` records the new files and nothing else, or nothing at all.

use onehead_model::{Document, StageReport};

use crate::bench::{FILE, plan, refuses_plan, repository, stage};

#[test]
fn other_staged_work_stays_staged() {
    let sandbox = repository();
    sandbox.write("app.py", "first\n");
    sandbox.git(&["add", "app.py"]);
    sandbox.write("app.py", "second\n");
    sandbox.write("notes.txt", "untracked\n");
    let ran = stage(&sandbox, &plan(&[FILE]), &["--commit", "-m", "Merge heads"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let commit = StageReport::from_json(&ran.stdout).unwrap().commit.unwrap();
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), commit);
    let show = ["show", "--name-status", "--format=%s", "HEAD"];
    assert_eq!(sandbox.git(&show), format!("Merge heads\n\nA\t{FILE}"));
    assert_eq!(
        sandbox.git(&["status", "--porcelain"]),
        "AM app.py\n?? notes.txt"
    );
    assert_eq!(sandbox.git(&["show", ":app.py"]), "first");
}

#[cfg(unix)]
#[test]
fn a_hook_of_the_user_refuses() {
    for hook in ["pre-commit", "commit-msg"] {
        let sandbox = repository();
        sandbox.hook(hook, "echo 'not on Fridays' >&2\nexit 1");
        sandbox.write("app.py", "staged work\n");
        sandbox.git(&["add", "app.py"]);
        sandbox.write("app.py", "more work\n");
        let said = refuses_plan(&sandbox, &plan(&[FILE]), &["--commit"]);
        assert!(said.contains("not on Fridays"), "{said}");
    }
}

#[test]
fn a_merge_is_open() {
    let sandbox = repository();
    sandbox.git(&["switch", "--quiet", "-c", "side"]);
    sandbox.write("side.txt", "side\n");
    sandbox.commit_all("Bob Cat", "Side");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]);
    let said = refuses_plan(&sandbox, &plan(&[FILE]), &["--commit"]);
    assert!(said.contains("during a merge"), "{said}");
    assert!(sandbox.root().join(".git/MERGE_HEAD").is_file());
}

#[test]
fn an_empty_plan_makes_no_commit() {
    let sandbox = repository();
    let before = sandbox.git(&["rev-parse", "HEAD"]);
    let ran = stage(&sandbox, &plan(&[]), &["--commit"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(StageReport::from_json(&ran.stdout).unwrap().commit, None);
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), before);
}
