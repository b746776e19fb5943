//! Real clones of a real repository: people write migrations, merge one another in any order, mend
//! without asking anybody, and push. One head is left, and every clone has the same tree.
//!
//! The same in the model, on many more graphs: `crates/render/tests/convergence.rs`.

use onehead_fixtures::drawn::{revision_file, scan, sound};
use onehead_fixtures::{GitSandbox, binary};
use onehead_graph::graph;
use onehead_model::{Document, GraphReport, HeadPolicy, Revision, RevisionId};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;

const TEMPLATE: &str = r#""""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}

"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
"#;

/// A folder with clones of a bare repository.
struct Team {
    folder: GitSandbox,
    names: Vec<String>,
}

impl Team {
    /// A main line with these revisions, mended, and this many clones of it.
    fn new(revisions: &[Revision], size: usize) -> Self {
        let folder = GitSandbox::without_git();
        folder.write(
            "../home/.gitconfig",
            "[user]\n\tname = Ann Bee\n\temail = ann.bee@example.com\n[init]\n\tdefaultBranch = main\n[commit]\n\tgpgSign = false\n[gc]\n\tauto = 0\n[core]\n\tfsync = none\n",
        );
        folder.git(&["init", "--quiet", "--template=", "first"]);
        folder.write("first/m/env.py", "");
        folder.write("first/m/script.py.mako", TEMPLATE);
        for revision in revisions {
            let path = format!("first/m/versions/{}", revision.path.name());
            folder.write(path, revision_file(revision, "pass", "pass"));
        }
        let team = Self {
            folder,
            names: (0..size).map(|at| format!("clone{at}")).collect(),
        };
        team.commit("first");
        team.mend("first");
        team.folder
            .git(&["clone", "--quiet", "--bare", "first", "origin.git"]);
        for name in &team.names {
            team.folder
                .git(&["clone", "--quiet", "--template=", "origin.git", name]);
            for other in team.names.iter().filter(|other| *other != name) {
                team.git(name, &["remote", "add", other, &format!("../{other}")]);
            }
        }
        team
    }

    fn git(&self, name: &str, args: &[&str]) -> String {
        self.folder.git(&[&["-C", name], args].concat())
    }

    fn commit(&self, name: &str) {
        self.git(name, &["add", "--all"]);
        self.git(name, &["commit", "--quiet", "--message", "Work"]);
    }

    fn graph(&self, name: &str) -> onehead_model::EnvironmentGraph {
        let scanned = self
            .folder
            .run(binary("onehead-scan"), &["--repo", name], "");
        let linked = self
            .folder
            .run::<&str>(binary("onehead-graph"), &[], &scanned.stdout);
        let mut report = GraphReport::from_json(&linked.stdout).expect("a graph");
        report.environments.remove(0)
    }

    /// Writes a revision on one of the heads, and commits it.
    fn work(&self, who: usize, nth: usize, onto: Index) {
        let name = &self.names[who];
        let heads = self.graph(name).heads;
        let id = format!("{:02x}{who}{nth}", (who * 97 + nth * 31 + 7) % 256);
        let mut made = scan(Vec::new(), HeadPolicy::Single);
        let revision = Revision {
            path: made
                .environments
                .remove(0)
                .version_locations
                .remove(0)
                .join(&format!("{id}.py")),
            message: format!("work {nth} of {who}"),
            create_date: Some(format!("2024-05-0{} 12:00:00", 9 - who - nth)),
            down_revisions: vec![heads[onto.index(heads.len())].clone()],
            depends_on: vec![],
            branch_labels: vec![],
            unknown: vec![],
            down_revision_at: None,
            id: RevisionId::new(id),
        };
        let path = format!("{name}/m/versions/{}", revision.path.name());
        self.folder
            .write(path, revision_file(&revision, "pass", "pass"));
        self.commit(name);
    }

    /// The documented step: `onehead check --fix --commit` until there is one head.
    fn mend(&self, name: &str) {
        let program = binary("onehead");
        let args = ["check", "--fix", "--commit", "--quiet", "--repo", name];
        let mut ran = self.folder.run(&program, &args, "");
        if ran.code == Some(1) {
            ran = self.folder.run(&program, &args, "");
        }
        assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
    }

    /// Merges another clone. Whoever has mended the same in it wrote the same, so this is clean.
    fn pull(&self, who: usize, whom: usize) {
        if who != whom {
            let name = &self.names[who];
            self.git(name, &["fetch", "--quiet", &self.names[whom], "main"]);
            self.git(name, &["merge", "--quiet", "--no-edit", "FETCH_HEAD"]);
        }
    }

    fn land(&self, name: &str) {
        self.git(
            name,
            &[
                "pull",
                "--quiet",
                "--no-rebase",
                "--no-edit",
                "origin",
                "main",
            ],
        );
        self.mend(name);
        self.git(name, &["push", "--quiet", "origin", "main"]);
    }
}

fn cases() -> ProptestConfig {
    // Each is a few dozen git processes; what shrinking would take is not worth the wait.
    ProptestConfig {
        cases: 50,
        max_shrink_iters: 0,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn clones_that_mend_on_their_own_end_with_one_head(
        revisions in sound(5),
        size in prop_oneof![3 => Just(2_usize), 1 => Just(3)],
        work in vec(any::<Index>(), 3),
        pulls in vec((any::<Index>(), any::<Index>(), any::<bool>()), 0..4),
        order in Just([0, 1, 2]).prop_shuffle(),
    ) {
        prop_assume!(!graph(scan(revisions.clone(), HeadPolicy::Single)).environments[0].heads.is_empty());
        let team = Team::new(&revisions, size);
        for who in 0..size {
            team.work(who, 0, work[who]);
        }
        for (nth, (who, whom, mends)) in pulls.iter().enumerate() {
            let who = who.index(size);
            team.pull(who, whom.index(size));
            if *mends {
                team.mend(&team.names[who]);
            } else {
                team.work(who, nth + 1, work[nth % 3]);
            }
        }
        // Two merge one another and mend, neither of them knowing that the other does the same.
        team.git("clone0", &["fetch", "--quiet", "clone1", "main"]);
        team.git("clone1", &["fetch", "--quiet", "clone0", "main"]);
        team.git("clone0", &["merge", "--quiet", "--no-edit", "FETCH_HEAD"]);
        team.git("clone1", &["merge", "--quiet", "--no-edit", "FETCH_HEAD"]);
        team.mend("clone0");
        team.mend("clone1");
        let tree = |name: &str| team.git(name, &["rev-parse", "HEAD^{tree}"]);
        assert_eq!(tree("clone0"), tree("clone1"));

        let landing: Vec<&String> = order.iter().filter_map(|who| team.names.get(*who)).collect();
        for name in &landing {
            team.land(name);
        }
        let main = team.git("origin.git", &["rev-parse", "main^{tree}"]);
        for name in &landing {
            team.git(name, &["pull", "--quiet", "--no-rebase", "--no-edit", "origin", "main"]);
            assert_eq!(tree(name), main);
            assert_eq!(team.graph(name).heads.len(), 1);
        }
    }
}
