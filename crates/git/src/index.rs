//! What the index says of one path, and putting it back.

use crate::command::subcommand;
use crate::{Connection, GitError, Oid};

/// The index entry of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexEntry {
    /// There is none.
    Absent,
    /// The object that the next commit will record.
    Staged {
        /// `100644`, `100755`, …
        mode: String,
        /// Its object id.
        oid: Oid,
    },
    /// `git add --intent-to-add`: a path without content.
    IntentToAdd,
    /// In conflict: there are several versions.
    Unmerged,
    /// Marked assume-unchanged or skip-worktree: git does not look at the file.
    Hidden,
}

impl Connection {
    /// What the index holds for a path whose file is there.
    ///
    /// # Errors
    /// git failed.
    pub fn index_entry(&self, path: &str) -> Result<IndexEntry, GitError> {
        let args = ["ls-files", "-z", "-v", "--stage", "--cached", "--", path];
        let output = self.git.run(args, b"")?;
        let text = String::from_utf8_lossy(&output);
        let mut records = text.split_terminator('\0');
        let Some(record) = records.next() else {
            return Ok(IndexEntry::Absent);
        };
        let not_understood = || GitError::Answer {
            command: subcommand(&args),
            answer: record.to_owned(),
        };
        let (header, _) = record.split_once('\t').ok_or_else(not_understood)?;
        let &[tag, mode, oid, stage] = header.split(' ').collect::<Vec<_>>().as_slice() else {
            return Err(not_understood());
        };
        if stage != "0" || records.next().is_some() {
            return Ok(IndexEntry::Unmerged);
        }
        if tag != "H" {
            return Ok(IndexEntry::Hidden);
        }
        // Only this question tells an intent to add from an empty file.
        let intended = [
            "diff-files",
            "-z",
            "--name-only",
            "--diff-filter=A",
            "--",
            path,
        ];
        if !self.git.run(intended, b"")?.is_empty() {
            return Ok(IndexEntry::IntentToAdd);
        }
        Ok(IndexEntry::Staged {
            mode: mode.to_owned(),
            oid: Oid::new(oid).ok_or_else(not_understood)?,
        })
    }

    /// Whether adding a file with these bytes would leave its entry as it is.
    ///
    /// # Errors
    /// git failed.
    pub fn would_add_nothing(&self, path: &str, bytes: &[u8], oid: &Oid) -> Result<bool, GitError> {
        let option = format!("--path={path}");
        let hashed = self.git.run(["hash-object", "--stdin", &option], bytes)?;
        if Oid::answered(&["hash-object"], &hashed)? == *oid {
            return Ok(true);
        }
        // Whether line ends are converted may depend on what is in the index already.
        let diff = ["diff", "--quiet", "--no-ext-diff", "--", path];
        Ok(self.git.output(diff, b"")?.status.code() == Some(0))
    }

    /// Puts an entry back as it was. For an intent to add, the file must be there.
    ///
    /// # Errors
    /// git failed.
    pub fn restore_index_entry(&self, path: &str, entry: &IndexEntry) -> Result<(), GitError> {
        match entry {
            IndexEntry::Absent => self.forget_in_index(path),
            IndexEntry::Staged { mode, oid } => {
                let info = format!("{mode},{oid},{path}");
                self.run_when_free(&["update-index", "--add", "--cacheinfo", &info])
            }
            IndexEntry::IntentToAdd => {
                self.forget_in_index(path)?;
                self.run_when_free(&["add", "--intent-to-add", "--force", "--", path])
            }
            IndexEntry::Unmerged | IndexEntry::Hidden => Err(GitError::Unusable(format!(
                "cannot restore the index entry of `{path}`"
            ))),
        }
    }

    /// Takes a path out of the index; the file stays.
    ///
    /// # Errors
    /// git failed.
    pub fn forget_in_index(&self, path: &str) -> Result<(), GitError> {
        self.run_when_free(&["update-index", "--force-remove", "--", path])
    }

    /// Marks a path in the index as executable.
    ///
    /// # Errors
    /// git failed.
    pub fn make_executable(&self, path: &str) -> Result<(), GitError> {
        self.run_when_free(&["update-index", "--chmod=+x", "--", path])
    }

    /// The object that the commit of HEAD holds for a path.
    ///
    /// # Errors
    /// git failed.
    pub fn oid_at_head(&self, path: &str) -> Result<Option<Oid>, GitError> {
        let Some(head) = self.resolve("HEAD")? else {
            return Ok(None);
        };
        let found = self.oids_in_tree(&head, &[path.to_owned()])?;
        Ok(found.into_iter().next().map(|(_, oid)| oid))
    }

    /// The commit of HEAD, if it holds for these paths what the index holds for them, lacks what the index
    /// lacks, and the commit `before` did not.
    ///
    /// # Errors
    /// git failed.
    pub fn head_with_index(
        &self,
        paths: &[String],
        before: Option<&Oid>,
    ) -> Result<Option<Oid>, GitError> {
        let Some(head) = self.resolve("HEAD")? else {
            return Ok(None);
        };
        let recorded = self.oids_in_tree(&head, paths)?;
        let known = match before {
            Some(before) => self.oids_in_tree(before, paths)?,
            None => Vec::new(),
        };
        if recorded == known {
            return Ok(None);
        }
        let mut args = vec!["ls-files", "-z", "--stage", "--cached", "--"];
        args.extend(paths.iter().map(String::as_str));
        let staged = String::from_utf8_lossy(&self.git.run(&args, b"")?).into_owned();
        let staged = staged.split_terminator('\0').filter_map(|record| {
            let (header, path) = record.split_once('\t')?;
            Some((path.to_owned(), Oid::new(header.split(' ').nth(1)?)?))
        });
        let sorted = |mut list: Vec<(String, Oid)>| {
            list.sort();
            list
        };
        Ok((sorted(recorded) == sorted(staged.collect())).then_some(head))
    }
}
