//! Columns, constraints and types of tables, as SQLAlchemy describes them.

use onehead_python::Span;

use crate::arguments::{Argument, Arguments};
use crate::reader::Reader;
use crate::schema::{Access, Mode, Object, TableName};
use crate::value::{Column, Item, Type, Value};

impl Reader<'_> {
    /// `sa.Column("name", type, …)`
    pub(crate) fn column(&mut self, arguments: &Arguments) -> Column {
        let mut column = Column {
            survives: true,
            ..Column::default()
        };
        let mut rest = arguments.positional.as_slice();
        if let Some((
            Argument {
                value: Value::Str(name),
                ..
            },
            more,
        )) = rest.split_first()
        {
            column.name = Some(name.clone());
            rest = more;
        } else if let Some(name) = arguments.text(usize::MAX, "name") {
            column.name = Some(name.to_owned());
        }
        let typed = arguments.keyword("type_");
        for Argument { value, at } in rest.iter().chain(typed) {
            match value {
                Value::Item(item) => column.item.take_in(item.clone()),
                Value::Type(kind) => column.take_type(kind.clone()),
                // `sa.Integer` without parentheses.
                Value::Module(path) => {
                    let name = path.rsplit('.').next().unwrap_or(path);
                    column.take_type(a_type(name, &Arguments::default()));
                }
                // A type of the project; making it was seen when it was called.
                Value::Strange(_) | Value::Plain => column.survives = false,
                _ => {
                    column.item.unread = Some(format!("{} in a column", self.quoted(*at)));
                }
            }
        }
        if arguments.open {
            column.item.unread = Some("the arguments of a column".into());
        }
        if arguments.is_set("server_default") {
            let value = arguments.keyword("server_default").map(|one| &one.value);
            column.survives &= matches!(value, Some(Value::Str(_)));
        }
        column.survives &= column.item.constraints.is_empty() && !arguments.is_set("unique");
        column.is_indexed = arguments.is_set("index");
        column.is_primary = arguments.is_set("primary_key");
        column
    }

    /// `sa.ForeignKey("table.column")`
    pub(crate) fn foreign_key(&mut self, arguments: &Arguments, at: Span) -> Item {
        let mut item = Item::constraint(arguments);
        match arguments.text(0, "column").and_then(target) {
            Some(accesses) => item.accesses = accesses,
            None => item.unread = Some(format!("the target of {}", self.quoted(at))),
        }
        item
    }

    /// `sa.ForeignKeyConstraint(["column"], ["table.column"])`
    pub(crate) fn foreign_keys(&mut self, arguments: &Arguments, at: Span) -> Item {
        let mut item = Item::constraint(arguments);
        match arguments.get(1, "refcolumns").map(|one| &one.value) {
            Some(Value::List(targets)) => {
                for one in targets {
                    match one {
                        Value::Str(text) if target(text).is_some() => {
                            item.accesses.extend(target(text).unwrap_or_default());
                        }
                        _ => item.unread = Some(format!("the target of {}", self.quoted(at))),
                    }
                }
            }
            _ => item.unread = Some(format!("the target of {}", self.quoted(at))),
        }
        item
    }
}

/// `table.column` or `schema.table.column`
fn target(text: &str) -> Option<Vec<Access>> {
    let (table, column) = text.rsplit_once('.')?;
    let (schema, name) = match table.rsplit_once('.') {
        Some((schema, name)) => (Some(schema), name),
        None => (None, table),
    };
    let table = TableName::new(schema, name);
    Some(vec![
        Access::table(&table, Mode::Use),
        Access::column(&table, Some(column), Mode::Refer),
    ])
}

/// A type by its name in SQLAlchemy.
pub(crate) fn a_type(name: &str, arguments: &Arguments) -> Type {
    let is_enum = matches!(name, "Enum" | "ENUM");
    let is_stored = !arguments
        .keyword("create_type")
        .is_some_and(|one| one.value == Value::Bool(false))
        && !arguments
            .keyword("native_enum")
            .is_some_and(|one| one.value == Value::Bool(false));
    let named = || match arguments.keyword("name").map(|one| &one.value) {
        Some(Value::Str(name)) => Some(name.clone()),
        _ => None,
    };
    // `sa.ARRAY(sa.Enum(…))`
    let inner = arguments.values().find_map(|value| match value {
        Value::Type(inner) => inner.created.clone(),
        _ => None,
    });
    Type {
        created: (is_enum && is_stored).then(named).or(inner),
        survives: !arguments.is_set("create_constraint")
            && arguments.keyword("collation").is_none(),
    }
}

impl Item {
    /// A constraint by the name that it is given, if it is given one.
    pub(crate) fn constraint(arguments: &Arguments) -> Self {
        let name = arguments.text(usize::MAX, "name");
        Self {
            constraints: name.map(str::to_owned).into_iter().collect(),
            ..Self::default()
        }
    }

    pub(crate) fn take_in(&mut self, other: Self) {
        self.accesses.extend(other.accesses);
        self.constraints.extend(other.constraints);
        self.indexes.extend(other.indexes);
        self.unread = self.unread.take().or(other.unread);
    }
}

impl Column {
    fn take_type(&mut self, kind: Type) {
        self.survives &= kind.survives;
        if let Some(name) = kind.created {
            let created = Mode::Create { lenient: false };
            self.item
                .accesses
                .push(Access::new(Object::Other("type", name), created));
        }
    }
}
