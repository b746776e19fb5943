//! Folders that are not the project's own.

/// Folders whose contents come from elsewhere.
const FOREIGN: &[&str] = &["site-packages", "node_modules", ".git"];

/// Whether a path leads through a folder whose contents come from elsewhere.
pub(crate) fn is_foreign(path: &str) -> bool {
    path.split('/').any(|part| FOREIGN.contains(&part))
}

/// Whether a folder holds tests, examples or templates: files that look like revisions there are often data.
pub(crate) fn is_sample(folder: &str) -> bool {
    folder.split('/').any(|part| {
        let part = part.to_ascii_lowercase();
        let mut words = part.split(['_', '-', '.']);
        part.contains("{{") || words.any(|word| SAMPLES.contains(&word))
    })
}

const SAMPLES: &[&str] = &[
    "cookiecutter",
    "demo",
    "demos",
    "doc",
    "docs",
    "example",
    "examples",
    "fixture",
    "fixtures",
    "sample",
    "samples",
    "template",
    "templates",
    "test",
    "testdata",
    "testing",
    "tests",
];
