//! Clones that lack objects: what is needed is fetched where that is allowed, and never left out of the answer.

use pretty_assertions::assert_eq;

use crate::support::{CLIENT_HOOKS, Ended, Repo, World};

/// Kinds of partial clones.
const FILTERS: [&str; 2] = ["--filter=blob:none", "--filter=tree:0"];

/// A clone with a migration of its own, of a remote that has had another one since.
fn partial(world: &World, filter: &str) -> Repo {
    let repo = world.repo("repo");
    let remote = world.at("repo.git");
    remote.git(&["config", "uploadpack.allowFilter", "true"]);
    remote.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let clone = world.clone(&[filter]);
    clone.git(&["checkout", "-q", "-b", "topic"]);
    clone.commit_migration("b", "'a'");
    repo.commit_migration("c", "'a'");
    repo.git(&["push", "-q", "origin", "main"]);
    clone.git(&["fetch", "-q"]);
    clone
}

/// Where the remote was.
fn take_remote_away(world: &World) {
    std::fs::rename(world.path("repo.git"), world.path("away.git")).expect("it moves");
}

/// Whether git is one that cannot tell what a partial clone lacks without fetching it, and onehead says what to run: it
/// then fetches nothing by itself, and nothing is green.
fn leaves_it_to_a_newer_git(world: &World, ended: &Ended) -> bool {
    let version = world.at(".").git(&["version"]);
    let mut numbers = version
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .split('.')
        .map_while(|number| number.trim().parse::<u32>().ok());
    let version = (numbers.next(), numbers.next());
    version < (Some(2), Some(45)) && ended.text.contains("`git fetch --refetch --no-filter`")
}

#[test]
fn a_command_fetches_what_it_lacks_if_asked() {
    for filter in FILTERS {
        for command in [&["ci"][..], &["check", "--target"]] {
            let world = World::new();
            let clone = partial(&world, filter);
            let ended = clone.onehead(command);
            assert_eq!(ended.code, 2, "{filter} {command:?}: {}", ended.text);
            ended.says("--refetch --no-filter");
            let mut fetching = command.to_vec();
            fetching.push("--fetch");
            let ended = clone.onehead(&fetching);
            if leaves_it_to_a_newer_git(&world, &ended) {
                ended.exits(2);
                continue;
            }
            assert_eq!(ended.code, 1, "{filter} {command:?}: {}", ended.text);
            ended.says("OH010");
        }
    }
}

#[test]
fn a_sparse_clone_fetches_the_migrations_that_it_has_not_checked_out() {
    for (filter, remote_name) in FILTERS
        .iter()
        .flat_map(|filter| [(filter, "origin"), (filter, "up.stream")])
    {
        let world = World::new();
        let repo = world.repo("repo");
        let remote = world.at("repo.git");
        remote.git(&["config", "uploadpack.allowFilter", "true"]);
        remote.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        repo.write("db/alembic.ini", "[alembic]\nscript_location = steps\n");
        repo.write("db/steps/env.py", "");
        repo.write(
            "db/steps/first.py",
            "revision = 'f'\ndown_revision = None\n",
        );
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", "More"]);
        repo.git(&["push", "-q", "origin", "main"]);
        let clone = world.clone(&["--sparse", filter, "-o", remote_name]);
        let ended = clone.onehead(&["check"]);
        assert_eq!(ended.code, 2, "{filter}: {}", ended.text);
        ended.says("git fetch --refetch");
        let ended = clone.onehead(&["check", "--fetch"]);
        if leaves_it_to_a_newer_git(&world, &ended) {
            ended.exits(2);
            continue;
        }
        assert_ne!(ended.code, 2, "{filter}: {}", ended.text);
        let ended = clone.onehead(&["ci", "--fetch"]);
        assert_ne!(ended.code, 2, "{filter}: {}", ended.text);
    }
}

/// Here the target is a branch of this clone, so its name does not tell where its objects are.
#[test]
fn objects_come_from_the_remote_that_has_them() {
    for filter in FILTERS {
        let world = World::new();
        let clone = partial(&world, filter);
        clone.git(&["branch", "-q", "--no-track", "base", "origin/main"]);
        clone.git(&["remote", "rename", "origin", "upstream"]);
        clone.hooks(CLIENT_HOOKS);
        clone.write("onehead.toml", "target = \"base\"\n");
        clone.git(&["add", "."]);
        clone.git(&["commit", "-q", "--no-verify", "-m", "Name the target"]);
        let ended = clone.try_git(&["push", "-q", "upstream", "topic"]);
        assert_ne!(ended.code, 0, "{filter}: {}", ended.text);
        let is_said = ended.text.contains("OH010") || leaves_it_to_a_newer_git(&world, &ended);
        assert!(is_said, "{filter}: {}", ended.text);
        let ended = clone.onehead(&["check", "--target", "base", "--fetch"]);
        let is_said = ended.text.contains("OH010") || leaves_it_to_a_newer_git(&world, &ended);
        assert!(is_said, "{filter}: {}", ended.text);
    }
}

