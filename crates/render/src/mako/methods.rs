//! Methods of values: those of strings first.

use super::machine::Machine;
use super::ops::{self, Budget};
use super::text::{self, is_space};
use super::value::{Arg, Config, Eval, Value};

impl Machine<'_> {
    /// `value.name(args)`
    pub(super) fn method(&mut self, value: &Value, name: &str, args: &[Arg]) -> Eval {
        match value {
            Value::Str(text) => string(text, name, args, &mut self.budget),
            Value::DateTime(value) => value.method(name, args),
            Value::Config(config) => option(config, name, args),
            Value::Re => super::pattern::call(name, args, &mut self.budget),
            Value::Context if name == "get" => {
                let (key, default) = match args {
                    [(None, Value::Str(key))] => (key, Value::None),
                    [(None, Value::Str(key)), (None, default)] => (key, default.clone()),
                    [(None, Value::Str(key)), (Some(name), default)] if name == "default" => {
                        (key, default.clone())
                    }
                    _ => return Err("`context.get` with these arguments".into()),
                };
                match self.fetch(key).unwrap_or(default) {
                    Value::Opaque(name) => Err(format!("name `{name}` in the context")),
                    value => Ok(value),
                }
            }
            Value::Dict(items) => match (name, args) {
                ("get", [(None, key)]) => {
                    Ok(ops::lookup(items, key, &mut self.budget)?.unwrap_or(Value::None))
                }
                ("get", [(None, key), (None, default)]) => {
                    let found = ops::lookup(items, key, &mut self.budget)?;
                    Ok(found.unwrap_or_else(|| default.clone()))
                }
                ("keys", []) => Value::iterator(items.iter().step_by(2).cloned().collect()),
                ("values", []) => {
                    Value::iterator(items.iter().skip(1).step_by(2).cloned().collect())
                }
                ("items", []) => {
                    let pairs = items.chunks(2).map(|pair| Value::tuple(pair.to_vec()));
                    Value::iterator(pairs.collect::<Result<_, _>>()?)
                }
                _ => Err(format!("`{name}` of a dict")),
            },
            Value::Match(groups) => {
                let at = match args {
                    [] if name == "group" => 0,
                    [(None, Value::Int(at))] if name == "group" => {
                        usize::try_from(*at).unwrap_or(usize::MAX)
                    }
                    _ => return Err(format!("`{name}` of a match")),
                };
                match groups.get(at) {
                    Some(Some(text)) => Ok(Value::Str(text.clone())),
                    Some(None) => Ok(Value::None),
                    None => Err("group that the pattern does not have".into()),
                }
            }
            Value::Tuple(items) | Value::List(items) => match (name, args) {
                ("count", [(None, item)]) => {
                    let mut count = 0;
                    for other in items.iter() {
                        count += i64::from(ops::equal(other, item, &mut self.budget)?);
                    }
                    Ok(Value::Int(count))
                }
                _ => Err(format!("`{name}` of a {}", value.kind())),
            },
            _ => Err(format!("`{name}` of a value of type {}", value.kind())),
        }
    }
}

/// The options of Alembic's `Config`.
fn option(config: &Config, method: &str, args: &[Arg]) -> Eval {
    let odd = || format!("`config.{method}` with these arguments");
    let names: &[&str] = match method {
        "get_main_option" => &["name", "default"],
        "get_section_option" => &["section", "name", "default"],
        _ => return Err(format!("`config.{method}`")),
    };
    let mut values = vec![None; names.len()];
    for (at, (name, value)) in args.iter().enumerate() {
        let at = match name {
            None => at,
            Some(name) => names
                .iter()
                .position(|other| other == name)
                .ok_or_else(odd)?,
        };
        match values.get_mut(at) {
            Some(slot @ None) => *slot = Some(value.clone()),
            _ => return Err(odd()),
        }
    }
    let default = values.pop().flatten().unwrap_or(Value::None);
    let (section, name) = match &values[..] {
        [Some(Value::Str(name))] => (&*config.main_section, name),
        [Some(Value::Str(section)), Some(Value::Str(name))] => (&**section, name),
        _ => return Err(odd()),
    };
    let options = config.sections.get(section);
    let options = options.ok_or_else(|| format!("section `{section}` that is not there"))?;
    if !name.is_ascii() {
        return Err(format!("option `{name}` that is not ASCII"));
    }
    match options.get(&name.to_ascii_lowercase()) {
        None => Ok(default),
        Some(Some(value)) => Ok(value.as_str().into()),
        Some(None) => Err(format!("value of the option `{name}`")),
    }
}

/// `separator.join(value)`
pub(super) fn join(separator: &str, value: &Value, budget: &mut Budget) -> Eval {
    let mut out = String::new();
    for (at, item) in ops::iterate(value, budget)?.iter().enumerate() {
        let Value::Str(text) = item else {
            return Err(format!("`join` of a value of type {}", item.kind()));
        };
        budget.spend(text.len() + separator.len())?;
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
    }
    Ok(out.into())
}

fn strings<'a>(parts: impl Iterator<Item = &'a str>, budget: &mut Budget) -> Eval {
    let mut values = Vec::new();
    for part in parts {
        budget.spend(part.len() + 40)?;
        values.push(part.into());
    }
    Value::list(values)
}

