//! What `alembic current` prints.

use onehead_model::RevisionId;

/// What a database is at, as Alembic said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Current {
    /// The rows of its version table, as far as they are known.
    pub rows: Vec<RevisionId>,
    /// Whether Alembic stopped at the first row that it cannot locate, so that there may be more.
    pub may_have_more: bool,
}

/// Why the text does not say what a database is at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurrentError {
    /// It is empty, which it also is where Alembic failed before it could say anything.
    #[error(
        "stdin is empty: `alembic current` prints nothing for a database without a revision, and where it fails"
    )]
    Empty,
    /// Alembic failed for another reason than a revision that it cannot locate.
    #[error("`alembic current` failed: {0}")]
    Failed(String),
    /// A line is none that Alembic prints.
    #[error("stdin line `{0}` is not what `alembic current` prints")]
    Line(String),
}

const CANNOT_LOCATE: &str = "Can't locate revision identified by '";

impl Current {
    /// Reads what `alembic current` printed, with or without its log and with or without `--verbose`.
    ///
    /// # Errors
    /// It does not say what the database is at.
    pub fn parse(text: &str) -> Result<Self, CurrentError> {
        // Alembic breaks its messages where the terminal ends.
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((_, rest)) = joined.split_once(CANNOT_LOCATE) {
            let id = rest.split('\'').next().unwrap_or_default();
            return Ok(Self {
                rows: vec![RevisionId::new(id)],
                may_have_more: true,
            });
        }
        if let Some((_, why)) = joined.split_once("FAILED: ") {
            return Err(CurrentError::Failed(why.to_owned()));
        }
        let lines = text.lines().map(str::trim_end);
        let (logged, said): (Vec<&str>, Vec<&str>) = lines
            .filter(|line| !line.is_empty())
            .partition(|line| is_logged(line));
        if said.is_empty() && !logged.iter().any(|line| line.contains("Context impl")) {
            return Err(CurrentError::Empty);
        }
        let is_verbose = said
            .iter()
            .any(|line| line.starts_with("Current revision(s) for "));
        let mut rows = Vec::new();
        for line in said {
            match (is_verbose, line.strip_prefix("Rev: ")) {
                (true, Some(line)) | (false, Some(line)) => rows.push(row(line)?),
                (true, None) => {}
                (false, None) => rows.push(row(line)?),
            }
        }
        rows.sort();
        rows.dedup();
        Ok(Self {
            rows,
            may_have_more: false,
        })
    }
}

/// A line of the log, which Alembic writes to stderr.
fn is_logged(line: &str) -> bool {
    let level = line.split_whitespace().next().unwrap_or_default();
    let is_level = ["DEBUG", "INFO", "WARNI", "WARNING", "ERROR", "CRITI"].contains(&level);
    line.contains("[alembic.") || is_level && line.contains('[')
}

/// `<id> (head) (mergepoint)`
fn row(line: &str) -> Result<RevisionId, CurrentError> {
    let wrong = || CurrentError::Line(line.to_owned());
    let (id, rest) = line.split_once(' ').unwrap_or((line, ""));
    let mut rest = rest.trim();
    while !rest.is_empty() {
        let inner = rest.strip_prefix('(').ok_or_else(wrong)?;
        rest = inner.split_once(')').ok_or_else(wrong)?.1.trim_start();
    }
    match id.is_empty() {
        true => Err(wrong()),
        false => Ok(RevisionId::new(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Current, CurrentError};

    const LOG: &str = "INFO  [alembic.runtime.migration] Context impl SQLiteImpl.\n\
        INFO  [alembic.runtime.migration] Will assume non-transactional DDL.\n";

    fn rows(text: &str) -> Vec<String> {
        let current = Current::parse(text).expect("it is understood");
        assert!(!current.may_have_more);
        current.rows.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn revisions_with_what_alembic_says_of_them() {
        assert_eq!(rows("d1 (head) (mergepoint)\n"), ["d1"]);
        assert_eq!(rows("b1\nc1 (effective head)\r\n"), ["b1", "c1"]);
        assert_eq!(rows(&format!("{LOG}a1 (branchpoint)\n")), ["a1"]);
        let verbose = "Current revision(s) for sqlite:///x.db:\nRev: c1 (head)\nParent: a1\n\
            Branch names: billing, x\nPath: /x/c1.py\n\n    add users\n\n\nRev: b1\nParent: a1\n";
        assert_eq!(rows(verbose), ["b1", "c1"]);
    }

    #[test]
    fn nothing_is_a_database_without_a_revision_only_where_alembic_ran() {
        assert_eq!(Current::parse("\n"), Err(CurrentError::Empty));
        assert_eq!(rows(LOG), [""; 0]);
        assert_eq!(rows("Current revision(s) for sqlite:///x.db:\n"), [""; 0]);
    }

    #[test]
    fn a_revision_that_alembic_cannot_locate() {
        for text in [
            "FAILED: Can't locate revision identified by 'd1'\n",
            "Current revision(s) for x:\n  FAILED: Can't locate revision\n  identified by 'd1'\n",
            "ERROR [alembic.util.messaging] Can't locate revision identified by 'd1'\n",
        ] {
            let current = Current::parse(text).expect("it is understood");
            assert_eq!(current.rows[0].as_str(), "d1");
            assert!(current.may_have_more);
        }
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let failed = Current::parse("FAILED: No 'script_location' key found in configuration.\n");
        assert!(matches!(failed, Err(CurrentError::Failed(_))));
        for text in ["hello world\n", "a1 (head\n", "  a1\n"] {
            assert!(
                matches!(Current::parse(text), Err(CurrentError::Line(_))),
                "{text}"
            );
        }
    }
}
