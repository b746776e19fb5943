//! Every way in which a hook is started: by git, by a hook manager outside of a commit or a push, by hand.

use pretty_assertions::assert_eq;

use crate::support::{ONEHEAD, Repo, World};

/// HEAD has two heads, and nothing is staged.
fn forked(world: &World) -> Repo {
    let repo = world.repo("repo");
    repo.commit_migration("c", "'a'");
    repo.git(&["tag", "fine"]);
    repo.commit_migration("b", "'a'");
    repo
}

/// What the hook says with these variables.
fn with(repo: &Repo, variables: &[&str], hook: &str) -> (i32, String) {
    let mut words = vec!["env"];
    words.extend(variables);
    words.extend([ONEHEAD, "hook", hook]);
    let ended = repo.run(&words);
    (ended.code, ended.text)
}

const OF_A_COMMIT: &str = "GIT_INDEX_FILE=.git/index";

#[test]
fn without_a_commit_everything_is_checked() {
    let world = World::new();
    let repo = forked(&world);
    for variables in [&[][..], &["PRE_COMMIT=1"]] {
        let (code, text) = with(&repo, variables, "pre-commit");
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("OH001"), "{text}");
        assert!(text.contains("onehead check --fix"), "{text}");
    }
    repo.write("README", "staged\n");
    repo.git(&["add", "README"]);
    assert_eq!(with(&repo, &[], "pre-commit").0, 1);
    assert_eq!(with(&repo, &[OF_A_COMMIT], "pre-commit").0, 0);
    // What is staged is what counts.
    repo.migration("b", "'c'");
    repo.git(&["add", "."]);
    let (code, text) = with(&repo, &[], "pre-commit");
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("HEAD has migration errors"), "{text}");
}

#[test]
fn without_a_push_head_is_checked() {
    let world = World::new();
    let repo = forked(&world);
    for variables in [&[][..], &["PRE_COMMIT=1"]] {
        let (code, text) = with(&repo, variables, "pre-push");
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("git started no push"), "{text}");
    }
    // Of a branch that follows none, and as lefthook starts it.
    repo.git(&["checkout", "-q", "-b", "new"]);
    assert_eq!(with(&repo, &[], "pre-push").0, 1);
    assert_eq!(repo.onehead(&["hook", "pre-push", "{1}", "{2}"]).code, 1);
    let refs = [
        "PRE_COMMIT=1",
        "PRE_COMMIT_FROM_REF=fine",
        "PRE_COMMIT_TO_REF=new",
    ];
    let (code, text) = with(&repo, &refs, "pre-push");
    assert_eq!(code, 1, "{text}");
    // git runs the hook where everything is pushed already, and says where to.
    let nothing = repo.onehead(&["hook", "pre-push", "origin", "../repo.git"]);
    assert_eq!((nothing.code, nothing.text.as_str()), (0, ""));
}

#[test]
fn between_two_refs_counts_what_the_second_introduces() {
    let world = World::new();
    let repo = forked(&world);
    repo.git(&["tag", "forked"]);
    repo.write("README", "more\n");
    repo.git(&["commit", "-q", "--no-verify", "-am", "More"]);
    let between = |from: &str, to: &str| {
        let from = format!("PRE_COMMIT_FROM_REF={from}");
        let to = format!("PRE_COMMIT_TO_REF={to}");
        with(&repo, &["PRE_COMMIT=1", &from, &to], "pre-commit")
    };
    let (code, text) = between("fine", "HEAD");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("HEAD has these findings"), "{text}");
    assert_eq!(between("forked", "HEAD"), (0, String::new()));
    assert_eq!(between("origin/main", "fine"), (0, String::new()));
    // What FROM has had since is not missing in TO.
    repo.git(&["checkout", "-q", "-b", "old", "forked"]);
    repo.write("README", "other\n");
    repo.git(&["commit", "-q", "--no-verify", "-am", "Other"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.migration("b", "'c'");
    repo.git(&["commit", "-q", "--no-verify", "-am", "Fix it"]);
    assert_eq!(between("main", "old"), (0, String::new()));
    let (code, text) = between("nowhere", "HEAD");
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("`nowhere` names no commit"), "{text}");
}

#[test]
fn between_two_refs_a_collision_with_the_target_counts() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.commit_migration("b", "'a'");
    repo.git(&["checkout", "-q", "main"]);
    repo.commit_migration("c", "'a'");
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let refs = [
        "PRE_COMMIT=1",
        "PRE_COMMIT_FROM_REF=origin/main",
        "PRE_COMMIT_TO_REF=topic",
    ];
    let (code, text) = with(&repo, &refs, "pre-commit");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("OH010"), "{text}");
}

