//! Which touches cannot clash, told without looking at each pair.

use std::collections::HashSet;

use crate::schema::{Access, NameKind, Object};

/// The names of what some touches are about: touches that share none of them cannot clash.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: HashSet<(&'static str, String)>,
    /// Whether something has no name, and so may be anything.
    any: bool,
}

impl Names {
    pub(crate) fn of<'a>(touches: impl Iterator<Item = &'a Access>) -> Self {
        let mut all = Self::default();
        for touch in touches {
            match &touch.object {
                Object::Table(table)
                | Object::Column(table, _)
                | Object::PrimaryKey(table)
                | Object::Comment(table) => match table.name() {
                    Some(name) => all.add("table", name),
                    None => all.any = true,
                },
                Object::Named { kind, name, .. } => {
                    all.add("name", name);
                    if *kind == NameKind::Index {
                        all.add("table", name);
                    }
                }
                Object::Other(what, _) => all.add("other", what),
            }
        }
        all
    }

    fn add(&mut self, what: &'static str, name: &str) {
        self.names.insert((what, name.to_lowercase()));
    }

    pub(crate) fn may_meet(&self, other: &Self) -> bool {
        let (few, many) = match self.names.len() < other.names.len() {
            true => (self, other),
            false => (other, self),
        };
        self.any || other.any || few.names.iter().any(|name| many.names.contains(name))
    }
}
