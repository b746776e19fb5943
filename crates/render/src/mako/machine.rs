//! What a running template knows: its names, its loops, and what it may still cost.

use std::collections::{BTreeMap, BTreeSet};

use onehead_python::{Expr, ExprKind};

use super::builtin_names;
use super::ops::{self, Budget};
use super::value::{Context, Eval, Value};

/// What a running template knows.
pub(super) struct Machine<'a> {
    pub(super) globals: &'a Context,
    /// Names bound by `<%! %>`.
    pub(super) module: BTreeMap<String, Value>,
    /// The variables of the template's function.
    pub(super) variables: &'a BTreeSet<String>,
    /// Those of them that have a value.
    pub(super) locals: BTreeMap<String, Value>,
    /// Variables of the comprehensions that are running, innermost last.
    pub(super) scopes: Vec<Vec<(String, Option<Value>)>>,
    /// Mako's `loop` values, innermost last.
    pub(super) loops: Vec<Value>,
    /// Is a `<%! %>` block running?
    pub(super) in_module: bool,
    pub(super) budget: Budget,
}

impl Machine<'_> {
    /// `str(value)`
    pub(super) fn text_of(&mut self, value: &Value) -> Eval {
        match value {
            Value::Str(_) => Ok(value.clone()),
            _ => ops::to_str(value, &mut self.budget).map(Value::from),
        }
    }

    /// The value of a name, where Python would look for it.
    pub(super) fn name(&self, name: &str) -> Eval {
        let scoped = self.scopes.iter().rev().flatten();
        if let Some((_, value)) = scoped.into_iter().find(|(other, _)| other == name) {
            return value.clone().ok_or_else(|| unbound(name));
        }
        match name {
            "UNDEFINED" => return Ok(Value::Undefined),
            "context" if !self.in_module => return Ok(Value::Context),
            "loop" if !self.in_module => {
                let last = self.loops.last().cloned();
                return last.ok_or_else(|| "`loop` outside a loop".into());
            }
            "pageargs" | "STOP_RENDERING" => return Err(format!("name `{name}`")),
            _ => {}
        }
        if !self.in_module && self.variables.contains(name) {
            return self.locals.get(name).cloned().ok_or_else(|| unbound(name));
        }
        let value = self.module.get(name).cloned();
        value
            .or_else(|| builtin_names::find(name).map(Value::Function))
            .ok_or_else(|| format!("name `{name}`"))
    }

    /// What the context has under a name, as `context.get` gives it.
    pub(super) fn fetch(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.globals.get(name) {
            return Some(value.clone());
        }
        builtin_names::find(name)
            .map(Value::Function)
            .or_else(|| builtin_names::is_taken(name).then(|| Value::Opaque(name.into())))
    }

    /// Binds a target to a value.
    pub(super) fn bind(
        &mut self,
        target: &Expr,
        value: Value,
        set: &mut dyn FnMut(&mut Self, &str, Value),
    ) -> Eval<()> {
        match &target.kind {
            ExprKind::Name(_) if matches!(value, Value::Iterator(_)) => {
                Err("iterator kept in a variable".into())
            }
            ExprKind::Name(name) => {
                set(self, name, value);
                Ok(())
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let values = ops::iterate(&value, &mut self.budget)?;
                if values.len() != targets.len() {
                    return Err("unpacking of another number of values".into());
                }
                for (target, value) in targets.iter().zip(values) {
                    self.bind(target, value, set)?;
                }
                Ok(())
            }
            _ => Err("assignment to something other than a name".into()),
        }
    }
}

fn unbound(name: &str) -> String {
    format!("name `{name}` before its assignment")
}
