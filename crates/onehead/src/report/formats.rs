//! Which format, and where to.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, ValueEnum};

use super::Answer;

/// A form of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// The document `onehead.check`
    Json,
    /// Workflow commands of GitHub Actions: annotations
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit's XML, for whatever shows test results
    Junit,
    /// Code Quality of GitLab
    Codequality,
    /// Markdown, for the summary of a job
    Markdown,
}

/// How to answer.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Formats {
    /// How to answer on stdout [default: text; `onehead ci` on GitHub: text, then github]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,

    /// Write the same answer to a file as well, in its own format: sarif=onehead.sarif [repeatable]
    #[arg(long, value_name = "FORMAT=FILE")]
    also: Vec<Also>,
}

impl Formats {
    /// Writes the files that were asked for. A file that is there is replaced.
    ///
    /// # Errors
    /// One of them cannot be written.
    pub(crate) fn write_files(&self, answer: &Answer<'_>) -> Result<(), String> {
        for Also { format, file } in &self.also {
            std::fs::write(file, answer.shown(*format))
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
        Ok(())
    }
}

/// `FORMAT=FILE`
#[derive(Debug, Clone)]
struct Also {
    format: Format,
    file: PathBuf,
}

impl FromStr for Also {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .filter(|(_, file)| !file.is_empty())
            .ok_or("write FORMAT=FILE, for example sarif=onehead.sarif")?;
        Ok(Self {
            format: Format::from_str(format, false)?,
            file: file.into(),
        })
    }
}
