//! Alembic's operations: their parameters as Alembic 1.20.1 has them.

use onehead_python::Span;

use crate::arguments::Arguments;
use crate::operation::{Called, meaning};
use crate::reader::{Batch, Reader};
use crate::schema::{Access, Mode, TableName};
use crate::value::Value;

/// The positional parameters of an operation; inside of a batch block without the table.
fn parameters(name: &str, in_batch: bool) -> Option<&'static [&'static str]> {
    let (outside, inside): (&[&str], &[&str]) = match name {
        "add_column" => (&["table_name", "column"], &["column"]),
        "alter_column" | "drop_column" => (&["table_name", "column_name"], &["column_name"]),
        "create_table" => (&["table_name"], &[]),
        "drop_table" => (&["table_name"], &[]),
        "rename_table" => (&["old_table_name", "new_table_name"], &[]),
        "create_index" => (
            &["index_name", "table_name", "columns"],
            &["index_name", "columns"],
        ),
        "drop_index" => (&["index_name", "table_name"], &["index_name"]),
        "create_unique_constraint" => (
            &["constraint_name", "table_name", "columns"],
            &["constraint_name", "columns"],
        ),
        "create_primary_key" => (
            &["constraint_name", "table_name", "columns"],
            &["constraint_name", "columns"],
        ),
        "create_check_constraint" => (
            &["constraint_name", "table_name", "condition"],
            &["constraint_name", "condition"],
        ),
        "create_exclude_constraint" => (&["constraint_name", "table_name"], &["constraint_name"]),
        "create_foreign_key" => (
            &[
                "constraint_name",
                "source_table",
                "referent_table",
                "local_cols",
                "remote_cols",
            ],
            &[
                "constraint_name",
                "referent_table",
                "local_cols",
                "remote_cols",
            ],
        ),
        "drop_constraint" => (
            &["constraint_name", "table_name", "type_"],
            &["constraint_name", "type_"],
        ),
        "create_table_comment" => (&["table_name", "comment"], &["comment"]),
        "drop_table_comment" => (&["table_name"], &[]),
        _ => return None,
    };
    Some(if in_batch { inside } else { outside })
}

