//! How the clash of two operations is said.

use crate::schema::{Access, Mode, Object};

/// `both create table users`, `one drops column users.name, the other alters it`.
pub(crate) fn sentence(left: &Access, right: &Access) -> String {
    let named = if left.object.is_any() { right } else { left };
    let (one, other) = (verb(left), verb(right));
    if one == other {
        return format!("both {} {}", one.1, named.object);
    }
    // What matters more is said first.
    let (one, other) = if weight(&right.mode) < weight(&left.mode) {
        (other, one)
    } else {
        (one, other)
    };
    format!("one {} {}, the other {} it", one.0, named.object, other.0)
}

fn weight(mode: &Mode) -> u8 {
    match mode {
        Mode::Create { .. } => 0,
        Mode::Drop { .. } => 1,
        Mode::Rename => 2,
        Mode::Alter(_) => 3,
        Mode::Rebuild { .. } => 4,
        Mode::Touch { .. } => 5,
        Mode::Set | Mode::Write | Mode::Positional | Mode::Cascade | Mode::Switch => 6,
        Mode::Use | Mode::Refer | Mode::Loosen | Mode::Read | Mode::Inspect => 7,
    }
}

/// For one, for both.
fn verb(access: &Access) -> (&'static str, &'static str) {
    let is_column = matches!(access.object, Object::Column(..));
    match access.mode {
        Mode::Create { .. } if is_column => ("adds", "add"),
        Mode::Create { .. } => ("creates", "create"),
        Mode::Drop { .. } => ("drops", "drop"),
        Mode::Rename => ("renames", "rename"),
        Mode::Alter(_) => ("alters", "alter"),
        Mode::Touch { .. } => ("changes", "change"),
        Mode::Rebuild { .. } => (
            "rebuilds (in a batch block, on SQLite)",
            "rebuild (in batch blocks, on SQLite)",
        ),
        Mode::Use | Mode::Refer => ("needs", "need"),
        Mode::Loosen => ("drops a key or an index on", "drop a key or an index on"),
        Mode::Switch => (
            "switches foreign key checks of",
            "switch foreign key checks of",
        ),
        Mode::Read => ("reads", "read"),
        Mode::Write | Mode::Set | Mode::Positional => ("writes to", "write to"),
        Mode::Cascade => (
            "deletes rows and, by cascade, perhaps rows of",
            "delete rows and, by cascade, perhaps rows of",
        ),
        Mode::Inspect => ("looks at", "look at"),
    }
}
