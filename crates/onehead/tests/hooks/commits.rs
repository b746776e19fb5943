//! What a commit gets beside a refusal: a fix while its merge is open, a warning of what is to come.

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, World};

#[test]
fn a_merge_is_fixed_while_it_is_open() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.two_branches();
    repo.write("onehead.toml", "[hooks]\nfix = true\n");
    repo.git(&["add", "onehead.toml"]);
    repo.git(&["commit", "-qm", "Settings"]);
    repo.hooks(CLIENT_HOOKS);
    repo.try_git(&["merge", "-q", "-m", "x", "topic"])
        .exits(1)
        .says("git commit --no-edit");
    repo.git(&["commit", "-q", "--no-edit"]);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert_eq!(
        repo.git(&["rev-list", "--parents", "-1", "HEAD"])
            .split(' ')
            .count(),
        3
    );
    repo.git(&["push", "-q", "origin", "main"]);
}

#[test]
fn a_collision_is_a_warning_at_the_commit() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.two_branches();
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["checkout", "-q", "topic"]);
    repo.hooks(CLIENT_HOOKS);
    repo.migration("d", "'b'");
    repo.git(&["add", "."]);
    let index = std::fs::read(repo.path.join(".git/index")).expect("the index");
    repo.onehead(&["hook", "pre-commit"])
        .exits(0)
        .says("warning[OH010]")
        .says("1 head here, 2 after merging into origin/main");
    let now = std::fs::read(repo.path.join(".git/index")).expect("the index");
    assert!(index == now, "the hook writes into the index");
    repo.write("onehead.toml", "[hooks]\ncollision = 'error'\n");
    repo.git(&["add", "."]);
    repo.try_git(&["commit", "-qm", "x"]).exits(1);
    // A target that is not there blocks no commit.
    repo.write("onehead.toml", "target = 'origin/nowhere'\n");
    repo.git(&["add", "."]);
    repo.try_git(&["commit", "-qm", "x"])
        .exits(0)
        .says("origin/nowhere");
}
