//! A change of published revisions, at each check.

use crate::support::{CLIENT_HOOKS, ONEHEAD, Repo, World};

/// `main` with a and b is pushed, and `z` goes in between without a hook.
fn inserted(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    insert(&repo);
    repo.git(&["add", "migrations"]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Insert z"]);
    repo
}

fn insert(repo: &Repo) {
    repo.migration("z", "'a'");
    repo.migration("b", "'z'");
}

#[test]
fn a_push_to_the_target_is_compared_with_what_it_was() {
    let world = World::new();
    let repo = inserted(&world);
    repo.hooks(CLIENT_HOOKS);
    let ended = repo.try_git(&["push", "-q", "origin", "main"]);
    assert_ne!(ended.code, 0, "{}", ended.text);
    ended.says("error[OH070]");
    // What the remote has and this clone lacks is not known.
    let oid = "1234567890123456789012345678901234567890";
    let line = format!("refs/heads/main HEAD refs/heads/main {oid}\n");
    let head = repo.git(&["rev-parse", "HEAD"]);
    let line = line.replace("HEAD", head.trim());
    repo.onehead_with(&["hook", "pre-push", "origin"], &line)
        .exits(2);
}

#[test]
fn a_server_compares_as_well() {
    let world = World::new();
    let repo = inserted(&world);
    world.at("repo.git").hooks(&["pre-receive"]);
    for branch in ["main", "main:refs/heads/topic"] {
        let ended = repo.try_git(&["push", "-q", "origin", branch]);
        assert_ne!(ended.code, 0, "{}", ended.text);
        ended.says("error[OH070]");
    }
    repo.git(&[
        "commit",
        "-q",
        "--amend",
        "-m",
        "Insert z",
        "-m",
        "Onehead-Accept: b never released",
    ]);
    repo.git(&["push", "-q", "origin", "main:refs/heads/topic"]);
    repo.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn a_commit_is_warned_of() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    insert(&repo);
    repo.git(&["add", "migrations"]);
    repo.onehead(&["hook", "pre-commit"])
        .exits(0)
        .says("warning[OH070]");
}

#[test]
fn the_merge_that_a_forge_made_is_compared_with_its_target() {
    let world = World::new();
    let repo = inserted(&world);
    repo.git(&["branch", "topic"]);
    repo.git(&["reset", "-q", "--hard", "origin/main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-verify", "-m", "x", "topic"]);
    repo.git(&[
        "push",
        "-q",
        "--no-verify",
        "origin",
        "HEAD:refs/pull/1/merge",
    ]);
    let clone = world.clone_of("refs/pull/1/merge");
    let ci = |more: &[&str]| {
        let command = [
            "env",
            "GITHUB_REF=refs/pull/1/merge",
            "GITHUB_BASE_REF=main",
        ];
        clone.run(&[&command, more].concat())
    };
    ci(&[ONEHEAD, "ci"]).exits(2).says("--fetch");
    ci(&[ONEHEAD, "ci", "--fetch"]).exits(1).says("OH070");
    let accepted = "ONEHEAD_REQUEST_TEXT=Roles\n\nOnehead-Accept: b never released";
    ci(&[accepted, ONEHEAD, "ci"])
        .exits(0)
        .says("accepted by the request");
}

#[test]
fn a_new_revision_that_a_release_has_elsewhere() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["switch", "-q", "-c", "release"]);
    repo.commit_migration("x", "'a'");
    repo.git(&["tag", "v1"]);
    repo.git(&["switch", "-q", "main"]);
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    repo.migration("x", "'b'");
    repo.git(&["add", "migrations"]);
    let said = "[OH079]";
    repo.onehead(&["hook", "pre-commit"]).exits(0).says(said);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Pick x"]);
    repo.hooks(CLIENT_HOOKS);
    let push = || repo.try_git(&["push", "-q", "origin", "main"]);
    let ended = push();
    assert_ne!(ended.code, 0, "{}", ended.text);
    ended.says(said);
    // A tag that publishes nothing does not count, and a change that is meant is a notice.
    let settings = |text: &str| {
        repo.write("onehead.toml", text);
        repo.git(&["add", "onehead.toml"]);
        repo.git(&["commit", "-q", "--no-verify", "-m", "Settings"]);
        repo.onehead(&["check", "--target", "origin/main"])
    };
    settings("[published]\nrefs = ['release/*']\n").exits(0);
    settings("[[published.accept]]\nrevision = 'x'\nkind = 'published-elsewhere'\nwhy = 'no one has v1'\n")
        .exits(0)
        .says("accepted by `onehead.toml`: no one has v1");
}

#[test]
fn a_squash_is_proved() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.commit_migration("b", "'a'");
    repo.commit_migration("c", "'b'");
    repo.git(&["push", "-q", "origin", "main"]);
    let squash = |replaced: &str, gone: &[&str], written: &[(&str, &str)]| {
        repo.git(&["reset", "-q", "--hard", "origin/main"]);
        for id in gone {
            repo.git(&["rm", "-q", &format!("migrations/versions/{id}.py")]);
        }
        for (id, parent) in written {
            repo.migration(id, parent);
        }
        let settings = format!("[published]\nreplaced = {replaced}\n");
        repo.write("onehead.toml", &settings);
        repo.git(&["add", "--all"]);
        repo.git(&["commit", "-q", "--no-verify", "-m", "Squash"]);
        repo.onehead(&["check", "--target", "origin/main"])
    };
    let anew = [("s", "None"), ("c", "'s'")];
    let proved = squash("['a', 'b']", &["a", "b"], &anew);
    proved
        .exits(0)
        .says("`published.replaced` declares the squash");
    squash("[]", &["a", "b"], &anew).exits(1);
    for (replaced, gone, written, why) in [
        (
            "['a', 'b']",
            &["a", "b"][..],
            &[("c", "None")][..],
            "nothing does what is replaced",
        ),
        ("['a', 'b']", &["b"], &[("c", "'a'")], "`a` is still there"),
        (
            "['b']",
            &["a", "b"],
            &anew,
            "`b` follows `a`, which it does not name",
        ),
        (
            "['a']",
            &["a"],
            &[("b", "'s'"), ("s", "'t'"), ("t", "None"), ("c", "None")],
            "came before `c`, or left it",
        ),
    ] {
        squash(replaced, gone, written).exits(1).says(why);
    }
    squash("['x']", &[], &[])
        .exits(0)
        .says("`published.replaced` names `x`, which is not published");
}
