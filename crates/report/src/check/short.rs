//! A long answer made short: errors first, the rest counted.

use std::collections::BTreeMap;

use onehead_model::{Code, Finding, Severity};

use crate::page::Page;

/// How many lines a verdict has at most, beside what follows it: what is left out, and what to type.
const MOST_LINES: usize = 26;

/// How many findings of one code come before all others; of what is no error, no more are shown.
const MOST_OF_A_CODE: usize = 3;

/// What is said of one finding, or of an environment without one.
pub(super) struct Block {
    /// The finding; none for an environment that has none.
    about: Option<(Severity, Code)>,
    page: Page,
}

impl Block {
    /// A finding with its place and its hint.
    pub(super) fn finding(finding: &Finding) -> Self {
        let mut page = Page::new();
        page.finding(finding);
        Self::of(finding.severity, finding.code, page)
    }

    /// A fork of an environment that the change fixes.
    pub(super) fn fixed_fork(environment: &str, finding: &Finding) -> Self {
        let mut page = Page::new();
        page.line(&format!(
            "{}[{}] {environment}: {}",
            finding.word(),
            finding.code,
            finding.message
        ));
        Self::of(finding.severity, finding.code, page)
    }

    /// More than a line about a finding.
    pub(super) fn of(severity: Severity, code: Code, page: Page) -> Self {
        Self {
            about: Some((severity, code)),
            page,
        }
    }

    /// A line about no finding.
    pub(super) fn line(text: &str) -> Self {
        let mut page = Page::new();
        page.line(text);
        Self { about: None, page }
    }

    /// What comes first where not everything can be shown.
    fn rank(&self) -> u8 {
        match self.about {
            Some((Severity::Error, _)) => 0,
            Some((Severity::Warning, _)) => 1,
            None => 2,
            Some((Severity::Notice, _)) => 3,
        }
    }
}

/// Whether that is more than a verdict has.
pub(super) fn is_long(blocks: &[Block]) -> bool {
    blocks.iter().map(|block| block.page.lines()).sum::<usize>() > MOST_LINES
}

/// All of it, or the most important with a count of the rest and the command that shows it.
pub(super) fn text(blocks: Vec<Block>, all: Option<&str>) -> String {
    let is_shown = match all {
        Some(_) => select(&blocks),
        None => vec![true; blocks.len()],
    };
    let mut out = Page::new();
    let mut left = BTreeMap::new();
    for (block, is_shown) in std::iter::zip(blocks, is_shown) {
        if is_shown {
            out.push(&block.page.into_text());
        } else {
            let code = block.about.map(|(_, code)| code);
            *left.entry(code).or_insert(0_usize) += 1;
        }
    }
    if let (Some(all), false) = (all, left.is_empty()) {
        let count = |(code, count): (&Option<Code>, &usize)| match code {
            Some(code) => format!("{count} {code} {}", code.name()),
            None if *count == 1 => "1 environment without an error".to_owned(),
            None => format!("{count} environments without an error"),
        };
        let left: Vec<String> = left.iter().map(count).collect();
        out.line(&format!("not shown: {}", left.join(", ")));
        out.line(&format!("      {all}   # show everything"));
    }
    out.into_text()
}

/// Which blocks are shown: the first error whatever its length, then as many as there is room for.
fn select(blocks: &[Block]) -> Vec<bool> {
    if !is_long(blocks) {
        return vec![true; blocks.len()];
    }
    let mut of_a_code: BTreeMap<Code, usize> = BTreeMap::new();
    let mut order: Vec<(u8, bool, usize)> = Vec::with_capacity(blocks.len());
    for (at, block) in blocks.iter().enumerate() {
        let mut is_one_of_many = false;
        if let Some((severity, code)) = block.about {
            let count = of_a_code.entry(code).or_default();
            *count += 1;
            is_one_of_many = *count > MOST_OF_A_CODE;
            if is_one_of_many && severity != Severity::Error {
                continue;
            }
        }
        order.push((block.rank(), is_one_of_many, at));
    }
    order.sort_unstable();
    let mut is_shown = vec![false; blocks.len()];
    let mut used = 0;
    for (_, _, at) in order {
        let lines = blocks[at].page.lines();
        if used == 0 || used + lines <= MOST_LINES {
            is_shown[at] = true;
            used += lines;
        }
    }
    is_shown
}

#[cfg(test)]
mod tests {
    use onehead_model::{Code, Finding};
    use pretty_assertions::assert_eq;

    use super::{Block, MOST_LINES, text};

    fn answer(errors: usize, warnings: usize, all: Option<&str>) -> String {
        let one = |code: Code, at: usize| Block::finding(&Finding::new(code, format!("no. {at}")));
        let warned = (0..warnings).map(|at| one(Code::ConflictingSides, at));
        let failed = (0..errors).map(|at| one(Code::SyntaxError, at));
        text(warned.chain(failed).collect(), all)
    }

    #[test]
    fn what_fits_is_shown_as_it_is() {
        let whole = answer(4, MOST_LINES - 4, None);
        assert_eq!(answer(4, MOST_LINES - 4, Some("x --all")), whole);
        assert_eq!(whole.lines().count(), MOST_LINES);
    }

    #[test]
    fn of_what_does_not_fit_errors_come_first_and_nothing_goes_uncounted() {
        let text = answer(4, 650, Some("x --all"));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3 + 4 + 2, "{text}");
        assert_eq!(lines[3], "error[OH020] no. 0");
        assert_eq!(lines[7], "not shown: 647 OH011 conflicting-sides");
        assert_eq!(lines[8], "      x --all   # show everything");

        let text = answer(100, 650, Some("x --all"));
        assert_eq!(text.lines().count(), MOST_LINES + 2);
        assert!(text.contains("not shown: 650 OH011 conflicting-sides, 74 OH020 syntax-error\n"));
    }
}
