//! The shape of the workspace: which crate may depend on which, no circle of files inside a crate, and no command in the
//! words of an error of a library.
//!
//! A file depends on another if it names something that is defined there: through `use`, or through a path that begins
//! with `crate`, `super`, `self` or a module of its own. A name that a module only passes on (`pub use`) leads to the file
//! that defines it, so a `mod.rs` that collects its children depends on none of them. What `#[cfg(test)]` holds is left out.

mod rust;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use rust::{File, error_texts, parse};

/// Crates of this workspace, each with those that it may depend on.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("python", &["model"]),
    ("configuration", &["model"]),
    ("git", &["model"]),
    ("report", &["model"]),
    ("graph", &["model"]),
    ("operations", &["model", "python"]),
    ("render", &["model", "python"]),
    ("scan", &["model", "python", "git", "configuration"]),
    ("stage", &["model", "git"]),
    (
        "published",
        &["model", "git", "configuration", "scan", "graph", "python"],
    ),
    (
        "history",
        &[
            "model",
            "git",
            "configuration",
            "scan",
            "graph",
            "forecast",
            "published",
        ],
    ),
    (
        "forecast",
        &[
            "model",
            "git",
            "configuration",
            "scan",
            "graph",
            "operations",
            "published",
        ],
    ),
    ("radar", &["model", "git", "scan", "forecast"]),
    (
        "fix",
        &[
            "model",
            "git",
            "configuration",
            "scan",
            "graph",
            "forecast",
            "published",
            "render",
            "stage",
        ],
    ),
    (
        "setup",
        &["model", "git", "configuration", "scan", "forecast"],
    ),
    (
        "onehead",
        &[
            "model",
            "git",
            "configuration",
            "scan",
            "graph",
            "forecast",
            "fix",
            "history",
            "published",
            "radar",
            "render",
            "report",
            "setup",
            "stage",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn crates_depend_on_each_other_as_planned() {
    // The laboratories use whatever they compare, and no crate may depend on them.
    let crates = folders_in(&root().join("crates"));
    let names = crates
        .iter()
        .filter_map(|folder| folder.file_name()?.to_str());
    let names: BTreeSet<&str> = names
        .filter(|name| !["fuzz", "lab"].contains(name))
        .collect();
    let planned: BTreeSet<&str> = EDGES.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, planned, "a crate without a plan");
    for (name, allowed) in EDGES {
        let manifest = root().join("crates").join(name).join("Cargo.toml");
        let text = fs::read_to_string(&manifest).expect("a manifest");
        let section = text.split("\n[dependencies]\n").nth(1).unwrap_or_default();
        let section = section.split("\n[").next().unwrap_or_default();
        for line in section.lines() {
            let Some(rest) = line.strip_prefix("onehead-") else {
                continue;
            };
            let end = rest.find(['.', ' ', '=']).unwrap_or(rest.len());
            let needed = &rest[..end];
            assert!(
                allowed.contains(&needed),
                "crates/{name} depends on crates/{needed}, which is not planned"
            );
        }
    }
}

#[test]
fn errors_of_libraries_name_no_command() {
    let is_library = |name: &&str| *name != "onehead";
    let mut found = Vec::new();
    for name in EDGES.iter().map(|(name, _)| *name).filter(is_library) {
        let source = root().join("crates").join(name).join("src");
        let mut files = Vec::new();
        files_in(&source, &mut files);
        for file in files {
            let text = fs::read_to_string(&file).expect("a file");
            for words in error_texts(&text) {
                // What to do about an error is for its `hints` module, which knows the commands.
                if ["--", "hint", "`onehead "]
                    .iter()
                    .any(|one| words.contains(one))
                {
                    found.push(format!("{}: {words}", file.display()));
                }
            }
        }
    }
    assert!(found.is_empty(), "move to a `hints` module: {found:#?}");
}

/// Every file of Rust in a folder, sorted.
fn files_in(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files_in(&path, files);
        } else if path.extension().is_some_and(|one| one == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn no_files_depend_on_each_other_in_a_circle() {
    let mut found = Vec::new();
    for package in packages() {
        let files = Crate::read(&package.join("src"));
        assert!(
            !files.files.is_empty(),
            "{} has no source",
            package.display()
        );
        for circle in files.circles() {
            found.push(format!("{}: {}", package.display(), circle.join(", ")));
        }
    }
    assert!(found.is_empty(), "files that need each other: {found:#?}");
}

/// The folder of every package of the workspace.
fn packages() -> Vec<PathBuf> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let lists = |key: &str| {
        let list = manifest
            .split(&format!("\n{key} = ["))
            .nth(1)
            .expect("a list");
        let list = list.split(']').next().unwrap_or_default();
        let members = list.split('"').skip(1).step_by(2);
        members
            .map(|member| root().join(member))
            .collect::<Vec<_>>()
    };
    let excluded = lists("exclude");
    let folders = lists("members").into_iter().flat_map(|member| {
        let is_pattern = member.file_name().is_some_and(|name| name == "*");
        let below = is_pattern.then(|| folders_in(member.parent().expect("a folder")));
        below.unwrap_or_else(|| vec![member])
    });
    folders
        .filter(|folder| !excluded.contains(folder))
        .collect()
}

fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A module by its path in the crate; the root is empty.
type Module = Vec<String>;

/// The files of a crate, and what each of them names.
struct Crate {
    files: BTreeMap<Module, File>,
}

impl Crate {
    fn read(source: &Path) -> Self {
        let mut files = BTreeMap::new();
        read_files(source, &mut files);
        Self { files }
    }

    /// The file that defines what a path leads to, seen from a module.
    fn target(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let mut path = path.iter();
        let mut module = from.clone();
        let mut rest: Vec<String> = Vec::new();
        let first = path.next()?;
        match first.as_str() {
            "crate" => module.clear(),
            "self" => {}
            "super" => drop(module.pop()),
            _ => rest.push(first.clone()),
        }
        for word in path {
            match word.as_str() {
                "super" if rest.is_empty() => drop(module.pop()),
                word => rest.push(word.to_owned()),
            }
        }
        let mut rest = rest.into_iter();
        loop {
            let Some(word) = rest.next() else {
                return Some(module);
            };
            let mut inner = module.clone();
            inner.push(word.clone());
            if self.files.contains_key(&inner) {
                module = inner;
                continue;
            }
            let file = self.files.get(&module)?;
            if depth > 8 || file.defined.contains(&word) {
                return Some(module);
            }
            let named = file.imported.iter().find(|(name, _)| *name == word);
            if let Some((_, path)) = named {
                let mut path = path.clone();
                path.extend(rest);
                return self.target(&module, &path, depth + 1);
            }
            for (_, path) in file.imported.iter().filter(|(name, _)| name == "*") {
                let Some(glob) = self.target(&module, path, depth + 1) else {
                    continue;
                };
                let mut path = vec!["crate".to_owned()];
                path.extend(glob.iter().cloned());
                path.push(word.clone());
                if glob != module
                    && let Some(found) = self.target(&module, &path, depth + 1)
                    && self.files[&found].defined.contains(&word)
                {
                    return Some(found);
                }
            }
            return None;
        }
    }

    fn edges(&self) -> BTreeMap<&Module, BTreeSet<Module>> {
        let edges = self.files.iter().map(|(module, file)| {
            let targets = file.named.iter().filter_map(|path| {
                let is_here = matches!(path[0].as_str(), "crate" | "super" | "self");
                let mut child = module.clone();
                child.push(path[0].clone());
                let is_child = path.len() > 1 && self.files.contains_key(&child);
                if is_here || is_child {
                    self.target(module, path, 0)
                } else {
                    None
                }
            });
            (module, targets.filter(|target| target != module).collect())
        });
        edges.collect()
    }

    /// Files that need each other, by name.
    fn circles(&self) -> Vec<Vec<String>> {
        let edges = self.edges();
        let reached = |from: &Module| -> BTreeSet<Module> {
            let mut reached: BTreeSet<Module> = BTreeSet::new();
            let mut next: Vec<Module> = edges[from].iter().cloned().collect();
            while let Some(module) = next.pop() {
                if reached.insert(module.clone()) {
                    next.extend(edges[&module].iter().cloned());
                }
            }
            reached
        };
        let reached: BTreeMap<&Module, BTreeSet<Module>> = edges
            .keys()
            .map(|&module| (module, reached(module)))
            .collect();
        let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
        for (module, mine) in &reached {
            let circle = mine.iter().filter(|other| reached[other].contains(*module));
            let circle: Vec<String> = circle.map(|one| self.files[one].name.clone()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }
}

fn read_files(source: &Path, files: &mut BTreeMap<Module, File>) {
    let mut paths = Vec::new();
    files_in(source, &mut paths);
    for path in paths {
        let name = path
            .strip_prefix(source)
            .expect("below it")
            .display()
            .to_string();
        let is_test = name.ends_with("tests.rs");
        let Some(place) = name.strip_suffix(".rs").filter(|_| !is_test) else {
            continue;
        };
        let mut module: Module = place.split(['/', '\\']).map(str::to_owned).collect();
        if matches!(
            module.last().map(String::as_str),
            Some("mod" | "lib" | "main")
        ) {
            module.pop();
        }
        let text = fs::read_to_string(&path).expect("a file");
        let file = parse(name, &text);
        files.entry(module).or_insert(file);
    }
}
