//! pre-commit and prek: a local repository of hooks, one for each check.

use std::path::Path;

use super::yaml;
use crate::hooks::block;
use crate::hooks::git_hook::GitHook;

/// The entry, as an item of `repos`.
fn entry(checks: &[GitHook]) -> String {
    let mut text = String::from("- repo: local\n  hooks:\n");
    for check in checks {
        let name = check.name();
        // Warnings of a hook that lets git go on are shown only if it is verbose.
        text += &format!(
            "    - id: {}\n      \
                   name: one migration head ({name})\n      \
                   entry: onehead hook {name}{}\n      \
                   language: system\n      \
                   stages: [{name}]\n      \
                   pass_filenames: false\n      \
                   always_run: true\n      \
                   verbose: true\n",
            id(*check),
            arguments(*check)
        );
    }
    text
}

/// What git would give as arguments, which these managers do not hand on, but for variables at a push and a checkout.
fn arguments(check: GitHook) -> &'static str {
    match check {
        GitHook::PostMerge => " 0",
        GitHook::PostRewrite => " rebase",
        _ => "",
    }
}

/// The id of the hook for a check, in the entry and in `.pre-commit-hooks.yaml`.
fn id(check: GitHook) -> String {
    format!("onehead-{}", check.name())
}

/// Whether a hook for this check is named, ours or that of a hook repository.
pub(super) fn names(text: &str, check: GitHook) -> bool {
    let id = id(check);
    let ids = [format!("id:{id}"), format!("id={id}")];
    let names = |line: &str| {
        let code = line.split('#').next().unwrap_or_default();
        let pairs = code.split(['{', '}', '[', ']', ',']);
        pairs.into_iter().any(|pair| {
            let noise = |c: &char| !c.is_whitespace() && !"'\"".contains(*c);
            let pair: String = pair.chars().filter(noise).collect();
            ids.iter().any(|id| pair.trim_start_matches('-') == id)
        })
    };
    text.lines().any(names)
}

/// What to write where nothing can be added.
pub(super) fn by_hand(checks: &[GitHook], _: &Path) -> String {
    format!("repos:\n{}", entry(checks))
}

/// The configuration with the entry behind the last of `repos`.
pub(super) fn add(text: &str, checks: &[GitHook]) -> Result<String, String> {
    let old = yaml::parse(text)?;
    // Before pre-commit had any other key, the list of `repos` was all of the file; it is still read.
    let is_list = old.data.as_sequence().is_some();
    let (repos, keys): (_, &[&str]) = match is_list {
        true => (&old, &[]),
        false => {
            let repos = yaml::get(&old, "repos").ok_or("it has no `repos`")?;
            (repos, &["repos"])
        }
    };
    let (line, indent) =
        yaml::end(text, repos).ok_or("`repos` does not have one line for each entry")?;
    let entry = entry(checks);
    let new = block::insert(text, line, indent, &entry);
    let fits = yaml::is_old_plus(&old, &yaml::parse(&new)?, keys, &yaml::parse(&entry)?);
    if fits {
        Ok(new)
    } else {
        Err("an entry after the last of `repos` would change other entries".into())
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use saphyr::{LoadableYamlNode, Yaml};

    use super::*;

    #[test]
    fn the_hook_repository_offers_the_same_entries() {
        let load = |text| Yaml::load_from_str(text).expect("YAML").remove(0);
        let ours = entry(GitHook::WORK_AND_CHECKOUT);
        let ours = load(&ours);
        let offered = load(include_str!("../../../../../.pre-commit-hooks.yaml"));
        let ours = ours[0]["hooks"].as_sequence().expect("a list");
        let offered = offered.as_sequence().expect("a list");
        assert_eq!(ours.len(), offered.len());
        for (mine, theirs) in std::iter::zip(ours, offered) {
            for (key, value) in mine.as_mapping().expect("a hook") {
                let key = key.as_str().expect("a key");
                if key != "language" {
                    assert_eq!(&theirs[key], value, "{key} of {:?}", mine["id"]);
                }
            }
            assert_eq!(theirs["language"].as_str(), Some("python"));
        }
    }

    #[test]
    fn a_list_at_the_top_is_the_list_of_repositories() {
        let old = "- repo: https://example.com/a\n  hooks:\n  - id: a\n";
        let new = add(old, &[GitHook::PrePush]).expect("it is a list");
        assert!(new.starts_with(old));
        let document = Yaml::load_from_str(&new).expect("YAML").remove(0);
        assert_eq!(document.as_sequence().map(Vec::len), Some(2));
    }

    #[test]
    fn a_hook_of_a_hook_repository_is_told_by_its_id() {
        let check = GitHook::PrePush;
        for text in [
            "  - id: onehead-pre-push",
            "- id: 'onehead-pre-push'  # ours",
            "hooks: [{id: onehead-pre-commit}, {id: onehead-pre-push, verbose: true}]",
            "  { id = \"onehead-pre-push\" },",
        ] {
            assert!(names(text, check), "{text}");
        }
        for text in [
            "# - id: onehead-pre-push",
            "  - id: onehead-pre-pushed",
            "ci: {skip: [onehead-pre-push]}",
            "  name: onehead-pre-push",
        ] {
            assert!(!names(text, check), "{text}");
        }
    }
}
