//! The program that hooks call.

use std::path::{Path, PathBuf};

use super::error::InstallError;

/// The one that was named, or this one. `cargo xtask` is not what a hook calls: there it is the
/// `onehead` beside it.
pub(crate) fn find(named: Option<&Path>) -> Result<PathBuf, InstallError> {
    if let Some(named) = named {
        let path = std::path::absolute(named).map_err(InstallError::Unknown)?;
        return if path.is_file() {
            Ok(path)
        } else {
            Err(InstallError::NoBinary(path))
        };
    }
    let this = std::env::current_exe().map_err(InstallError::Unknown)?;
    if this.file_stem().is_some_and(|stem| stem == "onehead") {
        return Ok(this);
    }
    let beside = this.with_file_name(format!("onehead{}", std::env::consts::EXE_SUFFIX));
    if beside.is_file() {
        Ok(beside)
    } else {
        Err(InstallError::NotBuilt(this))
    }
}
