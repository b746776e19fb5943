//! Environments by lot, as files, and what fixes them.

use std::collections::BTreeMap;

use onehead_fixtures::documents::revision_from;
use onehead_fixtures::drawn::{reparented, revision_file, scan, sound};
use onehead_fixtures::states::{Ids, Past};
use onehead_fixtures::{GitSandbox, binary};
use onehead_graph::{graph, reparent};
use onehead_model::{Document, EnvironmentGraph, GraphReport, HeadPolicy, Revision, RevisionId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// How an environment is fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By the merge revisions of `onehead check --fix`.
    Merge,
    /// Unpublished sides are re-parented onto the published head by `onehead fix --strategy reparent`.
    Side,
    /// Some revision gets other parents, sensible or not.
    Any,
}

/// An environment, its fix, and states to try.
pub(crate) struct Drawn {
    pub(crate) name: String,
    pub(crate) before: Vec<Revision>,
    /// What a hand makes of it. If a program fixes it, the same as before.
    pub(crate) after: Vec<Revision>,
    /// What only one branch has.
    pub(crate) unpublished: Ids,
    pub(crate) states: Vec<Ids>,
}

/// What a power cut would leave of the databases is nobody's concern.
pub(crate) const ENV: &str = r#"from alembic import context
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
pub(crate) const TEMPLATE: &str = r#""""${message}

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
        let made = match kind {
            Kind::Merge => (graph.heads.len() > 1).then(|| (before.clone(), Ids::new())),
            Kind::Side => unpublished(&graph, which).map(|sides| (before.clone(), sides)),
            Kind::Any => (!before.is_empty())
                .then(|| (reparented(before.clone(), &past, which, &onto), Ids::new())),
        };
        if let Some((after, unpublished)) = made {
            found.push(Drawn {
                name: format!("{kind:?}{}", found.len()).to_lowercase(),
                states: bits
                    .into_iter()
                    .map(|(bits, density)| past.state(bits, density))
                    .collect(),
                before,
                after,
                unpublished,
            });
        }
    }
    found
}

/// The smallest fork, once fixed by either way, with the states that matter.
pub(crate) fn one_of_each() -> Vec<Drawn> {
    let before = ["p", "ours<p", "theirs<p"].map(revision_from).to_vec();
    let mut after = before.clone();
    after[1] = revision_from("ours<theirs");
    let state = |ids: &[&str]| ids.iter().copied().map(RevisionId::from).collect::<Ids>();
    vec![
        Drawn {
            name: "merged".into(),
            before: before.clone(),
            after: before.clone(),
            unpublished: Ids::new(),
            states: vec![state(&["p", "ours"])],
        },
        Drawn {
            name: "by-hand".into(),
            before,
            after,
            unpublished: state(&["ours"]),
            states: vec![
                state(&["p", "theirs"]),
                state(&["p", "ours"]),
                state(&["p", "ours", "theirs"]),
            ],
        },
    ]
}

/// The sides that one of the heads does not have, if they can be re-parented onto it.
fn unpublished(graph: &EnvironmentGraph, which: Index) -> Option<Ids> {
    let group = graph.groups.iter().find(|group| group.heads.len() > 1)?;
    let published = &group.heads[which.index(group.heads.len())];
    let mut sides: Ids = graph.revisions.iter().map(|node| node.id.clone()).collect();
    let mut todo = vec![published];
    while let Some(id) = todo.pop() {
        sides.remove(id);
        let node = graph.revisions.iter().find(|node| node.id == *id)?;
        todo.extend(&node.down_revisions);
    }
    let can = reparent(graph, group, &|id| !sides.contains(id)).is_ok();
    (can && !sides.is_empty()).then_some(sides)
}

fn environment(revisions: &[Revision]) -> EnvironmentGraph {
    let mut report = graph(&scan(revisions.to_vec(), HeadPolicy::Single));
    report.environments.remove(0)
}

/// A repository with environments whose migrations say in the table `log` that they ran: what is
/// published on `main`, all of it on the branch `work`.
pub(crate) fn written(environments: &[Drawn], files: fn(&Drawn) -> &[Revision]) -> GitSandbox {
    let sandbox = GitSandbox::new();
    let write = |is_published: bool| {
        for one in environments {
            let wanted =
                |revision: &&Revision| one.unpublished.contains(&revision.id) != is_published;
            for revision in files(one).iter().filter(wanted) {
                let path = format!("{}/versions/{}", one.name, revision.path.name());
                sandbox.write(path, logging_file(revision));
            }
        }
    };
    for one in environments {
        sandbox.write(format!("{}/env.py", one.name), ENV);
        sandbox.write(format!("{}/script.py.mako", one.name), TEMPLATE);
    }
    write(true);
    sandbox.commit_all("Ann Bee", "Publish");
    sandbox.git(&["checkout", "--quiet", "-b", "work"]);
    write(false);
    sandbox.commit_all("Ben Cee", "Work");
    sandbox
}

/// Its migration says in the table `log` that it ran.
pub(crate) fn logging_file(revision: &Revision) -> String {
    let id = &revision.id;
    let upgrade = format!("op.execute(\"INSERT INTO log VALUES ('{id}')\")");
    let downgrade = format!("op.execute(\"DELETE FROM log WHERE migration = '{id}'\")");
    revision_file(revision, &upgrade, &downgrade)
}

/// Merges the heads of the environments that are called so, with the real program, step by step until
/// one is left.
pub(crate) fn merged(sandbox: &GitSandbox) {
    settings(sandbox, "merge");
    if sandbox.run(binary("onehead"), &["check", "--fix"], "").code == Some(1) {
        sandbox.run(binary("onehead"), &["check", "--fix"], "");
    }
    ended_with_one_head(sandbox);
}

/// Re-parents the unpublished sides of the environments that are called so onto the published head, with the
/// real program.
pub(crate) fn sides_reparented(sandbox: &GitSandbox) {
    settings(sandbox, "side");
    let ran = sandbox.run(binary("onehead"), &["fix", "--strategy", "reparent"], "");
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    ended_with_one_head(sandbox);
}

fn settings(sandbox: &GitSandbox, names: &str) {
    sandbox.write(
        "onehead.toml",
        format!("include = [\"{names}*\"]\ntarget = \"main\"\nallow-none = true\n"),
    );
}

fn ended_with_one_head(sandbox: &GitSandbox) {
    let last = sandbox.run(binary("onehead"), &["check"], "");
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
