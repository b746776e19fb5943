//! Several targets: whether databases of a release can go on to the first of them.

use serde_json::Value;

use crate::support::{Ended, ONEHEAD, Repo, World};

/// `main` has a, b, c, d in a line, and `release/1` left it at a.
fn released(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.write("onehead.toml", "target = ['main', 'release/*']\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Set the targets"]);
    repo.git(&["branch", "release/1"]);
    for (id, parent) in [("b", "'a'"), ("c", "'b'"), ("d", "'c'")] {
        repo.commit_migration(id, parent);
    }
    repo.git(&["push", "-q", "--no-verify", "origin", "main", "release/1"]);
    repo
}

/// A branch for the release that adds this.
fn for_release(repo: &Repo, name: &str, revisions: &[(&str, &str)]) {
    repo.git(&["checkout", "-q", "-b", name, "origin/release/1"]);
    for (id, parent) in revisions {
        repo.commit_migration(id, parent);
    }
}

fn merge(repo: &Repo, name: &str) {
    repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        &format!("{name}:release/1"),
    ]);
}

fn is(ended: &Ended, code: i32, said: &str) {
    assert_eq!(ended.code, code, "{}", ended.text);
    assert!(ended.text.contains(said), "{said}: {}", ended.text);
}

/// The document of a check, which fits its schema.
fn document(ended: &Ended) -> Value {
    onehead_schemas::validate("check", &ended.text).expect("the document fits its schema");
    serde_json::from_str(&ended.text).expect("a document")
}

#[test]
fn a_backport_over_others_is_red_and_says_the_way_out() {
    let world = World::new();
    let repo = released(&world);
    for_release(&repo, "backport", &[("d", "'a'")]);
    let ended = repo.onehead(&["ci"]);
    for said in [
        "error[OH081] migrations/versions/d.py:3: `d` follows `a` on origin/release/1 and `c` on origin/main: databases at `d` of origin/release/1 take `b`, `c` for applied on origin/main and never run them",
        "while no database has `d`, bring `b`, `c` to origin/release/1 before it; else run `alembic downgrade a` on origin/release/1 before a database goes on to origin/main",
    ] {
        is(&ended, 1, said);
    }
    let report = document(&repo.onehead(&["ci", "--format", "json"]));
    let environment = &report["releases"][0]["environments"][0];
    assert_eq!(environment["relation"], "apart");
    assert_eq!(environment["backports"][0], "d");
    assert_eq!(
        report["environments"][0]["findings"][0]["origin"],
        "introduced"
    );
    // Once it is there, it is no matter of the next change; at the release's own commit it counts.
    merge(&repo, "backport");
    is(&repo.onehead(&["ci"]), 1, "error[OH081]");
    for_release(&repo, "next", &[("n", "'d'")]);
    let ended = repo.onehead(&["ci"]);
    is(&ended, 0, "inherited[OH081]");
    is(&ended, 0, "warning[OH080]");
    merge(&repo, "next");
    for_release(&repo, "more", &[("p", "'n'")]);
    let ended = repo.onehead(&["ci"]);
    is(
        &ended,
        0,
        "origin/main has no `p`, which origin/release/1 has",
    );
    is(
        &ended,
        0,
        "inherited[OH080] migrations/versions/n.py:3: origin/main has no `n`",
    );
}

#[test]
fn a_backport_of_all_before_it_is_fine() {
    let world = World::new();
    let repo = released(&world);
    let ok = "ok  databases of origin/release/1 can go on to origin/main";
    for_release(&repo, "backport", &[("b", "'a'"), ("c", "'b'")]);
    is(&repo.onehead(&["ci"]), 0, ok);
    merge(&repo, "backport");
    is(&repo.onehead(&["ci"]), 0, ok);
    let report = document(&repo.onehead(&["check", "--releases", "--format", "json"]));
    let environment = &report["releases"][0]["environments"][0];
    assert_eq!(environment["relation"], "prefix");
    // The first target goes on to nothing.
    repo.git(&["checkout", "-q", "main"]);
    assert!(!repo.onehead(&["ci"]).text.contains("can go on"));
}

