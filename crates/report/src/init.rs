//! What would be set up, in words and as a diff.

use onehead_model::{CheckedEnvironment, FileDiff, InitProposal, PlannedFile, words};

use crate::hooks;

/// The proposal, a line for each part.
#[must_use]
pub fn proposal(proposal: &InitProposal) -> Vec<String> {
    let line = |name: &str, says: &str| format!("{name:<12} {says}");
    let environments = proposal.environments.iter();
    let mut lines: Vec<String> = environments
        .map(|one| line("environment", &environment(one)))
        .collect();
    let target = proposal.target.as_deref();
    let target =
        target.unwrap_or("none yet, so only this branch is checked; name one with `--target`");
    lines.push(line("target", target));
    lines.push(line(
        "settings",
        &file(&proposal.settings, "them", "a table"),
    ));
    if proposal.guessed {
        lines.push(
            "  # each head has its own branch label or version location; use `--policy single` to require one head"
                .into(),
        );
    }
    let mut environments = proposal.environments.iter();
    if environments.any(|one| !one.labels_to_declare.is_empty()) {
        lines.push(
            "  # no policy is written: it would be one head for each set of branch labels, and some are computed (OH025)"
                .into(),
        );
    }
    lines.extend(proposal.leading_nowhere.iter().map(|path| {
        format!("  # {path} leads to no folder of this repository, so it is left out; delete it, or correct it and remove its line")
    }));
    lines.push(line("ci", &file(&proposal.ci, "it", "a job")));
    lines.extend(proposal.authoring.iter().map(|one| {
        let says = match one {
            PlannedFile::NotKnown => "none where no file configures Alembic".into(),
            one => file(one, "the hook", "a post-write hook"),
        };
        line("authoring", &says)
    }));
    match &proposal.hooks {
        Some(plan) => lines.extend(hooks::plan(plan)),
        None => lines.push(line("hooks", "none, as asked")),
    }
    lines
}

/// What happens to the file of a part: `what` it has already, or gets.
fn file(planned: &PlannedFile, what: &str, gets: &str) -> String {
    let with = |says: String, lines: &[String]| {
        let lines = lines.iter().map(|line| format!("\n  {line}"));
        says + &lines.collect::<String>()
    };
    match planned {
        PlannedFile::NotWanted => "none, as asked".into(),
        PlannedFile::NotKnown => {
            "none: add `--ci github` or `--ci gitlab`, neither the remote nor a file tells which"
                .into()
        }
        PlannedFile::NotNeeded => "none needed, the defaults fit".into(),
        PlannedFile::Present(name) => format!("{name} has {what} already"),
        PlannedFile::Created(name, lines) => with(format!("{name} is created"), lines),
        PlannedFile::Extended(name, lines) => with(format!("{name} gets {gets}"), lines),
    }
}

fn environment(one: &CheckedEnvironment) -> String {
    let heads: Vec<&str> = one.heads.iter().map(|head| head.id.as_str()).collect();
    let count = words::counted(one.revision_count, "revision");
    match heads[..] {
        [] => format!("{}: {count}", one.name),
        [head] => format!("{}: {count}, head {head}", one.name),
        _ => format!("{}: {count}, heads {}", one.name, heads.join(", ")),
    }
}

/// Files as `git apply` takes them.
#[must_use]
pub fn diffs(files: &[FileDiff]) -> Vec<String> {
    let mut lines = Vec::new();
    for FileDiff {
        name,
        old,
        new,
        executable,
    } in files
    {
        lines.push(format!("diff --git a/{name} b/{name}"));
        let before = match old {
            Some(_) => format!("a/{name}"),
            None => {
                let mode = if *executable { "100755" } else { "100644" };
                lines.push(format!("new file mode {mode}"));
                "/dev/null".to_owned()
            }
        };
        let old = old.as_deref().unwrap_or_default();
        let diff = similar::TextDiff::from_lines(old, new);
        let mut diff = diff.unified_diff();
        lines.push(diff.header(&before, &format!("b/{name}")).to_string());
    }
    lines
}
