//! Hooks as git has them: one script for each check in the hooks folder.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::InstallError;
use super::git_hook::GitHook;
use super::planned::Planned;
use super::script::{before, created_folder, is_ours, script};
use super::steps::Step;

/// What has the name of a hook.
enum Found {
    Nothing,
    Ours(Vec<u8>),
    Theirs,
}

fn look(path: &Path) -> Result<Found, InstallError> {
    let failed = |source| InstallError::Read {
        path: path.to_owned(),
        source,
    };
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => Err(InstallError::Folder(path.to_owned())),
        Ok(found) if found.is_file() => {
            let bytes = fs::read(path).map_err(failed)?;
            Ok(if is_ours(&bytes) {
                Found::Ours(bytes)
            } else {
                Found::Theirs
            })
        }
        Ok(_) => Ok(Found::Theirs),
        Err(error) if is_missing(&error) => Ok(Found::Nothing),
        Err(error) => Err(failed(error)),
    }
}

/// A file where the folder should be is found out when something is to be written there.
fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Scripts at every check, with the hooks that are there now behind them.
pub(crate) fn install(
    folder: &Path,
    checks: &[GitHook],
    binary: &OsStr,
) -> Result<Vec<Planned>, InstallError> {
    let mut make_folder = !folder.is_dir();
    let mut created = make_folder;
    for check in checks {
        if let Found::Ours(bytes) = look(&folder.join(check.name()))? {
            created |= created_folder(&bytes);
        }
    }
    let mut plan = Vec::new();
    for &check in checks {
        let path = folder.join(check.name());
        let aside = folder.join(before(check));
        let has_aside = fs::symlink_metadata(&aside).is_ok();
        let text = script(check, binary, created);
        let mut steps = Vec::new();
        if make_folder {
            steps.push(Step::CreateFolder(folder.to_owned()));
            make_folder = false;
        }
        let kept = format!("the previous hook runs first, as {}", before(check));
        let says = match look(&path)? {
            Found::Ours(bytes) if bytes == text && is_program(&path) => {
                plan.push(Planned {
                    name: check.name().to_owned(),
                    says: "is installed already".into(),
                    steps,
                });
                continue;
            }
            Found::Ours(_) => "is updated".to_owned(),
            _ if has_aside => return Err(InstallError::Leftover(aside)),
            Found::Theirs => {
                steps.push(Step::Rename {
                    from: path.clone(),
                    to: aside,
                });
                format!("is installed; {kept}")
            }
            Found::Nothing => "is installed".to_owned(),
        };
        steps.push(Step::Write {
            path,
            bytes: text,
            executable: true,
        });
        plan.push(Planned {
            name: check.name().to_owned(),
            says,
            steps,
        });
    }
    Ok(plan)
}

/// Takes the scripts away and gives the hooks behind them their names back.
pub(crate) fn uninstall(folder: &Path, checks: &[GitHook]) -> Result<Vec<Planned>, InstallError> {
    let mut plan = Vec::new();
    let mut created = false;
    for &check in checks {
        let path = folder.join(check.name());
        let Found::Ours(bytes) = look(&path)? else {
            continue;
        };
        created |= created_folder(&bytes);
        let aside = folder.join(before(check));
        let mut steps = vec![Step::Remove(path.clone())];
        let mut says = "is removed".to_owned();
        if fs::symlink_metadata(&aside).is_ok() {
            steps.push(Step::Rename {
                from: aside,
                to: path,
            });
            says += "; the previous hook is restored";
        }
        plan.push(Planned {
            name: check.name().to_owned(),
            says,
            steps,
        });
    }
    if created && let Some(last) = plan.last_mut() {
        last.steps.push(Step::RemoveFolder(folder.to_owned()));
    }
    Ok(plan)
}

/// A script of ours that lies at a check, if there is one.
pub(crate) fn installed(folder: &Path, check: GitHook) -> Option<PathBuf> {
    let path = folder.join(check.name());
    matches!(look(&path), Ok(Found::Ours(_))).then_some(path)
}

/// Whether git would run it.
#[cfg(unix)]
pub(crate) fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// Whether git would run it.
#[cfg(not(unix))]
pub(crate) fn is_program(path: &Path) -> bool {
    path.is_file()
}
