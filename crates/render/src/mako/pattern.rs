//! Python's `re`, for the patterns that mean the same to Python and to the `regex` crate.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use super::ops::Budget;
use super::value::{Arg, Eval, Value};

/// Longest pattern, in bytes.
const MAX_PATTERN: usize = 200;

/// A pattern that was translated.
struct Pattern {
    regex: Regex,
    groups: bool,
    /// Is there a class that the two read differently outside ASCII?
    classes: bool,
    /// Is there `$`, which in Python also matches before a last line end?
    dollar: bool,
}

/// `re.name(args)`
pub(super) fn call(name: &str, args: &[Arg], budget: &mut Budget) -> Eval {
    let mut plain = Vec::new();
    for (name, value) in args {
        match (name, value) {
            (None, Value::Str(text)) => plain.push(&**text),
            _ => return Err("`re` function with these arguments".into()),
        }
    }
    let (pattern, replacement, text) = match (name, &plain[..]) {
        ("split" | "findall" | "match" | "search" | "fullmatch", [pattern, text]) => {
            (*pattern, "", *text)
        }
        ("sub", [pattern, replacement, text]) => (*pattern, *replacement, *text),
        _ => return Err(format!("`re.{name}` with these arguments")),
    };
    let anchor = match name {
        "match" => (r"\A(?:", ")"),
        "fullmatch" => (r"\A(?:", r")\z"),
        _ => ("(?:", ")"),
    };
    let pattern = translate(pattern, anchor)?;
    if (pattern.classes && !text.is_ascii()) || (pattern.dollar && text.contains('\n')) {
        return Err("`re` pattern on this text".into());
    }
    budget.spend(10_000 + text.len() * 10)?;
    let whole = matches!(name, "split" | "findall" | "sub");
    // Around empty matches the two go on differently.
    if whole && (pattern.groups || pattern.regex.is_match("")) {
        return Err("`re` pattern with groups or empty matches".into());
    }
    let found = || pattern.regex.find_iter(text);
    Ok(match name {
        "split" => {
            let parts: Vec<Value> = pattern.regex.split(text).map(Value::from).collect();
            budget.spend(parts.len() * 40)?;
            Value::list(parts)?
        }
        "findall" => {
            let parts: Vec<Value> = found().map(|part| part.as_str().into()).collect();
            budget.spend(parts.len() * 40)?;
            Value::list(parts)?
        }
        "sub" => {
            if replacement.contains('\\') {
                return Err("`re.sub` with a backslash in the replacement".into());
            }
            budget.spend(found().count().saturating_mul(replacement.len()))?;
            let replaced = pattern
                .regex
                .replace_all(text, regex::NoExpand(replacement));
            replaced.into_owned().into()
        }
        _ => match pattern.regex.captures(text) {
            None => Value::None,
            Some(groups) => {
                let group = |part: Option<regex::Match<'_>>| {
                    part.map(|part| Arc::<str>::from(part.as_str()))
                };
                Value::Match(groups.iter().map(group).collect())
            }
        },
    })
}

fn translate(pattern: &str, (before, after): (&str, &str)) -> Eval<Pattern> {
    let odd = || format!("`re` pattern `{pattern}`");
    if pattern.len() > MAX_PATTERN || !pattern.is_ascii() {
        return Err(odd());
    }
    let mut out = String::from(before);
    let (mut groups, mut classes, mut dollar) = (false, false, false);
    let (mut in_set, mut repeatable, mut repeated) = (false, false, false);
    let mut chars = pattern.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = pattern[at + 1..].chars().next();
        let (mut can_repeat, mut did_repeat) = (true, false);
        match char {
            '\\' => {
                let escaped = chars.next().map(|(_, char)| char);
                out += &match escaped {
                    Some(class @ ('s' | 'd' | 'w')) => {
                        classes = true;
                        let members = match class {
                            's' => r"\t-\r\x1c-\x20",
                            'd' => "0-9",
                            _ => "0-9A-Za-z_",
                        };
                        if in_set {
                            members.to_owned()
                        } else {
                            format!("[{members}]")
                        }
                    }
                    Some(class @ ('S' | 'D' | 'W')) if !in_set => {
                        classes = true;
                        match class {
                            'S' => r"[^\t-\r\x1c-\x20]".to_owned(),
                            'D' => "[^0-9]".to_owned(),
                            _ => "[^0-9A-Za-z_]".to_owned(),
                        }
                    }
                    Some(letter @ ('n' | 't' | 'r')) => format!("\\{letter}"),
                    Some(sign) if sign.is_ascii_punctuation() => regex::escape(&sign.to_string()),
                    _ => return Err(odd()),
                };
            }
            ']' if in_set => {
                in_set = false;
                out.push(']');
            }
            '[' | '&' | '~' | '|' | '#' if in_set => return Err(odd()),
            '-' if in_set && (next == Some('-') || next == Some('\\')) => return Err(odd()),
            _ if in_set => {
                if char.is_ascii_control() {
                    return Err(odd());
                }
                out.push(char);
            }
            '[' => {
                in_set = true;
                out.push('[');
                if next == Some('^') {
                    out.push('^');
                    chars.next();
                }
                if matches!(chars.peek(), None | Some((_, ']' | '-'))) {
                    return Err(odd());
                }
            }
            '(' => {
                can_repeat = false;
                if pattern[at..].starts_with("(?:") {
                    out.push_str("(?:");
                    chars.next();
                    chars.next();
                } else if next == Some('?') {
                    return Err(odd());
                } else {
                    groups = true;
                    out.push('(');
                }
            }
            ')' => out.push(')'),
            '|' => {
                can_repeat = false;
                out.push('|');
            }
            '*' | '+' | '?' => {
                // A second sign makes it lazy or possessive.
                if !(repeatable || repeated && char == '?') {
                    return Err(odd());
                }
                can_repeat = false;
                did_repeat = repeatable;
                out.push(char);
            }
            '^' if at == 0 => {
                can_repeat = false;
                out.push_str(r"\A");
            }
            '$' if at + 1 == pattern.len() => {
                dollar = true;
                out.push_str(r"\z");
            }
            '^' | '$' | '{' | '}' => return Err(odd()),
            '.' => out.push('.'),
            _ if char.is_ascii_control() => return Err(odd()),
            _ => out += &regex::escape(&char.to_string()),
        }
        (repeatable, repeated) = (can_repeat, did_repeat);
    }
    // An anchor belongs to one alternative only, which the test for empty matches would miss.
    if in_set || (out.contains(r"\A") || dollar) && pattern.contains('|') {
        return Err(odd());
    }
    out.push_str(after);
    let built = RegexBuilder::new(&out).size_limit(1 << 18).build();
    Ok(Pattern {
        regex: built.map_err(|_| odd())?,
        groups,
        classes,
        dollar,
    })
}
