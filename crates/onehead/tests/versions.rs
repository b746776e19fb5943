//! The version stands in the workspace's `Cargo.toml`. Everything else that names it must name the same.

use std::fs;
use std::path::Path;

use onehead_fixtures::{GitSandbox, binary};
use pretty_assertions::assert_eq;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

fn read(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands behind `before` in each line that has it, up to the next blank or quotation mark.
fn behind<'a>(text: &'a str, before: &str) -> Vec<&'a str> {
    let rests = text.lines().filter_map(|line| line.split_once(before));
    rests
        .filter_map(|(_, rest)| rest.split([' ', '"']).next())
        .collect()
}

#[test]
fn the_hook_repository_asks_for_this_version() {
    let shim = read("pyproject.toml");
    assert_eq!(behind(&shim, "version = \""), [VERSION]);
    assert_eq!(behind(&shim, "onehead=="), [VERSION]);
}

#[test]
fn what_people_copy_names_this_version_and_this_repository() {
    for name in ["README.md", "docs/recipes.md"] {
        let text = read(name);
        assert_eq!(behind(&text, "rev: v"), [VERSION], "{name}");
        assert_eq!(behind(&text, "- repo: https"), [&REPOSITORY[5..]], "{name}");
        for version in behind(&text, "onehead==") {
            assert_eq!(version, VERSION, "{name}");
        }
    }
}

#[test]
fn what_ci_installs_is_this_version() {
    for name in [
        "action.yml",
        "actions/rejudge/action.yml",
        "actions/auto-merge/action.yml",
    ] {
        let text = read(name);
        let inputs: Vec<&str> = text
            .lines()
            .skip_while(|&line| line != "  version:")
            .collect();
        assert_eq!(behind(inputs[2], "default: \""), [VERSION], "{name}");
    }
    for name in ["check", "comment", "rejudge", "auto-merge"] {
        let text = read(&format!("docs/workflows/{name}.yml"));
        let pins: Vec<&str> = text
            .lines()
            .filter(|line| line.contains("OWNER/onehead"))
            .collect();
        assert_eq!(pins.len(), 1, "{name}");
        assert_eq!(behind(pins[0], "@v"), [VERSION], "{name}");
    }
    let gitlab = read("docs/workflows/gitlab.yml");
    assert_eq!(behind(&gitlab, "onehead=="), [VERSION]);
}

#[test]
fn what_people_install_names_this_version() {
    let page = read("docs/getting-started.md");
    assert_eq!(behind(&page, "onehead=="), [VERSION]);
}

#[test]
fn the_package_takes_its_version_from_cargo() {
    let package = read("crates/onehead/pyproject.toml");
    assert_eq!(behind(&package, "version = "), [] as [&str; 0]);
    assert!(package.contains("dynamic = [\"version\""), "{package}");
}

#[test]
fn every_program_says_it() {
    let sandbox = GitSandbox::new();
    for name in [
        "onehead",
        "onehead-scan",
        "onehead-graph",
        "onehead-render",
        "onehead-stage",
    ] {
        let ran = sandbox.run(binary(name), &["--version"], "");
        let rest = ran
            .stdout
            .trim_end()
            .strip_prefix(&format!("{name} {VERSION}"));
        let rest = rest.unwrap_or_else(|| panic!("{name} says {}", ran.stdout));
        assert!(
            rest.is_empty() || (rest.starts_with(" (") && rest.ends_with(')')),
            "{rest}"
        );
    }
}

#[test]
fn completions_are_printed_for_every_shell() {
    let sandbox = GitSandbox::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = sandbox.run(binary("onehead"), &["completions", shell], "");
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(
            ran.stdout.contains("install-hooks"),
            "{shell}: {}",
            ran.stdout
        );
        // A launcher of a package types these, people never do.
        for hidden in [
            "invoked-as",
            "invoked_as",
            "__tool",
            "Be one of the four tools",
        ] {
            assert!(!ran.stdout.contains(hidden), "{shell} offers {hidden}");
        }
    }
}
