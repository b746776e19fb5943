//! How much more a command takes where there is ten times as much.

use super::compare::Row;
use super::page::Line;

const MOST: f64 = 11.0;

/// The ratio of two rows.
pub(super) fn line(what: &str, small: &Row, large: &Row) -> Line {
    let before = small.before.zip(large.before);
    Line::of_values(
        &format!("{what} → 10 ×"),
        before.map(|(small, large)| large.median_ms / small.median_ms),
        large.now.median_ms / small.now.median_ms,
        MOST,
        |times| format!("{times:.1} ×"),
    )
}
