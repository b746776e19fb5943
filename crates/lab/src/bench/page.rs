//! docs/benchmarks.md: what is measured is written between two comments, and the rest of the page stays as people wrote it.

use std::fs;

use super::compare::{Goal, Row};
use super::measure::{LIMIT_SECONDS, Measured};
use crate::workspace::{self, Fallible};

const PAGE: &str = "docs/benchmarks.md";
const BEGIN: &str =
    "<!-- cargo xtask bench --docs writes what follows, up to the comment that ends it -->\n";
const END: &str = "<!-- the end of what it writes -->\n";

/// A line of a table.
pub(super) struct Line {
    what: String,
    before: String,
    now: String,
    beside: String,
    times_before: String,
    times: String,
    goal: String,
    is_kept: bool,
}

/// A heading and its lines.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
}

impl Line {
    /// A line for each goal, or one if there is none.
    pub(super) fn of(row: &Row) -> Vec<Self> {
        if row.goals.is_empty() {
            return vec![Self::of_time(row, String::new(), true)];
        }
        let of_goal = |&goal: &Goal| {
            let kept = row.keeps_to(goal);
            match goal {
                Goal::Times(most) => Self::of_time(row, format!("≤ {most} ×"), kept),
                Goal::Seconds(most) => Self::of_time(row, format!("≤ {most} s"), kept),
                Goal::Mib(most) => {
                    let what = format!("memory of {}", row.what);
                    let shown = |mib| format!("{mib:.0} MiB");
                    let before = row.before.map(|before| before.peak_mib);
                    Self::of_values(&what, before, row.now.peak_mib, most, shown)
                }
            }
        };
        row.goals.iter().map(of_goal).collect()
    }

    fn of_time(row: &Row, goal: String, is_kept: bool) -> Self {
        let beside = row.beside.as_ref();
        let beside = beside.map(|(name, took)| format!("`{name}` {}", time(took)));
        Self {
            what: row.what.clone(),
            before: row.before.as_ref().map(time).unwrap_or_default(),
            now: time(&row.now),
            beside: beside.unwrap_or_default(),
            times_before: row.times_before().map(times).unwrap_or_default(),
            times: row.times().map(times).unwrap_or_default(),
            goal,
            is_kept,
        }
    }

    /// Values that are held against nothing but a goal.
    pub(super) fn of_values(
        what: &str,
        before: Option<f64>,
        now: f64,
        most: f64,
        shown: impl Fn(f64) -> String,
    ) -> Self {
        Self {
            what: what.to_owned(),
            before: before.map(&shown).unwrap_or_default(),
            now: shown(now),
            beside: String::new(),
            times_before: String::new(),
            times: String::new(),
            goal: format!("≤ {}", shown(most)),
            is_kept: now <= most,
        }
    }

    fn text(&self) -> String {
        let verdict = match (self.goal.is_empty(), self.is_kept) {
            (true, _) => "",
            (false, true) => "kept",
            (false, false) => "**missed**",
        };
        let cells = [
            &self.what,
            &self.before,
            &self.now,
            &self.beside,
            &self.times_before,
            &self.times,
            &self.goal,
            verdict,
        ];
        format!("| {} |\n", cells.join(" | "))
    }
}

/// What was measured, as the page and the terminal show it.
pub(super) fn text(introduction: &str, tables: &[Table]) -> String {
    let mut text = introduction.to_owned();
    for table in tables.iter().filter(|table| !table.lines.is_empty()) {
        text += &format!(
            "\n### {}\n\n| what | before | now | beside | × before | × now | goal | |\n|---|--:|--:|--:|--:|--:|--:|---|\n",
            table.title
        );
        text.extend(table.lines.iter().map(Line::text));
    }
    text
}

/// Writes it into the page, and names the goals that are missed and not explained there.
pub(super) fn write(text: &str, tables: &[Table]) -> Fallible<String> {
    let path = workspace::root().join(PAGE);
    let page = fs::read_to_string(&path)?;
    let broken = || {
        format!(
            "{PAGE} lacks one of the comments `{}`, `{}`",
            BEGIN.trim(),
            END.trim()
        )
    };
    let (above, rest) = page.split_once(BEGIN).ok_or_else(broken)?;
    let (_, below) = rest.split_once(END).ok_or_else(broken)?;
    fs::write(&path, format!("{above}{BEGIN}\n{text}\n{END}{below}"))?;
    let missed = tables.iter().flat_map(|table| &table.lines);
    let missed =
        missed.filter(|line| !line.is_kept && !below.contains(&format!("| {} |", line.what)));
    Ok(missed
        .map(|line| format!("{PAGE} does not say why a goal is missed: {}\n", line.what))
        .collect())
}

fn time(measured: &Measured) -> String {
    match measured.median_ms {
        _ if measured.is_cut => format!("> {LIMIT_SECONDS} s"),
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 2_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1000.0),
    }
}

fn times(times: f64) -> String {
    match times {
        small if small < 0.1 => format!("{small:.3}"),
        times => format!("{times:.2}"),
    }
}
