use onehead_fixtures::documents;
use onehead_model::Coverage;
use pretty_assertions::assert_eq;

use super::*;

/// Revisions by id, file name and parents.
fn environment(revisions: &[(&str, &str, &[&str])]) -> EnvironmentGraph {
    let node = |(id, name, parents): &(&str, &str, &[&str])| {
        let path = RepoPath::new(format!("m/versions/{name}.py")).expect("a path");
        Node {
            down_revisions: parents.iter().map(|id| (*id).into()).collect(),
            ..documents::node(&(*id).into(), &path)
        }
    };
    let ids: Vec<&str> = revisions.iter().map(|(id, ..)| *id).collect();
    EnvironmentGraph {
        sequence: IdPattern::of(&ids, Coverage::Most),
        revisions: revisions.iter().map(node).collect(),
        ..documents::environment_graph()
    }
}

/// The names of the files that get another id, with that id. What begins with `our` is published by no ref.
fn new_numbers(revisions: &[(&str, &str, &[&str])], given_up: &[&str]) -> Vec<String> {
    let environment = environment(revisions);
    let is_published = |node: &Node| !node.path.name().starts_with("our");
    let name = |node: &Node| node.path.name().trim_end_matches(".py").to_owned();
    let nodes = environment.revisions.iter();
    let given_up: Vec<&Node> = nodes
        .filter(|node| given_up.contains(&name(node).as_str()))
        .collect();
    renumbered(&environment, &given_up, &is_published)
        .iter()
        .map(|one| format!("{} {}", name(one.node), one.to))
        .collect()
}

#[test]
fn the_next_number_that_is_free() {
    let all: &[(&str, &str, &[&str])] = &[
        ("0001", "base", &[]),
        ("0002", "theirs", &["0001"]),
        ("0003", "more_of_theirs", &["0002"]),
        ("0002", "ours", &["0001"]),
    ];
    assert_eq!(new_numbers(all, &["ours"]), ["ours 0004"]);
}

#[test]
fn what_was_written_on_top_comes_behind() {
    let all: &[(&str, &str, &[&str])] = &[
        ("0001", "base", &[]),
        ("0002", "theirs", &["0001"]),
        ("0002", "ours", &["0001"]),
        ("0003", "ours_2", &["0002"]),
        ("0009", "ours_3", &["0003"]),
        ("0004", "ours_beside", &["0001"]),
    ];
    // The last one has a later number already; the one beside follows nothing that changes.
    assert_eq!(new_numbers(all, &["ours"]), ["ours 0005", "ours_2 0006"]);
}

#[test]
fn several_numbers_that_are_there_twice() {
    let all: &[(&str, &str, &[&str])] = &[
        ("0001_base", "base", &[]),
        ("0002_x", "theirs", &["0001_base"]),
        ("0003_x", "theirs_2", &["0002_x"]),
        ("0002_x", "ours", &["0001_base"]),
        ("0003_x", "ours_2", &["0002_x"]),
    ];
    let expected = ["ours 0004_x", "ours_2 0005_x"];
    assert_eq!(new_numbers(all, &["ours", "ours_2"]), expected);
}

#[test]
fn other_ids_get_no_number() {
    let all: &[(&str, &str, &[&str])] = &[
        ("a", "base", &[]),
        ("b", "theirs", &["a"]),
        ("b", "ours", &["a"]),
    ];
    assert_eq!(new_numbers(all, &["ours"]), Vec::<String>::new());
    let mixed: &[(&str, &str, &[&str])] = &[
        ("0001", "base", &[]),
        ("0002", "more", &["0001"]),
        ("b", "theirs", &["0002"]),
        ("b", "ours", &["0002"]),
    ];
    assert_eq!(new_numbers(mixed, &["ours"]), Vec::<String>::new());
}
