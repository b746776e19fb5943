//! `onehead where`: which branches, tags, pull requests and commits have a revision.

use onehead_fixtures::{GitSandbox, Ran, binary};
use onehead_model::{Document, WhereAnswer, WhereChange, WhereReport};
use onehead_schemas::validate;

/// One environment with `a1` on main.
fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", "");
    migration(&sandbox, "a1", "None");
    sandbox.commit_all("Ann Bee", "Add a1");
    sandbox.git(&["branch", "--quiet", "-M", "main"]);
    sandbox
}

fn migration(sandbox: &GitSandbox, id: &str, parent: &str) {
    sandbox.write(format!("m/versions/{id}.py"), text(id, parent));
}

fn text(id: &str, parent: &str) -> String {
    format!(
        "\"\"\"Make {id}\"\"\"\nrevision = '{id}'\ndown_revision = {parent}\n\n\ndef upgrade():\n    pass\n"
    )
}

fn switch(sandbox: &GitSandbox, branch: &str) {
    sandbox.git(&["switch", "--quiet", "-c", branch, "main"]);
}

fn look(sandbox: &GitSandbox, revision: &str, more: &[&str]) -> Ran {
    let args: Vec<&str> = ["where", revision]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    sandbox.run(binary("onehead"), &args, "")
}

/// The document, which fits its schema and comes back as it is.
fn report(sandbox: &GitSandbox, revision: &str) -> WhereReport {
    let ran = look(sandbox, revision, &["--format", "json"]);
    validate("where", &ran.stdout)
        .unwrap_or_else(|why| panic!("{why}\n{}{}", ran.stdout, ran.stderr));
    let report = WhereReport::from_json(&ran.stdout).expect("a document");
    assert_eq!(report.to_json(), ran.stdout);
    assert_eq!(ran.code, Some(report.exit() as i32));
    report
}

#[test]
fn every_ref_that_has_it_is_named() {
    let sandbox = sandbox();
    switch(&sandbox, "feature");
    migration(&sandbox, "b2", "'a1'");
    let commit = sandbox.commit_all("Bob Cat", "Add b2 (#12)");
    for name in [
        "tags/v1",
        "pull/12/head",
        "merge-requests/7/head",
        "remotes/origin/feature",
    ] {
        sandbox.git(&["update-ref", &format!("refs/{name}"), "HEAD"]);
    }
    sandbox.git(&["update-ref", "refs/pull/12/merge", "HEAD"]);
    sandbox.git(&["switch", "--quiet", "main"]);
    let report = report(&sandbox, "b2");
    assert_eq!(report.answer, WhereAnswer::Found);
    let [one] = report.revisions.as_slice() else {
        panic!("{report:?}");
    };
    assert_eq!(one.environment.as_deref(), Some("m"));
    assert_eq!((one.in_head, one.in_worktree), (false, Some(false)));
    assert_eq!(one.branches, ["feature"]);
    assert_eq!(one.remote_branches, ["origin/feature"]);
    assert_eq!(one.tags, ["v1"]);
    assert_eq!(one.pull_requests, [7, 12]);
    assert!(one.had.is_empty());
    let who = one.attribution.as_ref().expect("it is known");
    assert_eq!(
        (who.author.as_str(), who.pull_request),
        ("Bob Cat", Some(12))
    );
    assert_eq!(one.commits.len(), 1);
    assert_eq!(one.commits[0].commit, commit);
    assert_eq!(one.hint.as_deref(), Some("run `git switch feature`"));
    let shown = look(&sandbox, "b2", &[]);
    assert!(
        shown.stdout.contains("does not have it (main, "),
        "{}",
        shown.stdout
    );
    assert!(
        shown.stdout.contains("pull requests   #7, #12"),
        "{}",
        shown.stdout
    );
}

