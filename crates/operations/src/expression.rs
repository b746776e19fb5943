//! What an expression stands for. Calls inside it are followed in Python's order.

use onehead_python::{BinaryOp, Expr, ExprKind, FormatPart, Span};

use crate::arguments::{Argument, Arguments};
use crate::names;
use crate::reader::{Frame, Reader};
use crate::schema::TableName;
use crate::value::Value;

/// Arguments that describe a column.
const DECLARING: &[&str] = &[
    "type_",
    "existing_type",
    "server_default",
    "existing_server_default",
];

fn is_column(function: &Value) -> bool {
    matches!(function, Value::Module(path) if path.ends_with(".Column"))
}

impl Reader<'_> {
    pub(crate) fn value(&mut self, expr: &Expr) -> Value {
        if !self.spend(expr.span) {
            return Value::Strange("more than onehead follows".into());
        }
        match &expr.kind {
            ExprKind::Str(text) => Value::text(text.clone()),
            ExprKind::Bytes | ExprKind::Int(_) | ExprKind::Number => Value::Plain,
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::None => Value::None,
            ExprKind::Name(name) => self.lookup(name),
            ExprKind::Attribute { value, attr } => {
                let object = self.value(value);
                attribute(object, attr)
            }
            ExprKind::Subscript { value, index } => {
                let object = self.value(value);
                let index = self.value(index);
                subscript(&object, &index)
            }
            ExprKind::Slice { lower, upper, step } => {
                let parts: Vec<Value> = [lower, upper, step]
                    .into_iter()
                    .flatten()
                    .map(|part| self.value(part))
                    .collect();
                Value::mixed(&parts)
            }
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                self.display(items)
            }
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Starred(inner) => self.value(inner).blurred(),
            ExprKind::Binary { op, left, right } => {
                let left = self.value(left);
                let right = self.value(right);
                match op {
                    BinaryOp::Add => Self::sum(&left, &right),
                    BinaryOp::Mod => percent(&left, &right),
                    _ => Value::mixed([&left, &right]),
                }
            }
            ExprKind::Unary { operand, .. } => {
                let operand = self.value(operand);
                decided(Value::mixed([&operand]))
            }
            ExprKind::Logical { values, .. } => {
                let values: Vec<Value> = values.iter().map(|value| self.value(value)).collect();
                values
                    .into_iter()
                    .reduce(Value::either)
                    .unwrap_or(Value::Plain)
            }
            ExprKind::Compare { left, rest } => {
                let mut parts = vec![self.value(left)];
                parts.extend(rest.iter().map(|(_, right)| self.value(right)));
                decided(Value::mixed(&parts))
            }
            ExprKind::Conditional { test, body, orelse } => {
                self.value(test);
                let body = self.value(body);
                let orelse = self.value(orelse);
                body.either(orelse)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                let function = self.value(func);
                let was_declaring = self.is_declaring;
                self.is_declaring |= is_column(&function);
                let arguments = self.arguments(args, keywords);
                self.is_declaring = was_declaring;
                self.call(function, arguments, expr.span)
            }
            ExprKind::Comprehension { element, loops, .. } => self.comprehension(element, loops),
            ExprKind::Format(parts) => self.format(parts),
            ExprKind::Walrus { name, value } => {
                let value = self.value(value);
                self.names().insert(name.clone(), value.clone());
                value
            }
            ExprKind::Other(_) if self.is_declaring => Value::Plain,
            ExprKind::Other(what) => {
                let what = format!("a {what}");
                self.unread(expr.span, what.clone());
                Value::Strange(what)
            }
        }
    }

    fn display(&mut self, items: &[Expr]) -> Value {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                ExprKind::Starred(inner) => match self.value(inner) {
                    Value::List(more) => values.extend(more),
                    other => return self.rest_of(values, other, items),
                },
                _ => values.push(self.value(item)),
            }
        }
        Value::list(values)
    }

    /// A display of which one part is not known, so neither is how many it has.
    fn rest_of(&mut self, mut values: Vec<Value>, unknown: Value, items: &[Expr]) -> Value {
        values.push(unknown);
        for item in items {
            values.push(self.value(item));
        }
        Value::mixed(&values)
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)]) -> Value {
        let mut pairs = Vec::with_capacity(items.len());
        let mut is_known = true;
        for (key, value) in items {
            let key = match key {
                Some(key) => self.value(key),
                None => {
                    is_known = false;
                    Value::Plain
                }
            };
            pairs.push((key, self.value(value)));
        }
        let dict = Value::dict(pairs);
        if is_known { dict } else { dict.blurred() }
    }

    fn comprehension(&mut self, element: &Expr, loops: &[onehead_python::For]) -> Value {
        self.frames.push(Frame {
            is_nested: true,
            ..Frame::default()
        });
        let mut items: Option<Vec<Value>> = None;
        for one in loops {
            let iterable = self.value(&one.iter);
            if let (Value::List(values), [_], true) = (&iterable, loops, one.ifs.is_empty()) {
                items = Some(values.clone());
            }
            self.assign(&one.target, iterable.blurred());
            for test in &one.ifs {
                self.value(test);
            }
        }
        let made = match (items, loops) {
            (Some(items), [only]) => {
                let mut made = Vec::with_capacity(items.len());
                for item in items {
                    self.assign(&only.target, item);
                    made.push(self.value(element));
                }
                Value::list(made)
            }
            _ => self.value(element).blurred(),
        };
        self.frames.pop();
        made
    }

    fn format(&mut self, parts: &[FormatPart]) -> Value {
        let mut text = Some(String::new());
        let mut values = Vec::new();
        for part in parts {
            match part {
                FormatPart::Text(more) => {
                    if let Some(text) = &mut text {
                        text.push_str(more);
                    }
                }
                FormatPart::Value { expr, conversion } => match (self.value(expr), conversion) {
                    (Value::Str(more), None | Some('s')) => {
                        if let Some(text) = &mut text {
                            text.push_str(&more);
                        }
                    }
                    (other, _) => {
                        values.push(other);
                        text = None;
                    }
                },
            }
        }
        match text {
            Some(text) => Value::text(text),
            None => decided(Value::mixed(&values)),
        }
    }

    fn arguments(&mut self, args: &[Expr], keywords: &[(Option<String>, Expr)]) -> Arguments {
        let mut all = Arguments::default();
        for arg in args {
            match &arg.kind {
                ExprKind::Starred(inner) => match self.value(inner) {
                    Value::List(values) => {
                        all.positional
                            .extend(values.into_iter().map(|value| Argument {
                                value,
                                at: inner.span,
                            }));
                    }
                    other => all.open_with(other, inner.span),
                },
                _ => {
                    let value = self.value(arg);
                    all.positional.push(Argument {
                        value,
                        at: arg.span,
                    });
                }
            }
        }
        for (name, value) in keywords {
            let at = value.span;
            let was_declaring = self.is_declaring;
            self.is_declaring |= name
                .as_deref()
                .is_some_and(|name| DECLARING.contains(&name));
            let value = self.value(value);
            self.is_declaring = was_declaring;
            match (name, value) {
                (Some(name), value) => all.keywords.push((name.clone(), Argument { value, at })),
                (None, Value::Dict(pairs)) => {
                    for (key, value) in pairs {
                        match key {
                            Value::Str(name) => {
                                all.keywords.push((name, Argument { value, at }));
                            }
                            _ => all.open_with(value, at),
                        }
                    }
                }
                (None, other) => all.open_with(other, at),
            }
        }
        all
    }

    pub(crate) fn sum(left: &Value, right: &Value) -> Value {
        match (left, right) {
            (Value::Str(left), Value::Str(right)) => Value::text(format!("{left}{right}")),
            (Value::List(left), Value::List(right)) => {
                Value::list(left.iter().chain(right).cloned().collect())
            }
            (left, right) => Value::mixed([left, right]),
        }
    }
}

