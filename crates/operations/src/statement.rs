//! Follows statements. Every branch is taken; what a name stands for behind it is what all agree on.

use std::collections::HashMap;
use std::rc::Rc;

use onehead_python::{Alias, BinaryOp, Expr, ExprKind, Function, Span, Stmt, StmtKind};

use crate::names;
use crate::reader::Reader;
use crate::scope::agreed;
use crate::value::{Defined, Value};

impl Reader<'_> {
    pub(crate) fn block(&mut self, body: &[Stmt]) {
        for stmt in body {
            if !self.spend(stmt.span) {
                return;
            }
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign { targets, value } => {
                let value = self.value(value);
                for target in targets {
                    self.assign(target, value.clone());
                }
            }
            StmtKind::Annotated { target, value } => {
                if let Some(value) = value {
                    let value = self.value(value);
                    self.assign(target, value);
                }
            }
            StmtKind::Augmented { target, op, value } => self.augment(target, *op, value),
            StmtKind::Import(names) => self.import(names),
            StmtKind::ImportFrom {
                module,
                level,
                names,
            } => {
                self.import_from(module.as_deref(), *level, names);
            }
            StmtKind::If(branches) => {
                for branch in branches {
                    if let Some(test) = &branch.test {
                        self.value(test);
                    }
                }
                let bodies: Vec<&[Stmt]> = branches.iter().map(|one| one.body.as_slice()).collect();
                let is_whole = branches.last().is_some_and(|last| last.test.is_none());
                self.one_of(&bodies, is_whole);
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.for_loop(target, iter, body);
                self.one_of(&[orelse], false);
            }
            StmtKind::While { test, body, orelse } => {
                self.value(test);
                self.again_and_again(body);
                self.value(test);
                self.one_of(&[orelse], false);
            }
            StmtKind::With { items, body } => self.with(items, body, stmt.span),
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                self.block(body);
                self.forget(body);
                for (name, handler) in handlers {
                    if let Some(name) = name {
                        self.bind(name, Value::Plain);
                    }
                    self.block(handler);
                    self.forget(handler);
                }
                self.block(orelse);
                self.forget(orelse);
                self.block(finalbody);
            }
            StmtKind::Def {
                name,
                globals,
                function,
                ..
            } => {
                let value = match function {
                    Some(function) => self.defined(name, globals, function),
                    None => Value::Strange(format!("the class `{name}`")),
                };
                self.bind(name, value);
            }
            StmtKind::Return(value) => {
                let value = value
                    .as_ref()
                    .map_or(Value::None, |value| self.value(value));
                if let Some(frame) = self.frames.last_mut() {
                    frame.returned.push(value);
                }
            }
            StmtKind::Delete(targets) => {
                self.forget_containers();
                for target in targets {
                    self.assign(target, Value::Plain);
                }
            }
            StmtKind::Expr(value) => {
                self.value(value);
            }
            StmtKind::Inert => {}
            StmtKind::Other { what, binds } => {
                self.unread(stmt.span, format!("a {what}"));
                for name in binds {
                    self.bind(name, Value::Strange(format!("`{name}`")));
                }
            }
        }
    }

    fn defined(&mut self, name: &str, globals: &[String], function: &Function) -> Value {
        Value::Function(Defined {
            name: name.to_owned(),
            function: Rc::new(function.clone()),
            is_nested: self.frames.len() > 1,
            rebinds: !globals.is_empty(),
        })
    }

    fn augment(&mut self, target: &Expr, op: BinaryOp, value: &Expr) {
        let old = self.value(target);
        let new = self.value(value);
        let sum = match (op, &old) {
            // A list is changed where it is, whatever other names it has.
            (_, Value::List(_) | Value::Dict(_)) => {
                self.forget_containers();
                Value::mixed([&old, &new])
            }
            (BinaryOp::Add, _) => Self::sum(&old, &new),
            _ => Value::mixed([&old, &new]),
        };
        self.assign(target, sum);
    }

    fn import(&mut self, names: &[Alias]) {
        for alias in names {
            let first = alias.name.split('.').next().unwrap_or_default();
            match &alias.asname {
                Some(name) => {
                    let value = Self::imported(&alias.name);
                    self.bind(name, value);
                }
                None => {
                    let value = Self::imported(first);
                    self.bind(first, value);
                }
            }
        }
    }

    fn import_from(&mut self, module: Option<&str>, level: u32, names: &[Alias]) {
        for alias in names {
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            let value = match module {
                Some(module) if level == 0 => Self::imported(&format!("{module}.{}", alias.name)),
                _ => Value::Strange(format!("`{name}` of another module")),
            };
            self.bind(name, value);
        }
    }

    pub(crate) fn imported(dotted: &str) -> Value {
        match dotted {
            "alembic" => Value::Module("alembic".into()),
            "alembic.op" => Value::Operations,
            "alembic.context" => Value::Context,
            dotted => match dotted.strip_prefix("alembic.op.") {
                Some(name) => Value::Method(Box::new(Value::Operations), name.to_owned()),
                None if names::is_harmless_module(dotted) => Value::Module(dotted.to_owned()),
                None => Value::Strange(format!("`{dotted}`")),
            },
        }
    }

    /// One of several blocks runs, or none of them.
    fn one_of(&mut self, bodies: &[&[Stmt]], is_whole: bool) {
        let before = self.names().clone();
        let mut outcomes: Vec<HashMap<String, Value>> = Vec::new();
        for body in bodies {
            *self.names() = before.clone();
            self.block(body);
            outcomes.push(std::mem::take(self.names()));
        }
        if !is_whole {
            outcomes.push(before);
        }
        *self.names() = agreed(outcomes);
    }

    fn for_loop(&mut self, target: &Expr, iter: &Expr, body: &[Stmt]) {
        let iterable = self.value(iter);
        match iterable {
            Value::List(items) => {
                for item in items {
                    if !self.spend(iter.span) {
                        return;
                    }
                    self.forget(body);
                    self.assign(target, item);
                    self.block(body);
                }
            }
            other => {
                self.assign(target, other.blurred());
                self.again_and_again(body);
            }
        }
        // `break` leaves earlier: which item was the last is not known.
        let last = self.value_of_target(target).blurred();
        self.assign(target, last);
        self.forget(body);
    }

    /// A block that runs some number of times: the second round sees what the first one left.
    fn again_and_again(&mut self, body: &[Stmt]) {
        for _ in 0..2 {
            self.forget(body);
            self.block(body);
        }
        self.forget(body);
    }

    fn value_of_target(&mut self, target: &Expr) -> Value {
        match &target.kind {
            ExprKind::Name(name) => self.lookup(name),
            _ => Value::Plain,
        }
    }

    fn with(&mut self, items: &[(Expr, Option<Expr>)], body: &[Stmt], at: Span) {
        let first = self.batches.len();
        for (context, target) in items {
            let value = self.value(context);
            if let Some(target) = target {
                self.assign(target, value);
            } else if let Value::Strange(what) = value {
                // What a context manager of the project does on the way out is not known.
                self.unread(at, format!("{what} around a block"));
            }
        }
        let last = self.batches.len();
        self.block(body);
        for number in first..last {
            self.end_batch(number);
        }
    }

    pub(crate) fn assign(&mut self, target: &Expr, value: Value) {
        match &target.kind {
            ExprKind::Name(name) => self.bind(name, value),
            ExprKind::Starred(inner) => self.assign(inner, value.blurred()),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => match value {
                Value::List(values)
                    if values.len() == targets.len()
                        && !targets
                            .iter()
                            .any(|target| matches!(target.kind, ExprKind::Starred(_))) =>
                {
                    for (target, value) in std::iter::zip(targets, values) {
                        self.assign(target, value);
                    }
                }
                other => {
                    for target in targets {
                        self.assign(target, other.blurred());
                    }
                }
            },
            _ => {
                // Set inside of something: what holds it holds the value now.
                self.value(target);
                self.forget_containers();
                if let Some(what) = value.reach().filter(|_| value != Value::Unread) {
                    self.unread(
                        target.span,
                        format!("{what}, put into {}", self.quoted(target.span)),
                    );
                }
            }
        }
    }
}
