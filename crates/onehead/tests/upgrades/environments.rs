//! Environments by lot, as files, and what mends them.

use std::collections::BTreeMap;

use onehead_fixtures::drawn::{reparented, revision_file, scan, sound};
use onehead_fixtures::states::{Ids, Past};
use onehead_fixtures::{GitSandbox, binary};
use onehead_graph::graph;
use onehead_model::{Document, EnvironmentGraph, GraphReport, HeadPolicy, Revision, RevisionId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// How an environment is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By the merge revisions of `onehead check --fix`.
    Merge,
    /// An arm is hung onto the head of another.
    Arm,
    /// Some revision gets other parents, sensible or not.
    Any,
}

/// An environment, its mend, and states to try.
pub(crate) struct Drawn {
    pub(crate) name: String,
    pub(crate) before: Vec<Revision>,
    /// For a merge the same as before.
    pub(crate) after: Vec<Revision>,
    pub(crate) states: Vec<Ids>,
}

/// What a power cut would leave of the databases is nobody's concern.
const ENV: &str = r#"from alembic import context
from sqlalchemy import create_engine, event, pool

url = context.config.get_main_option("sqlalchemy.url")
engine = create_engine(url, poolclass=pool.NullPool)


@event.listens_for(engine, "connect")
def hurry(connection, record):
    connection.execute("PRAGMA synchronous = OFF")


with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"#;

/// The merge revision is logged like any other.
const TEMPLATE: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade():
    op.execute("INSERT INTO log VALUES ('${up_revision}')")


def downgrade():
    op.execute("DELETE FROM log WHERE migration = '${up_revision}'")
"#;

/// The same environments on every machine.
pub(crate) fn drawn(kind: Kind, count: usize) -> Vec<Drawn> {
    let seed = TestRng::from_seed(RngAlgorithm::ChaCha, &[kind as u8 + 1; 32]);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), seed);
    let parts = (
        sound(11),
        any::<Index>(),
        vec(any::<Index>(), 1..3),
        vec((any::<u64>(), 0_u64..6), 2),
    );
    let mut found = Vec::new();
    while found.len() < count {
        let (before, which, onto, bits) = parts
            .new_tree(&mut runner)
            .expect("nothing is refused")
            .current();
        let graph = environment(&before);
        let past = Past::of(&graph);
        let after = match kind {
            Kind::Merge => (graph.heads.len() > 1).then(|| before.clone()),
            Kind::Arm => arm_moved(&graph, before.clone(), which),
            Kind::Any => {
                (!before.is_empty()).then(|| reparented(before.clone(), &past, which, &onto))
            }
        };
        if let Some(after) = after {
            found.push(Drawn {
                name: format!("{kind:?}{}", found.len()).to_lowercase(),
                states: bits
                    .into_iter()
                    .map(|(bits, density)| past.state(bits, density))
                    .collect(),
                before,
                after,
            });
        }
    }
    found
}

/// The smallest fork, once mended by either way, with the states that matter.
pub(crate) fn one_of_each() -> Vec<Drawn> {
    let revision = |id: &str, parent: Option<&str>| {
        let mut made = scan(Vec::new(), HeadPolicy::Single);
        let folder = made.environments.remove(0).version_locations.remove(0);
        Revision {
            id: id.into(),
            path: folder.join(&format!("{id}.py")),
            message: format!("add {id}"),
            create_date: None,
            down_revisions: parent.into_iter().map(RevisionId::from).collect(),
            depends_on: vec![],
            branch_labels: vec![],
            unknown: vec![],
            down_revision_at: None,
        }
    };
    let before = vec![
        revision("p", None),
        revision("ours", Some("p")),
        revision("theirs", Some("p")),
    ];
    let mut after = before.clone();
    after[1] = revision("ours", Some("theirs"));
    let state = |ids: &[&str]| ids.iter().copied().map(RevisionId::from).collect::<Ids>();
    vec![
        Drawn {
            name: "merged".into(),
            before: before.clone(),
            after: before.clone(),
            states: vec![state(&["p", "ours"])],
        },
        Drawn {
            name: "by-hand".into(),
            before,
            after,
            states: vec![
                state(&["p", "theirs"]),
                state(&["p", "ours"]),
                state(&["p", "ours", "theirs"]),
            ],
        },
    ]
}

/// Hangs the first revision of an arm onto the head of another, as re-parenting does.
fn arm_moved(
    graph: &EnvironmentGraph,
    mut revisions: Vec<Revision>,
    which: Index,
) -> Option<Vec<Revision>> {
    let group = graph.groups.iter().find(|group| group.arms.len() > 1)?;
    let at = which.index(group.arms.len());
    let (arm, onto) = (&group.arms[at], &group.heads[(at + 1) % group.heads.len()]);
    let is_first = |one: &&mut Revision| {
        arm.revisions.contains(&one.id)
            && !one
                .down_revisions
                .iter()
                .any(|parent| arm.revisions.contains(parent))
    };
    let is_before_onto = Past::of(graph).closed([onto.clone()]);
    let first = revisions.iter_mut().find(is_first)?;
    if is_before_onto.contains(&first.id) {
        return None;
    }
    first.down_revisions = vec![onto.clone()];
    Some(revisions)
}

fn environment(revisions: &[Revision]) -> EnvironmentGraph {
    let mut report = graph(scan(revisions.to_vec(), HeadPolicy::Single));
    report.environments.remove(0)
}

/// Writes an environment whose migrations say in the table `log` that they ran.
pub(crate) fn environment_files(sandbox: &GitSandbox, name: &str, revisions: &[Revision]) {
    sandbox.write(format!("{name}/env.py"), ENV);
    sandbox.write(format!("{name}/script.py.mako"), TEMPLATE);
    for revision in revisions {
        let id = &revision.id;
        let upgrade = format!("op.execute(\"INSERT INTO log VALUES ('{id}')\")");
        let downgrade = format!("op.execute(\"DELETE FROM log WHERE migration = '{id}'\")");
        let path = format!("{name}/versions/{}", revision.path.name());
        sandbox.write(path, revision_file(revision, &upgrade, &downgrade));
    }
}

/// Merges the heads of the environments that are called so, with the real program, step by step until
/// one is left.
pub(crate) fn merged(sandbox: &GitSandbox) {
    sandbox.write("onehead.toml", "include = [\"merge*\"]\n");
    for _ in 0..2 {
        if sandbox
            .run(binary("onehead"), &["check", "--fix", "--quiet"], "")
            .code
            == Some(0)
        {
            break;
        }
    }
    let last = sandbox.run(binary("onehead"), &["check", "--quiet"], "");
    assert_eq!(last.code, Some(0), "{}{}", last.stdout, last.stderr);
    sandbox.write("onehead.toml", "");
}

/// The graphs of all environments of a repository, read by the real programs.
pub(crate) fn graphs(sandbox: &GitSandbox) -> BTreeMap<String, EnvironmentGraph> {
    let scanned = sandbox.run(binary("onehead-scan"), &["--repo", "."], "");
    assert_eq!(scanned.code, Some(0), "{}", scanned.stderr);
    let linked = sandbox.run::<&str>(binary("onehead-graph"), &[], &scanned.stdout);
    let report = GraphReport::from_json(&linked.stdout).expect("a graph");
    let named = report
        .environments
        .into_iter()
        .map(|one| (one.name.clone(), one));
    named.collect()
}
