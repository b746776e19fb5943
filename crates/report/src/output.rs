//! What a command answers, in any of the formats that its document has. The page of a history is `history/html`; the
//! drawings of `onehead-graph` and the diff of `onehead-render` are formats of those tools, in their `program.rs`.

use std::fmt;
use std::time::Duration;

use onehead_model::{
    CheckReport, DatabaseReport, DoctorReport, Document, FixReport, HistoryReport, PullComment,
    RadarReport, RejudgeReport, WhereReport,
};

use crate::{check, database, doctor, fix, history, radar, rejudge, whereabouts};

/// A way to write a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// The document itself.
    Json,
    /// Markdown.
    Markdown,
    /// GitHub's workflow commands.
    Github,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// GitLab's Code Quality.
    Codequality,
    /// Comma-separated values.
    Csv,
    /// A Mermaid drawing.
    Mermaid,
}

impl Format {
    /// What people type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Codequality => "codequality",
            Self::Csv => "csv",
            Self::Mermaid => "mermaid",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A kind of document that people ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `onehead check` and `onehead ci`
    Check,
    /// `onehead ci comment`
    Comment,
    /// `onehead ci rejudge`
    Rejudge,
    /// `onehead fix`
    Fix,
    /// `onehead radar`
    Radar,
    /// `onehead history`
    History,
    /// `onehead doctor`
    Doctor,
    /// `onehead where`
    Where,
    /// `onehead where --database`
    Database,
}

impl Kind {
    /// The formats that the document has, the usual one first, each with what it is in a few words.
    #[must_use]
    pub fn formats(self) -> &'static [(Format, &'static str)] {
        match self {
            Self::Check => &[
                (Format::Text, "For people"),
                (Format::Json, "The document `onehead.check`"),
                (Format::Github, "Annotations of GitHub Actions"),
                (Format::Sarif, "SARIF 2.1.0, for code scanning"),
                (Format::Junit, "JUnit XML, for tools that show test results"),
                (Format::Codequality, "GitLab Code Quality"),
                (Format::Markdown, "Markdown, for the summary of a job"),
            ],
            Self::Comment => &[
                (Format::Markdown, "The comment"),
                (Format::Json, "The document `onehead.comment`"),
            ],
            Self::Rejudge => &[
                (Format::Text, "A table"),
                (Format::Json, "The document `onehead.rejudge`"),
            ],
            Self::Fix => &[
                (Format::Text, "For people"),
                (Format::Json, "The document `onehead.fix`"),
            ],
            Self::Radar => &[
                (Format::Text, "Tables"),
                (Format::Json, "The document `onehead.radar`"),
                (Format::Mermaid, "A Mermaid flowchart of what collides"),
            ],
            Self::History => &[
                (Format::Text, "For people"),
                (Format::Json, "The document `onehead.history`"),
                (Format::Markdown, "Markdown, for a weekly post"),
                (Format::Csv, "One line for each incident, for spreadsheets"),
            ],
            Self::Doctor => &[
                (Format::Text, "For people"),
                (Format::Json, "The document `onehead.doctor`"),
            ],
            Self::Database => &[
                (Format::Text, "For people"),
                (Format::Json, "The document `onehead.database`"),
            ],
            Self::Where => &[
                (Format::Text, "For people"),
                (
                    Format::Json,
                    "The document `onehead.where`, with `--database` `onehead.database`",
                ),
            ],
        }
    }

    /// The format that people call by this name.
    ///
    /// # Errors
    /// The document does not have it.
    pub fn format(self, name: &str) -> Result<Format, NoSuchFormat> {
        let mut formats = self.formats().iter().map(|(format, _)| *format);
        formats
            .find(|format| format.name() == name)
            .ok_or_else(|| NoSuchFormat {
                name: name.to_owned(),
                kind: self,
            })
    }

    fn schema(self) -> &'static str {
        match self {
            Self::Check => CheckReport::SCHEMA,
            Self::Comment => PullComment::SCHEMA,
            Self::Rejudge => RejudgeReport::SCHEMA,
            Self::Fix => FixReport::SCHEMA,
            Self::Radar => RadarReport::SCHEMA,
            Self::History => HistoryReport::SCHEMA,
            Self::Doctor => DoctorReport::SCHEMA,
            Self::Where => WhereReport::SCHEMA,
            Self::Database => DatabaseReport::SCHEMA,
        }
    }
}

