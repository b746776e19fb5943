//! Reading a configuration, and writing it anew.

use std::fs;
use std::path::Path;

use crate::hooks::block;
use crate::hooks::error::InstallError;
use crate::hooks::planned::Planned;
use crate::hooks::steps::Step;

/// Our lines out of one file.
pub(super) fn without(path: &Path) -> Result<Option<Planned>, InstallError> {
    let Some(text) = block::remove(&read(path)?) else {
        return Ok(None);
    };
    Ok(Some(Planned {
        name: file_name(path),
        says: "has no entry for onehead any more".into(),
        steps: vec![write(path, text)],
    }))
}

/// Writes through a symbolic link, not over it.
pub(super) fn write(path: &Path, text: String) -> Step {
    Step::Write {
        path: fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()),
        bytes: text.into_bytes(),
        executable: false,
    }
}

pub(super) fn read(path: &Path) -> Result<String, InstallError> {
    fs::read_to_string(path).map_err(|source| InstallError::Read {
        path: path.to_owned(),
        source,
    })
}

pub(super) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
