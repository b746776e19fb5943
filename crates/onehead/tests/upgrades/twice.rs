//! Two people merge the same heads: with `alembic merge` that forks again, with onehead it does not.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use onehead_fixtures::GitSandbox;

use crate::alembic::{Alembic, Job};
use crate::environments::{Drawn, Kind, drawn, graphs, merged, written};

/// The heads of every environment once each of two people has merged them, and both have merged in git.
fn heads_after(environments: &[Drawn], fix: impl Fn(&GitSandbox)) -> BTreeMap<String, usize> {
    let people = [(); 2].map(|()| written(environments, |one| &one.before));
    people.iter().for_each(fix);
    let [ours, theirs] = people;
    for one in environments {
        let folder = PathBuf::from(&one.name).join("versions");
        for entry in fs::read_dir(theirs.root().join(&folder)).expect("it has revisions") {
            let path = entry.expect("a revision").path();
            let Some(name) = path.file_name().filter(|_| path.is_file()) else {
                continue;
            };
            let text = fs::read(&path).expect("a file");
            let same = folder.join(name);
            if let Ok(existing) = fs::read(ours.root().join(&same)) {
                assert!(existing == text, "a conflict in {}", same.display());
            }
            ours.write(same, text);
        }
    }
    let named = graphs(&ours).into_iter();
    named
        .map(|(name, graph)| (name, graph.heads.len()))
        .collect()
}

#[test]
fn two_who_merge_the_same_heads_fork_again_with_alembic_only() {
    let mut environments = drawn(Kind::Merge, 40);
    // To `alembic merge heads`, a head that another depends on is none: that is another story.
    environments.retain(|one| {
        one.before
            .iter()
            .all(|revision| revision.depends_on.is_empty())
    });
    environments.truncate(6);
    assert_eq!(environments.len(), 6);

    let with_alembic = heads_after(&environments, |person| {
        let job = |one: &Drawn| Job {
            scripts: person.root().join(&one.name),
            database: person.root().join("none.sqlite"),
            commands: vec![["merge".to_owned(), "heads".to_owned()]],
        };
        for answer in Alembic::new().run(environments.iter().map(job).collect()) {
            assert_eq!(answer.error, None);
        }
    });
    assert!(
        with_alembic.values().all(|heads| *heads == 2),
        "{with_alembic:?}"
    );

    let with_onehead = heads_after(&environments, merged);
    assert!(
        with_onehead.values().all(|heads| *heads == 1),
        "{with_onehead:?}"
    );
}
