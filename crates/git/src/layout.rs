//! Where the parts of a plainly laid out repository lie, told without a git process.
//!
//! Plain is what nearly every clone is: a `.git` folder at the top of the working tree, or the file that a linked worktree
//! has there, a configuration that moves nothing, all of it owned by the one who asks. Whatever else there is, git tells:
//! every rule here errs towards asking it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Inherit;
use crate::command::LOCAL_VARIABLES;

/// What git itself would say of a repository with a working tree and SHA-1 ids.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) root: PathBuf,
    pub(crate) git_dir: PathBuf,
    pub(crate) common_dir: PathBuf,
    pub(crate) is_shallow: bool,
}

/// Variables of a repository that say nothing of where it lies.
const HARMLESS: [&str; 5] = [
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
];

/// What decides how far git looks upwards, and whom it trusts.
const ABOUT_DISCOVERY: [&str; 2] = [
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "GIT_TEST_ASSUME_DIFFERENT_OWNER",
];

/// The repository around a folder, if it is a plain one.
pub(crate) fn plain(
    directory: &Path,
    inherit: Inherit,
    variable: impl Fn(&str) -> Option<PathBuf>,
) -> Option<Layout> {
    let directory = fs::canonicalize(directory).ok()?;
    if ABOUT_DISCOVERY.iter().any(|name| variable(name).is_some()) {
        return None;
    }
    let root = top(&directory)?;
    if let Some(ceilings) = variable("GIT_CEILING_DIRECTORIES")
        && !is_below_ceilings(root, &directory, &ceilings)
    {
        return None;
    }
    let (git_dir, common_dir) = folders(root)?;
    if inherit == Inherit::Yes {
        let moves = |name: &&&str| !HARMLESS.contains(*name) && variable(name).is_some();
        let moved: Vec<&&str> = LOCAL_VARIABLES.iter().filter(moves).collect();
        let is_named_here = || {
            let named = variable("GIT_DIR").map(|named| fs::canonicalize(directory.join(named)));
            directory == root && named.is_some_and(|named| named.is_ok_and(|dir| dir == git_dir))
        };
        match moved[..] {
            [] => {}
            [&"GIT_DIR"] if is_named_here() => {}
            _ => return None,
        }
    }
    let is_text = |path: &Path| path.to_str().is_some_and(|text| !text.contains('\n'));
    let is_repository = is_head(&git_dir.join("HEAD"))
        && common_dir.join("objects").is_dir()
        && common_dir.join("refs").is_dir()
        && is_plain(&fs::read_to_string(common_dir.join("config")).ok()?)
        && [root, &root.join(".git"), &git_dir, &common_dir]
            .iter()
            .all(|path| is_text(path) && is_own(path));
    is_repository.then(|| Layout {
        root: root.to_owned(),
        is_shallow: common_dir.join("shallow").exists(),
        git_dir,
        common_dir,
    })
}

/// The nearest folder with a `.git` in it. None where a folder on the way may be a repository itself, or belongs to
/// another file system.
fn top(directory: &Path) -> Option<&Path> {
    let device = device(directory);
    for folder in directory.ancestors() {
        if self::device(folder) != device {
            return None;
        }
        if fs::symlink_metadata(folder.join(".git")).is_ok() {
            return Some(folder);
        }
        if fs::symlink_metadata(folder.join("HEAD")).is_ok() {
            return None;
        }
    }
    None
}

/// Whether git may look as far up as the root: no folder that it must not leave lies between.
fn is_below_ceilings(root: &Path, directory: &Path, ceilings: &Path) -> bool {
    std::env::split_paths(ceilings).all(|ceiling| {
        let real = fs::canonicalize(&ceiling).unwrap_or_else(|_| ceiling.clone());
        [ceiling, real].iter().all(|ceiling| {
            let is_between = ceiling.starts_with(root) && directory.starts_with(ceiling);
            !is_between || ceiling == directory
        })
    })
}

/// The repository's own folder, and the one that linked worktrees share.
fn folders(root: &Path) -> Option<(PathBuf, PathBuf)> {
    let place = root.join(".git");
    let found = fs::symlink_metadata(&place).ok()?;
    if found.is_dir() {
        // With `commondir` in it, it would be a part of another repository.
        let has_own = fs::symlink_metadata(place.join("commondir")).is_err();
        return has_own.then(|| (place.clone(), place));
    }
    if !found.is_file() {
        return None;
    }
    let text = fs::read_to_string(&place).ok()?;
    let named = text
        .strip_prefix("gitdir: ")?
        .trim_end_matches(['\n', '\r']);
    let git_dir = fs::canonicalize(root.join(named)).ok()?;
    let common = fs::read_to_string(git_dir.join("commondir")).ok()?;
    let common_dir = fs::canonicalize(git_dir.join(common.trim_end_matches(['\n', '\r']))).ok()?;
    Some((git_dir, common_dir))
}