#[test]
fn a_removal_is_told_with_who_lacks_it_since() {
    let sandbox = sandbox();
    switch(&sandbox, "feature");
    migration(&sandbox, "b2", "'a1'");
    sandbox.commit_all("Bob Cat", "Add b2");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.git(&[
        "merge",
        "--quiet",
        "--no-ff",
        "-m",
        "Merge pull request #3 from team/feature",
        "feature",
    ]);
    sandbox.git(&["branch", "before"]);
    sandbox.git(&["revert", "-m", "1", "--no-edit", "HEAD"]);
    let removal = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.git(&["switch", "--quiet", "-c", "later"]);
    let one = &report(&sandbox, "b2").revisions[0];
    assert_eq!(one.branches, ["before", "feature"]);
    assert_eq!(one.had, ["later", "main"]);
    let removed: Vec<_> = one
        .commits
        .iter()
        .filter(|commit| commit.change == WhereChange::Removed)
        .collect();
    assert_eq!(removed.len(), 1, "{one:?}");
    assert_eq!(removed[0].commit, removal);
    assert!(removed[0].in_head);
    assert_eq!(removed[0].lacking, ["later", "main"]);
    // The merge brought what a commit of its side had added, and that is said once.
    assert_eq!(one.commits.len(), 2, "{one:?}");
    let hint = one.hint.as_deref().expect("a way out");
    assert!(
        hint.contains(&format!(
            "git checkout {}^ -- m/versions/b2.py",
            &removal[..12]
        )),
        "{hint}"
    );
}

#[test]
fn a_merge_that_lost_it_is_named_itself() {
    let sandbox = sandbox();
    sandbox.git(&["branch", "base"]);
    migration(&sandbox, "b2", "'a1'");
    sandbox.commit_all("Bob Cat", "Add b2");
    sandbox.git(&["switch", "--quiet", "base"]);
    migration(&sandbox, "c3", "'a1'");
    sandbox.commit_all("Ann Bee", "Add c3");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.git(&["merge", "--quiet", "--no-commit", "base"]);
    sandbox.git(&["rm", "--quiet", "m/versions/b2.py"]);
    let merge = sandbox.commit("Ann Bee", "Merge base");
    let one = &report(&sandbox, "b2").revisions[0];
    let removed = one
        .commits
        .iter()
        .find(|one| one.change == WhereChange::Removed);
    assert_eq!(
        removed.map(|one| one.commit.as_str()),
        Some(merge.as_str()),
        "{one:?}"
    );
}

#[test]
fn beginnings_labels_and_numbers() {
    let sandbox = sandbox();
    migration(&sandbox, "0042", "'a1'");
    migration(&sandbox, "ab12", "'0042'");
    sandbox.write(
        "m/versions/ab34.py",
        text("ab34", "'ab12'") + "branch_labels = ('billing',)\n",
    );
    sandbox.commit_all("Ann Bee", "Add more");
    for (asked, id) in [
        ("42", "0042"),
        ("ab1", "ab12"),
        ("billing", "ab34"),
        ("ab34", "ab34"),
    ] {
        let report = report(&sandbox, asked);
        assert_eq!(report.revisions[0].id.as_str(), id, "{asked}");
    }
    let several = report(&sandbox, "ab");
    assert_eq!(several.answer, WhereAnswer::Ambiguous);
    let ids: Vec<&str> = several
        .candidates
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(ids, ["ab12", "ab34"]);
    let shown = look(&sandbox, "ab", &[]);
    assert_eq!(
        (shown.code, shown.stdout.as_str()),
        (
            Some(1),
            "2 revisions fit `ab`:\n  ab12  Make ab12\n  ab34  Make ab34\nhint: give more of the id\n"
        )
    );
    let none = report(&sandbox, "zz");
    assert_eq!(none.answer, WhereAnswer::Absent);
}

#[test]
fn what_no_branch_has_is_found() {
    let sandbox = sandbox();
    for (id, branch) in [("b2", "remembered"), ("c3", "lost")] {
        switch(&sandbox, branch);
        migration(&sandbox, id, "'a1'");
        let commit = sandbox.commit_all("Bob Cat", "Add it");
        sandbox.git(&["switch", "--quiet", "main"]);
        sandbox.git(&["branch", "--quiet", "-D", branch]);
        if branch == "lost" {
            sandbox.git(&["reflog", "expire", "--expire=now", "--all"]);
        }
        let one = &report(&sandbox, id).revisions[0];
        assert!(one.branches.is_empty());
        let hint = one.hint.as_deref().expect("a way out");
        assert!(
            hint.contains(&format!("git switch --detach {}", &commit[..12])),
            "{hint}"
        );
    }
    migration(&sandbox, "d4", "'a1'");
    let one = &report(&sandbox, "d4").revisions[0];
    assert_eq!((one.in_head, one.in_worktree), (false, Some(true)));
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["stash", "--quiet"]);
    let one = &report(&sandbox, "d4").revisions[0];
    assert_eq!(one.in_worktree, Some(false));
    assert_eq!(one.commits.len(), 1, "{one:?}");
    std::fs::remove_file(sandbox.root().join("m/versions/a1.py")).expect("it is there");
    let one = &report(&sandbox, "a1").revisions[0];
    assert_eq!((one.in_head, one.in_worktree), (true, Some(false)));
    let hint = one.hint.as_deref().expect("a way out");
    assert!(
        hint.contains("git checkout HEAD -- m/versions/a1.py"),
        "{hint}"
    );
}