#[test]
fn a_push_fetches_what_it_lacks() {
    for filter in FILTERS {
        let world = World::new();
        let clone = partial(&world, filter);
        clone.hooks(CLIENT_HOOKS);
        let ended = clone.try_git(&["push", "-q", "origin", "topic"]);
        assert_ne!(ended.code, 0, "{filter}: {}", ended.text);
        let is_said = ended.text.contains("OH010") || leaves_it_to_a_newer_git(&world, &ended);
        assert!(is_said, "{filter}: {}", ended.text);
    }
}

#[test]
fn a_commit_fetches_what_its_forecast_lacks() {
    let world = World::new();
    let clone = partial(&world, FILTERS[0]);
    clone.hooks(CLIENT_HOOKS);
    clone.migration("d", "'b'");
    clone.git(&["add", "."]);
    let ended = clone.try_git(&["commit", "-qm", "Add d"]);
    ended.exits(0);
    let is_said = ended.text.contains("OH010") || leaves_it_to_a_newer_git(&world, &ended);
    assert!(is_said, "{}", ended.text);
}

/// A clone without the files of a release beside the target, whose new revision has the id of one of them.
fn partial_beside_a_release(world: &World, filter: &str) -> Repo {
    let repo = world.repo("repo");
    repo.git(&["switch", "-q", "-c", "release"]);
    repo.commit_migration("x", "'a'");
    repo.git(&["tag", "v1"]);
    repo.git(&["switch", "-q", "main"]);
    repo.commit_migration("x", "'a'\nlimit = 1");
    let remote = world.at("repo.git");
    remote.git(&["config", "uploadpack.allowFilter", "true"]);
    remote.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    repo.git(&["push", "-q", "origin", "v1", "main:topic"]);
    world.clone(&[filter, "--branch", "topic"])
}

#[test]
fn what_a_release_has_is_unknown_until_it_is_fetched() {
    for filter in FILTERS {
        let world = World::new();
        let clone = partial_beside_a_release(&world, filter);
        let ended = clone.onehead(&["check", "--target", "origin/main"]);
        assert_eq!(ended.code, 2, "{filter}: {}", ended.text);
        let ended = clone.onehead(&["check", "--target", "origin/main", "--fetch"]);
        let is_left = leaves_it_to_a_newer_git(&world, &ended);
        assert!(ended.code == 0 || is_left, "{filter}: {}", ended.text);
    }
}

#[test]
fn a_push_fetches_what_a_release_has() {
    let world = World::new();
    let clone = partial_beside_a_release(&world, FILTERS[0]);
    let hook = ["hook", "pre-push", "origin", "x"];
    let ended = clone.onehead_with(&hook, &clone.new_branch("topic", "work"));
    let is_left = leaves_it_to_a_newer_git(&world, &ended);
    assert!(ended.code == 0 || is_left, "{}", ended.text);
}

#[test]
fn a_push_is_refused_where_nothing_may_or_can_be_fetched() {
    let line = |clone: &Repo| clone.new_branch("topic", "topic");
    for filter in FILTERS {
        let world = World::new();
        let clone = partial(&world, filter);
        clone.write("onehead.toml", "[hooks]\nfetch = false\n");
        clone.git(&["add", "."]);
        clone.git(&["commit", "-qm", "Fetch nothing"]);
        let hook = ["hook", "pre-push", "origin", "x"];
        let ended = clone.onehead_with(&hook, &line(&clone));
        assert_eq!(ended.code, 2, "{filter}: {}", ended.text);
        clone.write("onehead.toml", "[hooks]\n");
        clone.git(&["commit", "-qam", "Fetch"]);
        take_remote_away(&world);
        let ended = clone.onehead_with(&hook, &line(&clone));
        assert_eq!(ended.code, 2, "{filter}: {}", ended.text);
        ended.says("git fetch --refetch");
    }
}

#[test]
fn the_remote_is_asked_for_its_default_branch() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["push", "-q", "origin", "main:develop"]);
    world
        .at("repo.git")
        .git(&["symbolic-ref", "HEAD", "refs/heads/develop"]);
    repo.git(&["push", "-q", "origin", ":main"]);
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit_migration("b", "'a'");
    repo.git(&["push", "-q", "origin", "topic"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_migration("c", "'a'");
    repo.git(&["push", "-q", "origin", "main:develop"]);
    let clone = world.clone(&["--depth=1", "--branch", "topic"]);
    clone
        .onehead(&["ci"])
        .exits(0)
        .says("note: only HEAD is checked");
    clone
        .onehead(&["ci", "--fetch"])
        .exits(1)
        .says("merging into origin/develop");
}