/// A document that does not have the format that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchFormat {
    name: String,
    kind: Kind,
}

impl std::error::Error for NoSuchFormat {}

impl fmt::Display for NoSuchFormat {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let formats = self.kind.formats().iter();
        let names: Vec<&str> = formats.map(|(format, _)| format.name()).collect();
        write!(
            out,
            "`{}` has no format `{}`; it has {}",
            self.kind.schema(),
            self.name,
            names.join(", ")
        )
    }
}

/// What a command answers.
#[derive(Debug, Clone, Copy)]
pub enum Output<'a> {
    /// A verdict.
    Check(check::Answer<'a>),
    /// The comment of a pull request.
    Comment(&'a PullComment),
    /// What the target has made of every open pull request.
    Rejudge(&'a RejudgeReport),
    /// How forks are fixed.
    Fix(fix::Answer<'a>),
    /// Which branches will collide.
    Radar(&'a RadarReport),
    /// What happened over time.
    History(&'a HistoryReport),
    /// Whether onehead is called at every hook, and how long a check took.
    Doctor(&'a DoctorReport, Duration),
    /// Where a revision is.
    Where(&'a WhereReport),
    /// Where a database is.
    Database(&'a DatabaseReport),
}

impl Output<'_> {
    /// Which document it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Check(_) => Kind::Check,
            Self::Comment(_) => Kind::Comment,
            Self::Rejudge(_) => Kind::Rejudge,
            Self::Fix(_) => Kind::Fix,
            Self::Radar(_) => Kind::Radar,
            Self::History(_) => Kind::History,
            Self::Doctor(..) => Kind::Doctor,
            Self::Where(_) => Kind::Where,
            Self::Database(_) => Kind::Database,
        }
    }

    /// The answer in a format.
    ///
    /// # Errors
    /// The document does not have it.
    pub fn shown(&self, format: Format) -> Result<String, NoSuchFormat> {
        let text = match (self, format) {
            (Self::Check(answer), Format::Text) => check::text(answer),
            (Self::Check(answer), Format::Json) => answer.report.to_json(),
            (Self::Check(answer), Format::Github) => check::workflow_commands(answer.report),
            (Self::Check(answer), Format::Sarif) => check::sarif(answer.report),
            (Self::Check(answer), Format::Junit) => check::junit(answer.report),
            (Self::Check(answer), Format::Codequality) => check::codequality(answer.report),
            (Self::Check(answer), Format::Markdown) => {
                check::markdown(answer.report, answer.target)
            }
            (Self::Comment(comment), Format::Markdown) => comment.body.clone(),
            (Self::Comment(comment), Format::Json) => comment.to_json(),
            (Self::Rejudge(report), Format::Text) => rejudge::text(report),
            (Self::Rejudge(report), Format::Json) => report.to_json(),
            (Self::Fix(answer), Format::Text) => fix::text(answer),
            (Self::Fix(answer), Format::Json) => answer.report.to_json(),
            (Self::Radar(report), Format::Text) => radar::text(report),
            (Self::Radar(report), Format::Json) => report.to_json(),
            (Self::Radar(report), Format::Mermaid) => radar::mermaid(report),
            (Self::History(report), Format::Text) => history::text(report),
            (Self::History(report), Format::Json) => report.to_json(),
            (Self::History(report), Format::Markdown) => history::markdown(report),
            (Self::History(report), Format::Csv) => history::csv(report),
            (Self::Doctor(report, took), Format::Text) => doctor::text(report, *took),
            (Self::Doctor(report, _), Format::Json) => report.to_json(),
            (Self::Where(report), Format::Text) => whereabouts::text(report),
            (Self::Where(report), Format::Json) => report.to_json(),
            (Self::Database(report), Format::Text) => database::text(report),
            (Self::Database(report), Format::Json) => report.to_json(),
            (other, format) => {
                return Err(NoSuchFormat {
                    name: format.name().to_owned(),
                    kind: other.kind(),
                });
            }
        };
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_a_document_lacks_is_named_with_those_that_it_has() {
        assert_eq!(Kind::History.format("csv"), Ok(Format::Csv));
        let refused = Kind::Radar.format("sarif").expect_err("no such format");
        assert_eq!(
            refused.to_string(),
            "`onehead.radar` has no format `sarif`; it has text, json, mermaid"
        );
    }
}
