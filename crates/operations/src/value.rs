//! What an expression of a migration stands for, as far as that matters for the schema.

use std::rc::Rc;

use onehead_python::Function;

use crate::schema::{Access, Mode, TableName};

/// A value. What is not one of these is [`Value::Plain`] if nothing can be done to a database through
/// it, and [`Value::Strange`] if something might.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    None,
    Bool(bool),
    Str(String),
    List(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// Data of which nothing is known but that it is data.
    Plain,
    /// Something that may reach the database or run the project's code: what, in words.
    Strange(String),
    /// What comes of something that has been said to be unread: there is no more to say.
    Unread,
    /// `alembic.op`
    Operations,
    /// What `with op.batch_alter_table(…) as x` binds: the number of the block.
    Batch(usize),
    /// `op.get_context()`, `alembic.context`
    Context,
    /// `op.get_bind()`
    Connection,
    /// `sa.inspect(connection)`
    Inspector,
    /// A module or what lies in it, by its dotted name.
    Module(String),
    /// A method of something above, not called yet.
    Method(Box<Value>, String),
    /// A function of this file.
    Function(Defined),
    /// `sa.text("…")`
    Text(String),
    /// `sa.table("…")` or `sa.Table("…", …)`
    Table(TableName),
    /// `sa.MetaData()`
    Metadata,
    /// `metadata.tables`
    Tables,
    /// `table.c`
    Columns(TableName),
    /// `sa.Column(…)`
    Column(Box<Column>),
    /// A constraint or an index as an argument of `op.create_table`.
    Item(Item),
    /// A type of SQLAlchemy.
    Type(Type),
    /// An expression or a statement built with SQLAlchemy.
    Clause(Clause),
}

/// A function of the file, and whether it sees the names of the function around it.
#[derive(Debug, Clone)]
pub(crate) struct Defined {
    pub(crate) name: String,
    pub(crate) function: Rc<Function>,
    pub(crate) is_nested: bool,
    /// Whether it changes module-level names.
    pub(crate) rebinds: bool,
}

impl PartialEq for Defined {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.function, &other.function)
    }
}

/// What is known of a new column.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Column {
    /// Its name, if that is known.
    pub(crate) name: Option<String>,
    /// Foreign keys, the types that it brings, and what else it needs.
    pub(crate) item: Item,
    pub(crate) is_indexed: bool,
    pub(crate) is_primary: bool,
    /// Whether a batch block on SQLite keeps it as it is.
    pub(crate) survives: bool,
}

/// What a part of a table needs or brings besides its own table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Item {
    pub(crate) accesses: Vec<Access>,
    /// Names of constraints and indexes, which live in spaces shared by tables.
    pub(crate) constraints: Vec<String>,
    pub(crate) indexes: Vec<String>,
    /// What could not be read of it.
    pub(crate) unread: Option<String>,
}

/// What is known of a type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Type {
    /// Whether it is one that PostgreSQL creates by name (`None` inside: the name is not known).
    pub(crate) created: Option<Option<String>>,
    /// Whether a batch block on SQLite keeps a column of it as it is.
    pub(crate) survives: bool,
}

/// What an expression of SQLAlchemy touches once it is executed.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Clause {
    pub(crate) accesses: Vec<Access>,
    /// The table whose rows it changes, and how.
    pub(crate) writes: Option<(TableName, Write)>,
    /// What could not be read of it.
    pub(crate) unread: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Insert,
    Update,
    Delete,
}

/// Values of more parts, or text of more bytes, are not followed.
const MAX_PARTS: usize = 1024;
const MAX_TEXT: usize = 64 << 10;

impl Value {
    /// A value of some parts, not followed if it grows too large.
    pub(crate) fn list(parts: Vec<Self>) -> Self {
        let list = Self::List(parts);
        if list.size() > MAX_PARTS {
            list.blurred()
        } else {
            list
        }
    }

    pub(crate) fn dict(parts: Vec<(Self, Self)>) -> Self {
        let dict = Self::Dict(parts);
        if dict.size() > MAX_PARTS {
            dict.blurred()
        } else {
            dict
        }
    }