fn string(text: &str, name: &str, args: &[Arg], budget: &mut Budget) -> Eval {
    budget.spend(text.len())?;
    if name == "format" {
        return super::format::braces(text, args, budget);
    }
    if let ("split" | "rsplit" | "splitlines", [(Some(_), _), ..]) | (_, [_, (Some(_), _), ..]) =
        (name, args)
    {
        return Err(format!("`{name}` with these arguments"));
    }
    if let ("join", [(None, value)]) = (name, args) {
        return join(text, value, budget);
    }
    if let ("startswith" | "endswith", [(None, Value::Tuple(options))]) = (name, args) {
        for option in options.iter() {
            let found = string(text, name, &[(None, option.clone())], budget)?;
            if ops::truth(&found)? {
                return Ok(found);
            }
        }
        return Ok(Value::Bool(false));
    }
    let mut plain: Vec<&str> = Vec::new();
    let mut number = None;
    for arg in args {
        match arg {
            (None, Value::Str(arg)) if number.is_none() => plain.push(arg),
            (None, Value::Int(arg)) if number.is_none() => number = Some(*arg),
            _ => return Err(format!("`{name}` with these arguments")),
        }
    }
    match number {
        None => with_text(text, name, &plain, budget),
        Some(number) => with_number(text, name, &plain, number, budget),
    }
}

fn with_text(text: &str, name: &str, args: &[&str], budget: &mut Budget) -> Eval {
    Ok(match (name, args) {
        ("strip", []) => text.trim_matches(is_space).into(),
        ("lstrip", []) => text.trim_start_matches(is_space).into(),
        ("rstrip", []) => text.trim_end_matches(is_space).into(),
        ("strip", [set]) => text.trim_matches(|char| set.contains(char)).into(),
        ("lstrip", [set]) => text.trim_start_matches(|char| set.contains(char)).into(),
        ("rstrip", [set]) => text.trim_end_matches(|char| set.contains(char)).into(),
        ("split", []) => {
            let parts = text.split(is_space).filter(|part| !part.is_empty());
            return strings(parts, budget);
        }
        ("split" | "rsplit", [separator]) if !separator.is_empty() => {
            let parts: Vec<_> = match name {
                "split" => text.split(*separator).collect(),
                _ => {
                    let mut parts: Vec<_> = text.rsplit(*separator).collect();
                    parts.reverse();
                    parts
                }
            };
            return strings(parts.into_iter(), budget);
        }
        ("splitlines", []) => return strings(text::split_lines(text).into_iter(), budget),
        ("startswith", [prefix]) => text.starts_with(*prefix).into(),
        ("endswith", [suffix]) => text.ends_with(*suffix).into(),
        ("removeprefix", [prefix]) => text.strip_prefix(*prefix).unwrap_or(text).into(),
        ("removesuffix", [suffix]) => text.strip_suffix(*suffix).unwrap_or(text).into(),
        ("replace", [from, to]) if !from.is_empty() => {
            let count = text.matches(*from).count();
            budget.spend(count.saturating_mul(to.len()).saturating_add(text.len()))?;
            text.replace(*from, to).into()
        }
        ("lower", []) => {
            text::check_case(text)?;
            text.to_lowercase().into()
        }
        ("upper", []) => {
            text::check_case(text)?;
            text.to_uppercase().into()
        }
        ("title" | "capitalize", []) if text.is_ascii() => {
            let mut inside = false;
            let change = |char: char| {
                let changed = if inside {
                    char.to_ascii_lowercase()
                } else {
                    char.to_ascii_uppercase()
                };
                inside = name == "capitalize" || char.is_ascii_alphabetic();
                changed
            };
            text.chars().map(change).collect::<String>().into()
        }
        ("count", [part]) if !part.is_empty() => Value::int(text.matches(*part).count()),
        ("find", [part]) => match text.find(*part) {
            Some(at) => Value::int(text[..at].chars().count()),
            None => Value::Int(-1),
        },
        ("isdigit", []) if text.is_ascii() => {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            Value::Bool(digits && !text.is_empty())
        }
        ("partition", [separator]) if !separator.is_empty() => {
            let parts = match text.split_once(*separator) {
                Some((before, after)) => [before, separator, after],
                None => [text, "", ""],
            };
            Value::strings(parts)
        }
        ("rpartition", [separator]) if !separator.is_empty() => {
            let parts = match text.rsplit_once(*separator) {
                Some((before, after)) => [before, separator, after],
                None => ["", "", text],
            };
            Value::strings(parts)
        }
        _ => return Err(format!("`{name}` of a str")),
    })
}

fn with_number(text: &str, name: &str, args: &[&str], number: i64, budget: &mut Budget) -> Eval {
    let size = usize::try_from(number).unwrap_or(0);
    match (name, args) {
        ("split", [separator]) if !separator.is_empty() && number >= 0 => {
            strings(text.splitn(size.saturating_add(1), *separator), budget)
        }
        ("rsplit", [separator]) if !separator.is_empty() && number >= 0 => {
            let parts = text.rsplitn(size.saturating_add(1), *separator);
            let mut parts: Vec<_> = parts.collect();
            parts.reverse();
            strings(parts.into_iter(), budget)
        }
        ("replace", [from, to]) if !from.is_empty() && number >= 0 => {
            budget.spend(size.min(text.len()).saturating_mul(to.len()))?;
            Ok(text.replacen(*from, to, size).into())
        }
        ("ljust" | "rjust" | "zfill" | "center", []) if name != "center" => {
            let missing = size.saturating_sub(text.chars().count());
            budget.spend(missing)?;
            match name {
                "ljust" => Ok(format!("{text}{}", " ".repeat(missing)).into()),
                "rjust" => Ok(format!("{}{text}", " ".repeat(missing)).into()),
                _ if text.starts_with(['+', '-']) => Err("`zfill` of a sign".into()),
                _ => Ok(format!("{}{text}", "0".repeat(missing)).into()),
            }
        }
        _ => Err(format!("`{name}` of a str")),
    }
}
