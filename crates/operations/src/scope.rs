//! What names stand for, and when that is forgotten.

use std::collections::HashMap;

use onehead_python::{Expr, ExprKind, Stmt, StmtKind};

use crate::names;
use crate::reader::Reader;
use crate::value::Value;

impl Reader<'_> {
    pub(crate) fn names(&mut self) -> &mut HashMap<String, Value> {
        &mut self
            .frames
            .last_mut()
            .expect("the module's frame stays")
            .names
    }

    pub(crate) fn bind(&mut self, name: &str, value: Value) {
        self.names().insert(name.to_owned(), value);
    }

    pub(crate) fn lookup(&self, name: &str) -> Value {
        for frame in self.frames.iter().rev() {
            if let Some(value) = frame.names.get(name) {
                return value.clone();
            }
            if !frame.is_nested {
                break;
            }
        }
        match self.frames.first().and_then(|frame| frame.names.get(name)) {
            Some(value) => value.clone(),
            None if matches!(name, "__name__" | "__file__" | "__doc__") => Value::Plain,
            None if names::is_harmless_builtin(name) => Value::Module(format!("builtins.{name}")),
            None => Value::Strange(format!("`{name}`")),
        }
    }

    /// Every name that a block may set, and every list: what they stand for is not known any longer.
    pub(crate) fn forget(&mut self, body: &[Stmt]) {
        let mut names = Vec::new();
        set_by(body, &mut names);
        for name in names {
            if let Some(value) = self.names().get_mut(&name) {
                *value = value.blurred();
            }
        }
    }

    /// A list or dict was changed, under whichever name.
    pub(crate) fn forget_containers(&mut self) {
        for frame in &mut self.frames {
            for value in frame.names.values_mut() {
                if matches!(value, Value::List(_) | Value::Dict(_)) {
                    *value = value.blurred();
                }
            }
        }
    }
}

/// What every outcome says of each name.
pub(crate) fn agreed(outcomes: Vec<HashMap<String, Value>>) -> HashMap<String, Value> {
    let mut outcomes = outcomes.into_iter();
    let mut all = outcomes.next().unwrap_or_default();
    for outcome in outcomes {
        for (name, value) in outcome {
            match all.remove(&name) {
                Some(other) => all.insert(name, other.either(value)),
                None => all.insert(name, value),
            };
        }
    }
    all
}

/// The names that a block sets, at any depth.
fn set_by(body: &[Stmt], names: &mut Vec<String>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Assign { targets, .. } | StmtKind::Delete(targets) => {
                targets.iter().for_each(|target| in_target(target, names));
            }
            StmtKind::Annotated { target, .. } | StmtKind::Augmented { target, .. } => {
                in_target(target, names);
            }
            StmtKind::If(branches) => {
                branches
                    .iter()
                    .for_each(|branch| set_by(&branch.body, names));
            }
            StmtKind::For {
                target,
                body,
                orelse,
                ..
            } => {
                in_target(target, names);
                set_by(body, names);
                set_by(orelse, names);
            }
            StmtKind::While { body, orelse, .. } => {
                set_by(body, names);
                set_by(orelse, names);
            }
            StmtKind::With { items, body } => {
                for (_, target) in items {
                    if let Some(target) = target {
                        in_target(target, names);
                    }
                }
                set_by(body, names);
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                set_by(body, names);
                for (name, handler) in handlers {
                    names.extend(name.clone());
                    set_by(handler, names);
                }
                set_by(orelse, names);
                set_by(finalbody, names);
            }
            StmtKind::Def { name, .. } => names.push(name.clone()),
            StmtKind::Import(aliases) | StmtKind::ImportFrom { names: aliases, .. } => {
                names.extend(aliases.iter().map(|alias| {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    name.split('.').next().unwrap_or_default().to_owned()
                }));
            }
            StmtKind::Other { binds, .. } => names.extend(binds.iter().cloned()),
            StmtKind::Expr(_) | StmtKind::Return(_) | StmtKind::Inert => {}
        }
    }
}

fn in_target(target: &Expr, names: &mut Vec<String>) {
    match &target.kind {
        ExprKind::Name(name) => names.push(name.clone()),
        ExprKind::Starred(inner) => in_target(inner, names),
        ExprKind::Tuple(targets) | ExprKind::List(targets) => {
            targets.iter().for_each(|target| in_target(target, names));
        }
        _ => {}
    }
}
