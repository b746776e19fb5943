//! When something of onehead came to a repository.

use std::collections::{BTreeMap, HashMap};

use onehead_git::{Blob, ChangedCommit, Connection, EntryKind, GitError, Oid};
use onehead_model::{HookKind, HookManager, RepoPath};

/// The first commit of the line for each kind, with the file that tells.
pub(crate) type Arrivals = BTreeMap<HookKind, (usize, RepoPath)>;

/// Looks through the files that may name onehead, in all their versions. One git process.
pub(crate) fn hooks(repository: &Connection, line: &[ChangedCommit]) -> Result<Arrivals, GitError> {
    let mut candidates: Vec<(usize, HookKind, &str, &Oid)> = Vec::new();
    for (at, arrived) in line.iter().enumerate() {
        for change in &arrived.changes {
            let after = change.after.as_ref();
            let file = after.filter(|object| object.kind == EntryKind::File);
            if let (Some(file), Some(kind)) = (file, kind_of(&change.path)) {
                candidates.push((at, kind, &change.path, &file.oid));
            }
        }
    }
    let mut oids: Vec<Oid> = candidates
        .iter()
        .map(|(_, _, _, oid)| (*oid).clone())
        .collect();
    oids.sort();
    oids.dedup();
    let blobs = repository.blobs(&oids)?;
    let texts: HashMap<Oid, Blob> = std::iter::zip(oids, blobs).collect();
    let mut arrivals = Arrivals::new();
    for (at, kind, path, oid) in candidates {
        let word: &[u8] = match path {
            "onehead.toml" => b"",
            "pyproject.toml" => b"[tool.onehead",
            _ => b"onehead",
        };
        let names = |text: &Vec<u8>| {
            word.is_empty() || text.windows(word.len()).any(|window| window == word)
        };
        let is_named = match &texts[oid] {
            Blob::Content(text) => names(text),
            // The limits of the history say that contents are missing.
            Blob::Missing => false,
        };
        if let (true, Ok(path)) = (is_named, RepoPath::new(path)) {
            arrivals.entry(kind).or_insert((at, path));
        }
    }
    Ok(arrivals)
}

/// What a file may tell, by its path.
fn kind_of(path: &str) -> Option<HookKind> {
    let is_yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    match path {
        "onehead.toml" | "pyproject.toml" => Some(HookKind::Settings),
        _ if HookManager::of(path).is_some() => Some(HookKind::HookManager),
        ".gitlab-ci.yml"
        | "azure-pipelines.yml"
        | "bitbucket-pipelines.yml"
        | ".circleci/config.yml"
        | "Jenkinsfile" => Some(HookKind::Workflow),
        _ if path.starts_with(".github/workflows/") && is_yaml => Some(HookKind::Workflow),
        _ => None,
    }
}
