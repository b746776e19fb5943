//! What Python's operators and conversions do to values.

use std::cmp::Ordering;

use super::text;
use super::value::{Eval, Items, Value};

/// What a template may still cost, in bytes built or looked at.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
}

impl Budget {
    pub(super) fn new(units: usize) -> Self {
        Self { left: units }
    }

    /// Takes `units`, or says that the template costs too much.
    pub(super) fn spend(&mut self, units: usize) -> Eval<()> {
        match self.left.checked_sub(units) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err("too many steps or too much text".into())
            }
        }
    }
}

fn no(what: &str, value: &Value) -> String {
    format!("{what} a value of type {}", value.kind())
}

/// `bool(value)`
pub(super) fn truth(value: &Value) -> Eval<bool> {
    Ok(match value {
        Value::None | Value::Undefined => false,
        Value::Bool(value) => *value,
        Value::Int(value) => *value != 0,
        Value::Str(text) => !text.is_empty(),
        Value::Tuple(items) | Value::List(items) | Value::Set(items) | Value::Dict(items) => {
            !items.is_empty()
        }
        Value::DateTime(_) | Value::Config(_) | Value::Function(_) | Value::Match(_) => true,
        _ => return Err(no("truth of", value)),
    })
}

/// `left == right`
pub(super) fn equal(left: &Value, right: &Value, budget: &mut Budget) -> Eval<bool> {
    budget.spend(10)?;
    Ok(match (left, right) {
        (Value::Opaque(_) | Value::Iterator(_) | Value::Loop { .. }, _) => {
            return Err(no("comparison of", left));
        }
        (_, Value::Opaque(_) | Value::Iterator(_) | Value::Loop { .. }) => {
            return Err(no("comparison of", right));
        }
        (Value::None, Value::None) | (Value::Undefined, Value::Undefined) => true,
        (Value::Str(left), Value::Str(right)) => {
            budget.spend(left.len().min(right.len()))?;
            left == right
        }
        (Value::Function(left), Value::Function(right)) => left == right,
        (Value::Tuple(left), Value::Tuple(right)) | (Value::List(left), Value::List(right)) => {
            if left.len() != right.len() {
                return Ok(false);
            }
            for (left, right) in left.iter().zip(right.iter()) {
                if !equal(left, right, budget)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Set(left), Value::Set(right)) => {
            for item in left.iter() {
                if !contains(right, item, budget)? {
                    return Ok(false);
                }
            }
            left.len() == right.len()
        }
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => left == right,
            _ if left.kind() != right.kind() => false,
            _ => return Err(no("comparison of", left)),
        },
    })
}

/// A bool or an int as a number.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(value) => Some(i64::from(*value)),
        Value::Int(value) => Some(*value),
        _ => None,
    }
}

