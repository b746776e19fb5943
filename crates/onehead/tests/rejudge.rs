//! `onehead ci rejudge`: the pull requests of a forge and the branches of a clone, after the target moved.

use onehead_fixtures::{GitSandbox, Ran, binary};
use onehead_schemas::validate;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

/// `main` has a and, brought by #7, c. Branches part at a: `topic` adds b, `docs` touches no migration, `late` and
/// `later` add to c, `stacked` stands on `late`.
fn repository() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("README", "one\n");
    revision(&sandbox, "a", "None");
    sandbox.commit_all("Ann Bee", "Begin");
    branch(&sandbox, "topic", "main", &[("b", "'a'")]);
    branch(&sandbox, "docs", "main", &[]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    revision(&sandbox, "c", "'a'");
    sandbox.commit_all("Bob Cat", "Add c (#7)");
    branch(&sandbox, "late", "main", &[("d", "'c'")]);
    branch(&sandbox, "stacked", "late", &[("e", "'d'")]);
    branch(&sandbox, "later", "main", &[("f", "'c'")]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox
}

fn branch(sandbox: &GitSandbox, name: &str, from: &str, revisions: &[(&str, &str)]) {
    sandbox.git(&["checkout", "--quiet", "-b", name, from]);
    for (id, parent) in revisions {
        revision(sandbox, id, parent);
    }
    sandbox.write("NEWS", name);
    sandbox.commit_all("Ann Bee", name);
}

fn revision(sandbox: &GitSandbox, id: &str, parent: &str) {
    let text = format!("'''Add {id}'''\nrevision = '{id}'\ndown_revision = {parent}\n");
    sandbox.write(format!("m/versions/{id}.py"), text);
}

/// What `gh pr list` says of one.
fn request(sandbox: &GitSandbox, number: u64, branch: &str) -> Value {
    json!({
        "number": number,
        "title": format!("About {branch}"),
        "author": { "id": "U_1", "is_bot": false, "login": "ann", "name": "Ann" },
        "headRefName": branch,
        "headRefOid": sandbox.git(&["rev-parse", branch]),
        "baseRefName": "main",
        "isDraft": false,
        "url": format!("https://github.example/o/r/pull/{number}"),
    })
}

fn rejudge(sandbox: &GitSandbox, args: &[&str], stdin: &Value) -> Ran {
    let mut words = vec!["ci", "rejudge", "--target", "main"];
    words.extend(args);
    sandbox.run(binary("onehead"), &words, &stdin.to_string())
}

fn document(sandbox: &GitSandbox, stdin: &Value) -> Value {
    let ran = rejudge(sandbox, &["--format", "json"], stdin);
    assert_eq!(ran.stderr, "");
    validate("rejudge", &ran.stdout).expect("the document fits its schema");
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let worst = statuses(&document)
        .into_iter()
        .map(|(state, _)| match state {
            "success" => 0,
            "failure" => 1,
            _ => 2,
        });
    assert_eq!(ran.code, Some(worst.max().unwrap_or(0)));
    assert_eq!(document["ok"], document["verdict"] == "fine");
    document
}

/// The state and the reason of each.
fn statuses(document: &Value) -> Vec<(&str, &str)> {
    let requests = document["requests"].as_array().expect("a list");
    requests
        .iter()
        .map(|one| {
            let status = &one["status"];
            let text = |name: &str| status[name].as_str().expect("text");
            (text("state"), text("description"))
        })
        .collect()
}

/// Who collides with the one at a place.
fn others(document: &Value, at: usize) -> Vec<u64> {
    let others = document["requests"][at]["collides_with"].as_array();
    let others = others.expect("a list").iter();
    others
        .map(|other| other["number"].as_u64().expect("a number"))
        .collect()
}

#[test]
fn each_is_judged_against_the_target_and_the_others() {
    let sandbox = repository();
    let list: Vec<Value> = [
        (11, "topic"),
        (12, "docs"),
        (13, "late"),
        (14, "stacked"),
        (15, "later"),
    ]
    .iter()
    .map(|(number, branch)| request(&sandbox, *number, branch))
    .collect();
    let document = document(&sandbox, &json!(list));
    assert_eq!(
        statuses(&document),
        [
            ("failure", "m: 2 heads after merging into main: b, c"),
            ("success", "can be merged into main"),
            (
                "success",
                "can be merged into main; collides with 1 other: #15"
            ),
            (
                "success",
                "can be merged into main; collides with 1 other: #15"
            ),
            (
                "success",
                "can be merged into main; collides with 2 others: #13, #14"
            ),
        ]
    );
    // Whoever has to fix first collides with nobody yet.
    assert_eq!(others(&document, 0), [0; 0]);
    assert_eq!(others(&document, 4), [13, 14]);
    let heads = &document["requests"][0]["environments"][0]["heads"];
    assert_eq!(heads[0]["id"], "b");
    assert_eq!(heads[1]["attribution"]["pull_request"], 7);
}

#[test]
fn a_table_for_people() {
    let sandbox = repository();
    let mut draft = request(&sandbox, 13, "late");
    draft["isDraft"] = json!(true);
    let mut elsewhere = request(&sandbox, 20, "docs");
    elsewhere["baseRefName"] = json!("develop");
    let list = json!([
        request(&sandbox, 9, "topic"),
        draft,
        request(&sandbox, 15, "later"),
        elsewhere
    ]);
    let ran = rejudge(&sandbox, &[], &list);
    assert_eq!(ran.code, Some(1));
    let oid = sandbox.git(&["rev-parse", "main"]);
    assert_eq!(
        ran.stdout,
        format!(
            "failure  #9   topic         m: 2 heads after merging into main: b, c\n\
             success  #13  late (draft)  can be merged into main; collides with 1 other: #15\n\
             success  #15  later         can be merged into main; collides with 1 other: #13\n\
             #13 collides with #15\n\
             #15 collides with #13\n\
             skipped  #20: its target is develop\n\
             3 checked against main ({}), 1 skipped\n",
            &oid[..12]
        )
    );
}

#[test]
fn what_is_not_here_is_never_green() {
    let sandbox = repository();
    let mut gone = request(&sandbox, 21, "topic");
    gone["headRefOid"] = json!("0123456789012345678901234567890123456789");
    sandbox.git(&["checkout", "--quiet", "--orphan", "unrelated"]);
    sandbox.commit_all("Ann Bee", "Elsewhere");
    let unrelated = request(&sandbox, 22, "unrelated");
    branch(&sandbox, "broken", "main", &[]);
    sandbox.write("onehead.toml", "policy = 1\n");
    sandbox.commit_all("Ann Bee", "Settings");
    let broken = request(&sandbox, 23, "broken");
    sandbox.git(&["checkout", "--quiet", "main"]);
    let document = document(&sandbox, &json!([gone, unrelated, broken]));
    let statuses = statuses(&document);
    assert!(
        statuses.iter().all(|(state, _)| *state == "error"),
        "{statuses:?}"
    );
    assert!(statuses[0].1.contains("refs/pull/21/head"), "{statuses:?}");
    assert!(
        statuses[1].1.contains("no commit in common"),
        "{statuses:?}"
    );
    assert!(statuses[2].1.contains("onehead.toml"), "{statuses:?}");
}

/// A configuration that says the same as any other one, in conflict with it.
fn configuration(sandbox: &GitSandbox, comment: &str) {
    let text = format!("[alembic]\nscript_location = m\n# {comment}\n");
    sandbox.write("alembic.ini", text);
}

/// A branch whose configuration is in conflict with the target is not compared with another one, unless both only add
/// revisions.
#[test]
fn a_pair_that_cannot_be_told_is_unknown() {
    let sandbox = repository();
    sandbox.git(&["checkout", "--quiet", "-b", "reworded", "main"]);
    sandbox.write(
        "m/versions/c.py",
        "'''Add what c is'''\nrevision = 'c'\ndown_revision = 'a'\n",
    );
    configuration(&sandbox, "two");
    sandbox.commit_all("Ann Bee", "Reword");
    sandbox.git(&["checkout", "--quiet", "-b", "added", "reworded~1"]);
    revision(&sandbox, "g", "'c'");
    configuration(&sandbox, "three");
    sandbox.commit_all("Ann Bee", "Add g");
    sandbox.git(&["checkout", "--quiet", "main"]);
    configuration(&sandbox, "four");
    sandbox.commit_all("Ann Bee", "Say more");
    let list = json!([
        request(&sandbox, 13, "late"),
        request(&sandbox, 17, "reworded"),
        request(&sandbox, 18, "added"),
    ]);
    let document = document(&sandbox, &list);
    assert_eq!(others(&document, 0), [18]);
    assert_eq!(others(&document, 1), [0_u64; 0]);
    let late = &document["requests"][0];
    let reason = "one of the two cannot be merged into main by itself";
    assert_eq!(
        late["unknown_with"],
        json!([{ "number": 17, "name": "reworded", "reasons": [reason] }])
    );
    assert_eq!(
        late["status"]["description"],
        "can be merged into main; collides with 1 other: #18; unknown with 1 other: #17"
    );
    let text = rejudge(&sandbox, &[], &list).stdout;
    let line = format!("unknown whether #13 collides with #17: {reason}\n");
    assert!(text.contains(&line), "{text}");
}

#[test]
fn a_broken_target_is_nobody_elses_fault() {
    let sandbox = repository();
    revision(&sandbox, "x", "'a'");
    sandbox.commit_all("Bob Cat", "Fork main");
    branch(&sandbox, "fix", "main", &[("y", "('c', 'x')")]);
    branch(&sandbox, "worse", "main", &[("z", "'c'")]);
    let list = json!([
        request(&sandbox, 1, "docs"),
        request(&sandbox, 2, "fix"),
        request(&sandbox, 3, "worse"),
    ]);
    let document = document(&sandbox, &list);
    assert_eq!(
        statuses(&document),
        [
            (
                "success",
                "can be merged into main; main itself: m: 2 heads: c, x"
            ),
            (
                "success",
                "can be merged into main; fixes main: m: 2 heads: c, x"
            ),
            ("failure", "m: 2 heads after merging into main: x, z"),
        ]
    );
}

#[test]
fn branches_of_this_clone() {
    let sandbox = repository();
    let ran = rejudge(&sandbox, &["--refs", "lat*", "docs"], &Value::Null);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let names: Vec<&str> = ran.stdout.lines().take(3).collect();
    assert!(names[0].contains("docs") && names[1].contains("late") && names[2].contains("later"));
    let ran = rejudge(&sandbox, &["--refs", "nothing*"], &Value::Null);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.stdout, "");
}

