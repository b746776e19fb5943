//! Whether git may keep a Python file as other bytes than those on the disk, of the same length.
//!
//! What converts line ends or expands `$Id$` changes the length. A filter or another encoding may not, so where
//! attributes speak of one, a file that git calls unchanged must be read all the same.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Connection;

/// The words of attributes that may exchange bytes, and the definition of a name for them.
const WORDS: [&str; 3] = ["filter", "working-tree-encoding", "[attr]"];

/// Where attributes for all repositories lie by default.
const FOR_ALL: &str = "/etc/gitattributes";

impl Connection {
    /// Whether attributes speak of a filter or an encoding for Python files in a folder of the working tree. That the
    /// configuration names another file with attributes for all repositories is not looked for.
    #[must_use]
    pub fn may_exchange_bytes(&self, folder: &str) -> bool {
        let own = Path::new(folder)
            .ancestors()
            .map(|folder| self.root().join(folder).join(".gitattributes"));
        let mut all = own
            .chain([self.common_dir().join("info/attributes"), FOR_ALL.into()])
            .chain(personal());
        self.git.names_attributes() || all.any(|path| says_so(&path))
    }
}

/// The attributes of a person for all repositories.
#[expect(
    clippy::disallowed_methods,
    reason = "git would read them to find the file"
)]
fn personal() -> Option<PathBuf> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let folder = match set("XDG_CONFIG_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(&set("HOME")?).join(".config"),
    };
    Some(folder.join("git/attributes"))
}

fn says_so(path: &Path) -> bool {
    match fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            text.lines().any(concerns_python)
        }
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

/// Whether a line may give such an attribute to a Python file. One whose pattern ends in another ending does not.
fn concerns_python(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with('#') || !WORDS.iter().any(|word| line.contains(word)) {
        return false;
    }
    let pattern = line.split_whitespace().next().unwrap_or_default();
    let is_plain = |ending: &str| ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_other = pattern.rsplit_once('.').is_some_and(|(_, ending)| {
        !ending.is_empty() && is_plain(ending) && !ending.eq_ignore_ascii_case("py")
    });
    !is_other
}

#[cfg(test)]
mod tests {
    use super::concerns_python;

    #[test]
    fn only_what_may_exchange_the_bytes_of_python_counts() {
        for line in [
            "*.py filter=black",
            "  *.PY filter=black",
            "* working-tree-encoding=UTF-16",
            "migrations/** filter=crypt diff=crypt",
            "[attr]lfs filter=lfs",
            "*.p[y] filter=x",
            "\"a b.py\" filter=x",
            ".* filter=x",
        ] {
            assert!(concerns_python(line), "{line}");
        }
        for line in [
            "* text=auto eol=lf",
            "*.py text diff=python",
            "*.png filter=lfs diff=lfs merge=lfs -text",
            "# *.py filter=black",
            "*.py ident",
        ] {
            assert!(!concerns_python(line), "{line}");
        }
    }
}
