//! What each operation of Alembic is in words, and what it touches.

use crate::arguments::{Argument, Arguments};
use crate::reader::Reader;
use crate::schema::{Access, Mode, NameKind, Object, TableName};
use crate::value::{Column, Item, Value};

/// An operation with its arguments by name.
pub(crate) struct Called<'a> {
    pub(crate) parameters: &'static [&'static str],
    pub(crate) arguments: &'a Arguments,
    /// The table that it works on.
    pub(crate) table: TableName,
}

impl Called<'_> {
    fn argument(&self, name: &str) -> Option<&Argument> {
        let place = self.parameters.iter().position(|known| *known == name);
        self.arguments.get(place.unwrap_or(usize::MAX), name)
    }

    /// A name that is known, `None` where none is given.
    fn text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.argument(name).map(|one| &one.value) {
            None | Some(Value::None) => Ok(None),
            Some(Value::Str(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{name}`, which is not a literal,")),
        }
    }

    fn needed(&self, name: &str) -> Result<&str, String> {
        self.text(name)?
            .ok_or_else(|| format!("a missing `{name}`"))
    }

    fn is_set(&self, name: &str) -> bool {
        self.arguments.is_set(name)
    }

    /// Columns by name; `None` for what is an expression.
    fn columns(&self, name: &str) -> Result<Vec<Option<String>>, String> {
        match self.argument(name).map(|one| &one.value) {
            Some(Value::List(items)) => Ok(items
                .iter()
                .map(|item| match item {
                    Value::Str(text) => Some(text.clone()),
                    _ => None,
                })
                .collect()),
            Some(Value::Str(text)) => Ok(vec![Some(text.clone())]),
            Some(value) if value.reach().is_none() => Ok(vec![None]),
            _ => Err(format!("`{name}`, which is not a literal,")),
        }
    }

    fn touch(&self, survives: bool) -> Access {
        Access::table(&self.table, Mode::Touch { survives })
    }

    fn uses(&self, columns: &[Option<String>]) -> Vec<Access> {
        columns
            .iter()
            .map(|column| Access::column(&self.table, column.as_deref(), Mode::Use))
            .collect()
    }

    /// A key or an index goes away; on which columns, the call does not say.
    fn loosens(&self) -> Access {
        Access::column(&self.table, None, Mode::Loosen)
    }

    fn named(&self, kind: NameKind, name: &str, mode: Mode) -> Access {
        Access::named(kind, name, &self.table, mode)
    }
}

/// What an operation is in words, and what it touches.
pub(crate) type Meaning = Result<(String, Vec<Access>), String>;

/// What an operation of that name means.
pub(crate) fn meaning(reader: &Reader<'_>, name: &str, called: &Called<'_>) -> Meaning {
    match name {
        "create_table" => create_table(called),
        "drop_table" => {
            let lenient = called.is_set("if_exists");
            let drop = Access::table(&called.table, Mode::Drop { lenient });
            Ok((format!("drops table {}", called.table), vec![drop]))
        }
        "rename_table" => {
            let new = called.needed("new_table_name")?;
            let new = TableName::new(called.table.schema(), new);
            let words = format!("renames table {} to {new}", called.table);
            let create = Access::table(&new, Mode::Create { lenient: false });
            Ok((
                words,
                vec![Access::table(&called.table, Mode::Rename), create],
            ))
        }
        "add_column" => add_column(called),
        "drop_column" => {
            let column = called.needed("column_name")?;
            let lenient = called.is_set("if_exists");
            let drop = Access::column(&called.table, Some(column), Mode::Drop { lenient });
            Ok((
                format!("drops {}", drop.object),
                vec![called.touch(true), drop],
            ))
        }
        "alter_column" => alter_column(reader, called),
        "create_index" => create_index(called),
        "drop_index" => {
            let index = called.needed("index_name")?;
            let lenient = called.is_set("if_exists");
            let drop = called.named(NameKind::Index, index, Mode::Drop { lenient });
            let mut accesses = vec![called.touch(true), drop];
            accesses.push(called.loosens());
            Ok((format!("drops the index `{index}`"), accesses))
        }
        "create_foreign_key" => create_foreign_key(called),
        "drop_constraint" => drop_constraint(called),
        "create_table_comment" | "drop_table_comment" => {
            let object = Object::Comment(called.table.clone());
            let words = format!("changes {object}");
            let alter = Access::new(object, Mode::Alter(Vec::new()));
            Ok((words, vec![called.touch(true), alter]))
        }
        _ => create_constraint(name, called),
    }
}

fn alter_column(reader: &Reader<'_>, called: &Called<'_>) -> Meaning {
    const ASPECTS: &[&str] = &[
        "nullable",
        "comment",
        "server_default",
        "type_",
        "autoincrement",
    ];
    let column = called.needed("column_name")?;
    let aspects: Vec<(String, String)> = called
        .arguments
        .keywords
        .iter()
        .filter(|(name, _)| ASPECTS.contains(&name.as_str()))
        .map(|(name, one)| (name.clone(), reader.folded(one.at)))
        .collect();
    let mut accesses = vec![called.touch(true)];
    let mut words = format!(
        "alters {}",
        Access::column(&called.table, Some(column), Mode::Use).object
    );
    if !aspects.is_empty() {
        let names: Vec<&str> = aspects.iter().map(|(name, _)| name.as_str()).collect();
        words = format!("{words} ({})", names.join(", "));
    }
    match called.text("new_column_name")? {
        Some(new) => {
            words = format!("{words}, renames it to `{new}`");
            accesses.push(Access::column(&called.table, Some(column), Mode::Rename));
            accesses.push(Access::column(
                &called.table,
                Some(new),
                Mode::Create { lenient: false },
            ));
        }
        None => {
            accesses.push(Access::column(
                &called.table,
                Some(column),
                Mode::Alter(aspects),
            ));
        }
    }
    if let Some(Argument {
        value: Value::Type(kind),
        ..
    }) = called.argument("type_")
        && (!kind.survives || kind.created.is_some())
    {
        accesses[0] = called.touch(false);
        if let Some(name) = &kind.created {
            accesses.push(Access::new(Object::Other("type", name.clone()), Mode::Use));
        }
    }
    Ok((words, accesses))
}

fn readable(item: &Item) -> Result<(), String> {
    item.unread.clone().map_or(Ok(()), Err)
}

/// The names that a part of a table brings.
fn brought(table: &TableName, item: &Item) -> Vec<Access> {
    let create = || Mode::Create { lenient: false };
    let of = |kind, names: &[String]| -> Vec<Access> {
        names
            .iter()
            .map(|name| Access::named(kind, name, table, create()))
            .collect()
    };
    let mut accesses = item.accesses.clone();
    accesses.extend(of(NameKind::Constraint, &item.constraints));
    accesses.extend(of(NameKind::Index, &item.indexes));
    accesses
}

/// The index that `index=True` brings, named as SQLAlchemy names it.
fn implied_index(table: &TableName, column: &Column) -> Vec<Access> {
    if !column.is_indexed {
        return Vec::new();
    }
    let parts = [
        Some("ix"),
        table.schema(),
        table.name(),
        column.name.as_deref(),
    ];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join("_");
    vec![Access::named(
        NameKind::Index,
        &name,
        table,
        Mode::Create { lenient: false },
    )]
}

fn create_table(called: &Called<'_>) -> Meaning {
    let table = &called.table;
    let lenient = called.is_set("if_not_exists");
    let mut accesses = vec![Access::table(table, Mode::Create { lenient })];
    for Argument { value, .. } in called.arguments.positional.iter().skip(1) {
        match value {
            Value::Column(column) => {
                readable(&column.item)?;
                accesses.extend(brought(table, &column.item));
                accesses.extend(implied_index(table, column));
            }
            Value::Item(item) => {
                readable(item)?;
                accesses.extend(brought(table, item));
            }
            Value::None | Value::Plain => {}
            _ => return Err("a part that cannot be read".into()),
        }
    }
    Ok((format!("creates table {table}"), accesses))
}

fn add_column(called: &Called<'_>) -> Meaning {
    let table = &called.table;
    let Some(Value::Column(column)) = called.argument("column").map(|one| &one.value) else {
        return Err("a column that cannot be read".into());
    };
    readable(&column.item)?;
    let name = column
        .name
        .as_deref()
        .ok_or("a column whose name is not a literal")?;
    let lenient = called.is_set("if_not_exists");
    let create = Access::column(table, Some(name), Mode::Create { lenient });
    let words = format!("adds {}", create.object);
    let mut accesses = vec![called.touch(column.survives), create];
    accesses.extend(brought(table, &column.item));
    accesses.extend(implied_index(table, column));
    if column.is_primary {
        let key = Object::PrimaryKey(table.clone());
        accesses.push(Access::new(key, Mode::Create { lenient: false }));
    }
    Ok((words, accesses))
}

fn create_index(called: &Called<'_>) -> Meaning {
    let columns = called.columns("columns")?;
    // What only other databases than SQLite look at, survives there.
    let ignored = |name: &str| {
        ["postgresql_", "mysql_", "mssql_", "oracle_", "mariadb_"]
            .iter()
            .any(|dialect| name.starts_with(dialect))
    };
    let known = [
        "index_name",
        "table_name",
        "columns",
        "schema",
        "unique",
        "if_not_exists",
    ];
    let survives = columns.iter().all(Option::is_some)
        && called
            .arguments
            .keywords
            .iter()
            .all(|(name, _)| known.contains(&name.as_str()) || ignored(name));
    let mut accesses = vec![called.touch(survives)];
    accesses.extend(called.uses(&columns));
    if called
        .arguments
        .keywords
        .iter()
        .any(|(name, _)| name.ends_with("_where") || name.ends_with("_include"))
    {
        accesses.extend(called.uses(&[None]));
    }
    let shown = columns
        .iter()
        .map(|column| column.as_deref().unwrap_or("…"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let name = called.text("index_name")?;
    if let Some(name) = name {
        let lenient = called.is_set("if_not_exists");
        accesses.push(called.named(NameKind::Index, name, Mode::Create { lenient }));
    }
    let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
    Ok((
        format!("creates the index{name} on {} ({shown})", called.table),
        accesses,
    ))
}

fn create_foreign_key(called: &Called<'_>) -> Meaning {
    let target = called.needed("referent_table")?;
    let target = TableName::new(called.text("referent_schema")?, target);
    let local = called.columns("local_cols")?;
    let remote = called.columns("remote_cols")?;
    let mut accesses = vec![called.touch(true), Access::table(&target, Mode::Use)];
    accesses.extend(
        local
            .iter()
            .map(|column| Access::column(&called.table, column.as_deref(), Mode::Refer)),
    );
    accesses.extend(
        remote
            .iter()
            .map(|column| Access::column(&target, column.as_deref(), Mode::Refer)),
    );
    let name = called.text("constraint_name")?;
    accesses.extend(
        name.map(|name| called.named(NameKind::Constraint, name, Mode::Create { lenient: false })),
    );
    let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
    Ok((
        format!(
            "creates the foreign key{name} from {} to {target}",
            called.table
        ),
        accesses,
    ))
}

/// A second unique constraint over the same columns says nothing new, and SQLite forgets one of the two
/// when a batch block builds the table anew.
fn unique_over(table: &TableName, columns: &[Option<String>]) -> Access {
    let mut columns: Vec<&str> = columns.iter().flatten().map(String::as_str).collect();
    columns.sort_unstable();
    let over = format!("{} ({})", table.name().unwrap_or("?"), columns.join(", "));
    let object = Object::Other("unique constraint over", Some(over));
    Access::new(object, Mode::Create { lenient: false })
}

/// A unique, primary, check or exclude constraint.
fn create_constraint(operation: &str, called: &Called<'_>) -> Meaning {
    let name = called.text("constraint_name")?;
    let (what, survives, columns) = match operation {
        "create_unique_constraint" => (
            "unique constraint",
            name.is_some(),
            called.columns("columns")?,
        ),
        "create_primary_key" => ("primary key", true, called.columns("columns")?),
        "create_check_constraint" => ("check constraint", false, vec![None]),
        _ => ("exclude constraint", false, vec![None]),
    };
    let create = || Mode::Create { lenient: false };
    let mut accesses = vec![called.touch(survives)];
    accesses.extend(called.uses(&columns));
    if operation == "create_primary_key" {
        accesses.push(Access::new(
            Object::PrimaryKey(called.table.clone()),
            create(),
        ));
    }
    if operation == "create_unique_constraint" {
        accesses.push(unique_over(&called.table, &columns));
    }
    accesses.extend(name.map(|name| called.named(NameKind::Constraint, name, create())));
    let name = name.map(|name| format!(" `{name}`")).unwrap_or_default();
    Ok((
        format!("creates the {what}{name} on {}", called.table),
        accesses,
    ))
}

fn drop_constraint(called: &Called<'_>) -> Meaning {
    let name = called.needed("constraint_name")?;
    let lenient = called.is_set("if_exists");
    let mut accesses = vec![called.touch(true)];
    accesses.push(called.loosens());
    accesses.push(called.named(NameKind::Constraint, name, Mode::Drop { lenient }));
    let key = Object::PrimaryKey(called.table.clone());
    match called.text("type_")? {
        Some("primary") => accesses.push(Access::new(key, Mode::Drop { lenient })),
        Some("foreignkey" | "unique" | "check") => {}
        _ => accesses.push(Access::new(key, Mode::Use)),
    }
    Ok((
        format!("drops the constraint `{name}` of {}", called.table),
        accesses,
    ))
}
