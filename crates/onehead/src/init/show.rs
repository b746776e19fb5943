//! What would be set up, in words and as a diff, and what is to be done next.

use std::fs;
use std::path::Path;

use onehead_model::CheckedEnvironment;

use super::Part;
use super::look::Here;
use crate::door::Door;
use crate::install::Installation;
use crate::install::steps::Step;

/// The proposal, a line for each part.
pub(super) fn proposal(
    here: &Here,
    settings: &Part,
    ci: &Part,
    hooks: Option<&Installation<'_>>,
) -> Vec<String> {
    let line = |name: &str, says: &str| format!("{name:<12} {says}");
    let mut lines: Vec<String> = here
        .verdict
        .environments
        .iter()
        .map(|one| line("environment", &environment(one)))
        .collect();
    let target = match &here.target {
        Some(target) => target.name.clone(),
        None => "none yet, so only what is here is checked; --target names one".into(),
    };
    lines.push(line("target", &target));
    lines.push(line("settings", &settings.says));
    if here.guessed {
        lines.push(
            "  # the heads stand on lines of their own, by branch label or version location; --policy single wants one head"
                .into(),
        );
    }
    lines.push(line("ci", &ci.says));
    match hooks {
        Some(hooks) => lines.extend(hooks.lines()),
        None => lines.push(line("hooks", "none, as asked")),
    }
    lines
}

fn environment(one: &CheckedEnvironment) -> String {
    let heads: Vec<&str> = one.effective_heads.iter().map(|id| id.as_str()).collect();
    let count = match one.revision_count {
        1 => "1 revision".to_owned(),
        count => format!("{count} revisions"),
    };
    match heads[..] {
        [] => format!("{}: {count}", one.name),
        [head] => format!("{}: {count}, head {head}", one.name),
        _ => format!("{}: {count}, heads {}", one.name, heads.join(", ")),
    }
}

/// The files of the working tree that the steps write, as `git apply` takes them.
pub(super) fn diffs(root: &Path, steps: &[Step]) -> Vec<String> {
    let mut lines = Vec::new();
    for step in steps {
        let Step::Write {
            path,
            bytes,
            executable,
        } = step
        else {
            continue;
        };
        let Some(name) = in_worktree(root, path) else {
            continue;
        };
        let old = fs::read_to_string(path).ok();
        let new = String::from_utf8_lossy(bytes);
        lines.push(format!("diff --git a/{name} b/{name}"));
        let before = match old {
            Some(_) => format!("a/{name}"),
            None => {
                let mode = if *executable { "100755" } else { "100644" };
                lines.push(format!("new file mode {mode}"));
                "/dev/null".to_owned()
            }
        };
        let old = old.unwrap_or_default();
        let diff = similar::TextDiff::from_lines(&*old, &*new);
        let mut diff = diff.unified_diff();
        lines.push(diff.header(&before, &format!("b/{name}")).to_string());
    }
    lines
}

/// The path of a file of the working tree, with `/`.
fn in_worktree(root: &Path, path: &Path) -> Option<String> {
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let path = path.strip_prefix(root).ok()?;
    let parts = path.iter().map(|part| part.to_string_lossy());
    let name = parts.collect::<Vec<_>>().join("/");
    (!name.starts_with(".git/")).then_some(name)
}

/// What remains for people to do.
pub(super) fn next(
    here: &Here,
    door: &Door<'_>,
    steps: &[Step],
    hooks: Option<&Installation<'_>>,
) -> Vec<String> {
    let mut lines = hooks.map(Installation::notes).unwrap_or_default();
    if hooks.is_some_and(Installation::is_of_this_clone) {
        let install = door.via.install_hooks();
        lines.push(format!(
            "note: these hooks are of this clone; everybody else runs `{install}` once"
        ));
    }
    let written: Vec<String> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Write { path, .. } => in_worktree(here.root(), path),
            _ => None,
        })
        .map(|name| shell_words::quote(&name).into_owned())
        .collect();
    if !written.is_empty() {
        if let Ok(None) = here.repository.symbolic_ref("HEAD") {
            lines.push(
                "note: HEAD is detached; `git switch -c NAME` first, or no branch gets the commit"
                    .into(),
            );
        }
        let files = written.join(" ");
        lines.push(format!(
            "next: git add {files} && git commit -m 'Keep migrations at one head'"
        ));
    }
    if hooks.is_some() {
        let doctor = door.command(door.via.doctor());
        lines.push(format!("next: {doctor}   # tries every door"));
    }
    lines
}
