//! pre-commit and prek: a local repository of hooks, one for each door.

use super::yaml;
use crate::install::block;
use crate::install::git_hook::GitHook;

/// The entry, as an item of `repos`.
fn entry(doors: &[GitHook]) -> String {
    let mut text = String::from("- repo: local\n  hooks:\n");
    for door in doors {
        let name = door.name();
        // Warnings of a hook that lets git go on are shown only if it is verbose.
        text += &format!(
            "    - id: onehead-{name}\n      \
                   name: one migration head ({name})\n      \
                   entry: onehead hook {name}{}\n      \
                   language: system\n      \
                   stages: [{name}]\n      \
                   pass_filenames: false\n      \
                   always_run: true\n      \
                   verbose: true\n",
            arguments(*door)
        );
    }
    text
}

/// What git would give as arguments, which these managers do not hand on.
fn arguments(door: GitHook) -> &'static str {
    match door {
        GitHook::PostMerge => " 0",
        GitHook::PostRewrite => " rebase",
        _ => "",
    }
}

/// What to write where nothing can be added.
pub(super) fn by_hand(doors: &[GitHook]) -> String {
    format!("repos:\n{}", entry(doors))
}

/// The configuration with the entry behind the last of `repos`.
pub(super) fn add(text: &str, doors: &[GitHook]) -> Result<String, String> {
    let old = yaml::parse(text)?;
    let repos = yaml::get(&old, "repos").ok_or("it has no `repos`")?;
    let (line, indent) =
        yaml::end(text, repos).ok_or("`repos` is not a list with a line for each entry")?;
    let entry = entry(doors);
    let new = block::insert(text, line, indent, &entry);
    let fits = yaml::is_old_plus(&old, &yaml::parse(&new)?, &["repos"], &yaml::parse(&entry)?);
    if fits {
        Ok(new)
    } else {
        Err("an entry behind the last of `repos` would change others".into())
    }
}
