//! Names, commits, trees and contents, as the long-lived process answers them.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard};

use crate::commit_object::CommitObject;
use crate::memory::{Blob, Kept, lock};
use crate::oid::lines;
use crate::stream::{ObjectType, Stream};
use crate::tree::{Tree, malformed};
use crate::{Connection, GitError, Oid};

impl Connection {
    /// The process that answers; it is held until the answer is read.
    pub(crate) fn stream(&self) -> MutexGuard<'_, Stream> {
        lock(&self.shared.stream)
    }

    /// Has the process that answers started while something else is done. For whoever is sure to ask.
    pub fn get_ready(&self) {
        self.stream().get_ready();
    }

    /// The object id that `revision` names, or `None` if it names nothing that is here.
    ///
    /// # Errors
    /// git failed.
    pub fn resolve(&self, revision: &str) -> Result<Option<Oid>, GitError> {
        let answer = self.stream().info(&[revision])?.pop().flatten();
        Ok(answer.map(|answer| answer.oid))
    }

    /// The commit that a name stands for, tags followed. `None` if it stands for none that is here.
    ///
    /// # Errors
    /// git failed.
    pub fn commit(&self, name: &str) -> Result<Option<Oid>, GitError> {
        self.resolve(&format!("{name}^{{commit}}"))
    }

    /// The tree of each commit; none for one that is not here, or that is no commit.
    ///
    /// # Errors
    /// git failed.
    pub fn trees(&self, commits: &[Oid]) -> Result<Vec<Option<Oid>>, GitError> {
        let names: Vec<String> = commits
            .iter()
            .map(|commit| format!("{commit}^{{tree}}"))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let answers = self.stream().info(&names)?;
        Ok(answers
            .into_iter()
            .map(|answer| Some(answer?.oid))
            .collect())
    }

    /// When a commit was committed, in seconds since 1970.
    ///
    /// # Errors
    /// git failed, or there is no such commit.
    pub fn committed(&self, commit: &Oid) -> Result<i64, GitError> {
        Ok(self.commit_object(commit)?.1.committed)
    }

    /// The parents that a commit itself names, though a shallow clone may have none of them.
    ///
    /// # Errors
    /// git failed, or there is no such commit.
    pub fn recorded_parents(&self, commit: &Oid) -> Result<Vec<Oid>, GitError> {
        let (_, object) = self.commit_object(commit)?;
        Ok(object.parents.clone())
    }

    /// The commit of that name, and its id.
    pub(crate) fn commit_object(&self, name: &str) -> Result<(Oid, Arc<CommitObject>), GitError> {
        let missing = || GitError::MissingObject {
            object: name.to_owned(),
            needed_for: "cannot read a commit",
        };
        if let Some(oid) = Oid::new(name)
            && let Some(object) = self.commit_objects(std::slice::from_ref(&oid))?.remove(0)
        {
            return Ok((oid, object));
        }
        let peeled = format!("{name}^{{commit}}");
        let answer = self.stream().contents(&[&peeled])?.pop().flatten();
        let answer = answer.ok_or_else(missing)?;
        let object = Arc::new(CommitObject::parse(&answer.bytes).ok_or_else(missing)?);
        lock(&self.shared.objects)
            .commits
            .insert(answer.oid.clone(), Arc::clone(&object));
        Ok((answer.oid, object))
    }

    /// These commits, in the order asked for; `None` for one that is not here, or that is no commit.
    pub(crate) fn commit_objects(
        &self,
        oids: &[Oid],
    ) -> Result<Vec<Option<Arc<CommitObject>>>, GitError> {
        let names: Vec<&str> = {
            let known = &lock(&self.shared.objects).commits;
            let unknown = oids.iter().filter(|oid| !known.contains_key(*oid));
            unknown.map(Oid::as_str).collect()
        };
        self.read_commits(&names)?;
        let known = &lock(&self.shared.objects).commits;
        Ok(oids.iter().map(|oid| known.get(oid).cloned()).collect())
    }

    /// Reads commits by any names, so that they are known by their ids. Those that are not here are left out.
    pub(crate) fn read_commits(&self, names: &[&str]) -> Result<(), GitError> {
        let answers = self.stream().contents(names)?;
        let mut objects = lock(&self.shared.objects);
        for answer in answers.into_iter().flatten() {
            if answer.object_type == ObjectType::Commit
                && let Some(object) = CommitObject::parse(&answer.bytes)
            {
                objects.commits.insert(answer.oid, Arc::new(object));
            }
        }
        Ok(())
    }

    /// Whether a commit was read before.
    pub(crate) fn is_read(&self, commit: &Oid) -> bool {
        lock(&self.shared.objects).commits.contains_key(commit)
    }

    /// The trees that commits or trees have, by any names, in the order asked for; an error for one that is not
    /// here.
    pub(crate) fn root_trees(&self, names: &[&str]) -> Result<Vec<Oid>, GitError> {
        let mut found: HashMap<&str, Oid> = HashMap::new();
        let mut unknown: Vec<&str> = Vec::new();
        {
            let objects = lock(&self.shared.objects);
            for &name in names {
                match objects.trees.get_key_value(name) {
                    Some((oid, _)) => drop(found.insert(name, oid.clone())),
                    None => unknown.push(name),
                }
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        let peeled: Vec<String> = unknown
            .iter()
            .map(|name| match name.contains(':') {
                // Behind a colon comes a path, and all that follows is part of it.
                true => (*name).to_owned(),
                false => format!("{name}^{{tree}}"),
            })
            .collect();
        let peeled: Vec<&str> = peeled.iter().map(String::as_str).collect();
        let answers = self.stream().contents(&peeled)?;
        for (name, answer) in std::iter::zip(unknown, answers) {
            let tree = answer.filter(|answer| answer.object_type == ObjectType::Tree);
            let answer = tree.ok_or_else(|| GitError::MissingObject {
                object: name.to_owned(),
                needed_for: "cannot read a tree",
            })?;
            let tree = Tree::new(answer.bytes, self.object_format())
                .ok_or_else(|| malformed(&answer.oid))?;
            found.insert(name, answer.oid.clone());
            lock(&self.shared.objects).keep_tree(answer.oid, tree);
        }
        Ok(names.iter().map(|name| found[name].clone()).collect())
    }

    /// These trees, by their ids. Each is read once, all that are new together.
    pub(crate) fn tree_objects<'a>(
        &self,
        oids: impl IntoIterator<Item = &'a Oid>,
    ) -> Result<HashMap<Oid, Tree>, GitError> {
        let mut found = HashMap::new();
        let mut unknown: Vec<&Oid> = Vec::new();
        {
            let objects = lock(&self.shared.objects);
            for oid in oids {
                match objects.trees.get(oid) {
                    Some(tree) => drop(found.insert(oid.clone(), tree.clone())),
                    None => unknown.push(oid),
                }
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        let names: Vec<&str> = unknown.iter().map(|oid| oid.as_str()).collect();
        let answers = self.stream().contents(&names)?;
        let mut objects = lock(&self.shared.objects);
        for (oid, answer) in std::iter::zip(unknown, answers) {
            let answer = answer.ok_or_else(|| GitError::MissingObject {
                object: oid.to_string(),
                needed_for: "cannot read a tree",
            })?;
            let tree = (answer.object_type == ObjectType::Tree)
                .then(|| Tree::new(answer.bytes, self.object_format()))
                .flatten()
                .ok_or_else(|| malformed(oid))?;
            found.insert(oid.clone(), tree.clone());
            objects.keep_tree(oid.clone(), tree);
        }
        Ok(found)
    }

    /// The same repository, which asks git for no blob twice. For somebody who looks at many commits that have
    /// nearly everything in common.
    #[must_use]
    pub fn keeping_blobs(&self) -> Self {
        let mut keeping = self.clone();
        keeping.kept = Some(Kept::default());
        keeping
    }

    /// The same repository, which keeps no blob.
    #[must_use]
    pub fn forgetting_blobs(&self) -> Self {
        let mut forgetting = self.clone();
        forgetting.kept = None;
        forgetting
    }

    /// The contents of blobs, in the order asked for. A partial clone does not fetch what is missing.
    ///
    /// # Errors
    /// git failed.
    pub fn blobs(&self, oids: &[Oid]) -> Result<Vec<Blob>, GitError> {
        let Some(kept) = &self.kept else {
            return self.fresh_blobs(oids);
        };
        let mut kept = lock(kept);
        let mut missing: Vec<Oid> = oids
            .iter()
            .filter(|oid| !kept.contains_key(*oid))
            .cloned()
            .collect();
        missing.sort();
        missing.dedup();
        let fresh = self.fresh_blobs(&missing)?;
        kept.extend(std::iter::zip(missing, fresh));
        Ok(oids.iter().map(|oid| kept[oid].clone()).collect())
    }

    /// Those of these objects that are not in this clone, in the order asked for, with one git process.
    ///
    /// # Errors
    /// git failed.
    pub fn missing(&self, oids: &[Oid]) -> Result<Vec<Oid>, GitError> {
        if oids.is_empty() {
            return Ok(Vec::new());
        }
        let request = lines(oids);
        let output = self
            .git
            .run(["cat-file", "--batch-check"], request.as_bytes())?;
        let missing = std::iter::zip(oids, output.split(|&byte| byte == b'\n'))
            .filter(|(_, answer)| answer.ends_with(b" missing"));
        Ok(missing.map(|(oid, _)| oid.clone()).collect())
    }

    fn fresh_blobs(&self, oids: &[Oid]) -> Result<Vec<Blob>, GitError> {
        let names: Vec<&str> = oids.iter().map(Oid::as_str).collect();
        let answers = self.stream().contents(&names)?;
        Ok(answers
            .into_iter()
            .map(|answer| answer.map_or(Blob::Missing, |answer| Blob::Content(answer.bytes)))
            .collect())
    }
}
