//! What to do about a scan that failed. The options are those of [`ScanArgs`](crate::ScanArgs).

use crate::ScanError;

/// What to do about it, if anything is known to help.
#[must_use]
pub fn hint(error: &ScanError) -> Option<String> {
    let hint = match error {
        ScanError::NoSuchDirectory(_) => "name a folder inside the repository",
        ScanError::Bare { .. } => "choose a source, for example `--source HEAD`",
        ScanError::NoRepository(_) => "run this in a repository, or name one with `--repo`",
        ScanError::UnknownRevision(_) => "run `git branch --all` to list branches",
        ScanError::NotFetched { .. } => "run `git fetch --refetch --no-filter`",
        ScanError::Settings(_) => "correct or remove it; a key that is left out has its default",
        ScanError::NoEnvironment { .. } => {
            "name one with `--config` or `--script-location`, or set `allow-none = true` in `onehead.toml`"
        }
        ScanError::Git(error) => return onehead_git::hints::hint(error),
        ScanError::Walk(_)
        | ScanError::UnknownContent { .. }
        | ScanError::Read { .. }
        | ScanError::Outside { .. }
        | ScanError::NoSuchConfig(_)
        | ScanError::NoSuchScriptLocation(_) => return None,
    };
    Some(hint.to_owned())
}
