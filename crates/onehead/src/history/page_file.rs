//! The page into a file, wholly or not at all.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use onehead_model::HistoryReport;
use onehead_report::history::page;
use onehead_stage::Interrupt;
use tempfile::NamedTempFile;

/// Writes the page of a history to a file, which is replaced if it is there. Whoever looks at the file sees what was
/// there or the whole page, also after Ctrl-C, and nothing else is left beside it.
///
/// # Errors
/// Why it cannot be written, with the file: it is a folder, its folder is not there, the disk is full, or somebody
/// wants this to end.
pub fn write(file: &Path, report: &HistoryReport) -> Result<(), String> {
    let page = page(report);
    put(file, page.as_bytes()).map_err(|why| format!("cannot write {}: {why}", file.display()))
}

fn put(file: &Path, bytes: &[u8]) -> Result<(), String> {
    let found = fs::metadata(file).ok();
    if found.as_ref().is_some_and(fs::Metadata::is_dir) {
        return Err("it is a folder; name a file in it".into());
    }
    // A pipe or a device is written to, not replaced.
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return fs::write(file, bytes).map_err(|error| error.to_string());
    }
    let interrupt = Interrupt::watch();
    let place = behind_links(file);
    if !folder_of(&place).is_dir() {
        return Err("there is no such folder".into());
    }
    let written = beside(&place, bytes).map_err(|error| error.to_string())?;
    if let Some(found) = found {
        let kept = written.as_file().set_permissions(found.permissions());
        kept.map_err(|error| error.to_string())?;
    }
    interrupt.check().map_err(|error| error.to_string())?;
    written
        .persist(place)
        .map_err(|error| error.error.to_string())?;
    Ok(())
}

/// The file itself, where its name is a link to it.
fn behind_links(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

fn folder_of(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// The bytes on the disk, in the same folder, under a name that nobody looks for; gone again unless it is kept.
fn beside(place: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".onehead-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The umask takes away what it takes away from any new file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder_of(place))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(refused, "it is a folder; name a file in it");
        let refused = put(&folder.path().join("none/history.html"), b"x").expect_err("nowhere");
        assert_eq!(refused, "there is no such folder");
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
