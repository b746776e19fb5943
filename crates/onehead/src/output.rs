//! `--format` and `--also`: which format of a document, and where to.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use onehead_git::write_file;
use onehead_model::{CheckReport, Exit, FixOutcome, NextCommand, stdio};
use onehead_report::check::Answer;
use onehead_report::{Format, Kind, NoSuchFormat, Output};

/// Takes the formats of a kind of document.
pub(crate) fn formats(kind: Kind) -> impl TypedValueParser<Value = Format> {
    let values = kind.formats().iter();
    let values = values.map(|(format, help)| PossibleValue::new(format.name()).help(help));
    PossibleValuesParser::new(values).try_map(move |name| kind.format(&name))
}

/// The output format of a verdict.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Formats {
    /// Output format on stdout [default: text; `onehead ci` on GitHub: text, then github]
    #[arg(long, value_parser = formats(Kind::Check))]
    pub(crate) format: Option<Format>,

    /// Also write this format to a file, such as sarif=onehead.sarif [repeatable]
    #[arg(long, value_name = "FORMAT=FILE")]
    also: Vec<Also>,

    /// Show every finding: text that is long is cut short otherwise, and the rest counted
    #[arg(long)]
    pub(crate) all: bool,
}

impl Formats {
    /// Shows that there is no answer, in every format that was asked for but text: a machine that waits for a document
    /// gets one, and it says unknown. The reason in words is the caller's to say.
    pub(crate) fn show_unanswered(
        &self,
        report: &CheckReport,
        command: &NextCommand,
        usual: Option<Format>,
    ) {
        let output = Output::Check(Answer {
            report,
            fix: &FixOutcome::NotAsked,
            command,
            all: self.all,
            target: None,
        });
        if let Err(error) = self.write_files(&output) {
            stdio::say(&format!("note: {error}"));
        }
        let format = self.format.or(usual);
        if let Some(format) = format.filter(|format| *format != Format::Text)
            && let Ok(text) = output.shown(format)
        {
            let _ = stdio::print(&text, Exit::CouldNotRun);
        }
    }

    /// Writes the files that were asked for. A file that is there is replaced.
    ///
    /// # Errors
    /// One of them cannot be written.
    pub(crate) fn write_files(
        &self,
        output: &Output<'_>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        for Also { format, file } in &self.also {
            let text = output.shown(*format)?;
            write_file(file, text.as_bytes(), || Ok::<(), String>(()))
                .map_err(|why| format!("cannot write {}: {why}", file.display()))?;
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
        let format = Kind::Check.format(format);
        Ok(Self {
            format: format.map_err(|error: NoSuchFormat| error.to_string())?,
            file: file.into(),
        })
    }
}
