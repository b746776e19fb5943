//! lefthook: a command, or a job where jobs are used, for each check.

use std::path::Path;

use super::yaml;
use crate::hooks::block;
use crate::hooks::git_hook::GitHook;

/// What is run for a check.
fn run(check: GitHook) -> String {
    let arguments = match check {
        GitHook::PrePush => " '{1}' '{2}'",
        GitHook::PostMerge | GitHook::PostRewrite => " {1}",
        GitHook::PostCheckout => " {1} {2} {3}",
        _ => "",
    };
    format!("onehead hook {}{arguments}", check.name())
}

fn command(check: GitHook) -> String {
    let stdin = if check.has_stdin() {
        "use_stdin: true\n"
    } else {
        ""
    };
    format!("run: {}\n{stdin}", run(check))
}

fn indented(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    text.lines().map(|line| format!("{pad}{line}\n")).collect()
}

fn as_command(check: GitHook) -> String {
    format!("onehead:\n{}", indented(&command(check), 2))
}

fn as_job(check: GitHook) -> String {
    format!("- name: onehead\n{}", indented(&command(check), 2))
}

fn as_commands(check: GitHook) -> String {
    format!("commands:\n{}", indented(&as_command(check), 2))
}

fn as_hook(check: GitHook) -> String {
    format!("{}:\n{}", check.name(), indented(&as_commands(check), 2))
}

/// What to write where nothing can be added, in the language of the file.
pub(super) fn by_hand(checks: &[GitHook], file: &Path) -> String {
    let language = file.extension().and_then(|extension| extension.to_str());
    match language {
        Some("toml") => checks.iter().map(|&check| as_toml(check)).collect(),
        Some("json") => {
            let hooks: Vec<String> = checks.iter().map(|&check| as_json(check)).collect();
            format!("{{\n{}\n}}\n", hooks.join(",\n"))
        }
        _ => checks.iter().map(|&check| as_hook(check)).collect(),
    }
}

/// Nothing in these words is special in a string of TOML.
fn as_toml(check: GitHook) -> String {
    let stdin = if check.has_stdin() {
        "use_stdin = true\n"
    } else {
        ""
    };
    let name = check.name();
    format!(
        "[{name}.commands.onehead]\nrun = \"{}\"\n{stdin}",
        run(check)
    )
}

/// Nor in one of JSON.
fn as_json(check: GitHook) -> String {
    let stdin = if check.has_stdin() {
        ", \"use_stdin\": true"
    } else {
        ""
    };
    let name = check.name();
    format!(
        "  \"{name}\": {{ \"commands\": {{ \"onehead\": {{ \"run\": \"{}\"{stdin} }} }} }}",
        run(check)
    )
}

/// The configuration with an entry for each check.
pub(super) fn add(text: &str, checks: &[GitHook]) -> Result<String, String> {
    checks
        .iter()
        .try_fold(text.to_owned(), |text, &check| add_one(&text, check))
}

fn add_one(text: &str, check: GitHook) -> Result<String, String> {
    let old = yaml::parse(text)?;
    let name = check.name();
    let hook = yaml::get(&old, name);
    let inner = |key: &str| hook.and_then(|hook| yaml::get(hook, key));
    let (keys, node, entry): (&[&str], _, _) = match (hook, inner("commands"), inner("jobs")) {
        (None, ..) => (&[], &old, as_hook(check)),
        (_, Some(commands), _) => (&[name, "commands"], commands, as_command(check)),
        (_, _, Some(jobs)) => (&[name, "jobs"], jobs, as_job(check)),
        (Some(hook), ..) => (&[name], hook, as_commands(check)),
    };
    let (line, indent) = yaml::end(text, node)
        .ok_or_else(|| format!("`{}` does not have one line for each entry", place(keys)))?;
    let new = block::insert(text, line, indent, &entry);
    let fits = yaml::is_old_plus(&old, &yaml::parse(&new)?, keys, &yaml::parse(&entry)?);
    if fits {
        Ok(new)
    } else {
        Err(format!(
            "an entry at the end of `{}` would change other entries",
            place(keys)
        ))
    }
}

fn place(keys: &[&str]) -> String {
    match keys {
        [] => "the file".to_owned(),
        keys => keys.join("."),
    }
}