    pub(crate) fn text(text: String) -> Self {
        if text.len() > MAX_TEXT {
            Self::Plain
        } else {
            Self::Str(text)
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::List(parts) => 1 + parts.iter().map(Self::size).sum::<usize>(),
            Self::Dict(parts) => {
                1 + parts
                    .iter()
                    .map(|(key, value)| key.size() + value.size())
                    .sum::<usize>()
            }
            Self::Str(text) | Self::Text(text) => 1 + text.len() / 256,
            _ => 1,
        }
    }

    /// Why something might be done to a database through it, if so.
    pub(crate) fn reach(&self) -> Option<String> {
        match self {
            Self::Strange(what) => Some(what.clone()),
            Self::Unread => Some("what is not known".into()),
            Self::Operations => Some("`op`".into()),
            Self::Batch(_) => Some("a batch block".into()),
            Self::Context => Some("the migration context".into()),
            Self::Connection => Some("the connection".into()),
            Self::Inspector => Some("an inspector".into()),
            Self::Method(object, name) => object.reach().map(|_| format!("the method `{name}`")),
            Self::Function(defined) => Some(format!("the function `{}`", defined.name)),
            Self::List(parts) => parts.iter().find_map(Self::reach),
            Self::Dict(parts) => parts
                .iter()
                .find_map(|(key, value)| key.reach().or_else(|| value.reach())),
            _ => None,
        }
    }

    /// The same with everything forgotten but whether something can be reached through it.
    pub(crate) fn blurred(&self) -> Self {
        match self.reach() {
            Some(_) if *self == Self::Unread => Self::Unread,
            Some(what) => Self::Strange(what),
            None => Self::mixed([self]),
        }
    }

    /// What may be either.
    pub(crate) fn either(self, other: Self) -> Self {
        if self == other {
            self
        } else {
            Self::mixed([&self, &other])
        }
    }

    /// What is made out of several values without anything being done: a clause if one of them is
    /// one.
    pub(crate) fn mixed<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut clause = None;
        for part in parts {
            if let Some(what) = part.reach() {
                return match part {
                    Self::Unread => Self::Unread,
                    _ => Self::Strange(what),
                };
            }
            if let Some(more) = part.clause() {
                clause.get_or_insert_with(Clause::default).take_in(more);
            }
        }
        clause.map_or(Self::Plain, Self::Clause)
    }

    /// A column of a table, of which `None` is any, as an SQL expression.
    pub(crate) fn column_of(table: &TableName, name: Option<&str>) -> Self {
        Self::Clause(Clause {
            accesses: vec![
                Access::table(table, Mode::Read),
                Access::column(table, name, Mode::Read),
            ],
            ..Clause::default()
        })
    }

    /// What it touches as a part of an SQL expression; `None` if it is no such part.
    pub(crate) fn clause(&self) -> Option<Clause> {
        match self {
            Self::Clause(clause) => Some(clause.clone()),
            Self::Method(object, _) => object.clause(),
            Self::Table(table) | Self::Columns(table) => Some(Clause {
                accesses: vec![Access::table(table, Mode::Read)],
                ..Clause::default()
            }),
            Self::Text(_) => Some(Clause {
                unread: Some("SQL text inside an expression".into()),
                ..Clause::default()
            }),
            Self::List(parts) => Self::inner(parts.iter()),
            Self::Dict(parts) => Self::inner(parts.iter().flat_map(|(key, value)| [key, value])),
            _ => None,
        }
    }

    fn inner<'a>(parts: impl Iterator<Item = &'a Self>) -> Option<Clause> {
        let clauses: Vec<Clause> = parts.filter_map(Self::clause).collect();
        (!clauses.is_empty()).then(|| {
            let mut all = Clause::default();
            clauses.into_iter().for_each(|one| all.take_in(one));
            all
        })
    }
}

impl Clause {
    pub(crate) fn take_in(&mut self, other: Self) {
        const MOST: usize = 256;
        for access in other.accesses {
            if !self.accesses.contains(&access) {
                self.accesses.push(access);
            }
        }
        self.unread = self.unread.take().or(other.unread);
        match (&self.writes, other.writes) {
            (None, writes) => self.writes = writes,
            (Some(one), Some(other)) if *one != other => {
                self.unread = Some("a statement that changes several tables".into());
            }
            _ => {}
        }
        if self.accesses.len() > MOST {
            self.accesses.truncate(MOST);
            self.unread = Some("a statement with too many parts".into());
        }
    }
}
