//! The verdict on sides, at the hooks where they are about to be merged.

use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::support::{ONEHEAD, Repo, World};

fn migration(id: &str, operation: &str) -> String {
    format!(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision = '{id}'\ndown_revision = 'a'\n\n\
         def upgrade():\n    {operation}\n"
    )
}

/// `main` has b, `topic` has c; what each does is given.
fn two_branches(world: &World, there: &str, here: &str) -> Repo {
    let repo = world.repo("repo");
    repo.git(&["checkout", "-q", "-b", "topic"]);
    repo.write("migrations/versions/c.py", &migration("c", here));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Ours"]);
    repo.git(&["checkout", "-q", "main"]);
    repo.write("migrations/versions/b.py", &migration("b", there));
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Theirs"]);
    repo.git(&["push", "-q", "origin", "main"]);
    repo.git(&["checkout", "-q", "topic"]);
    repo
}

const ADD: &str = "op.add_column('t', sa.Column('c', sa.Integer()))";
const ADD_ANOTHER: &str = "op.add_column('t', sa.Column('d', sa.Integer()))";

#[test]
fn a_landing_tells_what_collides() {
    let world = World::new();
    let repo = two_branches(&world, ADD, "op.drop_table('t')");
    let ended = repo.run(&["env", "GITHUB_ACTIONS=true", ONEHEAD, "ci"]);
    ended.exits(1).says("  schema changes: conflict\n").says(
        "warning[OH011] migrations/versions/b.py:7: one drops table `t`, the other changes it",
    );
    // Both sides of the conflict are annotated.
    for file in ["b.py", "c.py"] {
        let annotation = format!(
            "::warning file=migrations/versions/{file},line=7,title=OH011 conflicting-sides::"
        );
        ended.says(&annotation);
    }
}

#[test]
fn the_document_of_a_landing_carries_the_verdict() {
    let world = World::new();
    let repo = two_branches(&world, ADD, ADD_ANOTHER);
    let json = repo.onehead(&["check", "--target", "--format", "json"]);
    onehead_schemas::validate("check", &json.text).expect("the document fits its schema");
    let document: Value = serde_json::from_str(&json.text).unwrap();
    let sides = &document["forecast"]["environments"][0]["sides"][0];
    assert_eq!(sides["verdict"], "independent");
    assert_eq!(sides["heads"], serde_json::json!(["b", "c"]));
    assert_eq!(
        document["environments"][0].get("sides"),
        None,
        "nothing forked here"
    );
}

#[test]
fn what_is_staged_is_read_and_not_what_lies_there() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.write("migrations/versions/b.py", &migration("b", ADD));
    repo.write("migrations/versions/c.py", &migration("c", ADD));
    repo.git(&["add", "."]);
    repo.write("migrations/versions/c.py", &migration("c", "pass"));
    repo.onehead(&["check", "--source", "index"])
        .says("both add column `t.c`");
    repo.onehead(&["check"])
        .says("schema changes: no conflict found");
}

#[test]
fn settings_can_forbid_to_merge_what_collides() {
    let world = World::new();
    let repo = world.repo("repo");
    repo.write("migrations/versions/b.py", &migration("b", ADD));
    repo.write("migrations/versions/c.py", &migration("c", ADD));
    repo.write("onehead.toml", "conflicting-sides = \"error\"\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "-qm", "Both"]);
    for command in [&["check", "--fix"][..], &["auto-merge", "--yes"]] {
        repo.onehead(command)
            .exits(1)
            .says("`conflicting-sides` is \"error\"")
            .says("nothing was written");
        assert_eq!(repo.git(&["status", "--porcelain"]), "");
    }
    repo.write("onehead.toml", "conflicting-sides = \"warn\"\n");
    let json = repo.onehead(&["check", "--fix", "--format", "json"]);
    onehead_schemas::validate("check", &json.text).expect("the document fits its schema");
    assert_eq!(json.code, 0, "{}", json.text);
    let document: Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(document["merged"][0]["verdict"], "conflicting");
}