/// A shallow clone knows of no file who brought it, unless a later commit did.
#[test]
fn nobody_is_named_where_history_was_cut() {
    let world = World::new();
    let repo = forked(&world);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let address = format!("file://{}", world.path("repo.git").display());
    let at = world.at(".");
    at.git(&["clone", "-q", "--depth=1", &address, "clone"]);
    let clone = world.at("clone");
    clone.migration("d", "'a'");
    let text = clone.onehead(&["check"]).text;
    assert_eq!(
        text.matches("author unknown: this clone is shallow")
            .count(),
        2,
        "{text}"
    );
    assert!(text.contains("not committed yet"), "{text}");
    assert!(!text.contains("Ada"), "{text}");
    clone.git(&["add", "."]);
    clone.git(&["commit", "-q", "--no-verify", "-m", "Add d"]);
    let json = clone.onehead(&["check", "--format", "json"]).text;
    onehead_schemas::validate("check", &json).expect("the document fits its schema");
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let heads = document["environments"][0]["heads"]
        .as_array()
        .unwrap()
        .iter();
    let known: Vec<(String, bool)> = heads
        .map(|head| {
            (
                head["id"].to_string(),
                head["attribution"]["author"] == "Ada",
            )
        })
        .collect();
    let expected = [("b", false), ("c", false), ("d", true)];
    assert_eq!(known, expected.map(|(id, is)| (format!("\"{id}\""), is)));
}

/// Its index is no empty one: there is none.
#[test]
fn a_bare_repository_has_nothing_to_commit_or_to_fix() {
    let world = World::new();
    let repo = forked(&world);
    repo.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let bare = world.at("repo.git");
    for command in [
        &["fix"][..],
        &["fix", "--target", "--dry-run"],
        &["check", "--fix"],
        &["auto-merge"],
        &["hook", "pre-commit"],
        &["hook", "pre-merge-commit"],
    ] {
        let ended = bare.onehead(command);
        assert_eq!(ended.code, 2, "{command:?}: {}", ended.text);
        let text = "is a bare repository without a working tree\nhint: run this in a clone of it\n";
        assert!(ended.text.ends_with(text), "{command:?}: {}", ended.text);
    }
    assert_eq!(bare.onehead(&["check", "--source", "index"]).code, 2);
    // Where it pushes on, there is no terminal to fix at and no branch to fix.
    let ended = bare.onehead(&["hook", "pre-push"]);
    assert_eq!(ended.code, 1, "{}", ended.text);
    assert!(
        ended.text.contains("check out the branch"),
        "{}",
        ended.text
    );
}

#[test]
fn a_file_is_no_folder_of_a_repository() {
    let world = World::new();
    let repo = world.repo("repo");
    for command in [
        &["check"][..],
        &["doctor"],
        &["install-hooks", "--dry-run"],
        &["hook", "pre-push"],
    ] {
        for place in ["alembic.ini", "missing"] {
            let ended = repo.onehead(&[command, &["--repo", place]].concat());
            assert_eq!(ended.code, 2, "{command:?}: {}", ended.text);
            let text = format!("error: `{place}` is not a folder\nhint: name a folder");
            assert!(ended.text.starts_with(&text), "{command:?}: {}", ended.text);
        }
    }
}

/// Paths that no document can hold are not git's fault.
#[cfg(target_os = "linux")]
#[test]
fn a_repository_whose_path_is_no_text_is_named() {
    for (name, what) in [
        (r"new\nline", "has a line break"),
        (r"caf\351", "is not UTF-8"),
    ] {
        let world = World::new();
        world.repo("repo");
        let script =
            format!("mkdir \"$(printf '{name}')\" && mv repo *[!a-z.]* && cd *[!a-z.]*/repo");
        let ended = world.at(".").run(&[
            "sh",
            "-c",
            &format!("{script} && exec \"$0\" check"),
            ONEHEAD,
        ]);
        assert_eq!(ended.code, 2, "{}", ended.text);
        assert!(ended.text.contains(what), "{}", ended.text);
    }
}

#[test]
fn a_merge_that_cannot_be_made_is_not_offered() {
    let world = World::new();
    let repo = forked(&world);
    repo.write("migrations/versions/d.py", "revision = (\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-q", "--no-verify", "-m", "Break it"]);
    let (code, text) = with(&repo, &[], "pre-push");
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("fix them first"), "{text}");
    assert!(!text.contains("next: run"), "{text}");
}