/// What comes out of comparing or formatting is data, whatever went in, unless it is a part of SQL.
fn decided(value: Value) -> Value {
    match value {
        Value::Clause(clause) => Value::Clause(clause),
        _ => Value::Plain,
    }
}

/// `"… %s …" % (…)` with known strings.
fn percent(left: &Value, right: &Value) -> Value {
    let parts: Vec<&Value> = match right {
        Value::List(parts) => parts.iter().collect(),
        one => vec![one],
    };
    if let Value::Str(text) = left {
        let mut pieces = text.split("%s");
        let mut whole = pieces.next().unwrap_or_default().to_owned();
        let mut used = 0;
        for piece in pieces {
            let Some(Value::Str(part)) = parts.get(used) else {
                return decided(Value::mixed([left, right]));
            };
            whole.push_str(part);
            whole.push_str(piece);
            used += 1;
        }
        if used == parts.len() && !text.replace("%s", "").contains('%') {
            return Value::text(whole);
        }
    }
    Value::mixed([left, right])
}

fn attribute(object: Value, name: &str) -> Value {
    match object {
        Value::Module(path) if path == "alembic" => Reader::imported(&format!("alembic.{name}")),
        Value::Module(path) => {
            let path = format!("{path}.{name}");
            match path.starts_with("builtins.") || names::is_harmless_module(&path) {
                true => Value::Module(path),
                false => Value::Strange(format!("`{path}`")),
            }
        }
        Value::Unread => Value::Unread,
        Value::Strange(what) => Value::Strange(match what.strip_suffix('`') {
            Some(what) if what.len() < 80 => format!("{what}.{name}`"),
            _ => what,
        }),
        // What kind of database it is does not depend on what was done to it.
        Value::Connection | Value::Context if name == "dialect" => Value::Plain,
        Value::Connection if name == "engine" => Value::Connection,
        Value::Context if matches!(name, "bind" | "connection") => Value::Connection,
        Value::Context if matches!(name, "config" | "as_sql" | "opts") => Value::Plain,
        Value::Metadata if name == "tables" => Value::Tables,
        Value::Table(table) if matches!(name, "c" | "columns") => Value::Columns(table),
        Value::Columns(table) => Value::column_of(&table, Some(name)),
        Value::Plain
        | Value::None
        | Value::Bool(_)
        | Value::Text(_)
        | Value::Column(_)
        | Value::Item(_) => Value::Plain,
        // `alias.c.name`: still the same clause.
        Value::Method(object, _) if matches!(*object, Value::Clause(_)) => {
            Value::Method(object, name.to_owned())
        }
        object => Value::Method(Box::new(object), name.to_owned()),
    }
}

fn subscript(object: &Value, index: &Value) -> Value {
    match (object, index) {
        (Value::Dict(pairs), Value::Str(_)) => pairs
            .iter()
            .rev()
            .find(|(key, _)| key == index)
            .map_or_else(|| object.blurred(), |(_, value)| value.clone()),
        (Value::Tables, Value::Str(name)) => Value::Table(TableName::new(None, name)),
        (Value::Tables, _) => Value::Strange("a table whose name is not a literal".into()),
        (Value::Columns(table), Value::Str(name)) => Value::column_of(table, Some(name)),
        (Value::Columns(table), _) => Value::column_of(table, None),
        _ => Value::mixed([object, index]),
    }
}

impl Arguments {
    fn open_with(&mut self, value: Value, at: Span) {
        self.open = true;
        self.keywords.push((
            String::new(),
            Argument {
                value: value.blurred(),
                at,
            },
        ));
    }
}