#[test]
fn a_moved_folder_keeps_its_revisions() {
    let sandbox = sandbox();
    switch(&sandbox, "moved");
    std::fs::create_dir(sandbox.root().join("db")).expect("a folder");
    sandbox.git(&["mv", "m", "db/m"]);
    sandbox.write("alembic.ini", "[alembic]\nscript_location = db/m\n");
    sandbox.commit_all("Ann Bee", "Move migrations");
    sandbox.git(&["switch", "--quiet", "main"]);
    let one = &report(&sandbox, "a1").revisions[0];
    assert_eq!(one.branches, ["main", "moved"]);
    assert!(one.had.is_empty(), "{one:?}");
    assert_eq!(one.commits[0].change, WhereChange::Changed);
}

#[test]
fn each_environment_has_its_own() {
    let sandbox = sandbox();
    sandbox.write("other/alembic.ini", "[alembic]\nscript_location = n\n");
    sandbox.write("other/n/env.py", "");
    sandbox.write("other/n/versions/a1.py", text("a1", "None"));
    switch(&sandbox, "second");
    sandbox.commit_all("Ann Bee", "Add another environment");
    let report = report(&sandbox, "a1");
    let places: Vec<_> = report
        .revisions
        .iter()
        .map(|one| (one.environment.as_deref(), one.branches.len()))
        .collect();
    assert_eq!(places, [(Some("m"), 2), (Some("other/n"), 1)]);
}

#[test]
fn what_is_not_here_is_unknown() {
    let origin = sandbox();
    migration(&origin, "b2", "'a1'");
    origin.commit_all("Ann Bee", "Add b2");
    origin.git(&["rm", "--quiet", "m/versions/b2.py"]);
    origin.commit("Ann Bee", "Remove b2");
    let url = format!("file://{}", origin.root().display());
    let shallow = GitSandbox::new();
    shallow.git(&[
        "fetch",
        "--quiet",
        "--depth=1",
        &url,
        "main:refs/remotes/origin/main",
    ]);
    let unknown = report(&shallow, "b2");
    assert_eq!(unknown.answer, WhereAnswer::Unknown);
    let known = report(&shallow, "a1");
    assert_eq!(known.answer, WhereAnswer::Found);
    assert_eq!(known.limits.len(), 1, "{known:?}");
    // Where history was cut, nobody added it.
    assert!(known.revisions[0].commits.is_empty(), "{known:?}");
    assert!(known.revisions[0].attribution.is_none(), "{known:?}");

    let broken = sandbox();
    broken.write(
        "m/versions/x.py",
        "PREFIX = open('x')\nrevision = PREFIX + '1'\ndown_revision = 'a1'\n",
    );
    broken.write("m/versions/y.py", "revision = 'y9'\ndown_revision = (\n");
    broken.commit_all("Ann Bee", "Add what cannot be read");
    for asked in ["zz", "y9"] {
        let unknown = report(&broken, asked);
        assert_eq!(unknown.answer, WhereAnswer::Unknown, "{asked}");
        assert!(!unknown.limits.is_empty());
    }
    assert_eq!(report(&broken, "a1").answer, WhereAnswer::Found);
}

