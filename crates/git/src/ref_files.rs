//! What refs are called and what they point at, read from the files that git keeps them in.
//!
//! A repository that keeps its refs otherwise (`reftable`) is asked through git.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::search::NAMED;
use crate::{Connection, GitError, RefName};

/// So many symbolic refs in a row are followed, as git does.
const MOST_STEPS: usize = 5;

/// What the file of a ref says.
enum RefFile {
    /// There is none.
    Absent,
    /// The name of another ref.
    Symbolic(RefName),
    /// An object id.
    Direct,
    /// Something that only git can tell.
    Unclear,
}

impl Connection {
    /// The ref that a symbolic ref points at in the end, such as `HEAD` or `refs/remotes/origin/HEAD`. `None` if it is missing or points at a commit itself.
    ///
    /// # Errors
    /// git failed.
    pub fn symbolic_ref(&self, name: &RefName) -> Result<Option<RefName>, GitError> {
        let mut name = name.clone();
        let mut target = None;
        for _ in 0..MOST_STEPS {
            match self.ref_file(&name) {
                RefFile::Absent | RefFile::Direct => return Ok(target),
                RefFile::Symbolic(next) => {
                    name.clone_from(&next);
                    target = Some(next);
                }
                RefFile::Unclear => break,
            }
        }
        let args = ["symbolic-ref", "--quiet", name.as_str()];
        let output = self.git.output(args, b"")?;
        match output.status.code() {
            Some(0) => Ok(RefName::new(String::from_utf8_lossy(&output.stdout).trim())),
            Some(1 | 128) => Ok(target),
            _ => Err(self.git.failure(&args, &output)),
        }
    }

    /// The full name of the ref that a name stands for, such as `refs/remotes/origin/main`, symbolic ones followed.
    /// `None` if it stands for a commit only, or for several refs.
    ///
    /// # Errors
    /// git failed.
    pub fn full_name(&self, name: &str) -> Result<Option<RefName>, GitError> {
        if let Some(found) = self.refs_of(name) {
            return match found.as_slice() {
                [one] => {
                    let target = self.symbolic_ref(one)?;
                    let full = target.unwrap_or_else(|| one.clone());
                    Ok(Some(full).filter(is_below_refs))
                }
                _ => Ok(None),
            };
        }
        let args = [
            "rev-parse",
            "--symbolic-full-name",
            "--verify",
            "--quiet",
            "--end-of-options",
            name,
        ];
        let output = self.git.output(args, b"")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let full = RefName::new(text.trim()).filter(is_below_refs);
        Ok(full.filter(|_| output.status.success()))
    }

    /// The refs that a name may stand for; `None` if only git can tell.
    fn refs_of(&self, name: &str) -> Option<Vec<RefName>> {
        if name.starts_with('-') || name == "@" {
            return None;
        }
        let candidates = [
            name.to_owned(),
            format!("refs/{name}"),
            format!("refs/tags/{name}"),
            format!("refs/heads/{name}"),
            format!("refs/remotes/{name}"),
            format!("refs/remotes/{name}/HEAD"),
        ];
        // `main~2`, `@{upstream}` and the like are no names.
        RefName::of_branch(name)?;
        let mut found = Vec::new();
        for candidate in candidates {
            let Some(candidate) = RefName::new(&candidate) else {
                // A file of this name beside `HEAD` would be a ref too.
                if self.git_dir().join(&candidate).is_file() {
                    return None;
                }
                continue;
            };
            match self.ref_file(&candidate) {
                RefFile::Symbolic(_) | RefFile::Direct => found.push(candidate),
                RefFile::Absent if self.is_packed(&candidate) => found.push(candidate),
                RefFile::Absent => {}
                RefFile::Unclear => return None,
            }
        }
        Some(found)
    }

    fn ref_file(&self, name: &RefName) -> RefFile {
        let Some(path) = self.path_of_ref(name) else {
            return RefFile::Unclear;
        };
        if path.is_symlink() {
            return RefFile::Unclear;
        }
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(_) if path.is_file() => return RefFile::Unclear,
            Err(_) => return RefFile::Absent,
        };
        match text.strip_prefix("ref:") {
            Some(target) => match RefName::new(target.trim()) {
                Some(target) => RefFile::Symbolic(target),
                None => RefFile::Unclear,
            },
            None => RefFile::Direct,
        }
    }

    /// Where git keeps a ref; `None` for one of which only git knows.
    fn path_of_ref(&self, name: &RefName) -> Option<PathBuf> {
        if self.common_dir().join("reftable").exists() {
            return None;
        }
        if *name == *"HEAD" {
            return Some(self.git_dir().join(name.as_str()));
        }
        // A linked worktree has these for itself.
        let is_of_worktree = ["refs/bisect/", "refs/worktree/", "refs/rewritten/"]
            .iter()
            .any(|prefix| name.starts_with(prefix));
        (!is_of_worktree).then(|| self.common_dir().join(name.as_str()))
    }

    /// Whether a ref lies in the file for those that have not moved for long.
    fn is_packed(&self, name: &RefName) -> bool {
        self.any_packed(|packed| packed == name.as_str())
    }

    fn any_packed(&self, fits: impl Fn(&str) -> bool) -> bool {
        let packed = fs::read(self.common_dir().join("packed-refs")).unwrap_or_default();
        packed
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.starts_with(b"#") && !line.starts_with(b"^"))
            .filter_map(|line| line.splitn(2, |&byte| byte == b' ').nth(1))
            .any(|packed| fits(&String::from_utf8_lossy(packed)))
    }

    /// Whether a branch, a remote-tracking branch or a tag of such a full name may be there: only git tells that in a
    /// repository that keeps its refs otherwise, and then it may. No git process.
    #[must_use]
    pub fn may_have_ref(&self, fits: impl Fn(&str) -> bool) -> bool {
        let folder = self.common_dir();
        folder.join("reftable").exists()
            || self.any_packed(&fits)
            || NAMED
                .iter()
                .any(|name| any_file(&folder.join(name), name, &fits))
    }
}

/// Whether a file below a folder, which has this name, fits by its name. What cannot be listed may.
fn any_file(folder: &Path, name: &str, fits: &impl Fn(&str) -> bool) -> bool {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return error.kind() != ErrorKind::NotFound,
    };
    entries.into_iter().any(|entry| {
        let Ok(entry) = entry else { return true };
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => any_file(&entry.path(), &name, fits),
            false => fits(&name),
        }
    })
}

/// Whether it is a ref by itself, which `HEAD` is only where it stands for no branch.
fn is_below_refs(name: &RefName) -> bool {
    name.starts_with("refs/")
}