/// `item in items`
pub(super) fn contains(items: &[Value], item: &Value, budget: &mut Budget) -> Eval<bool> {
    for other in items {
        if equal(other, item, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `left < right` and its like.
pub(super) fn order(left: &Value, right: &Value, budget: &mut Budget) -> Eval<Ordering> {
    budget.spend(10)?;
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => {
            budget.spend(left.len().min(right.len()))?;
            Ok(left.cmp(right))
        }
        (Value::Tuple(a), Value::Tuple(b)) | (Value::List(a), Value::List(b)) => {
            for (left, right) in a.iter().zip(b.iter()) {
                if !equal(left, right, budget)? {
                    return order(left, right, budget);
                }
            }
            Ok(a.len().cmp(&b.len()))
        }
        _ => match (number(left), number(right)) {
            (Some(left), Some(right)) => Ok(left.cmp(&right)),
            _ => Err(format!("order of {} and {}", left.kind(), right.kind())),
        },
    }
}

/// Is it one and the same object? Only certain where there is one object of its kind.
pub(super) fn same(left: &Value, right: &Value) -> Eval<bool> {
    let single = |value: &Value| {
        matches!(
            value,
            Value::None | Value::Undefined | Value::Bool(_) | Value::Function(_)
        )
    };
    let other = if single(left) { right } else { left };
    if let Value::Opaque(_) = other {
        return Err("`is` with an unknown object".into());
    }
    match (left, right) {
        (Value::None, Value::None) | (Value::Undefined, Value::Undefined) => Ok(true),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        (Value::Function(left), Value::Function(right)) => Ok(left == right),
        _ if single(left) || single(right) => Ok(false),
        _ => Err("`is` with something other than None, a bool or UNDEFINED".into()),
    }
}

/// `str(value)`
pub(super) fn to_str(value: &Value, budget: &mut Budget) -> Eval<String> {
    let text = match value {
        Value::Str(text) => text.to_string(),
        Value::DateTime(value) => value.to_str()?,
        Value::Undefined => return Err("undefined name as text".into()),
        _ => return repr(value, budget),
    };
    budget.spend(text.len())?;
    Ok(text)
}

/// `repr(value)`
pub(super) fn repr(value: &Value, budget: &mut Budget) -> Eval<String> {
    budget.spend(10)?;
    let text = match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Str(text) => text::repr(text)?,
        Value::Tuple(items) if items.len() == 1 => format!("({},)", repr(&items[0], budget)?),
        Value::Tuple(items) => format!("({})", list(items, budget)?),
        Value::List(items) => format!("[{}]", list(items, budget)?),
        Value::Set(items) if items.is_empty() => "set()".to_owned(),
        Value::Set(items) if items.len() == 1 => format!("{{{}}}", list(items, budget)?),
        Value::Dict(items) => {
            let mut pairs = Vec::new();
            for pair in items.chunks(2) {
                if let [key, value] = pair {
                    pairs.push(format!("{}: {}", repr(key, budget)?, repr(value, budget)?));
                }
            }
            format!("{{{}}}", pairs.join(", "))
        }
        _ => return Err(no("text of", value)),
    };
    budget.spend(text.len())?;
    Ok(text)
}

fn list(items: &[Value], budget: &mut Budget) -> Eval<String> {
    let parts: Vec<_> = items
        .iter()
        .map(|item| repr(item, budget))
        .collect::<Result<_, _>>()?;
    Ok(parts.join(", "))
}

/// The items that `for` gives.
pub(super) fn iterate(value: &Value, budget: &mut Budget) -> Eval<Vec<Value>> {
    let items = match value {
        Value::Tuple(items) | Value::List(items) | Value::Iterator(items) => items.to_vec(),
        Value::Set(items) if items.len() < 2 => items.to_vec(),
        Value::Set(_) => return Err("order of a set's items".into()),
        Value::Dict(items) => items.iter().step_by(2).cloned().collect(),
        Value::Str(text) => {
            budget.spend(text.len() * 40)?;
            text.chars().map(|char| char.to_string().into()).collect()
        }
        _ => return Err(no("iteration over", value)),
    };
    budget.spend(items.len() * 40)?;
    Ok(items)
}

/// The items of what is iterated for a result that does not depend on their order.
pub(super) fn iterate_unordered(value: &Value, budget: &mut Budget) -> Eval<Vec<Value>> {
    match value {
        Value::Set(items) => {
            budget.spend(items.len() * 40)?;
            Ok(items.to_vec())
        }
        _ => iterate(value, budget),
    }
}

/// `len(value)`, where there is one.
pub(super) fn len(value: &Value) -> Option<usize> {
    match value {
        Value::Str(text) => Some(text.chars().count()),
        Value::Tuple(items) | Value::List(items) | Value::Set(items) => Some(items.len()),
        Value::Dict(items) => Some(items.len() / 2),
        _ => None,
    }
}

/// A set of `values`, each once.
pub(super) fn set(values: Vec<Value>, budget: &mut Budget) -> Eval {
    let mut unique: Vec<Value> = Vec::new();
    for value in values {
        hashable(&value)?;
        if !contains(&unique, &value, budget)? {
            unique.push(value);
        }
    }
    Items::new(unique).map(Value::Set)
}

fn hashable(value: &Value) -> Eval<()> {
    match value {
        Value::None | Value::Bool(_) | Value::Int(_) | Value::Str(_) => Ok(()),
        Value::Tuple(items) => items.iter().try_for_each(hashable),
        _ => Err(no("key or set item with", value)),
    }
}

/// A dict of keys and values; a later key wins in the place of the first.
pub(super) fn dict(pairs: Vec<(Value, Value)>, budget: &mut Budget) -> Eval {
    let mut items: Vec<Value> = Vec::new();
    'pairs: for (key, value) in pairs {
        hashable(&key)?;
        for at in (0..items.len()).step_by(2) {
            if equal(&items[at], &key, budget)? {
                items[at + 1] = value;
                continue 'pairs;
            }
        }
        items.extend([key, value]);
    }
    Items::new(items).map(Value::Dict)
}

/// `dict.get(key)`
pub(super) fn lookup(items: &[Value], key: &Value, budget: &mut Budget) -> Eval<Option<Value>> {
    hashable(key)?;
    for pair in items.chunks(2) {
        if let [other, value] = pair
            && equal(other, key, budget)?
        {
            return Ok(Some(value.clone()));
        }
    }
    Ok(None)
}

