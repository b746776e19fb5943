//! A file in one move: whoever looks at it sees what was there or all that is new, never a part of it.
//!
//! Every file of a person that onehead writes is written through here. The module is in this crate since all that write
//! depend on it, and since the documents of the model should need no file system.

use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// New bytes, in the folder of the file under a name that nobody looks for. They are gone again unless they are put in
/// place.
///
/// ```
/// use onehead_git::{Mode, Replacement};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("a.txt");
/// Replacement::prepare(&path, b"one", Mode::New)?.put()?;
/// Replacement::prepare(&path, b"two", Mode::New)?.put()?;
/// assert_eq!(std::fs::read(&path)?, b"two");
/// assert!(Replacement::prepare(&path, b"three", Mode::New)?.put_new().is_err());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Replacement {
    file: NamedTempFile,
    path: PathBuf,
}

/// Who may do what with the file.
#[derive(Debug, Clone)]
pub enum Mode {
    /// What the umask leaves of reading and writing.
    New,
    /// What the umask leaves of reading, writing and running.
    Program,
    /// As it was before; no umask applies.
    Like(Permissions),
}

impl Replacement {
    /// Writes bytes beside `path`.
    ///
    /// # Errors
    /// The folder of `path` is not there, or cannot be written to.
    pub fn prepare(path: &Path, bytes: &[u8], mode: Mode) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".onehead-").suffix(".tmp");
        as_new(&mut builder, &mode);
        let mut file = builder.tempfile_in(folder(path))?;
        file.write_all(bytes)?;
        if let Mode::Like(permissions) = mode {
            file.as_file().set_permissions(permissions)?;
        }
        Ok(Self {
            file,
            path: path.to_owned(),
        })
    }

    /// Waits until the bytes are on the disk, so that a crash of the machine leaves no empty file.
    ///
    /// # Errors
    /// The disk does not take them.
    pub fn synced(self) -> io::Result<Self> {
        self.file.as_file().sync_all()?;
        Ok(self)
    }

    /// Puts the bytes in place, whatever is there.
    ///
    /// # Errors
    /// The file cannot be renamed.
    pub fn put(self) -> io::Result<()> {
        self.file.persist(self.path).map_err(|error| error.error)?;
        Ok(())
    }

    /// Puts the bytes in place where nothing is there.
    ///
    /// # Errors
    /// Something is there ([`io::ErrorKind::AlreadyExists`]), or the file cannot be renamed.
    pub fn put_new(self) -> io::Result<()> {
        let put = self.file.persist_noclobber(self.path);
        put.map_err(|error| error.error)?;
        Ok(())
    }
}

/// Writes the answer of a command to a file that a person named. One that is there is replaced and keeps its permissions, a
/// link stays one, and a pipe or a device is written to. `proceed` is asked last, before anything that is there changes.
///
/// # Errors
/// Why it cannot be written: it is a folder, its folder is not there, the disk is full, or `proceed` says no.
pub fn write_file<E: std::fmt::Display>(
    file: &Path,
    bytes: &[u8],
    proceed: impl FnOnce() -> Result<(), E>,
) -> Result<(), String> {
    let found = fs::metadata(file).ok();
    if found.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err("it is a folder; name a file".into());
    }
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return fs::write(file, bytes).map_err(|error| error.to_string());
    }
    // The file itself, where its name is a link to it.
    let place = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if !folder(&place).is_dir() {
        return Err("the folder does not exist".into());
    }
    let mode = found.map_or(Mode::New, |found| Mode::Like(found.permissions()));
    let replacement = Replacement::prepare(&place, bytes, mode)
        .and_then(Replacement::synced)
        .map_err(|error| error.to_string())?;
    proceed().map_err(|error| error.to_string())?;
    replacement.put().map_err(|error| error.to_string())
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The mode of a new file, of which the umask takes its part.
#[cfg(unix)]
fn as_new(builder: &mut tempfile::Builder<'_, '_>, mode: &Mode) {
    use std::os::unix::fs::PermissionsExt;
    let mode = match mode {
        Mode::Program => 0o777,
        Mode::New | Mode::Like(_) => 0o666,
    };
    builder.permissions(Permissions::from_mode(mode));
}

#[cfg(not(unix))]
fn as_new(_: &mut tempfile::Builder<'_, '_>, _: &Mode) {}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(file: &Path, bytes: &[u8]) -> Result<(), String> {
        write_file(file, bytes, || Ok::<(), String>(()))
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("an entry")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_made_or_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("history.html");
        for text in ["one", "another"] {
            put(&file, text.as_bytes()).expect("a file");
            assert_eq!(fs::read_to_string(&file).expect("a file"), text);
        }
        assert_eq!(names(folder.path()), ["history.html"]);
    }

    #[test]
    fn a_folder_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let refused = put(folder.path(), b"x").expect_err("a folder");
        assert_eq!(refused, "it is a folder; name a file");
        let refused = put(&folder.path().join("none/history.html"), b"x").expect_err("nowhere");
        assert_eq!(refused, "the folder does not exist");
        assert_eq!(names(folder.path()), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_a_file_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a.html"), folder.path().join("b.html"));
        fs::write(&file, "old").expect("a file");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("permissions");
        std::os::unix::fs::symlink("a.html", &link).expect("a link");
        put(&link, b"new").expect("a file");
        assert_eq!(fs::read_to_string(&file).expect("a file"), "new");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
}
