//! What a call does, by what is called.

use onehead_python::Span;

use crate::arguments::{Argument, Arguments};
use crate::reader::{Frame, Reader, shortened};
use crate::schema::{Access, Mode, Object, TableName};
use crate::sql;
use crate::value::{Clause, Defined, Value, Write};

/// What a connection is asked that does nothing to the schema or to rows.
const OF_CONNECTIONS: &[&str] = &[
    "begin",
    "begin_nested",
    "close",
    "commit",
    "connect",
    "execution_options",
    "in_transaction",
];

impl Reader<'_> {
    pub(crate) fn call(&mut self, function: Value, arguments: Arguments, at: Span) -> Value {
        match function {
            Value::Unread => Value::Unread,
            Value::Strange(what) => self.strange_call(&what, at),
            Value::Function(defined) => self.call_function(&defined, arguments, at),
            Value::Module(path) => self.imported_call(&path, &arguments, at),
            Value::Method(object, name) => self.method(*object, &name, arguments, at),
            Value::Operations | Value::Batch(_) | Value::Connection | Value::Inspector => {
                self.strange_call(&self.quoted(at), at)
            }
            other => self.harmless_call(&other, &arguments, at),
        }
    }

    pub(crate) fn strange_call(&mut self, what: &str, at: Span) -> Value {
        if self.is_declaring && names_a_class(what) {
            return Value::Plain;
        }
        if !self.is_running {
            return Value::Strange(format!("what {what} gives"));
        }
        self.unread(at, format!("a call of {what}"));
        Value::Unread
    }

    /// Something that does nothing by itself; but what it is given may.
    pub(crate) fn harmless_call(
        &mut self,
        object: &Value,
        arguments: &Arguments,
        at: Span,
    ) -> Value {
        if let Some(what) = arguments.values().find_map(|value| self.doing(value)) {
            self.unread(at, format!("{} with {what}", self.quoted(at)));
        }
        Value::mixed(std::iter::once(object).chain(arguments.values()))
    }

    /// Why whoever gets the value could do something with it: a constant of the project is as good
    /// as data as long as nothing of it is called.
    fn doing(&self, value: &Value) -> Option<String> {
        match value {
            Value::Strange(_) | Value::Unread => None,
            Value::List(parts) => parts.iter().find_map(|part| self.doing(part)),
            Value::Dict(pairs) => pairs.iter().find_map(|(_, value)| self.doing(value)),
            value => value.reach(),
        }
    }

    fn method(&mut self, object: Value, name: &str, arguments: Arguments, at: Span) -> Value {
        match &object {
            Value::Operations => self.alembic_call(None, name, &arguments, at),
            Value::Batch(number) => self.alembic_call(Some(*number), name, &arguments, at),
            Value::Context => match name {
                "get_context" | "begin_transaction" => Value::Context,
                "get_bind" => Value::Connection,
                "autocommit_block"
                | "is_offline_mode"
                | "is_transactional_ddl"
                | "get_x_argument"
                | "get_tag_argument" => Value::Plain,
                _ => self.strange_call(&self.quoted(at), at),
            },
            Value::Connection => match name {
                "execute" | "exec_driver_sql" | "scalar" | "scalars" => {
                    self.execute(&arguments, at)
                }
                _ if OF_CONNECTIONS.contains(&name) => Value::Connection,
                _ => self.strange_call(&self.quoted(at), at),
            },
            Value::Inspector => self.inspection(name, &arguments, at),
            Value::Metadata => self.metadata_method(name, &arguments, at),
            Value::Table(table) => self.table_method(table.clone(), name, &arguments, at),
            Value::Clause(clause) => self.clause_method(clause.clone(), name, &arguments, at),
            Value::Unread => Value::Unread,
            Value::Type(kind) if name == "create" => {
                let Some(created) = kind.created.clone() else {
                    return self.harmless_call(&Value::Plain, &arguments, at);
                };
                let lenient = arguments.is_set("checkfirst");
                let words = format!("creates the type `{}`", created.as_deref().unwrap_or("?"));
                let object = Object::Other("type", created);
                self.operation(
                    at,
                    words,
                    vec![Access::new(object, Mode::Create { lenient })],
                );
                Value::None
            }
            Value::Type(_) => {
                self.harmless_call(&Value::Plain, &arguments, at);
                object
            }
            Value::Str(text) => match string_method(text, name, &arguments) {
                Some(made) => made,
                None => self.harmless_call(&object, &arguments, at),
            },
            Value::Dict(pairs) if arguments.positional.is_empty() => match name {
                "items" => Value::list(
                    pairs
                        .iter()
                        .map(|(key, value)| Value::list(vec![key.clone(), value.clone()]))
                        .collect(),
                ),
                "keys" => Value::list(pairs.iter().map(|(key, _)| key.clone()).collect()),
                "values" => Value::list(pairs.iter().map(|(_, value)| value.clone()).collect()),
                _ => self.container_method(&object, &arguments, at),
            },
            Value::List(_) | Value::Dict(_) => self.container_method(&object, &arguments, at),
            _ => self.harmless_call(&object, &arguments, at),
        }
    }

    /// It may change what it belongs to, and hold what it is given.
    fn container_method(&mut self, object: &Value, arguments: &Arguments, at: Span) -> Value {
        let made = self.harmless_call(object, arguments, at);
        let mut given = arguments.values().filter(|value| **value != Value::Unread);
        if let Some(what) = given.find_map(Value::reach)
            && object.reach().is_none()
        {
            self.unread(at, format!("{what}, put into {}", self.quoted(at)));
        }
        self.forget_containers();
        made
    }

    /// Follows a function of this file.
    pub(crate) fn call_function(&mut self, defined: &Defined, given: Arguments, at: Span) -> Value {
        let function = &defined.function;
        if function.is_special || defined.rebinds || given.open || !self.may_call() {
            return self.strange_call(&format!("`{}`", defined.name), at);
        }
        let mut frame = Frame {
            is_nested: defined.is_nested,
            ..Frame::default()
        };
        for (place, (name, default)) in function.parameters.iter().enumerate() {
            let value = match (given.get(place, name), default) {
                (Some(argument), _) => argument.value.clone(),
                (None, Some(default)) => self.value(default),
                // Alembic's template for several databases hands a name to `upgrade`.
                (None, None) => Value::Plain,
            };
            frame.names.insert(name.clone(), value);
        }
        self.frames.push(frame);
        self.block(&function.body);
        let returned = self
            .frames
            .pop()
            .map(|frame| frame.returned)
            .unwrap_or_default();
        let value = returned.into_iter().reduce(Value::either);
        value.unwrap_or(Value::None)
    }

    fn inspection(&mut self, name: &str, arguments: &Arguments, at: Span) -> Value {
        let table = match name {
            "has_table"
            | "get_columns"
            | "get_indexes"
            | "get_foreign_keys"
            | "get_pk_constraint"
            | "get_unique_constraints"
            | "get_check_constraints"
            | "get_table_comment"
            | "has_index" => match arguments.text(0, "table_name") {
                Some(table) => TableName::new(None, table),
                None => TableName::any(),
            },
            "get_table_names" | "get_view_names" | "get_schema_names" | "has_schema"
            | "get_sequence_names" | "has_sequence" | "get_enums" => TableName::any(),
            "clear_cache" => return Value::None,
            _ => return self.strange_call(&self.quoted(at), at),
        };
        let words = format!(
            "reads the definition of {} (`{name}`)",
            Object::Table(table.clone())
        );
        self.operation(at, words, vec![Access::table(&table, Mode::Inspect)]);
        Value::Plain
    }

    /// `op.execute(…)`, `connection.execute(…)`
    pub(crate) fn execute(&mut self, arguments: &Arguments, at: Span) -> Value {
        let first = ["sqltext", "statement", ""]
            .iter()
            .find_map(|name| arguments.get(0, name));
        let Some(Argument { value, at: place }) = first.filter(|_| !arguments.open) else {
            self.unread(at, format!("the arguments of {}", self.quoted(at)));
            return Value::Plain;
        };
        match value {
            Value::Str(text) | Value::Text(text) => self.sql(text, at),
            value => match value.reach().map_or_else(|| value.clause(), |_| None) {
                Some(Clause {
                    unread: None,
                    accesses,
                    writes,
                }) => {
                    self.built(accesses, writes, at);
                }
                Some(Clause {
                    unread: Some(what), ..
                }) => self.unread(at, what),
                None => self.unread(
                    at,
                    format!("SQL that is not a literal: {}", self.quoted(*place)),
                ),
            },
        }
        Value::Plain
    }

    fn sql(&mut self, text: &str, at: Span) {
        const MOST: usize = 60;
        match sql::read(text) {
            Ok(statements) => {
                for accesses in statements {
                    self.operation(at, format!("runs `{}`", shortened(text, MOST)), accesses);
                }
            }
            Err(why) => self.unread(at, format!("{why}: `{}`", shortened(text, MOST))),
        }
    }

    /// A statement that was built with SQLAlchemy.
    fn built(&mut self, mut accesses: Vec<Access>, writes: Option<(TableName, Write)>, at: Span) {
        let words = match &writes {
            Some((table, Write::Insert)) => format!("inserts rows into {table}"),
            Some((table, Write::Update)) => format!("updates rows of {table}"),
            Some((table, Write::Delete)) => format!("deletes rows of {table}"),
            None => "runs a query".into(),
        };
        if let Some((table, kind)) = &writes {
            accesses.insert(0, Access::table(table, Mode::Write));
            if *kind == Write::Delete {
                accesses.push(Access::table(&TableName::any(), Mode::Cascade));
            }
        }
        self.operation(at, words, accesses);
    }
}