impl Reader<'_> {
    /// `op.name(…)`, or `batch.name(…)` in the block of that number.
    pub(crate) fn alembic_call(
        &mut self,
        batch: Option<usize>,
        name: &str,
        arguments: &Arguments,
        at: Span,
    ) -> Value {
        match name {
            "f" => {
                let first = arguments.positional.first().or(arguments.keyword("name"));
                return first.map_or(Value::Plain, |one| one.value.clone());
            }
            "get_bind" => return Value::Connection,
            "get_context" => return Value::Context,
            "inline_literal" => return Value::Plain,
            "execute" => {
                return self.execute(arguments, at);
            }
            "batch_alter_table" if batch.is_none() => return self.batch_block(arguments, at),
            "bulk_insert" if batch.is_none() => return self.bulk_insert(arguments, at),
            _ => {}
        }
        let Some(parameters) = parameters(name, batch.is_some()) else {
            return self.strange_call(&format!("`op.{name}`"), at);
        };
        let on = match batch {
            _ if arguments.open => Err("arguments after `*`".to_owned()),
            Some(number) => Ok(self.batches[number].table.clone()),
            None => table(parameters, arguments),
        };
        let meaning = on.and_then(|table| {
            if !takes_more(name) && arguments.positional.len() > parameters.len() {
                return Err("unknown arguments".into());
            }
            let called = Called {
                parameters,
                arguments,
                table,
            };
            meaning(self, name, &called)
        });
        match meaning {
            Ok((words, accesses)) => {
                if let Some(number) = batch {
                    self.batches[number].rebuilds |= rebuilds(name, arguments);
                }
                self.operation(at, words, accesses);
            }
            Err(what) => self.unread(at, format!("{what} in `op.{name}`")),
        }
        match name {
            "create_table" => match arguments.text(0, "table_name") {
                Some(table) => Value::Table(TableName::new(None, table)),
                None => Value::Plain,
            },
            _ => Value::None,
        }
    }

    /// `op.batch_alter_table("table")`
    fn batch_block(&mut self, arguments: &Arguments, at: Span) -> Value {
        let table = match arguments.get(0, "table_name").map(|one| &one.value) {
            Some(Value::Str(name)) if !arguments.open => TableName::new(None, name),
            _ => return self.strange_block(at),
        };
        let table = match arguments.get(1, "schema").map(|one| &one.value) {
            None | Some(Value::None) => table,
            Some(Value::Str(schema)) => table.with_schema(Some(schema)),
            Some(_) => return self.strange_block(at),
        };
        // Whatever else is said about the block is said about how the table is built.
        let plain = |name: &str| matches!(name, "table_name" | "schema" | "recreate");
        let recreate = arguments.text(2, "recreate");
        self.batches.push(Batch {
            table,
            at,
            rebuilds: recreate.is_some_and(|how| how == "always"),
            faithful: arguments.positional.len() <= 3
                && arguments.keywords.iter().all(|(name, _)| plain(name)),
        });
        Value::Batch(self.batches.len() - 1)
    }

    fn strange_block(&mut self, at: Span) -> Value {
        let what = format!("the table of {}", self.quoted(at));
        self.unread(at, what);
        Value::Strange("a batch block of a table that is not a literal".into())
    }

    /// `op.bulk_insert(table, rows)`
    fn bulk_insert(&mut self, arguments: &Arguments, at: Span) -> Value {
        let Some(Value::Table(table)) = arguments.get(0, "table").map(|one| &one.value) else {
            self.unread(at, "the table of `op.bulk_insert`");
            return Value::None;
        };
        let mut accesses = vec![Access::table(table, Mode::Write)];
        let mut columns: Vec<Option<&str>> = Vec::new();
        match arguments.get(1, "rows").map(|one| &one.value) {
            Some(Value::List(rows)) => {
                for row in rows {
                    match row {
                        Value::Dict(pairs) => {
                            columns.extend(pairs.iter().map(|(key, _)| match key {
                                Value::Str(name) => Some(name.as_str()),
                                _ => None,
                            }))
                        }
                        _ => columns.push(None),
                    }
                }
            }
            _ => columns.push(None),
        }
        columns.sort_unstable();
        columns.dedup();
        accesses.extend(
            columns
                .into_iter()
                .map(|column| Access::column(table, column, Mode::Write)),
        );
        self.operation(at, format!("inserts rows into {table}"), accesses);
        Value::None
    }
}

/// Whether it takes any number of positional arguments.
fn takes_more(name: &str) -> bool {
    matches!(name, "create_table" | "create_exclude_constraint")
}

/// The table that an operation outside of a batch block works on.
fn table(parameters: &[&str], arguments: &Arguments) -> Result<TableName, String> {
    let names = ["table_name", "old_table_name", "source_table"];
    let found = parameters
        .iter()
        .enumerate()
        .find(|(_, name)| names.contains(name));
    let (place, name) = found.ok_or("no table")?;
    let schema = arguments
        .keyword("schema")
        .or_else(|| arguments.keyword("source_schema"));
    let schema = match schema.map(|one| &one.value) {
        None | Some(Value::None) => None,
        Some(Value::Str(schema)) => Some(schema.as_str()),
        Some(_) => return Err("`schema`, which is not a literal,".into()),
    };
    match arguments.get(place, name).map(|one| &one.value) {
        Some(Value::Str(table)) => Ok(TableName::new(schema, table)),
        // An index can be dropped by its name alone.
        None | Some(Value::None) if parameters[0] == "index_name" => Ok(TableName::any()),
        None => Err(format!("a missing `{name}`")),
        Some(_) => Err(format!("`{name}`, which is not a literal,")),
    }
}

/// Whether SQLite builds the table anew for an operation in a batch block
/// (`SQLiteImpl.requires_recreate_in_batch`).
fn rebuilds(name: &str, arguments: &Arguments) -> bool {
    match name {
        "create_index" | "drop_index" => false,
        "add_column" => match arguments.get(0, "column").map(|one| &one.value) {
            Some(Value::Column(column)) => !column.survives,
            _ => true,
        },
        _ => true,
    }
}
