//! Whether the order of two operations matters.
//!
//! Each operation says what it touches and how. Two operations of which no touch clashes give the
//! same schema in either order, and neither makes the other fail. It is assumed that each side works by
//! itself on what the sides have in common, so nothing in one side needs what only the other brings.

use crate::clash_words::sentence;
use crate::schema::{Access, Mode, NameKind, Object, TableName};

/// What is known of two touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clash {
    /// They collide: why.
    Conflict(String),
    /// They may: why.
    Perhaps(String),
}

/// Whether two touches clash; the order of the two makes no difference.
pub(crate) fn clash(left: &Access, right: &Access) -> Option<Clash> {
    let sure = match (&left.object, &right.object) {
        // Rows without names of columns need all of them.
        (Object::Column(one, _), Object::Column(other, _))
            if left.mode == Mode::Positional || right.mode == Mode::Positional =>
        {
            same_table(one, other)?
        }
        (one, other) => same(one, other)?,
    };
    let found = match (&left.object, &right.object) {
        (Object::Table(_), Object::Table(_)) => tables(left, right),
        (Object::Column(..), Object::Column(..)) => columns(left, right),
        (Object::Named { .. }, Object::Named { .. }) => names(left, right),
        (Object::Other(..), Object::Other(..)) => others(left, right),
        // An index and a table share one space of names.
        (Object::Named { .. }, _) | (_, Object::Named { .. }) => both_create(left, right),
        (Object::PrimaryKey(_) | Object::Comment(_), _) => Some(whole(left, right)),
        _ => None,
    }?;
    Some(match found {
        Clash::Conflict(why) if sure == Sure::No => Clash::Perhaps(why),
        found => found,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    Yes,
    No,
}

/// Whether two touches are about one thing; `None` if they are not.
fn same(left: &Object, right: &Object) -> Option<Sure> {
    let both = |one: Sure, other: Sure| if one == other { one } else { Sure::No };
    match (left, right) {
        (Object::Table(left), Object::Table(right))
        | (Object::PrimaryKey(left), Object::PrimaryKey(right))
        | (Object::Comment(left), Object::Comment(right)) => same_table(left, right),
        (Object::Column(left, one), Object::Column(right, other)) => {
            let table = same_table(left, right)?;
            match (one, other) {
                (Some(one), Some(other)) => equal(one, other).then_some(table),
                _ => Some(both(table, Sure::No)),
            }
        }
        (
            Object::Named { name: left, .. },
            Object::Named {
                name: right,
                table: _,
                ..
            },
        ) => equal(left, right).then_some(Sure::Yes),
        (
            Object::Named {
                kind: NameKind::Index,
                name,
                ..
            },
            Object::Table(table),
        )
        | (
            Object::Table(table),
            Object::Named {
                kind: NameKind::Index,
                name,
                ..
            },
        ) => {
            let table = table.name()?;
            equal(name, table).then_some(Sure::Yes)
        }
        (Object::Other(one, left), Object::Other(other, right)) if one == other => {
            match (left, right) {
                (Some(left), Some(right)) => equal(left, right).then_some(Sure::Yes),
                _ => Some(Sure::No),
            }
        }
        _ => None,
    }
}

fn equal(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || !left.is_ascii() && left.to_lowercase() == right.to_lowercase()
}

/// A table without a schema lies in the default one, whichever that is.
fn same_table(left: &TableName, right: &TableName) -> Option<Sure> {
    let (Some(one), Some(other)) = (left.name(), right.name()) else {
        return Some(Sure::No);
    };
    if !equal(one, other) {
        return None;
    }
    match (left.schema(), right.schema()) {
        (None, None) => Some(Sure::Yes),
        (Some(left), Some(right)) => equal(left, right).then_some(Sure::Yes),
        _ => Some(Sure::No),
    }
}

fn tables(left: &Access, right: &Access) -> Option<Clash> {
    use Mode::{Cascade, Create, Drop, Inspect, Read, Rebuild, Rename, Switch, Touch, Use, Write};
    match (&left.mode, &right.mode) {
        (Cascade, Cascade | Read | Write | Switch)
        | (Read | Write | Switch, Cascade)
        | (Switch, Write)
        | (Write, Switch) => Some(perhaps(left, right)),
        (Cascade | Switch, _) | (_, Cascade | Switch) => None,
        (Create { .. }, Create { .. }) => both_create(left, right),
        (Drop { lenient: true }, Drop { lenient: true }) => None,
        (Inspect, Inspect | Read | Write | Use) | (Read | Write | Use, Inspect) => None,
        (Inspect, _) | (_, Inspect) => Some(perhaps(left, right)),
        (Create { .. } | Drop { .. } | Rename, _) | (_, Create { .. } | Drop { .. } | Rename) => {
            Some(conflict(left, right))
        }
        (Read, Read | Use) | (Use, Read | Use) => None,
        (Read | Write, _) | (_, Read | Write) => Some(perhaps(left, right)),
        (Rebuild { .. }, Touch { survives: false })
        | (Touch { survives: false }, Rebuild { .. })
        | (Rebuild { faithful: false }, Touch { .. } | Rebuild { .. })
        | (Touch { .. } | Rebuild { .. }, Rebuild { faithful: false }) => {
            Some(perhaps(left, right))
        }
        _ => None,
    }
}

fn columns(left: &Access, right: &Access) -> Option<Clash> {
    use Mode::{Alter, Create, Drop, Loosen, Positional, Read, Refer, Rename, Set, Use, Write};
    match (&left.mode, &right.mode) {
        (Create { .. }, Create { .. }) => both_create(left, right),
        (Drop { lenient: true }, Drop { lenient: true }) => None,
        (Positional, Create { .. } | Drop { .. } | Rename)
        | (Create { .. } | Drop { .. } | Rename, Positional) => {
            Some(Clash::Conflict(sentence(left, right)))
        }
        // What one side adds, the other cannot know of unless it names it.
        (Create { .. }, _) if right.object.is_any() => None,
        (_, Create { .. }) if left.object.is_any() => None,
        (Create { .. } | Drop { .. } | Rename, _) | (_, Create { .. } | Drop { .. } | Rename) => {
            Some(conflict(left, right))
        }
        (Alter(one), Alter(other)) => Some(alterations(left, right, one, other)),
        (Alter(_), Set) | (Set, Alter(_)) => Some(conflict(left, right)),
        (Set, Set | Read | Write) | (Read | Write, Set) => Some(conflict(left, right)),
        (Alter(_), Use | Refer | Loosen | Read | Write)
        | (Use | Refer | Loosen | Read | Write, Alter(_))
        | (Loosen, Refer)
        | (Refer, Loosen) => Some(perhaps(left, right)),
        _ => None,
    }
}

/// Two alterations of one column leave what the second says, of what both say.
fn alterations(
    left: &Access,
    right: &Access,
    one: &[(String, String)],
    other: &[(String, String)],
) -> Clash {
    let differ = one.iter().any(|(aspect, value)| {
        other
            .iter()
            .any(|(its, theirs)| its == aspect && theirs != value)
    });
    if differ {
        conflict(left, right)
    } else {
        perhaps(left, right)
    }
}

fn names(left: &Access, right: &Access) -> Option<Clash> {
    let (
        Object::Named {
            kind: one,
            table: its,
            ..
        },
        Object::Named {
            kind: other,
            table: theirs,
            ..
        },
    ) = (&left.object, &right.object)
    else {
        return None;
    };
    let found = match (&left.mode, &right.mode) {
        (Mode::Drop { lenient: true }, Mode::Drop { lenient: true }) => return None,
        (Mode::Create { .. }, Mode::Create { .. }) => both_create(left, right)?,
        _ => conflict(left, right),
    };
    // Of different tables, databases differ in which names collide; those of indexes mostly do.
    let apart = same_table(its, theirs) != Some(Sure::Yes);
    let indexes = *one == NameKind::Index && *other == NameKind::Index;
    Some(match found {
        Clash::Conflict(why) if apart && !indexes => Clash::Perhaps(why),
        found => found,
    })
}

/// Whether they collide depends on the database and on what it has.
fn others(left: &Access, right: &Access) -> Option<Clash> {
    use Mode::{Create, Drop, Use};
    match (&left.mode, &right.mode) {
        (Create { lenient: true }, Create { lenient: true })
        | (Drop { lenient: true }, Drop { lenient: true })
        | (Use, Use) => None,
        _ => Some(perhaps(left, right)),
    }
}

/// The primary key or the comment of a table: there is one.
fn whole(left: &Access, right: &Access) -> Clash {
    if left.mode == Mode::Use || right.mode == Mode::Use {
        perhaps(left, right)
    } else {
        conflict(left, right)
    }
}

/// With `IF NOT EXISTS` on both sides the second does nothing, which is well if both mean the same.
fn both_create(left: &Access, right: &Access) -> Option<Clash> {
    match (&left.mode, &right.mode) {
        (Mode::Create { lenient: true }, Mode::Create { lenient: true }) => {
            Some(perhaps(left, right))
        }
        (Mode::Create { .. }, Mode::Create { .. }) => Some(conflict(left, right)),
        _ => None,
    }
}

fn conflict(left: &Access, right: &Access) -> Clash {
    let why = sentence(left, right);
    if left.object.is_any() || right.object.is_any() {
        Clash::Perhaps(why)
    } else {
        Clash::Conflict(why)
    }
}

fn perhaps(left: &Access, right: &Access) -> Clash {
    Clash::Perhaps(sentence(left, right))
}
