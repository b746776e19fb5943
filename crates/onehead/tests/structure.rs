//! The shape of the workspace: which crate may depend on which, and no circle of files inside a crate.
//!
//! A file depends on another if it names something that is defined there: through `use`, or through a path that begins
//! with `crate`, `super`, `self` or a module of its own. A name that a module only passes on (`pub use`) leads to the file
//! that defines it, so a `mod.rs` that collects its children depends on none of them. What `#[cfg(test)]` holds is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Crates of this workspace, each with those that it may depend on.
const EDGES: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("python", &["model"]),
    ("git", &["model"]),
    ("report", &["model"]),
    ("graph", &["model"]),
    ("operations", &["model", "python"]),
    ("render", &["model", "python"]),
    ("scan", &["model", "python", "git"]),
    ("stage", &["model", "git"]),
    ("history", &["model", "git", "scan", "graph", "forecast"]),
    ("forecast", &["model", "git", "scan", "graph", "operations"]),
    (
        "fix",
        &[
            "model", "git", "scan", "graph", "forecast", "render", "stage",
        ],
    ),
    ("setup", &["model", "git", "scan", "forecast"]),
    (
        "onehead",
        &[
            "model", "git", "scan", "graph", "forecast", "fix", "history", "render", "report",
            "setup", "stage",
        ],
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn crates_depend_on_each_other_as_planned() {
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
fn no_files_depend_on_each_other_in_a_circle() {
    let mut found = Vec::new();
    for (name, _) in EDGES {
        let source = root().join("crates").join(name).join("src");
        for circle in Crate::read(&source).circles() {
            found.push(format!("{name}: {}", circle.join(", ")));
        }
    }
    assert!(found.is_empty(), "files that need each other: {found:#?}");
}

/// A module by its path in the crate; the root is empty.
type Module = Vec<String>;

/// The files of a crate, and what each of them names.
struct Crate {
    files: BTreeMap<Module, File>,
}

#[derive(Default)]
struct File {
    name: String,
    /// Names that are defined here.
    defined: BTreeSet<String>,
    /// Names that are brought here from elsewhere: what each is called here, and its path.
    imported: Vec<(String, Vec<String>)>,
    /// Paths that code names, and paths of `use` that are not passed on.
    named: Vec<Vec<String>>,
}

impl Crate {
    fn read(source: &Path) -> Self {
        let mut files = BTreeMap::new();
        read_folder(source, source, &mut files);
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

fn read_folder(source: &Path, folder: &Path, files: &mut BTreeMap<Module, File>) {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_folder(source, &path, files);
            continue;
        }
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

/// What a file defines and names. A small reading of Rust: enough for how this workspace is written.
fn parse(name: String, text: &str) -> File {
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let tokens = tokens(text);
    let mut file = File {
        name,
        ..File::default()
    };
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "use" => {
                let passed_on = at > 0 && matches!(tokens[at - 1].as_str(), "pub" | ")");
                let end = (at..tokens.len()).find(|&end| tokens[end] == ";");
                let end = end.unwrap_or(tokens.len());
                for (name, path) in tree(&tokens[at + 1..end], &[]) {
                    if !passed_on {
                        file.named.push(path.clone());
                    }
                    file.imported.push((name, path));
                }
                at = end;
            }
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" | "union" => {
                if let Some(name) = tokens.get(at + 1) {
                    file.defined.insert(name.clone());
                }
            }
            _ if at == 0 || tokens[at - 1] != "::" => {
                let mut path = Vec::new();
                let mut end = at;
                while tokens.get(end).is_some_and(|word| is_word(word)) {
                    path.push(tokens[end].clone());
                    if tokens.get(end + 1).is_none_or(|next| next != "::") {
                        break;
                    }
                    end += 2;
                }
                if path.len() > 1 {
                    file.named.push(path);
                }
            }
            _ => {}
        }
        at += 1;
    }
    file
}

/// The names and paths of a `use`.
fn tree(tokens: &[String], before: &[String]) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut path = before.to_vec();
    let mut name = None;
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                let mut depth = 0;
                let mut start = at + 1;
                for end in at..tokens.len() {
                    match tokens[end].as_str() {
                        "{" => depth += 1,
                        "}" => depth -= 1,
                        _ => {}
                    }
                    let ends = depth == 0 || depth == 1 && tokens[end] == ",";
                    if ends {
                        if start < end {
                            found.extend(tree(&tokens[start..end], &path));
                        }
                        start = end + 1;
                    }
                    if depth == 0 {
                        break;
                    }
                }
                return found;
            }
            "as" => name = tokens.get(at + 1).cloned(),
            "*" => name = Some("*".to_owned()),
            "::" => {}
            word if name.is_none() => path.push(word.to_owned()),
            _ => {}
        }
        at += 1;
    }
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    let name = name.or_else(|| path.last().cloned()).unwrap_or_default();
    found.push((name, path));
    found
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Words, `::` and single signs; no comments, no text.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = end.unwrap_or(rest.len());
            let raw = matches!(&rest[..end], "r" | "br") && rest[end..].starts_with(['"', '#']);
            if raw {
                end + raw_text(&rest[end..])
            } else {
                tokens.push(rest[..end].to_owned());
                end
            }
        } else if first == '"' {
            quoted(rest)
        } else if first == '\'' {
            character(rest)
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[end..];
    }
    tokens
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_text(rest: &str) -> usize {
    let marks = rest.bytes().take_while(|&byte| byte == b'#').count();
    let end = format!("\"{}", "#".repeat(marks));
    let inner = marks + 1;
    rest.get(inner..)
        .and_then(|text| text.find(&end))
        .map_or(1, |at| inner + at + end.len())
}

/// A character, or a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => rest[2..].find('\'').map_or(2, |at| {
            if rest[2..].starts_with('\'') {
                rest[3..].find('\'').map_or(3, |at| at + 4)
            } else {
                at + 3
            }
        }),
        Some(_) => match chars.next() {
            Some((at, '\'')) => at + 1,
            _ => 1,
        },
        None => 1,
    }
}
