//! Explanations of small fixes, as people read them.

use onehead_fixtures::documents::revision_from;
use onehead_fixtures::drawn::scan;
use onehead_graph::{explain, graph};
use onehead_model::{EnvironmentGraph, Explanation, FixVerdict, HeadPolicy, Node, Revision};
use onehead_report::explanation;
use pretty_assertions::assert_eq;

/// An environment of revisions, each as `id`, `id<parent`, or `file:id<parent,parent`.
fn environment(revisions: &[&str]) -> EnvironmentGraph {
    let revision = |text: &&str| {
        let Some((file, text)) = text.split_once(':') else {
            return revision_from(text);
        };
        let revision = revision_from(text);
        Revision {
            path: revision.path.parent().join(&format!("{file}.py")),
            ..revision
        }
    };
    let report = scan(revisions.iter().map(revision).collect(), HeadPolicy::Single);
    graph(&report).environments.remove(0)
}

/// The explanation of a fix; files that begin with `w` are unpublished work.
fn explained(before: &[&str], after: &[&str]) -> Explanation {
    let published = |node: &Node| !node.path.name().starts_with('w');
    explain(&environment(before), &environment(after), &published)
}

#[test]
fn a_merge_skips_nothing() {
    let said = explained(&["p", "a<p", "w1<p"], &["p", "a<p", "w1<p", "m<a,w1"]);
    assert_eq!(
        explanation::text(&said),
        "\
m: no database skips a revision
  database at none of the sides | a | w1 | a + w1: each missing revision runs once
"
    );
}

#[test]
fn an_unpublished_side_that_is_reparented() {
    let before = ["p", "a<p", "b<a", "w1<p", "w2<w1"];
    let said = explained(&before, &["p", "a<p", "b<a", "w1<b", "w2<w1"]);
    assert_eq!(said.verdict, FixVerdict::LocalOnly);
    assert_eq!(
        explanation::text(&said),
        "\
m: no shared database skips a revision; a database that has run this branch may
  database at none of the sides | a | b: each missing revision runs once
  database at w1 | w2 (branch only): would skip a, b
    run \"alembic downgrade w1@p\" before the fix, then \"alembic upgrade head\"
  database at a + w1 | b + w1 | a + w2 | b + w2 (branch only): Alembic would refuse: `w1` overlaps with `a`: the database has both, and one is now an ancestor of the other
    run \"alembic downgrade w1@p\" before the fix, then \"alembic upgrade head\"
"
    );
}

#[test]
fn a_published_revision_that_is_reparented() {
    let said = explained(&["p", "a<p", "b<p"], &["p", "a<p", "b<a"]);
    assert_eq!(said.verdict, FixVerdict::Unsafe);
    assert_eq!(
        explanation::text(&said),
        "\
m: a shared database would skip or repeat a revision, or Alembic would refuse
  database at none of the sides | a: each missing revision runs once
  database at b: would skip a
    this can be any database, production included
  database at a + b: Alembic would refuse: `b` overlaps with `a`: the database has both, and one is now an ancestor of the other
    this can be any database, production included
"
    );
}

#[test]
fn another_id_for_an_unpublished_file() {
    let before = ["p", "a:x<p", "w1:x<p", "w2<x"];
    let said = explained(&before, &["p", "a:x<p", "w1:y<p", "w2<y", "m<x,w2"]);
    assert_eq!(
        explanation::text(&said),
        "\
m: no shared database skips a revision; a database that has run this branch may
  database at none of the sides | x | w2 from m/versions/w1.py: each missing revision runs once
  database at x from m/versions/w1.py (branch only): would skip x and run y again
    create that database again
  database at w2 (branch only): would skip y and run x again
    run \"alembic downgrade w2@x\" before the fix, then \"alembic upgrade head\"
"
    );
}

#[test]
fn a_row_that_the_fix_leaves_without_a_file() {
    let said = explained(&["p", "w1<p"], &["p"]);
    assert_eq!(
        explanation::text(&said),
        "\
m: no shared database skips a revision; a database that has run this branch may
  database at none of the sides: each missing revision runs once
  database at w1 (branch only): Alembic would refuse: cannot locate revision `w1`, which the database has
    run \"alembic downgrade w1@p\" before the fix, then \"alembic upgrade head\"
"
    );
}

#[test]
fn what_a_repository_says_is_not_shown_raw() {
    let said = explained(&["p\u{1b}[2J", "w1<p\u{1b}[2J"], &["p\u{1b}[2J", "w1"]);
    let text = explanation::text(&said);
    assert!(
        text.contains("p\\x1b[2J") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert!(
        said.states.iter().all(|class| class.before.is_none()),
        "no such id in a command line"
    );
}

/// Two sides of nine have a hundred states; the verdict holds of all, and the smallest are named.
#[test]
fn more_states_than_anybody_reads() {
    let line = |name: &str, onto: &str| -> Vec<String> {
        let parent = |at: usize| {
            if at == 0 {
                onto.to_owned()
            } else {
                format!("{name}{}", at - 1)
            }
        };
        (0..9)
            .map(|at| format!("{name}{at}<{}", parent(at)))
            .collect()
    };
    let all = |work: Vec<String>| [vec!["p".to_owned()], line("a", "p"), work].concat();
    let (before, after) = (all(line("w", "p")), all(line("w", "a8")));
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    let said = explained(&before, &after);
    assert!(!said.complete);
    assert_eq!(said.verdict, FixVerdict::LocalOnly);
    assert_eq!(said.changed.len(), 9);
    assert_eq!(
        explanation::text(&said),
        "\
m: no shared database skips a revision; a database that has run this branch may
  database at none of the sides: each missing revision runs once
  database at w0 | w1 | w2 | w3 | w4 | w5 and 3 more (branch only): would skip a0, a1, a2, a3, a4, a5, a6, a7, a8
    run \"alembic downgrade w0@p\" before the fix, then \"alembic upgrade head\"
  any other database: if it has none of the revisions above, each missing one runs once; otherwise the same are skipped or Alembic refuses
"
    );
}