#[test]
fn a_revision_of_the_release_alone_is_a_warning() {
    let world = World::new();
    let repo = released(&world);
    for_release(&repo, "hotfix", &[("r", "'a'")]);
    let said = "warning[OH080] migrations/versions/r.py:3: origin/main has no `r`, which origin/release/1 has: there a database at it ends with `Can't locate revision identified by 'r'`";
    is(&repo.onehead(&["ci"]), 0, said);
    is(
        &repo.onehead(&["ci"]),
        0,
        "bring it to origin/main in a file with the same id",
    );
    // The same fix, made again there under another id.
    let file = |id: &str, parent: &str| {
        repo.write(
            &format!("migrations/versions/{id}.py"),
            &format!("\"\"\"Fix it\n\nCreate Date: 2024-03-01 01:02:03\n\"\"\"\nrevision = '{id}'\ndown_revision = '{parent}'\n"),
        );
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", "Fix it"]);
    };
    file("s", "r");
    repo.git(&["checkout", "-q", "main"]);
    file("t", "d");
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    repo.git(&["checkout", "-q", "hotfix"]);
    let said = "`t` on origin/main has the same message and date as `s`";
    is(&repo.onehead(&["ci"]), 0, said);
}

#[test]
fn another_body_is_a_warning() {
    let world = World::new();
    let repo = released(&world);
    repo.git(&["checkout", "-q", "-b", "backport", "origin/release/1"]);
    repo.write(
        "migrations/versions/b.py",
        "\"\"\"Add b\"\"\"\nrevision = 'b'\ndown_revision = 'a'\n\n\ndef upgrade():\n    op.execute('x')\n",
    );
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Backport b"]);
    let said = "warning[OH082] migrations/versions/b.py:3: `b` does something else on origin/release/1 than on origin/main";
    is(&repo.onehead(&["ci"]), 0, said);
}

