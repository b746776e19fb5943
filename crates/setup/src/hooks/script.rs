//! The script that git runs: short enough to be read before it is trusted.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::git_hook::GitHook;

/// The second line of every script of ours. Nothing else decides whether a hook is ours.
const MARKER: &str = "# onehead-hook: ";
/// Says in the script that the folder was made for it.
const FOLDER: &str = "# The folder was created with it.";
/// What a hook that was there before is called now.
const BEFORE: &str = ".before-onehead";

/// The name beside a hook for the one that was there before.
pub(crate) fn before(check: GitHook) -> String {
    format!("{}{BEFORE}", check.name())
}

/// Whether these bytes are a script of ours.
pub(crate) fn is_ours(bytes: &[u8]) -> bool {
    head(bytes).any(|line| line.starts_with(MARKER))
}

/// Whether a script of ours says that its folder was created with it.
pub(crate) fn created_folder(bytes: &[u8]) -> bool {
    head(bytes).any(|line| line == FOLDER)
}

fn head(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let lines = bytes.split(|&byte| byte == b'\n').take(10);
    lines.filter_map(|line| std::str::from_utf8(line).ok())
}

/// The script for one check. It calls `binary`, or whatever `onehead` is on `PATH` once that is gone.
pub(crate) fn script(check: GitHook, binary: &OsStr, created_folder: bool) -> Vec<u8> {
    let name = check.name();
    let before = before(check);
    let mut text = Vec::new();
    let mut add = |part: &str| text.extend_from_slice(part.as_bytes());
    add(&format!(
        "#!/bin/sh\n\
         {MARKER}{name}\n\
         # Keeps Alembic migrations at one head. `onehead install-hooks` writes this file anew,\n\
         # `onehead install-hooks --uninstall` takes it away. A hook of your own is {before},\n\
         # beside it: it runs first.\n"
    ));
    if created_folder {
        add(&format!("{FOLDER}\n"));
    }
    add("set -u\n\nonehead=");
    text.extend(quoted(binary));
    let mut add = |part: &str| text.extend_from_slice(part.as_bytes());
    add("\n[ -x \"$onehead\" ] || onehead=$(command -v onehead) || onehead=\n");
    add(&format!("before=$(dirname -- \"$0\")/{before}\n"));
    if check.has_stdin() {
        add(
            "# What git says on stdin is for both. The dot keeps line breaks at the end.\n\
             input=$(cat && echo .)\n\
             input=${input%.}\n\
             if [ -f \"$before\" ] && [ -x \"$before\" ]; then\n    \
                 printf %s \"$input\" | \"$before\" \"$@\" || exit\n\
             fi\n",
        );
    } else {
        add("if [ -f \"$before\" ] && [ -x \"$before\" ]; then\n    \
                 \"$before\" \"$@\" || exit\n\
             fi\n");
    }
    let (verdict, status) = if check.refuses() {
        ("refused, since", 1)
    } else {
        ("warning:", 0)
    };
    add(&format!(
        "\nif [ -z \"$onehead\" ]; then\n    \
             echo \"{name} {verdict} onehead is neither where it was installed from nor on PATH\" >&2\n    \
             echo \"hint: install onehead again, or remove this hook: $0\" >&2\n    \
             exit {status}\n\
         fi\n"
    ));
    if check.has_stdin() {
        add(&format!(
            "printf %s \"$input\" | \"$onehead\" hook {name} \"$@\"\n"
        ));
    } else {
        add(&format!("exec \"$onehead\" hook {name} \"$@\"\n"));
    }
    text
}

/// The program that a script calls first, if the bytes are wholly what [`script`] writes for this check: whoever could
/// write more there could have anything run.
pub(crate) fn called(bytes: &[u8], check: GitHook) -> Option<PathBuf> {
    let start = b"\nonehead='";
    let from = bytes.windows(start.len()).position(|part| part == start)?;
    let rest = &bytes[from + start.len()..];
    let end = b"'\n[ -x ";
    let to = rest.windows(end.len()).position(|part| part == end)?;
    let program = unquoted(&rest[..to]);
    let written = script(check, program.as_os_str(), created_folder(bytes));
    (written == bytes).then_some(program)
}

/// What stands between the first and the last quote of [`quoted`].
fn unquoted(mut bytes: &[u8]) -> PathBuf {
    let escaped = br"'\''";
    let mut out = Vec::new();
    while let Some((&first, rest)) = bytes.split_first() {
        match bytes.strip_prefix(escaped) {
            Some(rest) => {
                out.push(b'\'');
                bytes = rest;
            }
            None => {
                out.push(first);
                bytes = rest;
            }
        }
    }
    path(out)
}

#[cfg(unix)]
fn path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// A word for a POSIX shell, whatever bytes it holds.
fn quoted(word: &OsStr) -> Vec<u8> {
    let mut out = vec![b'\''];
    for &byte in bytes(word).iter() {
        match byte {
            b'\'' => out.extend(br"'\''"),
            byte => out.push(byte),
        }
    }
    out.push(b'\'');
    out
}

#[cfg(unix)]
fn bytes(word: &OsStr) -> std::borrow::Cow<'_, [u8]> {
    std::os::unix::ffi::OsStrExt::as_bytes(word).into()
}

/// The shell that comes with git reads `/` as well.
#[cfg(not(unix))]
fn bytes(word: &OsStr) -> std::borrow::Cow<'_, [u8]> {
    word.to_string_lossy()
        .replace('\\', "/")
        .into_bytes()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ours_is_told_by_its_marker() {
        for check in GitHook::WORK.iter().chain(GitHook::SERVER) {
            let text = script(*check, OsStr::new("/bin/one head"), true);
            assert!(is_ours(&text) && created_folder(&text));
            assert!(!created_folder(&script(*check, OsStr::new("/x"), false)));
        }
        assert!(!is_ours(b"#!/bin/sh\nonehead hook pre-push\n"));
        assert!(!is_ours(b""));
    }

    #[test]
    fn odd_paths_are_one_word() {
        let text = script(
            GitHook::PreCommit,
            OsStr::new("/it's \"here\" $HOME\n/x"),
            false,
        );
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.contains("onehead='/it'\\''s \"here\" $HOME\n/x'\n"),
            "{text}"
        );
    }

    #[test]
    fn a_script_that_says_more_is_not_ours() {
        for check in GitHook::WORK.iter().chain(GitHook::SERVER) {
            for program in ["/bin/onehead", "/it's \"here\" $HOME\n/x", "''"] {
                for created in [true, false] {
                    let text = script(*check, OsStr::new(program), created);
                    assert_eq!(called(&text, *check), Some(PathBuf::from(program)));
                    let more = [&text[..], b"curl example.com\n"].concat();
                    assert_eq!(called(&more, *check), None);
                }
            }
        }
        assert_eq!(
            called(b"# onehead-hook: pre-push\n", GitHook::PrePush),
            None
        );
    }
}
