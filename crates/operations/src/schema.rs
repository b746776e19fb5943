//! What an operation touches: tables, columns, names, rows, and in which way.

use std::fmt;

/// A table or view. A name of `None` stands for any table: which one could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableName {
    schema: Option<String>,
    name: Option<String>,
}

impl TableName {
    pub(crate) fn new(schema: Option<&str>, name: &str) -> Self {
        Self {
            schema: schema.map(str::to_owned),
            name: Some(name.to_owned()),
        }
    }

    pub(crate) fn any() -> Self {
        Self {
            schema: None,
            name: None,
        }
    }

    pub(crate) fn with_schema(&self, schema: Option<&str>) -> Self {
        Self {
            schema: schema.map(str::to_owned),
            name: self.name.clone(),
        }
    }

    pub(crate) fn schema(&self) -> Option<&str> {
        self.schema.as_deref()
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.schema, &self.name) {
            (_, None) => f.write_str("a table"),
            (None, Some(name)) => write!(f, "`{name}`"),
            (Some(schema), Some(name)) => write!(f, "`{schema}.{name}`"),
        }
    }
}

/// A thing in the database. Names are compared without regard to case, as most databases do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Object {
    Table(TableName),
    /// A column of a table; `None` stands for columns of which it is not known which.
    Column(TableName, Option<String>),
    /// The primary key of a table.
    PrimaryKey(TableName),
    /// The comment of a table.
    Comment(TableName),
    /// The name of an index or a constraint, and its table.
    Named {
        kind: NameKind,
        name: String,
        table: TableName,
    },
    /// Something beside tables: a type, a sequence, an extension. A name of `None` is any of them.
    Other(&'static str, Option<String>),
}

impl Object {
    /// Whether it is some column of a table, and it is not known which.
    pub(crate) fn is_any(&self) -> bool {
        matches!(self, Self::Column(_, None))
    }
}

/// Which space a name lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    Index,
    Constraint,
}

/// What is done to an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It comes into being. `lenient`: with `IF NOT EXISTS`.
    Create { lenient: bool },
    /// It goes away. `lenient`: with `IF EXISTS`.
    Drop { lenient: bool },
    /// It gets another name.
    Rename,
    /// What it is changes: of a column each aspect with the text of its new value.
    Alter(Vec<(String, String)>),
    /// What belongs to a table changes. `survives`: a batch block on SQLite, which builds the table
    /// anew from what the database tells of it, keeps the change.
    Touch { survives: bool },
    /// A batch block builds the table anew. `faithful`: from what the database tells, not from what
    /// the block says itself.
    Rebuild { faithful: bool },
    /// A constraint or an index needs it.
    Use,
    /// A foreign key needs it, and perhaps a key or an index on it.
    Refer,
    /// A key or an index on it goes away, which a foreign key may need.
    Loosen,
    /// SQL reads it.
    Read,
    /// SQL changes rows of it; of a column: SQL gives it a value in new rows.
    Write,
    /// SQL sets the column of rows that are there.
    Set,
    /// SQL gives rows without naming columns, so it needs exactly those that there are.
    Positional,
    /// Rows go away with rows of another table, if a key says so.
    Cascade,
    /// Whether foreign keys are minded is switched for the session.
    Switch,
    /// Python looks at how it is defined.
    Inspect,
}

/// One thing and what is done to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    pub(crate) object: Object,
    pub(crate) mode: Mode,
}

impl Access {
    pub(crate) fn new(object: Object, mode: Mode) -> Self {
        Self { object, mode }
    }

    pub(crate) fn table(table: &TableName, mode: Mode) -> Self {
        Self::new(Object::Table(table.clone()), mode)
    }

    pub(crate) fn column(table: &TableName, column: Option<&str>, mode: Mode) -> Self {
        let column = column.map(str::to_owned);
        Self::new(Object::Column(table.clone(), column), mode)
    }

    pub(crate) fn named(kind: NameKind, name: &str, table: &TableName, mode: Mode) -> Self {
        let object = Object::Named {
            kind,
            name: name.to_owned(),
            table: table.clone(),
        };
        Self::new(object, mode)
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table(table) => match table.name() {
                Some(_) => write!(f, "table {table}"),
                None => f.write_str("a table without a known name"),
            },
            Self::Column(table, Some(column)) => match table.name() {
                Some(name) => write!(f, "column `{name}.{column}`"),
                None => write!(f, "a column `{column}`"),
            },
            Self::Column(table, None) => write!(f, "columns of {table}"),
            Self::PrimaryKey(table) => write!(f, "the primary key of {table}"),
            Self::Comment(table) => write!(f, "the comment of {table}"),
            Self::Named { kind, name, .. } => match kind {
                NameKind::Index => write!(f, "the index `{name}`"),
                NameKind::Constraint => write!(f, "the constraint `{name}`"),
            },
            Self::Other(what, Some(name)) => write!(f, "the {what} `{name}`"),
            Self::Other(what, None) => write!(f, "a {what}"),
        }
    }
}
