//! Changes to files: planned first, then made wholly or not at all.

use std::fs::{self, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use onehead_git::{Mode, Replacement};

/// One change to a file or a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Creates a folder, and those above it.
    CreateFolder(PathBuf),
    /// Gives a file another name in its folder. Nothing may have that name yet.
    Rename {
        /// Its name now.
        from: PathBuf,
        /// Its name then.
        to: PathBuf,
    },
    /// Writes a file in one move. It becomes a program, or keeps the mode that it has.
    Write {
        /// The file.
        path: PathBuf,
        /// All that is in it then.
        bytes: Vec<u8>,
        /// Whether it becomes a program.
        executable: bool,
    },
    /// Removes a file.
    Remove(PathBuf),
    /// Removes a folder if nothing is in it.
    RemoveFolder(PathBuf),
}

/// Why steps were not made.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A step failed; those before it were undone.
    #[error("cannot {what} `{}`: {source}; nothing was changed", path.display())]
    Failed {
        /// What was to be done, in words.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A step failed, and not all of those before it could be undone.
    #[error("cannot {what} `{}`: {source}\nand roll back failed: {}", path.display(), left.join("; "))]
    Stuck {
        /// What was to be done, in words.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
        /// What is left, each with its reason.
        left: Vec<String>,
    },
}

/// Makes every step, or none.
///
/// # Errors
/// One of them fails.
pub fn apply(steps: &[Step]) -> Result<(), StepError> {
    let mut undo = Undo::default();
    for step in steps {
        if let Err(source) = step.make(&mut undo) {
            let left = undo.run();
            let (what, path) = step.named();
            let path = path.to_owned();
            return Err(if left.is_empty() {
                StepError::Failed { what, path, source }
            } else {
                StepError::Stuck {
                    what,
                    path,
                    source,
                    left,
                }
            });
        }
    }
    Ok(())
}

impl Step {
    fn named(&self) -> (&'static str, &Path) {
        match self {
            Self::CreateFolder(path) => ("create the folder", path),
            Self::Rename { from, .. } => ("rename", from),
            Self::Write { path, .. } => ("write", path),
            Self::Remove(path) => ("remove", path),
            Self::RemoveFolder(path) => ("remove the folder", path),
        }
    }

    fn make(&self, undo: &mut Undo) -> io::Result<()> {
        match self {
            Self::CreateFolder(path) => {
                let missing: Vec<&Path> =
                    path.ancestors().take_while(|path| !path.exists()).collect();
                for folder in missing.into_iter().rev() {
                    fs::create_dir(folder)?;
                    undo.0.push(Back::RemoveFolder(folder.to_owned()));
                }
            }
            Self::Rename { from, to } => {
                if fs::symlink_metadata(to).is_ok() {
                    return Err(io::Error::new(
                        io::ErrorKind::AlreadyExists,
                        format!("`{}` exists already", to.display()),
                    ));
                }
                fs::rename(from, to)?;
                undo.0.push(Back::Rename {
                    from: to.clone(),
                    to: from.clone(),
                });
            }
            Self::Write {
                path,
                bytes,
                executable,
            } => {
                let before = Before::of(path)?;
                let keep = before.as_ref().filter(|_| !executable);
                let mode = match keep {
                    Some(before) => Mode::Like(before.permissions.clone()),
                    None if *executable => Mode::Program,
                    None => Mode::New,
                };
                write(path, bytes, mode)?;
                undo.0.push(Back::Restore(path.clone(), before));
            }
            Self::Remove(path) => {
                let before = Before::of(path)?;
                fs::remove_file(path)?;
                undo.0.push(Back::Restore(path.clone(), before));
            }
            // A folder that something else uses by now stays.
            Self::RemoveFolder(path) => {
                if fs::remove_dir(path).is_ok() {
                    undo.0.push(Back::CreateFolder(path.clone()));
                }
            }
        }
        Ok(())
    }
}

/// A file as it was.
#[derive(Debug)]
struct Before {
    bytes: Vec<u8>,
    permissions: Permissions,
}

impl Before {
    fn of(path: &Path) -> io::Result<Option<Self>> {
        match fs::metadata(path) {
            Ok(found) => Ok(Some(Self {
                bytes: fs::read(path)?,
                permissions: found.permissions(),
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What undoes a step.
#[derive(Debug)]
enum Back {
    RemoveFolder(PathBuf),
    CreateFolder(PathBuf),
    Rename { from: PathBuf, to: PathBuf },
    Restore(PathBuf, Option<Before>),
}

#[derive(Debug, Default)]
struct Undo(Vec<Back>);

impl Undo {
    /// Undoes everything, last first. Gives what could not be undone.
    fn run(self) -> Vec<String> {
        let back = |back: Back| match back {
            Back::RemoveFolder(path) => fs::remove_dir(&path).map_err(|error| (path, error)),
            Back::CreateFolder(path) => fs::create_dir(&path).map_err(|error| (path, error)),
            Back::Rename { from, to } => fs::rename(&from, &to).map_err(|error| (from, error)),
            Back::Restore(path, None) => fs::remove_file(&path).map_err(|error| (path, error)),
            Back::Restore(path, Some(before)) => {
                write(&path, &before.bytes, Mode::Like(before.permissions))
                    .map_err(|error| (path, error))
            }
        };
        let undone = self.0.into_iter().rev().map(back);
        undone
            .filter_map(Result::err)
            .map(|(path, error)| format!("{}: {error}", path.display()))
            .collect()
    }
}

fn write(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<()> {
    Replacement::prepare(path, bytes, mode)?.synced()?.put()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_undoes_what_was_done() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("hook"), "old").unwrap();
        fs::write(at("config"), "config").unwrap();
        let steps = [
            Step::CreateFolder(at("a/b")),
            Step::Rename {
                from: at("hook"),
                to: at("hook.before"),
            },
            Step::Write {
                path: at("hook"),
                bytes: b"new".to_vec(),
                executable: true,
            },
            Step::Write {
                path: at("config"),
                bytes: b"changed".to_vec(),
                executable: false,
            },
            Step::Remove(at("hook.before")),
            Step::Write {
                path: at("config/below a file"),
                bytes: Vec::new(),
                executable: false,
            },
        ];
        let error = apply(&steps).unwrap_err().to_string();
        assert!(error.contains("nothing was changed"), "{error}");
        assert_eq!(fs::read(at("hook")).unwrap(), b"old");
        assert_eq!(fs::read(at("config")).unwrap(), b"config");
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["config", "hook"]);
    }
}