/// `left + right`
pub(super) fn add(left: &Value, right: &Value, budget: &mut Budget) -> Eval {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => {
            budget.spend(left.len() + right.len())?;
            Ok(format!("{left}{right}").into())
        }
        (Value::Tuple(left), Value::Tuple(right)) => {
            budget.spend((left.len() + right.len()) * 40)?;
            Value::tuple([&left[..], &right[..]].concat())
        }
        (Value::List(left), Value::List(right)) => {
            budget.spend((left.len() + right.len()) * 40)?;
            Value::list([&left[..], &right[..]].concat())
        }
        _ => arithmetic(left, right, "+", i64::checked_add),
    }
}

/// `left * right`
pub(super) fn multiply(left: &Value, right: &Value, budget: &mut Budget) -> Eval {
    let (value, count) = match (left, right) {
        (_, Value::Int(_)) if number(left).is_none() => (left, right),
        (Value::Int(_), _) if number(right).is_none() => (right, left),
        _ => return arithmetic(left, right, "*", i64::checked_mul),
    };
    let count = usize::try_from(number(count).unwrap_or(0)).unwrap_or(0);
    let cost = |size: usize| size.saturating_mul(count).saturating_mul(40);
    match value {
        Value::Str(text) => {
            budget.spend(text.len().saturating_mul(count))?;
            Ok(text.repeat(count).into())
        }
        Value::Tuple(items) => {
            budget.spend(cost(items.len()))?;
            Value::tuple(repeat(items, count))
        }
        Value::List(items) => {
            budget.spend(cost(items.len()))?;
            Value::list(repeat(items, count))
        }
        _ => Err(no("`*` with", value)),
    }
}

fn repeat(items: &[Value], count: usize) -> Vec<Value> {
    std::iter::repeat_n(items, count)
        .flatten()
        .cloned()
        .collect()
}

/// An operator on two integers.
pub(super) fn arithmetic(
    left: &Value,
    right: &Value,
    name: &str,
    op: fn(i64, i64) -> Option<i64>,
) -> Eval {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => op(left, right)
            .map(Value::Int)
            .ok_or_else(|| format!("result of `{name}`")),
        _ => Err(format!("`{name}` of {} and {}", left.kind(), right.kind())),
    }
}

/// `value[index]`
pub(super) fn index(value: &Value, index: &Value, budget: &mut Budget) -> Eval {
    if let Value::Dict(items) = value {
        return lookup(items, index, budget)?.ok_or_else(|| "key that is not in the dict".into());
    }
    let at = number(index).ok_or_else(|| no("index that is", index))?;
    let at = |len: usize| {
        let len = i64::try_from(len).ok()?;
        let at = if at < 0 { at + len } else { at };
        usize::try_from(at).ok()
    };
    let found = match value {
        Value::Tuple(items) | Value::List(items) => {
            at(items.len()).and_then(|at| items.get(at)).cloned()
        }
        Value::Str(text) => {
            budget.spend(text.len())?;
            let char = at(text.chars().count()).and_then(|at| text.chars().nth(at));
            char.map(|char| char.to_string().into())
        }
        _ => return Err(no("index of", value)),
    };
    found.ok_or_else(|| "index out of range".into())
}

/// `value[lower:upper:step]`
pub(super) fn slice(value: &Value, bounds: [Option<i64>; 3], budget: &mut Budget) -> Eval {
    let [lower, upper, step] = bounds;
    let step = step.unwrap_or(1);
    if step == 0 || step.unsigned_abs() > 1_000_000 {
        return Err("step of a slice".into());
    }
    let picked = |len: usize| {
        let len = i64::try_from(len).unwrap_or(i64::MAX);
        let clip = |at: i64, low: i64, high: i64| {
            let at = if at < 0 { at.saturating_add(len) } else { at };
            at.clamp(low, high)
        };
        let (low, high) = if step > 0 { (0, len) } else { (-1, len - 1) };
        let (first, last) = if step > 0 { (low, high) } else { (high, low) };
        let mut at = lower.map_or(first, |at| clip(at, low, high));
        let end = upper.map_or(last, |at| clip(at, low, high));
        let mut all = Vec::new();
        while if step > 0 { at < end } else { at > end } {
            all.extend(usize::try_from(at));
            at += step;
        }
        all
    };
    match value {
        Value::Str(text) => {
            budget.spend(text.len() * 16)?;
            let chars: Vec<char> = text.chars().collect();
            let picked = picked(chars.len()).into_iter().map(|at| chars[at]);
            Ok(picked.collect::<String>().into())
        }
        Value::Tuple(items) | Value::List(items) => {
            budget.spend(items.len() * 48)?;
            let picked = picked(items.len());
            let values = picked.into_iter().map(|at| items[at].clone()).collect();
            match value {
                Value::Tuple(_) => Value::tuple(values),
                _ => Value::list(values),
            }
        }
        _ => Err(no("slice of", value)),
    }
}
