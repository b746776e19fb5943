//! How an answer is shown: one module for each format, all of them on the same verdict.

mod codequality;
mod comment;
mod forks;
mod formats;
mod github;
mod history_html;
mod junit;
mod markdown;
mod mended;
mod mermaid;
mod notes;
mod radar;
mod rejudged;
mod sarif;
mod text;

use onehead_model::{CheckReport, Document};
use onehead_scan::ScanArgs;

use crate::merge_heads::Fixed;
pub(crate) use comment::comment;
pub(crate) use formats::{Format, Formats};
pub(crate) use github::workflow_commands;
pub use history_html::{page as history_page, write as write_history_page};
pub(crate) use mended::mended;
pub(crate) use radar::{drawing as radar_mermaid, names, text as radar};
pub(crate) use rejudged::rejudged;
pub(crate) use text::{landing, plan, text, verdict, written};

/// Where the documentation of this release lies.
const DOCS: &str = concat!(
    env!("CARGO_PKG_REPOSITORY"),
    "/blob/v",
    env!("CARGO_PKG_VERSION"),
    "/docs"
);

/// Everything that a reporter may say.
pub(crate) struct Answer<'a> {
    /// The verdict.
    pub(crate) report: &'a CheckReport,
    /// What was done about it.
    pub(crate) fixed: &'a Fixed,
    /// What the user typed.
    pub(crate) asked: &'a Asked<'a>,
    /// The branch that work lands on, if it is known.
    pub(crate) target: Option<&'a str>,
}

impl Answer<'_> {
    /// The answer in a format.
    pub(crate) fn shown(&self, format: Format) -> String {
        match format {
            Format::Text => text(self.report, self.fixed, self.asked),
            Format::Json => self.report.to_json(),
            Format::Github => workflow_commands(self.report),
            Format::Sarif => sarif::log(self.report),
            Format::Junit => junit::suites(self.report),
            Format::Codequality => codequality::issues(self.report),
            Format::Markdown => markdown::summary(self.report, self.target),
        }
    }
}

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
