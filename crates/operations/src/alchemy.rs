//! SQLAlchemy: what its functions give, and statements that are built in Python.

use onehead_python::Span;

use crate::arguments::{Argument, Arguments};
use crate::columns::a_type;
use crate::reader::Reader;
use crate::schema::{Access, Mode, Object, TableName};
use crate::sql;
use crate::value::{Clause, Item, Value, Write};

impl Reader<'_> {
    /// A call of something in a known library.
    pub(crate) fn imported_call(&mut self, path: &str, arguments: &Arguments, at: Span) -> Value {
        if let Some(name) = path.strip_prefix("builtins.") {
            return self.builtin(name, arguments, at);
        }
        if !path.starts_with("sqlalchemy") {
            return self.harmless_call(&Value::Plain, arguments, at);
        }
        if let Some((_, function)) = path.split_once(".func.") {
            return self.sql_function(function, arguments, at);
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        match name {
            "text" => match arguments.text(0, "text") {
                Some(text) => Value::Text(text.to_owned()),
                None => Value::Strange("SQL that is not a literal".into()),
            },
            "inspect" => match arguments.get(0, "subject").map(|one| &one.value) {
                Some(Value::Connection) => Value::Inspector,
                _ => Value::Strange("an inspector".into()),
            },
            "table" | "Table" => self.table(arguments, at),
            "Column" => Value::Column(Box::new(self.column(arguments))),
            "column" => Value::Clause(Clause::default()),
            "ForeignKey" => Value::Item(self.foreign_key(arguments, at)),
            "ForeignKeyConstraint" => Value::Item(self.foreign_keys(arguments, at)),
            "PrimaryKeyConstraint"
            | "UniqueConstraint"
            | "CheckConstraint"
            | "ExcludeConstraint" => Value::Item(Item::constraint(arguments)),
            "Index" => Value::Item(Item {
                indexes: arguments
                    .text(0, "name")
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
                ..Item::default()
            }),
            "MetaData" => Value::Metadata,
            "from_engine" => match arguments.get(0, "bind").map(|one| &one.value) {
                Some(Value::Connection) => Value::Inspector,
                _ => Value::Strange("an inspector".into()),
            },
            "Computed" | "Identity" | "Sequence" | "FetchedValue" | "DefaultClause" => Value::Plain,
            "insert" => self.write(Write::Insert, arguments),
            "update" => self.write(Write::Update, arguments),
            "delete" => self.write(Write::Delete, arguments),
            "DDL" => Value::Strange("DDL that is built in Python".into()),
            "Session" | "sessionmaker" | "scoped_session" | "create_session" => {
                Value::Strange("a session".into())
            }
            _ if name.starts_with(char::is_uppercase) => Value::Type(a_type(name, arguments)),
            _ => {
                let made = self.harmless_call(&Value::Clause(Clause::default()), arguments, at);
                match made {
                    Value::Plain => Value::Clause(Clause::default()),
                    other => other,
                }
            }
        }
    }

    fn builtin(&mut self, name: &str, arguments: &Arguments, at: Span) -> Value {
        let first = arguments.positional.first().map(|one| &one.value);
        match (name, first) {
            (
                "list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed",
                Some(Value::List(items)),
            ) => Value::List(items.clone()),
            ("list" | "tuple" | "set" | "dict", None) if arguments.keywords.is_empty() => {
                Value::List(Vec::new())
            }
            ("enumerate", Some(Value::List(items))) => Value::list(
                items
                    .iter()
                    .map(|item| Value::List(vec![Value::Plain, item.clone()]))
                    .collect(),
            ),
            ("str", Some(Value::Str(text))) => Value::Str(text.clone()),
            (
                "str" | "len" | "isinstance" | "hasattr" | "repr" | "bool" | "int" | "print"
                | "type",
                _,
            ) => Value::Plain,
            _ => self.harmless_call(&Value::Plain, arguments, at),
        }
    }

    /// `sa.func.name(…)`
    fn sql_function(&mut self, name: &str, arguments: &Arguments, at: Span) -> Value {
        let mut clause = match self.harmless_call(&Value::Clause(Clause::default()), arguments, at)
        {
            Value::Clause(clause) => clause,
            other => return other,
        };
        if !sql::is_harmless(name) {
            clause.unread = Some(format!("SQL that calls `{name}`"));
        }
        Value::Clause(clause)
    }

    /// `sa.table("name", …)`, `sa.Table("name", metadata, …)`
    fn table(&mut self, arguments: &Arguments, at: Span) -> Value {
        let Some(name) = arguments.text(0, "name") else {
            return Value::Strange("a table whose name is not a literal".into());
        };
        let schema = match arguments.keyword("schema").map(|one| &one.value) {
            None | Some(Value::None) => None,
            Some(Value::Str(schema)) => Some(schema.as_str()),
            Some(_) => return Value::Strange("a table whose schema is not a literal".into()),
        };
        let table = TableName::new(schema, name);
        if arguments.is_set("autoload_with") || arguments.is_set("autoload") {
            let words = format!("reads the definition of table {table} (`autoload_with`)");
            self.operation(at, words, vec![Access::table(&table, Mode::Inspect)]);
        }
        Value::Table(table)
    }

    /// What is asked of `sa.MetaData()`.
    pub(crate) fn metadata_method(&mut self, name: &str, arguments: &Arguments, at: Span) -> Value {
        if name != "reflect" {
            return self.harmless_call(&Value::Metadata, arguments, at);
        }
        let tables = match arguments.keyword("only").map(|one| &one.value) {
            Some(Value::List(names)) => names
                .iter()
                .map(|name| match name {
                    Value::Str(name) => TableName::new(None, name),
                    _ => TableName::any(),
                })
                .collect(),
            _ => vec![TableName::any()],
        };
        for table in tables {
            let words = format!(
                "reads the definition of {} (`reflect`)",
                Object::Table(table.clone())
            );
            self.operation(at, words, vec![Access::table(&table, Mode::Inspect)]);
        }
        Value::None
    }

    pub(crate) fn table_method(
        &mut self,
        table: TableName,
        name: &str,
        arguments: &Arguments,
        at: Span,
    ) -> Value {
        let write = |kind| {
            Value::Clause(Clause {
                writes: Some((table.clone(), kind)),
                ..Clause::default()
            })
        };
        match name {
            "insert" => self.with_values(write(Write::Insert), arguments),
            "update" => self.with_values(write(Write::Update), arguments),
            "delete" => self.with_values(write(Write::Delete), arguments),
            _ => self.harmless_call(&Value::Table(table), arguments, at),
        }
    }

    /// `sa.update(table)`
    fn write(&mut self, kind: Write, arguments: &Arguments) -> Value {
        match arguments.positional.first().map(|one| &one.value) {
            Some(Value::Table(table)) => Value::Clause(Clause {
                writes: Some((table.clone(), kind)),
                ..Clause::default()
            }),
            _ => Value::Strange("a statement on a table that is not a literal".into()),
        }
    }

    pub(crate) fn clause_method(
        &mut self,
        clause: Clause,
        name: &str,
        arguments: &Arguments,
        at: Span,
    ) -> Value {
        let clause = Value::Clause(clause);
        match name {
            "values" => self.with_values(clause, arguments),
            _ => self.harmless_call(&clause, arguments, at),
        }
    }

    /// The columns that a statement sets, given as keywords or as a dict.
    fn with_values(&mut self, statement: Value, arguments: &Arguments) -> Value {
        let all = Value::mixed(std::iter::once(&statement).chain(arguments.values()));
        let Value::Clause(mut all) = all else {
            return all;
        };
        let Some((table, kind)) = all.writes.clone() else {
            return Value::Clause(all);
        };
        let mode = if kind == Write::Update {
            Mode::Set
        } else {
            Mode::Write
        };
        let mut columns: Vec<Option<String>> = Vec::new();
        for (name, _) in &arguments.keywords {
            columns.push((!name.is_empty()).then(|| name.clone()));
        }
        for Argument { value, .. } in &arguments.positional {
            match value {
                Value::Dict(pairs) => columns.extend(pairs.iter().map(|(key, _)| match key {
                    Value::Str(name) => Some(name.clone()),
                    _ => None,
                })),
                _ => columns.push(None),
            }
        }
        for column in columns {
            all.accesses
                .push(Access::column(&table, column.as_deref(), mode.clone()));
        }
        Value::Clause(all)
    }
}
