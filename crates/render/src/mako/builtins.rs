//! Python's built-in functions.

use std::cmp::Ordering;

use super::machine::Machine;
use super::ops::{self, Budget};
use super::value::{Arg, Eval, Value};

impl Machine<'_> {
    /// `func(args)`
    pub(super) fn call(&mut self, func: Value, args: &[Arg]) -> Eval {
        let Value::Function(name) = func else {
            return Err(format!("call of a value of type {}", func.kind()));
        };
        let budget = &mut self.budget;
        let odd = || format!("`{name}` with these arguments");
        match (name, args) {
            ("comma", [(None, value)]) => comma(value, budget),
            ("repr", [(None, value)]) => Ok(ops::repr(value, budget)?.into()),
            ("str", []) => Ok("".into()),
            ("str", [(None, value)]) => self.text_of(value),
            ("bool", [(None, value)]) => Ok(Value::Bool(ops::truth(value)?)),
            ("int", [(None, value)]) => int(value),
            ("len", [(None, value)]) => ops::len(value).map(Value::int).ok_or_else(odd),
            ("list", []) => Value::list(Vec::new()),
            ("list", [(None, value)]) => Value::list(ops::iterate(value, budget)?),
            ("tuple", []) => Value::tuple(Vec::new()),
            ("tuple", [(None, value)]) => Value::tuple(ops::iterate(value, budget)?),
            ("set", []) => ops::set(Vec::new(), budget),
            ("set", [(None, value)]) => {
                let values = ops::iterate_unordered(value, budget)?;
                ops::set(values, budget)
            }
            ("dict", args) => {
                let mut pairs = Vec::new();
                for (name, value) in args {
                    let name = name.as_deref().ok_or_else(odd)?;
                    pairs.push((name.into(), value.clone()));
                }
                ops::dict(pairs, budget)
            }
            ("any" | "all", [(None, value)]) => {
                let wanted = name == "any";
                for item in ops::iterate_unordered(value, budget)? {
                    if ops::truth(&item)? == wanted {
                        return Ok(Value::Bool(wanted));
                    }
                }
                Ok(Value::Bool(!wanted))
            }
            ("sum", [(None, value)]) => {
                let items = ops::iterate_unordered(value, budget)?;
                items.iter().try_fold(Value::Int(0), |sum, item| {
                    ops::arithmetic(&sum, item, "+", i64::checked_add)
                })
            }
            ("min" | "max", args) => {
                let values = match args {
                    [(None, value)] => ops::iterate_unordered(value, budget)?,
                    _ if args.iter().all(|(name, _)| name.is_none()) => {
                        args.iter().map(|(_, value)| value.clone()).collect()
                    }
                    _ => return Err(odd()),
                };
                extreme(name, values, budget)
            }
            ("range", args) => range(args, budget),
            ("reversed", [(None, value)]) if !matches!(value, Value::Iterator(_)) => {
                let mut items = ops::iterate(value, budget)?;
                items.reverse();
                Value::iterator(items)
            }
            ("enumerate", [(None, value), rest @ ..]) => {
                let start = match rest {
                    [] => 0,
                    [(None, Value::Int(start))] => *start,
                    [(Some(name), Value::Int(start))] if name == "start" => *start,
                    _ => return Err(odd()),
                };
                if start.unsigned_abs() > 1 << 40 {
                    return Err(odd());
                }
                let items = ops::iterate(value, budget)?.into_iter().zip(start..);
                let pairs = items.map(|(item, at)| Value::tuple(vec![Value::Int(at), item]));
                Value::iterator(pairs.collect::<Result<_, _>>()?)
            }
            ("zip", args) => zip(args, budget),
            ("map", [(None, func), (None, value)]) => {
                let items = ops::iterate(value, budget)?;
                let call = |item| self.call(func.clone(), &[(None, item)]);
                Value::iterator(items.into_iter().map(call).collect::<Result<_, _>>()?)
            }
            ("isinstance", [(None, value), (None, kind)]) => is_instance(value, kind),
            ("sorted", [(None, value), options @ ..]) => self.sorted(value, options),
            _ => Err(odd()),
        }
    }

    fn sorted(&mut self, value: &Value, options: &[Arg]) -> Eval {
        let (mut key, mut reverse) = (Value::None, false);
        for option in options {
            match option {
                (Some(name), value) if name == "key" => key = value.clone(),
                (Some(name), Value::Bool(value)) if name == "reverse" => reverse = *value,
                _ => return Err("`sorted` with these arguments".into()),
            }
        }
        let unordered = matches!(value, Value::Set(_)) && matches!(key, Value::None);
        let items = if unordered {
            ops::iterate_unordered(value, &mut self.budget)?
        } else {
            ops::iterate(value, &mut self.budget)?
        };
        let mut keyed = Vec::new();
        for item in items {
            let key = match &key {
                Value::None => item.clone(),
                key => self.call(key.clone(), &[(None, item.clone())])?,
            };
            keyed.push((key, item));
        }
        let mut failure = None;
        let budget = &mut self.budget;
        keyed.sort_by(|(left, _), (right, _)| {
            let order = ops::order(left, right, budget).unwrap_or_else(|reason| {
                failure.get_or_insert(reason);
                Ordering::Equal
            });
            if reverse { order.reverse() } else { order }
        });
        match failure {
            Some(reason) => Err(reason),
            None => Value::list(keyed.into_iter().map(|(_, item)| item).collect()),
        }
    }
}

