//! The same tests once more with gits that know less: the git of this machine behind a script that refuses what an
//! older one refuses, in the same way.

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use onehead_fixtures::GitSandbox;

/// What a version knows that the one before did not, newest first, as the pattern of a shell over ` <arguments> `.
const NEW_IN: [(u32, &str); 6] = [
    (45, "*' --ref-format='*"),
    (39, "' merge-tree '*'--stdin '*"),
    (38, "' merge-tree '*'--write-tree '*"),
    (36, "' cat-file '*'--batch-command '*"),
    (31, "*' --diff-merges=first-parent '*"),
    // An option that `rev-parse` does not know is none of its questions: it prints it.
    (31, "' rev-parse '*'--path-format=absolute '*"),
];

/// A git that refuses what came after this version. An unknown option is a usage error; only the log has words of
/// its own for it.
fn script(minor: u32) -> String {
    let mut script = String::from("#!/bin/sh\nPATH=${PATH#*:}\ncase \" $* \" in\n");
    for (since, pattern) in NEW_IN {
        if minor >= since {
            continue;
        }
        let refusal = if pattern.contains("diff-merges") {
            "echo \"fatal: unknown value for --diff-merges: first-parent\" >&2; exit 128"
        } else if pattern.contains("path-format") {
            // The paths behind it are printed from where git runs.
            "echo --path-format=absolute; shift 2; exec git rev-parse \"$@\""
        } else {
            "echo \"error: unknown option\" >&2; echo \"usage: git\" >&2; exit 129"
        };
        script += &format!("{pattern}) {refusal} ;;\n");
    }
    script + "esac\nexec git \"$@\"\n"
}

/// Runs all other tests of this program with such a git.
fn all_with(minor: u32) {
    let sandbox = GitSandbox::without_git();
    let folder = sandbox.root().join("bin");
    sandbox.write("bin/git", script(minor));
    fs::set_permissions(folder.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = sandbox.command(std::env::current_exe().unwrap());
    command.args(["--skip", "old::"]);
    let path = command
        .get_envs()
        .find_map(|(name, value)| (name == "PATH").then_some(value?))
        .unwrap();
    let mut all = folder.into_os_string();
    all.push(":");
    all.push(path);
    command.env("PATH", all);
    let ran = sandbox.finish(&mut command, "");
    assert_eq!(ran.code, Some(0), "git 2.{minor}: {}", ran.stdout);
}

#[test]
fn git_2_30() {
    all_with(30);
}

#[test]
fn git_2_37() {
    all_with(37);
}

#[test]
fn git_2_38() {
    all_with(38);
}