/// A limit makes no difference to what was found, be it one revision or several.
#[test]
fn what_fits_in_a_shallow_clone_is_found() {
    let origin = sandbox();
    migration(&origin, "ab12", "'a1'");
    migration(&origin, "ab34", "'ab12'");
    origin.commit_all("Ann Bee", "Add them");
    let shallow = GitSandbox::new();
    let url = format!("file://{}", origin.root().display());
    shallow.git(&["fetch", "--quiet", "--depth=1", &url, "main"]);
    shallow.git(&["switch", "--quiet", "-c", "work", "FETCH_HEAD"]);
    for (asked, answer, code) in [
        ("ab12", WhereAnswer::Found, 0),
        ("ab1", WhereAnswer::Found, 0),
        ("ab", WhereAnswer::Ambiguous, 1),
        ("zz", WhereAnswer::Unknown, 2),
    ] {
        let one = report(&shallow, asked);
        assert_eq!((one.answer, one.limits.len()), (answer, 1), "{asked}");
        assert_eq!(one.exit() as i32, code, "{asked}");
    }
}

/// Removes the object of that name, or writes something else into it.
fn damage(sandbox: &GitSandbox, name: &str, content: Option<&str>) {
    let oid = sandbox.git(&["rev-parse", name]);
    let (folder, file) = oid.trim().split_at(2);
    let path = sandbox.root().join(format!(".git/objects/{folder}/{file}"));
    std::fs::remove_file(&path).expect("it is a loose object");
    if let Some(content) = content {
        std::fs::write(path, content).expect("the folder is there");
    }
}

#[test]
fn what_is_missing_is_a_limit_and_hides_no_lost_commit() {
    let sandbox = sandbox();
    migration(&sandbox, "b2", "'a1'");
    sandbox.commit_all("Ann Bee", "Add b2");
    switch(&sandbox, "lost");
    migration(&sandbox, "c3", "'b2'");
    let lost = sandbox.commit_all("Bob Cat", "Add c3");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.git(&["branch", "--quiet", "-D", "lost"]);
    sandbox.git(&["reflog", "expire", "--expire=now", "--all"]);
    assert_eq!(report(&sandbox, "zz").answer, WhereAnswer::Absent);

    damage(&sandbox, "HEAD:m/versions/b2.py", None);
    let one = report(&sandbox, "c3");
    assert_eq!(one.answer, WhereAnswer::Found);
    assert!(
        one.revisions[0]
            .hint
            .as_deref()
            .is_some_and(|hint| hint.contains(&lost[..12]))
    );
    let ran = look(&sandbox, "zz", &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""), "{ran:?}");
    assert!(
        ran.stdout
            .contains("versions of files are not in this clone"),
        "{ran:?}"
    );
    assert!(ran.stdout.contains("git fetch --refetch"), "{ran:?}");

    // Nothing is known of what only this commit leads to.
    damage(&sandbox, &lost, Some("nonsense"));
    let ran = look(&sandbox, "zz", &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), ""), "{ran:?}");
    assert!(
        ran.stdout
            .contains("which commits there are that nothing names"),
        "{ran:?}"
    );
    assert!(
        ran.stdout.contains("`git fsck`") || ran.stdout.contains("hint: git fsck"),
        "{ran:?}"
    );
}

#[test]
fn a_bare_repository_is_asked_too() {
    let sandbox = sandbox();
    let bare = GitSandbox::new();
    let url = sandbox.root().display().to_string();
    bare.git(&["clone", "--quiet", "--bare", &url, "bare.git"]);
    let ran = bare.run(
        binary("onehead"),
        &["where", "a1", "--repo", "bare.git", "--format", "json"],
        "",
    );
    let report = WhereReport::from_json(&ran.stdout).expect("a document");
    assert_eq!(report.revisions[0].in_worktree, None);
    assert!(report.revisions[0].in_head);
}

#[test]
fn nothing_of_the_repository_acts_on_a_terminal() {
    let sandbox = sandbox();
    sandbox.write(
        "m/versions/b2.py",
        "\"\"\"x\u{1b}[31m\u{202e}\"\"\"\nrevision = 'b2'\ndown_revision = 'a1'\n",
    );
    sandbox.commit_all("Ann Bee", "Add \u{1b}[31m b2");
    let shown = look(&sandbox, "b2", &[]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    assert!(
        !shown.stdout.contains(['\u{1b}', '\u{202e}']),
        "{}",
        shown.stdout
    );
}