/// `models.JsonType`: by Python's custom, classes have large initials.
fn names_a_class(what: &str) -> bool {
    let name = what.trim_matches('`').rsplit('.').next();
    name.is_some_and(|name| name.trim_start_matches('_').starts_with(char::is_uppercase))
}

/// What a method of a known string gives, if it can be known.
fn string_method(text: &str, name: &str, arguments: &Arguments) -> Option<Value> {
    let strings = |parts: &[Value]| {
        let one = |part: &Value| match part {
            Value::Str(text) => Some(text.clone()),
            _ => None,
        };
        parts.iter().map(one).collect::<Option<Vec<String>>>()
    };
    let given = arguments.positional.as_slice();
    let made = match (name, given) {
        ("lower", []) => text.to_lowercase(),
        ("upper", []) => text.to_uppercase(),
        ("strip", []) => text.trim().to_owned(),
        (
            "join",
            [
                Argument {
                    value: Value::List(parts),
                    ..
                },
            ],
        ) => strings(parts)?.join(text),
        ("format", _) => formatted(text, arguments)?,
        _ => return None,
    };
    Some(Value::text(made))
}

/// `"{} {name}".format(…)` with known strings.
fn formatted(text: &str, arguments: &Arguments) -> Option<String> {
    if text.contains("{{") || text.contains("}}") || arguments.open {
        return None;
    }
    let mut pieces = text.split('{');
    let mut whole = pieces.next()?.to_owned();
    let mut next = 0;
    for piece in pieces {
        let (field, rest) = piece.split_once('}')?;
        let argument = match field.parse::<usize>() {
            Ok(place) => arguments.positional.get(place)?,
            Err(_) if field.is_empty() => {
                next += 1;
                arguments.positional.get(next - 1)?
            }
            Err(_) => arguments.keyword(field)?,
        };
        match &argument.value {
            Value::Str(part) => whole.push_str(part),
            _ => return None,
        }
        whole.push_str(rest);
    }
    Some(whole)
}
