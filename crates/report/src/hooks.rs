//! What installing hooks does, for people.

use onehead_model::{HooksNote, HooksPlan};

/// Where the hooks are, and what happens to each.
#[must_use]
pub fn plan(plan: &HooksPlan) -> Vec<String> {
    let mut lines = vec![match plan.manager {
        Some(manager) => format!("{}: {}", manager.name(), plan.path),
        None => format!("hooks folder: {}", plan.path),
    }];
    for hook in &plan.hooks {
        lines.push(format!("  {:<17} {}", hook.name, hook.says));
    }
    if plan.hooks.is_empty() {
        lines.push("  no hook of onehead is installed".into());
    }
    lines
}

/// What to know about the hooks once they are there, and what to do about them.
#[must_use]
pub fn notes(plan: &HooksPlan) -> Vec<String> {
    plan.notes.iter().map(|&one| note(one)).collect()
}

fn note(note: HooksNote) -> String {
    match note {
        HooksNote::InWorktree => "note: this folder is part of the working tree; the scripts call a program of this machine,\n      or the `onehead` on PATH if that is missing"
            .into(),
        HooksNote::CallsPath => "note: the entry calls the `onehead` on PATH".into(),
        HooksNote::GitHooksToo => {
            "note: git's own hooks call onehead as well; `--uninstall` removes both".into()
        }
        HooksNote::OtherManager(other) => format!(
            "note: {} is configured as well; choose with `--manager`",
            other.name()
        ),
        HooksNote::NotActive {
            manager,
            post_checkout,
        } => format!("next: {}", manager.activate(post_checkout)),
    }
}
