//! Which revisions a person means.

use std::collections::BTreeMap;

use onehead_model::RevisionId;
use onehead_scan::DeclaredRevision;

/// What was typed.
pub(crate) struct Asked<'a> {
    text: &'a str,
    /// Its digits without leading zeros, if it is a number.
    number: Option<&'a str>,
}

/// How well a revision fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// Its id or one of its branch labels.
    Whole,
    /// The number that its id is, or that it begins with.
    Number,
    /// The beginning of its id.
    Beginning,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            number: number(text)
                .filter(|(_, rest)| rest.is_empty())
                .map(|(number, _)| number),
        }
    }

    /// What the text of a file holds that declares it, unless it computes it.
    pub(crate) fn needle(&self) -> &'a str {
        self.number.unwrap_or(self.text)
    }

    /// The revisions that fit best, each once, sorted by id.
    pub(crate) fn fitting<'r>(
        &self,
        revisions: impl Iterator<Item = &'r DeclaredRevision>,
    ) -> Vec<&'r DeclaredRevision> {
        let mut best = None;
        let mut found: BTreeMap<&RevisionId, &DeclaredRevision> = BTreeMap::new();
        for revision in revisions {
            let Some(fit) = self.fit(revision) else {
                continue;
            };
            if best.is_none_or(|best| fit < best) {
                best = Some(fit);
                found.clear();
            }
            if best == Some(fit) {
                found.entry(&revision.id).or_insert(revision);
            }
        }
        found.into_values().collect()
    }

    fn fit(&self, revision: &DeclaredRevision) -> Option<Fit> {
        let id = revision.id.as_str();
        let is_label = revision
            .branch_labels
            .iter()
            .any(|label| label == self.text);
        if id == self.text || is_label {
            return Some(Fit::Whole);
        }
        if self.number.is_some() && self.number == of_id(id) {
            return Some(Fit::Number);
        }
        (!self.text.is_empty() && id.starts_with(self.text)).then_some(Fit::Beginning)
    }
}

/// The number that an id is, or that stands before a `_` or `-`: `0042`, `0042_add_users`.
fn of_id(id: &str) -> Option<&str> {
    let (number, rest) = number(id)?;
    (rest.is_empty() || rest.starts_with(['_', '-'])).then_some(number)
}

/// The digits at the beginning without leading zeros, and what comes behind.
fn number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let last = digits.len().checked_sub(1)?;
    let zeros = digits
        .bytes()
        .take(last)
        .take_while(|&byte| byte == b'0')
        .count();
    Some((&digits[zeros..], rest))
}

#[cfg(test)]
mod tests {
    use onehead_scan::DeclaredRevision;

    use super::Asked;

    fn fitting(asked: &str, ids: &[(&str, &str)]) -> Vec<String> {
        let revisions: Vec<DeclaredRevision> = ids
            .iter()
            .map(|(id, label)| DeclaredRevision {
                id: (*id).into(),
                message: String::new(),
                down_revisions: Vec::new(),
                branch_labels: vec![(*label).to_owned()],
            })
            .collect();
        let found = Asked::new(asked).fitting(revisions.iter());
        found.iter().map(|one| one.id.to_string()).collect()
    }

    #[test]
    fn the_best_fit_wins() {
        let ids = [("ab12", "x"), ("ab1", "billing"), ("ac3", "ab12")];
        assert_eq!(fitting("ab1", &ids), ["ab1"]);
        assert_eq!(fitting("ab", &ids), ["ab1", "ab12"]);
        assert_eq!(fitting("billing", &ids), ["ab1"]);
        // A label is as good as an id, so that neither hides the other.
        assert_eq!(fitting("ab12", &ids), ["ab12", "ac3"]);
        assert_eq!(fitting("zz", &ids), [""; 0]);
        assert_eq!(fitting("", &ids), [""; 0]);
    }

    #[test]
    fn a_number_is_meant_as_one() {
        let ids = [("0042", ""), ("4201", ""), ("0007_users", ""), ("7f00", "")];
        assert_eq!(fitting("42", &ids), ["0042"]);
        assert_eq!(fitting("7", &ids), ["0007_users"]);
        assert_eq!(fitting("007", &ids), ["0007_users"]);
        assert_eq!(fitting("7f", &ids), ["7f00"]);
        assert_eq!(fitting("420", &ids), ["4201"]);
        assert_eq!(fitting("0", &[("0000", ""), ("0010", "")]), ["0000"]);
    }
}