#[test]
fn what_is_not_known_of_the_first_target_is_not_green() {
    let world = World::new();
    let repo = released(&world);
    for_release(&repo, "fix", &[("b", "'a'")]);
    repo.git(&["push", "-q", "--no-verify", "origin", "fix"]);
    let url = format!("file://{}", world.path("repo.git").display());
    let clone = ["clone", "-q", "--single-branch", "-b", "fix", &url, "clone"];
    world.at(".").git(&clone);
    let clone = world.at("clone");
    clone.git(&[
        "fetch",
        "-q",
        "origin",
        "release/1:refs/remotes/origin/release/1",
    ]);
    let ci = |extra: &[&str]| {
        let command = ["env", "GITHUB_BASE_REF=release/1", ONEHEAD, "ci"];
        clone.run(&[&command[..], extra].concat())
    };
    let said = "it is not known whether databases of origin/release/1 can go on to main: target `main` not found";
    is(&ci(&[]), 2, said);
    let report = document(&ci(&["--format", "json"]));
    assert_eq!(report["verdict"], "unknown");
    is(&ci(&["--fetch"]), 0, "ok  databases of origin/release/1");
    // Nor what is broken there.
    repo.git(&["checkout", "-q", "main"]);
    repo.write(
        "migrations/versions/d.py",
        "revision = 'd'\ndown_revision = (\n",
    );
    repo.git(&["commit", "-qam", "Break d"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    clone.git(&["fetch", "-q", "origin", "main:refs/remotes/origin/main"]);
    let ended = ci(&[]);
    is(
        &ended,
        1,
        "can go on to origin/main: on origin/main, migrations/versions/d.py",
    );
}

#[test]
fn all_releases_are_told_at_once() {
    let world = World::new();
    let repo = released(&world);
    for_release(&repo, "hotfix", &[("r", "'a'")]);
    repo.git(&["push", "-q", "--no-verify", "origin", "hotfix:release/2"]);
    for_release(&repo, "backport", &[("c", "'a'")]);
    repo.git(&["push", "-q", "--no-verify", "origin", "backport:release/3"]);
    repo.git(&["checkout", "-q", "main"]);
    let ended = repo.onehead(&["check", "--releases"]);
    for said in [
        "ok  migrations  head d",
        "ok  databases of origin/release/1 can go on to origin/main",
        "warning[OH080] migrations: origin/main has no `r`, which origin/release/2 has",
        "error[OH081] migrations: `c` follows `a` on origin/release/3",
    ] {
        is(&ended, 1, said);
    }
    let report = document(&repo.onehead(&["check", "--releases", "--format", "json"]));
    assert_eq!(report["releases"].as_array().map(Vec::len), Some(3));
    // Without a list there is none.
    repo.write("onehead.toml", "target = 'origin/main'\n");
    let ended = repo.onehead(&["check", "--releases"]);
    is(&ended, 2, "`target` of the settings names no release");
}

#[test]
fn the_settings_say_what_another_body_weighs() {
    let world = World::new();
    let repo = released(&world);
    repo.git(&["checkout", "-q", "main"]);
    let set = |body: &str| {
        let text = format!("target = ['main', 'release/*']\n\n[published]\nbody = '{body}'\n");
        repo.write("onehead.toml", &text);
        repo.git(&["commit", "-qam", "Set what a body weighs"]);
        repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    };
    repo.git(&["checkout", "-q", "-b", "other", "origin/release/1"]);
    repo.write(
        "migrations/versions/b.py",
        "\"\"\"Add b\"\"\"\nrevision = 'b'\ndown_revision = 'a'\n\n\ndef upgrade():\n    op.execute('x')\n",
    );
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Backport b"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "other:release/1"]);
    repo.git(&["checkout", "-q", "main"]);
    set("error");
    is(&repo.onehead(&["check", "--releases"]), 1, "error[OH082]");
    set("ignore");
    let ended = repo.onehead(&["check", "--releases"]);
    assert!(!ended.text.contains("OH082"), "{}", ended.text);
    is(&ended, 0, "ok  databases of origin/release/1 can go on");
}

#[test]
fn what_is_meant_is_accepted_by_the_settings_of_either() {
    let world = World::new();
    let repo = released(&world);
    for_release(&repo, "backport", &[("d", "'a'"), ("r", "'d'")]);
    let accepted = |kind: &str| {
        format!(
            "target = ['main', 'release/*']\n\n[[published.accept]]\nrevision = 'd'\nkind = '{kind}'\nwhy = 'e repeats b and c'\n"
        )
    };
    is(&repo.onehead(&["ci"]), 1, "error[OH081]");
    // Another kind accepts nothing of it.
    repo.write("onehead.toml", &accepted("release-cut-off"));
    repo.git(&["commit", "-qam", "Accept another kind"]);
    is(&repo.onehead(&["ci"]), 1, "error[OH081]");
    repo.write("onehead.toml", &accepted("release-out-of-order"));
    repo.git(&["commit", "-qam", "Accept d"]);
    let ended = repo.onehead(&["ci"]);
    is(
        &ended,
        0,
        "never run them; accepted by `onehead.toml`: e repeats b and c",
    );
    is(&ended, 0, "notice[OH081]");
    is(&ended, 0, "warning[OH080]");
    assert!(!ended.text.contains("OH078"), "{}", ended.text);
    // On the first target, for releases that are past.
    repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        "backport~2:release/1",
    ]);
    repo.git(&["checkout", "-q", "main"]);
    is(&repo.onehead(&["check", "--releases"]), 1, "error[OH081]");
    repo.write("onehead.toml", &accepted("release-out-of-order"));
    repo.git(&["commit", "-qam", "Accept d"]);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    is(&repo.onehead(&["check", "--releases"]), 0, "notice[OH081]");
}
