//! How an answer is shown.

mod github;
mod mended;
mod text;

use onehead_scan::ScanArgs;

pub(crate) use github::workflow_commands;
pub(crate) use mended::mended;
pub(crate) use text::{landing, plan, text, verdict, written};

/// What the user typed, to say what to type next.
pub(crate) struct Asked<'a> {
    /// `onehead check` or `cargo xtask check-heads`.
    pub(crate) command: &'a str,
    pub(crate) scan: &'a ScanArgs,
}

impl Asked<'_> {
    /// The same command with something behind it.
    pub(crate) fn with(&self, more: &str) -> String {
        let mut words = vec![self.command.to_owned()];
        let mut add = |flag: &str, value: String| {
            words.push(flag.to_owned());
            words.push(shell_words::quote(&value).into_owned());
        };
        if let Some(repo) = &self.scan.repo {
            add("--repo", repo.display().to_string());
        }
        for config in &self.scan.configs {
            add("-c", config.display().to_string());
        }
        if let Some(section) = &self.scan.section {
            add("-n", section.clone());
        }
        if let Some(folder) = &self.scan.script_location {
            add("--script-location", folder.display().to_string());
        }
        if !more.is_empty() {
            words.push(more.to_owned());
        }
        words.join(" ")
    }
}
