//! Repositories drawn by lot, with whatever people and machines do to migrations.

use std::collections::BTreeMap;

use onehead_fixtures::{Import, Lot};

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum File {
    Text(String),
    /// Something that is no text, by its object id.
    Object(String),
    Link(String),
    Submodule,
}

pub(crate) type Files = BTreeMap<String, File>;

/// Another repository, at a commit that nobody has.
const ELSEWHERE: &str = "1111111111111111111111111111111111111111";

impl File {
    fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

/// A history: the files of each of its commits.
pub(crate) struct Story;

impl Story {
    pub(crate) fn told(lot: &mut Lot, commits: usize) -> Vec<Files> {
        let mut files = Files::new();
        files.insert(
            "alembic.ini".into(),
            File::text("[alembic]\nscript_location = m\n"),
        );
        files.insert("m/env.py".into(), File::text(""));
        files.insert("m/versions/r0.py".into(), revision("r0", "None"));
        files.insert("m/versions/r1.py".into(), revision("r1", "'r0'"));
        let mut states = vec![files.clone()];
        while states.len() < commits {
            for _ in 0..=lot.below(3) {
                change(lot, &mut files);
            }
            states.push(files.clone());
        }
        states
    }

    /// Its commits.
    pub(crate) fn history(states: &[Files]) -> Import {
        let mut history = Import::default();
        for files in states {
            history.commit("main", &[]);
            put(&mut history, files);
        }
        history
    }
}

/// Each state as a branch of its own.
pub(crate) fn branches(states: &[Files]) -> Import {
    let mut history = Import::default();
    for (number, files) in states.iter().enumerate() {
        history.commit(&format!("by-lot-{number}"), &[]);
        put(&mut history, files);
    }
    history
}

fn put(history: &mut Import, files: &Files) {
    history.clear();
    for (path, file) in files {
        match file {
            File::Text(text) => history.put(path, text),
            File::Link(target) => history.put_as("120000", path, target),
            File::Object(oid) => history.put_object("100644", path, oid),
            File::Submodule => history.put_object("160000", path, ELSEWHERE),
        }
    }
}

fn revision(id: &str, parent: &str) -> File {
    File::text(format!("revision = '{id}'\ndown_revision = {parent}\n"))
}

/// Does one thing that a developer might do, mostly to revisions.
fn change(lot: &mut Lot, files: &mut Files) {
    match lot.below(44) {
        40 | 41 => {
            let name = *lot.of(&["other.ini", "n/setup.cfg", "m/alembic.ini", "m/own.conf"]);
            let texts = [
                "[tool]\nx = 1\n",
                "[alembic]\nscript_location = m\n",
                "[alembic]\nscript_location = %(here)s\nfile_template = %%(slug)s\n",
                "[DEFAULT]\nscript_location = m\n[a]\nversion_locations = more\n[b]\nversion_locations = m/versions\n",
                "[alembic]\nscript_location = /usr/src/app/n\n",
                "[alembic]\nscript_location = {place}\n",
                "[alembic]\n{% if x %}\nscript_location = n\n",
                "[a]\nscript_location = n\n[a]\n",
            ];
            files.insert(name.into(), File::text(*lot.of(&texts)));
        }
        42 => {
            let place = *lot.of(&[
                "m/__init__.py",
                "setup.py",
                "n/setup.py",
                "names/__init__.py",
            ]);
            files.insert(place.into(), File::text("x = 'package'\n"));
        }
        43 => drop(files.remove(*lot.of(&[
            "other.ini",
            "m/alembic.ini",
            "m/__init__.py",
            "setup.py",
        ]))),
        0..=13 => {
            let folder = *lot.of(&[
                "m/versions",
                "m/versions",
                "m/versions",
                "n/versions",
                "more",
            ]);
            let (id, parent) = (lot.below(30), lot.below(30));
            let text = revision(&format!("r{id}"), &format!("'r{parent}'"));
            files.insert(format!("{folder}/r{id}.py"), text);
        }
        14 => {
            let texts = [
                "[alembic]\nscript_location = m\n",
                "[alembic]\nscript_location = m\nrecursive_version_locations = true\n",
                "[alembic]\nscript_location = m\nsourceless = true\n",
                "[alembic]\nscript_location = n\n",
                "[alembic]\nscript_location = m\nversion_locations = m/versions more\nversion_path_separator = space\n",
                "[alembic]\nscript_location = m\nversion_locations = m/versions m/versions/deep m/versions\npath_separator = space\n",
                "[alembic]\nscript_location = nowhere\n",
                "[alembic]\nscript_location = m\n[other]\nscript_location = m\nversion_locations = more\n",
                "[alembic]\nscript_location = lib:m\n",
            ];
            files.insert("alembic.ini".into(), File::text(*lot.of(&texts)));
        }
        15 => {
            let texts = [
                "[project]\nname = 'x'\n",
                "[project]\ndependencies = ['alembic']\n",
                "[tool.alembic]\nscript_location = 'more'\n",
                "[tool.onehead]\npolicy = 'per-location'\n",
                "[tool.onehead]\nnonsense = 1\n",
                "alembic = [\n",
            ];
            files.insert("pyproject.toml".into(), File::text(*lot.of(&texts)));
        }
        16 => {
            let texts = [
                "policy = 'per-label'\n",
                "[[environment]]\nscript-location = 'm'\nversion-locations = ['m/versions']\n[[environment]]\nscript-location = 'm'\nversion-locations = ['more']\n",
                "[[environment]]\nscript-location = 'm'\ntemplate = 'm/own.mako'\n",
                "[[environment]]\nscript-location = 'linked'\n",
                "exclude = ['n']\n",
                "exclude = ['other.ini']\n",
                "[[environment]]\nconfig = 'other.ini'\nsection = 'b'\n",
                "[[environment]]\nconfig = 'm/own.conf'\nscript-location = 'm'\n",
                "nonsense = [\n",
            ];
            files.insert("onehead.toml".into(), File::text(*lot.of(&texts)));
        }
        17 => drop(files.remove(*lot.of(&[
            "onehead.toml",
            "pyproject.toml",
            "alembic.ini",
            "m/env.py",
        ]))),
        18 => drop(files.insert(
            "m/env.py".into(),
            File::text(format!("x = {}\n", lot.below(3))),
        )),
        19 => {
            let place = *lot.of(&[
                "m/script.py.mako",
                "m/own.mako",
                "n/env.py",
                "templates/t/script.py.mako",
            ]);
            files.insert(
                place.into(),
                File::text(format!("config {}\n", lot.below(3))),
            );
        }
        20 => {
            let texts = [
                "revision = (\n",
                "down_revision = None\n",
                "from names import x as revision\ndown_revision = None\n",
                "revision = 'odd'\ndown_revision = None\nimport names\nbranch_labels = names.x\n",
            ];
            files.insert("m/versions/odd.py".into(), File::text(*lot.of(&texts)));
        }
        21 => drop(files.insert(
            "names.py".into(),
            File::text(format!("x = 'named{}'\n", lot.below(3))),
        )),
        22 => {
            let place = *lot.of(&[
                "m/helper.py",
                "m/old/r1.py",
                "m/versions/deep/d.py",
                "m/versions/__pycache__/c.py",
            ]);
            let text = match lot.below(2) {
                0 => File::text("x = 1\n"),
                _ => revision("stray", "'r0'"),
            };
            files.insert(place.into(), text);
        }
        23 => {
            let place = *lot.of(&[
                "m/versions/r1.pyc",
                "m/versions/__pycache__/r1.cpython-312.pyc",
                "more/gone.pyc",
            ]);
            files.insert(place.into(), File::text("bytes"));
        }
        24 => {
            let target = *lot.of(&["m", "m/versions/r1.py", "../outside", "n"]);
            let place = *lot.of(&[
                "linked",
                "m/versions/linked.py",
                "m/script.py.mako",
                "lib/m",
            ]);
            files.retain(|path, _| !path.starts_with(&format!("{place}/")));
            files.insert(place.into(), File::Link(target.into()));
        }
        25 => {
            let place = *lot.of(&["vendor", "m/versions", "n"]);
            files.retain(|path, _| !path.starts_with(&format!("{place}/")));
            files.insert(place.into(), File::Submodule);
        }
        26 => drop(
            files.insert(
                lot.of(&["m/pyvenv.cfg", "pyvenv.cfg", "n/pyvenv.cfg"])
                    .to_string(),
                File::text(""),
            ),
        ),
        27 => drop(files.insert("templates/t/versions/README".into(), File::text("x"))),
        28 => drop(files.insert("templates/t/versions/t.py".into(), revision("t", "None"))),
        29 => drop(files.insert("lib/m/versions/l.py".into(), revision("l", "None"))),
        30 => rename(files, "m/", "n/"),
        31 => rename(files, "n/", "m/"),
        32 => rename(files, "more/", "m/versions/"),
        33..=35 => drop(files.insert("README".into(), File::text(format!("{}\n", lot.below(9))))),
        _ => change_anything(lot, files),
    }
    without_files_in_files(files);
}

/// Takes a file away, moves it, or puts something else there.
pub(crate) fn change_anything(lot: &mut Lot, files: &mut Files) {
    let paths: Vec<String> = files.keys().cloned().collect();
    if paths.is_empty() {
        return;
    }
    let path = lot.of(&paths).clone();
    match lot.below(8) {
        0 | 1 => drop(files.remove(&path)),
        2 => {
            if let Some(file) = files.remove(&path) {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
                let start = if folder.is_empty() {
                    String::new()
                } else {
                    format!("{folder}/")
                };
                files.insert(format!("{start}moved_{name}"), file);
            }
        }
        3 => drop(files.insert(path, revision("drawn", "None"))),
        4 => {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let start = if folder.is_empty() {
                String::new()
            } else {
                format!("{folder}/")
            };
            let parent = format!("'{}'", lot.below(4));
            files.insert(
                format!("{start}drawn{}.py", lot.below(3)),
                revision("drawn", &parent),
            );
        }
        5 => drop(files.insert(path, File::text("revision = 'x'\n"))),
        6 => {
            let other = lot.of(&paths).clone();
            if let Some(file) = files.get(&other).cloned() {
                files.insert(path, file);
            }
        }
        _ => {
            if let Some(File::Text(text)) = files.get_mut(&path) {
                text.push_str("\n# more\n");
            }
        }
    }
}

fn rename(files: &mut Files, from: &str, to: &str) {
    let moved: Vec<String> = files
        .keys()
        .filter(|path| path.starts_with(from))
        .cloned()
        .collect();
    for path in moved {
        if let Some(file) = files.remove(&path) {
            files.insert(path.replacen(from, to, 1), file);
        }
    }
}

/// A file has no others below it.
fn without_files_in_files(files: &mut Files) {
    let paths: Vec<String> = files.keys().cloned().collect();
    files.retain(|path, _| {
        let start = format!("{path}/");
        !paths.iter().any(|other| other.starts_with(&start))
    });
}