/// Whether git would take it for the HEAD of a repository.
fn is_head(path: &Path) -> bool {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let text = fs::read_to_string(path).unwrap_or_default();
    let is_id = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_file && (text.starts_with("ref: refs/") || is_id(text.trim_end()))
}

/// Whether a configuration says nothing of where the repository lies or how it is kept. It looks for the words alone, so
/// that a branch of such a name is left to git as well.
fn is_plain(config: &str) -> bool {
    let config = config.to_ascii_lowercase();
    let moves = ["extensions", "include", "worktree"];
    let says = |line: &str, key: &str, value: &str| {
        let words: String = line.split_whitespace().collect();
        !line.contains(key) || words == format!("{key}={value}")
    };
    !moves.iter().any(|word| config.contains(word))
        && config
            .lines()
            .all(|line| says(line, "bare", "false") && says(line, "repositoryformatversion", "0"))
}

/// Whether it belongs to the one who runs this, whom git trusts without being told.
#[cfg(unix)]
fn is_own(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let owner = fs::symlink_metadata(path).map(|found| found.uid());
    owner.is_ok_and(|owner| owner == rustix::process::geteuid().as_raw())
}

#[cfg(not(unix))]
fn is_own(_: &Path) -> bool {
    false
}

/// The file system that a folder lies in.
#[cfg(unix)]
fn device(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|found| found.dev())
}

#[cfg(not(unix))]
fn device(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{is_plain, plain};
    use crate::Inherit;

    /// Whether a folder below a plain repository leads to it, where git is told these.
    fn leads(below: &str, inherit: Inherit, variables: &[(&str, &str)]) -> bool {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path())
            .expect("it is there")
            .join("top");
        for part in [".git/objects", ".git/refs", "a/b"] {
            fs::create_dir_all(root.join(part)).expect("a folder");
        }
        fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
        fs::write(root.join(".git/config"), "[core]\n\tbare = false\n").expect("a file");
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            let place = |text: &str| text.replace("TOP", root.to_str().expect("text"));
            found.map(|(_, value)| PathBuf::from(place(value)))
        };
        let found = plain(&root.join(below), inherit, variable);
        found.is_some_and(|found| {
            found.root == root && found.git_dir == Path::new(&root).join(".git")
        })
    }

    #[cfg(unix)]
    #[test]
    fn what_points_git_elsewhere_is_for_git_to_tell() {
        for (below, variables, expected) in [
            ("a/b", &[][..], true),
            ("", &[("GIT_INDEX_FILE", ".git/index")], true),
            ("", &[("GIT_DIR", ".git")], true),
            ("", &[("GIT_DIR", "TOP/.git")], true),
            ("a", &[("GIT_DIR", "TOP/.git")], false),
            ("", &[("GIT_DIR", "TOP/other")], false),
            ("", &[("GIT_WORK_TREE", "TOP")], false),
            ("", &[("GIT_COMMON_DIR", "TOP/.git")], false),
            ("a/b", &[("GIT_CEILING_DIRECTORIES", "TOP/a")], false),
            ("a/b", &[("GIT_CEILING_DIRECTORIES", "TOP")], false),
            ("a/b", &[("GIT_CEILING_DIRECTORIES", "/:TOP/..")], true),
            ("a/b", &[("GIT_DISCOVERY_ACROSS_FILESYSTEM", "1")], false),
        ] {
            let found = leads(below, Inherit::Yes, variables);
            assert_eq!(found, expected, "{below} {variables:?}");
        }
        assert!(leads("a", Inherit::No, &[("GIT_DIR", "TOP/other")]));
    }

    #[test]
    fn only_a_configuration_that_moves_nothing_is_plain() {
        let usual = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n[remote \"origin\"]\n\turl = x\n";
        assert!(is_plain(usual));
        assert!(is_plain(""));
        for more in [
            "[core] bare = true",
            "[core]\n\tbare",
            "[core]\n\tBare = \\\n\ttrue",
            "[core]\n\trepositoryformatversion = 1",
            "[core]\n\tworkTree = /elsewhere",
            "[Extensions]\n\tobjectFormat = sha256",
            "[include]\n\tpath = more",
            "[includeIf \"gitdir:/\"]\n\tpath = more",
        ] {
            assert!(!is_plain(&format!("{usual}{more}\n")), "{more}");
        }
    }
}
