//! lefthook: a command, or a job where jobs are used, for each door.

use super::yaml;
use crate::hooks::block;
use crate::hooks::git_hook::GitHook;

fn command(door: GitHook) -> String {
    let stdin = if door.has_stdin() {
        "use_stdin: true\n"
    } else {
        ""
    };
    let arguments = match door {
        GitHook::PrePush => " '{1}' '{2}'",
        GitHook::PostMerge | GitHook::PostRewrite => " {1}",
        _ => "",
    };
    format!("run: onehead hook {}{arguments}\n{stdin}", door.name())
}

fn indented(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    text.lines().map(|line| format!("{pad}{line}\n")).collect()
}

fn as_command(door: GitHook) -> String {
    format!("onehead:\n{}", indented(&command(door), 2))
}

fn as_job(door: GitHook) -> String {
    format!("- name: onehead\n{}", indented(&command(door), 2))
}

fn as_commands(door: GitHook) -> String {
    format!("commands:\n{}", indented(&as_command(door), 2))
}

fn as_hook(door: GitHook) -> String {
    format!("{}:\n{}", door.name(), indented(&as_commands(door), 2))
}

/// What to write where nothing can be added.
pub(super) fn by_hand(doors: &[GitHook]) -> String {
    doors.iter().map(|&door| as_hook(door)).collect()
}

/// The configuration with an entry for each door.
pub(super) fn add(text: &str, doors: &[GitHook]) -> Result<String, String> {
    doors
        .iter()
        .try_fold(text.to_owned(), |text, &door| add_one(&text, door))
}

fn add_one(text: &str, door: GitHook) -> Result<String, String> {
    let old = yaml::parse(text)?;
    let name = door.name();
    let hook = yaml::get(&old, name);
    let inner = |key: &str| hook.and_then(|hook| yaml::get(hook, key));
    let (keys, node, entry): (&[&str], _, _) = match (hook, inner("commands"), inner("jobs")) {
        (None, ..) => (&[], &old, as_hook(door)),
        (_, Some(commands), _) => (&[name, "commands"], commands, as_command(door)),
        (_, _, Some(jobs)) => (&[name, "jobs"], jobs, as_job(door)),
        (Some(hook), ..) => (&[name], hook, as_commands(door)),
    };
    let (line, indent) = yaml::end(text, node).ok_or_else(|| {
        format!(
            "`{}` is not written with a line for each entry",
            place(keys)
        )
    })?;
    let new = block::insert(text, line, indent, &entry);
    let fits = yaml::is_old_plus(&old, &yaml::parse(&new)?, keys, &yaml::parse(&entry)?);
    if fits {
        Ok(new)
    } else {
        Err(format!(
            "an entry at the end of `{}` would change others",
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