#[test]
fn merge_requests_of_gitlab() {
    let sandbox = repository();
    let list = json!([{
        "id": 1000, "iid": 5, "title": "x", "sha": sandbox.git(&["rev-parse", "topic"]), "source_branch": "topic",
        "target_branch": "main", "draft": true, "web_url": "https://gitlab.example/1", "author": { "username": "ann" },
    }]);
    let document = document(&sandbox, &list);
    let request = &document["requests"][0];
    assert_eq!(request["number"], 5);
    assert_eq!(request["author"], "ann");
    assert_eq!(request["draft"], true);
    assert_eq!(request["status"]["state"], "failure");
}

#[test]
fn what_is_no_list_is_refused() {
    let sandbox = repository();
    let mut option = request(&sandbox, 1, "topic");
    option["headRefOid"] = json!("--upload-pack=evil");
    for stdin in [
        json!(null),
        json!({ "number": 1 }),
        json!([{ "number": 1 }]),
        json!([option]),
    ] {
        let ran = rejudge(&sandbox, &[], &stdin);
        assert_eq!(ran.code, Some(2), "{stdin}");
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn nothing_acts_in_a_table_or_a_status() {
    let sandbox = repository();
    let id = "::error::\\u202e##[x]\\x1b".to_owned() + &"long".repeat(60);
    sandbox.git(&["checkout", "--quiet", "-b", "evil", "topic"]);
    let text = format!("revision = '{id}'\ndown_revision = 'b'\n");
    sandbox.write("m/versions/evil.py", text);
    sandbox.commit_all("Ann Bee", "evil");
    let mut list = json!([request(&sandbox, 1, "evil")]);
    list[0]["headRefName"] = json!("::error::evil\n::error::evil\u{1b}");
    let document = document(&sandbox, &list);
    let description = statuses(&document)[0].1.to_owned();
    assert_eq!(description.chars().count(), 140);
    assert!(!description.contains(['\u{202e}', '\u{1b}']) && !description.contains("##["));
    let table = rejudge(&sandbox, &[], &list).stdout;
    assert!(!table.contains(['\u{202e}', '\u{1b}']), "{table}");
    assert!(table.lines().all(|line| !line.starts_with("::")), "{table}");
}

/// `main` and `release/1` are targets, which part at a. `late` is for main, `fix` and `hotfix` are for the release.
fn with_release() -> GitSandbox {
    let sandbox = repository();
    sandbox.write("onehead.toml", "target = ['main', 'release/*']\n");
    sandbox.commit_all("Ann Bee", "Set the targets");
    branch(&sandbox, "release/1", "main~2", &[("r", "'a'")]);
    branch(&sandbox, "fix", "release/1", &[("x", "'r'")]);
    branch(&sandbox, "hotfix", "release/1", &[("y", "'r'")]);
    branch(&sandbox, "red", "release/1~1", &[("z", "'a'")]);
    sandbox.git(&["config", "branch.red.remote", "."]);
    sandbox.git(&["config", "branch.red.merge", "refs/heads/release/1"]);
    sandbox.git(&["checkout", "--quiet", "main"]);
    sandbox
}

#[test]
fn each_is_judged_against_its_own_target() {
    let sandbox = with_release();
    let base = |number: u64, branch: &str, base: &str| {
        let mut one = request(&sandbox, number, branch);
        one["baseRefName"] = json!(base);
        one
    };
    let list = json!([
        base(1, "fix", "release/1"),
        base(2, "late", "main"),
        base(3, "hotfix", "release/1"),
        base(4, "red", "release/1"),
        base(5, "late", "develop"),
    ]);
    let of_forge = ["ci", "rejudge", "--format", "json"];
    let ran = sandbox.run(binary("onehead"), &of_forge, &list.to_string());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    validate("rejudge", &ran.stdout).expect("the document fits its schema");
    let document: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(
        statuses(&document),
        [
            (
                "success",
                "can be merged into release/1; collides with 1 other: #3"
            ),
            ("success", "can be merged into main"),
            (
                "success",
                "can be merged into release/1; collides with 1 other: #1"
            ),
            ("failure", "m: 2 heads after merging into release/1: r, z"),
        ]
    );
    assert_eq!(document["requests"][0]["target"], "release/1");
    assert_eq!(document["targets"][1]["requests"], 3);
    assert_eq!(document["skipped"][0]["base"], "develop");
    // The branches of the clone: git tells where each is merged.
    let of_clone = ["ci", "rejudge", "--refs", "late", "*fix", "red"];
    let ran = sandbox.run(binary("onehead"), &of_clone, "");
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    for said in [
        "success    fix     can be merged into release/1; collides with 1 other: hotfix",
        "success    late    can be merged into main",
        "failure    red     m: 2 heads after merging into release/1: r, z",
        "1 checked against main (",
        "3 checked against release/1 (",
    ] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    // With a name, that one is meant for all.
    let ran = rejudge(&sandbox, &["--refs", "late", "fix"], &json!([]));
    assert!(
        ran.stdout.contains("2 checked against main ("),
        "{}",
        ran.stdout
    );
}
