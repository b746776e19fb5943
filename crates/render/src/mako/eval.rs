//! Expressions to values.

use std::cmp::Ordering;

use onehead_python::{
    BinaryOp, BoolOp, CmpOp, ComprehensionKind, Expr, ExprKind, For, FormatPart, UnaryOp,
};

use super::machine::Machine;
use super::names::target_names;
use super::ops;
use super::value::{Arg, Eval, Value};

/// What one evaluated expression costs.
const STEP: usize = 100;

impl Machine<'_> {
    /// Whether the value of an expression is true.
    pub(super) fn test(&mut self, expr: &Expr) -> Eval<bool> {
        let value = self.eval(expr)?;
        ops::truth(&value)
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &Expr) -> Eval {
        self.budget.spend(STEP)?;
        match &expr.kind {
            ExprKind::None => Ok(Value::None),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Int(value) => Ok(Value::Int(*value)),
            ExprKind::Str(text) => {
                self.budget.spend(text.len())?;
                Ok(text.as_str().into())
            }
            ExprKind::Name(name) => match self.name(name)? {
                Value::Opaque(name) => Err(format!("name `{name}`")),
                value => Ok(value),
            },
            ExprKind::Tuple(items) => Value::tuple(self.all(items)?),
            ExprKind::List(items) => Value::list(self.all(items)?),
            ExprKind::Set(items) => {
                let values = self.all(items)?;
                ops::set(values, &mut self.budget)
            }
            ExprKind::Dict(items) => self.dict(items),
            ExprKind::Attribute { value, attr } => {
                let value = self.eval(value)?;
                attribute(&value, attr)
            }
            ExprKind::Subscript { value, index } => self.subscript(value, index),
            ExprKind::Binary { op, left, right } => {
                let (left, right) = (self.eval(left)?, self.eval(right)?);
                self.binary(*op, &left, &right)
            }
            ExprKind::Unary { op, operand } => self.unary(*op, operand),
            ExprKind::Logical { op, values } => self.logical(*op, values),
            ExprKind::Compare { left, rest } => self.compare(left, rest),
            ExprKind::Conditional { test, body, orelse } => {
                let chosen = if self.test(test)? { body } else { orelse };
                self.eval(chosen)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call_expr(func, args, keywords),
            ExprKind::Comprehension {
                kind,
                element,
                loops,
            } => self.comprehension(*kind, element, loops),
            ExprKind::Format(parts) => self.format_string(parts),
            _ => Err("expression that is not understood".into()),
        }
    }

    fn all(&mut self, exprs: &[Expr]) -> Eval<Vec<Value>> {
        exprs.iter().map(|expr| self.eval(expr)).collect()
    }

    fn dict(&mut self, items: &[(Option<Expr>, Expr)]) -> Eval {
        let mut pairs = Vec::new();
        for (key, value) in items {
            let key = key.as_ref().ok_or("`**` in a dict")?;
            pairs.push((self.eval(key)?, self.eval(value)?));
        }
        ops::dict(pairs, &mut self.budget)
    }

    fn subscript(&mut self, value: &Expr, index: &Expr) -> Eval {
        let value = self.eval(value)?;
        if let ExprKind::Slice { lower, upper, step } = &index.kind {
            let mut bounds = [None; 3];
            for (bound, part) in bounds.iter_mut().zip([lower, upper, step]) {
                *bound = match part.as_deref().map(|part| self.eval(part)).transpose()? {
                    None | Some(Value::None) => None,
                    Some(Value::Int(at)) => Some(at),
                    Some(_) => return Err("slice with something other than integers".into()),
                };
            }
            return ops::slice(&value, bounds, &mut self.budget);
        }
        let index = self.eval(index)?;
        match (&value, &index) {
            (Value::Context, Value::Str(name)) => match self.fetch(name) {
                None | Some(Value::Opaque(_)) => Err(format!("name `{name}` in the context")),
                Some(value) => Ok(value),
            },
            _ => ops::index(&value, &index, &mut self.budget),
        }
    }

    /// `left op right`
    pub(super) fn binary(&mut self, op: BinaryOp, left: &Value, right: &Value) -> Eval {
        let budget = &mut self.budget;
        match op {
            BinaryOp::Add => ops::add(left, right, budget),
            BinaryOp::Sub => ops::arithmetic(left, right, "-", i64::checked_sub),
            BinaryOp::Mult => ops::multiply(left, right, budget),
            BinaryOp::FloorDiv => ops::arithmetic(left, right, "//", |left, right| {
                let quotient = left.checked_div_euclid(right)?;
                // Python rounds down whatever the divisor's sign.
                let inexact = left.checked_rem_euclid(right)? != 0;
                Some(quotient - i64::from(right < 0 && inexact))
            }),
            BinaryOp::Mod => match left {
                Value::Str(format) => super::format::percent(format, right, budget),
                _ => ops::arithmetic(left, right, "%", |left, right| {
                    let rest = left.checked_rem_euclid(right)?;
                    Some(if right < 0 && rest != 0 {
                        rest + right
                    } else {
                        rest
                    })
                }),
            },
            BinaryOp::BitOr => match (left, right) {
                (Value::Set(left), Value::Set(right)) => {
                    ops::set([&left[..], &right[..]].concat(), budget)
                }
                _ => Err("`|` of other values than sets".into()),
            },
            BinaryOp::Div | BinaryOp::Other => Err("operator that is not understood".into()),
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Expr) -> Eval {
        if op == UnaryOp::Not {
            return Ok(Value::Bool(!self.test(operand)?));
        }
        let value = self.eval(operand)?;
        match (op, ops::number(&value)) {
            (UnaryOp::Minus, Some(number)) => number
                .checked_neg()
                .map(Value::Int)
                .ok_or_else(|| "result of `-`".into()),
            (UnaryOp::Plus, Some(number)) => Ok(Value::Int(number)),
            _ => Err("operator that is not understood".into()),
        }
    }

    fn logical(&mut self, op: BoolOp, values: &[Expr]) -> Eval {
        let mut last = Value::None;
        for (at, value) in values.iter().enumerate() {
            last = self.eval(value)?;
            if at + 1 < values.len() && ops::truth(&last)? == (op == BoolOp::Or) {
                break;
            }
        }
        Ok(last)
    }

    fn compare(&mut self, left: &Expr, rest: &[(CmpOp, Expr)]) -> Eval {
        let mut left = self.eval(left)?;
        for (op, right) in rest {
            let right = self.eval(right)?;
            let budget = &mut self.budget;
            let holds = match op {
                CmpOp::Eq => ops::equal(&left, &right, budget)?,
                CmpOp::NotEq => !ops::equal(&left, &right, budget)?,
                CmpOp::Lt => ops::order(&left, &right, budget)? == Ordering::Less,
                CmpOp::LtE => ops::order(&left, &right, budget)? != Ordering::Greater,
                CmpOp::Gt => ops::order(&left, &right, budget)? == Ordering::Greater,
                CmpOp::GtE => ops::order(&left, &right, budget)? != Ordering::Less,
                CmpOp::Is => ops::same(&left, &right)?,
                CmpOp::IsNot => !ops::same(&left, &right)?,
                CmpOp::In => self.is_in(&left, &right)?,
                CmpOp::NotIn => !self.is_in(&left, &right)?,
            };
            if !holds {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    fn is_in(&mut self, item: &Value, container: &Value) -> Eval<bool> {
        match (container, item) {
            (Value::Str(text), Value::Str(part)) => {
                self.budget.spend(text.len())?;
                Ok(text.contains(&**part))
            }
            (Value::Dict(items), _) => Ok(ops::lookup(items, item, &mut self.budget)?.is_some()),
            (Value::Tuple(_) | Value::List(_) | Value::Set(_) | Value::Iterator(_), _) => {
                let items = ops::iterate_unordered(container, &mut self.budget)?;
                ops::contains(&items, item, &mut self.budget)
            }
            _ => Err(format!("`in` with a value of type {}", container.kind())),
        }
    }

    fn call_expr(
        &mut self,
        func: &Expr,
        args: &[Expr],
        keywords: &[(Option<String>, Expr)],
    ) -> Eval {
        if let ExprKind::Attribute { value, attr } = &func.kind {
            let value = self.eval(value)?;
            let args = self.arguments(args, keywords)?;
            return self.method(&value, attr, &args);
        }
        let func = self.eval(func)?;
        let args = self.arguments(args, keywords)?;
        self.call(func, &args)
    }

    fn arguments(&mut self, args: &[Expr], keywords: &[(Option<String>, Expr)]) -> Eval<Vec<Arg>> {
        let mut all = Vec::new();
        for arg in args {
            all.push((None, self.eval(arg)?));
        }
        for (name, value) in keywords {
            all.push((name.clone(), self.eval(value)?));
        }
        Ok(all)
    }

    fn comprehension(&mut self, kind: ComprehensionKind, element: &Expr, loops: &[For]) -> Eval {
        let Some(first) = loops.first() else {
            return Err("comprehension without a loop".into());
        };
        // Only the first iterable is evaluated outside; then every target is a variable of its
        // own that has no value yet.
        let outer = self.eval(&first.iter)?;
        let names = loops.iter().flat_map(|part| target_names(&part.target));
        self.scopes.push(names.map(|name| (name, None)).collect());
        let mut values = Vec::new();
        let result = self.run_loops(outer, loops, element, &mut values);
        self.scopes.pop();
        result?;
        match kind {
            ComprehensionKind::Generator => Value::iterator(values),
            ComprehensionKind::List => Value::list(values),
            ComprehensionKind::Set => ops::set(values, &mut self.budget),
        }
    }

    fn run_loops(
        &mut self,
        iterable: Value,
        loops: &[For],
        element: &Expr,
        values: &mut Vec<Value>,
    ) -> Eval<()> {
        let Some((part, rest)) = loops.split_first() else {
            return Ok(());
        };
        'items: for item in ops::iterate(&iterable, &mut self.budget)? {
            self.budget.spend(STEP)?;
            self.bind(&part.target, item, &mut |machine, name, value| {
                let scope = machine.scopes.last_mut();
                if let Some(slot) = scope.and_then(|all| all.iter_mut().find(|slot| slot.0 == name))
                {
                    slot.1 = Some(value);
                }
            })?;
            for test in &part.ifs {
                if !self.test(test)? {
                    continue 'items;
                }
            }
            match rest.first() {
                Some(next) => {
                    let inner = self.eval(&next.iter)?;
                    self.run_loops(inner, rest, element, values)?;
                }
                None => values.push(self.eval(element)?),
            }
        }
        Ok(())
    }

    fn format_string(&mut self, parts: &[FormatPart]) -> Eval {
        let mut out = String::new();
        for part in parts {
            match part {
                FormatPart::Text(text) => out.push_str(text),
                FormatPart::Value { expr, conversion } => {
                    let value = self.eval(expr)?;
                    let budget = &mut self.budget;
                    out += &match conversion {
                        None | Some('s') => ops::to_str(&value, budget)?,
                        Some('r') => ops::repr(&value, budget)?,
                        Some(other) => return Err(format!("f-string with `!{other}`")),
                    };
                }
            }
        }
        self.budget.spend(out.len())?;
        Ok(out.into())
    }
}

fn attribute(value: &Value, name: &str) -> Eval {
    match value {
        Value::DateTime(value) => value.attribute(name),
        Value::Config(config) if name == "config_ini_section" => {
            Ok(config.main_section.as_str().into())
        }
        Value::Loop { index, len } => {
            let len = || len.ok_or_else(|| format!("`loop.{name}` without a length"));
            match name {
                "index" => Ok(Value::int(*index)),
                "first" => Ok(Value::Bool(*index == 0)),
                "last" => Ok(Value::Bool(index + 1 == len()?)),
                "even" => Ok(Value::Bool(index.is_multiple_of(2))),
                "odd" => Ok(Value::Bool(!index.is_multiple_of(2))),
                _ => Err(format!("`loop.{name}`")),
            }
        }
        _ => Err(format!(
            "attribute `{name}` of a value of type {}",
            value.kind()
        )),
    }
}

#[cfg(test)]
#[path = "eval_tests.rs"]
mod tests;