/// `alembic.util.langhelpers.format_as_comma`
fn comma(value: &Value, budget: &mut Budget) -> Eval {
    match value {
        Value::None => Ok("".into()),
        Value::Str(_) => Ok(value.clone()),
        _ => super::methods::join(", ", value, budget),
    }
}

fn int(value: &Value) -> Eval {
    match value {
        Value::Str(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text
            .parse()
            .map(Value::Int)
            .map_err(|_| "`int` of this text".into()),
        _ => ops::number(value)
            .map(Value::Int)
            .ok_or_else(|| "`int` with these arguments".into()),
    }
}

fn extreme(name: &str, values: Vec<Value>, budget: &mut Budget) -> Eval {
    let wanted = if name == "min" {
        Ordering::Less
    } else {
        Ordering::Greater
    };
    let mut values = values.into_iter();
    let mut best = values
        .next()
        .ok_or_else(|| format!("`{name}` of nothing"))?;
    for value in values {
        if ops::order(&value, &best, budget)? == wanted {
            best = value;
        }
    }
    Ok(best)
}

fn range(args: &[Arg], budget: &mut Budget) -> Eval {
    let number = |arg: &Arg| match arg {
        (None, value) => ops::number(value),
        _ => None,
    };
    let numbers: Option<Vec<i64>> = args.iter().map(number).collect();
    let (start, end, step) = match numbers.as_deref() {
        Some([end]) => (0, *end, 1),
        Some([start, end]) => (*start, *end, 1),
        Some([start, end, step]) if *step != 0 => (*start, *end, *step),
        _ => return Err("`range` with these arguments".into()),
    };
    let mut values = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        budget.spend(100)?;
        values.push(Value::Int(at));
        at = at.checked_add(step).ok_or("`range` of large numbers")?;
    }
    Value::iterator(values)
}

fn zip(args: &[Arg], budget: &mut Budget) -> Eval {
    let mut columns = Vec::new();
    for (name, value) in args {
        if name.is_some() {
            return Err("`zip` with these arguments".into());
        }
        columns.push(ops::iterate(value, budget)?.into_iter());
    }
    let mut rows = Vec::new();
    while !columns.is_empty() {
        budget.spend(100)?;
        let row: Option<Vec<_>> = columns.iter_mut().map(Iterator::next).collect();
        match row {
            Some(row) => rows.push(Value::tuple(row)?),
            None => break,
        }
    }
    Value::iterator(rows)
}

fn is_instance(value: &Value, kind: &Value) -> Eval {
    let kinds = match kind {
        Value::Function(_) => std::slice::from_ref(kind),
        Value::Tuple(items) => items,
        _ => return Err("`isinstance` with an unknown type".into()),
    };
    for kind in kinds {
        let Value::Function(kind) = kind else {
            return Err("`isinstance` with an unknown type".into());
        };
        if !["str", "tuple", "list", "set", "dict", "int", "bool"].contains(kind) {
            return Err(format!("`isinstance` with `{kind}`"));
        }
        let holds = match value {
            Value::Bool(_) => ["bool", "int"].contains(kind),
            Value::Opaque(_) | Value::Iterator(_) => {
                return Err("`isinstance` of an unknown object".into());
            }
            _ => value.kind() == *kind,
        };
        if holds {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}
