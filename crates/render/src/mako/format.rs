//! `%` on strings and `str.format`.

use super::ops::{self, Budget};
use super::value::{Arg, Eval, Value};

/// Widest field.
const MAX_WIDTH: usize = 1000;

/// `format % right`
pub(super) fn percent(format: &str, right: &Value, budget: &mut Budget) -> Eval {
    budget.spend(format.len())?;
    let args: &[Value] = match right {
        Value::Tuple(items) => items,
        _ => std::slice::from_ref(right),
    };
    let mut args = args.iter();
    let mut named = false;
    let mut out = String::new();
    let mut rest = format;
    while let Some((text, field)) = rest.split_once('%') {
        out.push_str(text);
        if let Some(after) = field.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let mut field = field;
        let mut key = None;
        if let Some(after) = field.strip_prefix('(') {
            let (name, after) = after.split_once(')').ok_or("`%` format without `)`")?;
            let Value::Dict(items) = right else {
                return Err("`%` format by name with something other than a dict".into());
            };
            let value = ops::lookup(items, &name.into(), budget)?;
            key = Some(value.ok_or_else(|| format!("`%` format of the missing `{name}`"))?);
            named = true;
            field = after;
        }
        let digits = field.len()
            - field
                .trim_start_matches(|char: char| char.is_ascii_digit())
                .len();
        let (width, after) = field.split_at(digits);
        let mut after = after.chars();
        let value = match key {
            Some(value) => value,
            None => {
                let next = args.next().cloned();
                next.ok_or("`%` format with too few values")?
            }
        };
        let text = match after.next() {
            Some('s') => ops::to_str(&value, budget)?,
            Some('r') => ops::repr(&value, budget)?,
            Some('d' | 'i') => match ops::number(&value) {
                Some(number) => number.to_string(),
                None => return Err("`%d` of something other than an integer".into()),
            },
            other => {
                let other = other.map(String::from).unwrap_or_default();
                return Err(format!("`%` format with `%{width}{other}`"));
            }
        };
        out += &pad(&text, width, &value)?;
        budget.spend(out.len())?;
        rest = after.as_str();
    }
    out.push_str(rest);
    if args.next().is_some() && !named {
        return Err("`%` format with too many values".into());
    }
    budget.spend(out.len())?;
    Ok(out.into())
}

fn pad(text: &str, width: &str, value: &Value) -> Eval<String> {
    if width.is_empty() {
        return Ok(text.to_owned());
    }
    let zero = width.starts_with('0');
    let width = width.parse().ok().filter(|width| *width <= MAX_WIDTH);
    let width: usize = width.ok_or("`%` format with a large width")?;
    let number = ops::number(value).is_some_and(|number| number >= 0);
    if zero && !number {
        return Err("`%0` format of something other than a number".into());
    }
    Ok(if zero {
        format!("{text:0>width$}")
    } else {
        format!("{text:>width$}")
    })
}

/// `format.format(args)`
pub(super) fn braces(format: &str, args: &[Arg], budget: &mut Budget) -> Eval {
    let mut out = String::new();
    let mut next = 0;
    let mut manual = false;
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let (brace, after) = rest[at..].split_at(1);
        if after.starts_with(brace) {
            out.push_str(brace);
            rest = &after[1..];
            continue;
        }
        let (field, after) = match after.split_once('}') {
            Some((field, after)) if brace == "{" => (field, after),
            _ => return Err("`format` with a single brace".into()),
        };
        let (name, conversion) = match field.split_once('!') {
            Some((name, conversion)) => (name, conversion),
            None => (field, "s"),
        };
        let positional = |at: usize| match args.get(at) {
            Some((None, value)) => Some(value),
            _ => None,
        };
        let value = if name.is_empty() && !manual {
            next += 1;
            positional(next - 1)
        } else if !name.is_empty()
            && name.len() < 4
            && name.bytes().all(|byte| byte.is_ascii_digit())
        {
            manual = true;
            let at = name.parse().ok().filter(|_| next == 0);
            at.and_then(positional)
        } else {
            let named = args
                .iter()
                .find(|(other, _)| other.as_deref() == Some(name));
            named.map(|(_, value)| value)
        };
        let value = value.ok_or_else(|| format!("`format` with `{{{field}}}`"))?;
        out += &match conversion {
            "s" => ops::to_str(value, budget)?,
            "r" => ops::repr(value, budget)?,
            _ => return Err(format!("`format` with `{{{field}}}`")),
        };
        budget.spend(out.len())?;
        rest = after;
    }
    out.push_str(rest);
    budget.spend(out.len())?;
    Ok(out.into())
}
