//! The filters behind `|` in `${… | …}`: `mako/filters.py`.

use onehead_python::{Expr, ExprKind};

use super::machine::Machine;
use super::text::is_space;
use super::value::{Eval, Value};

/// A filter.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Filter {
    Xml,
    Html,
    Url,
    Trim,
    Entity,
    Str,
    Decode,
    /// A function in scope.
    Name(String),
}

impl Filter {
    /// Reads a list of filters. The second value says whether the default filter, `str`, comes
    /// before them, which `n` turns off.
    pub(super) fn list(exprs: &[Expr]) -> Eval<(Vec<Self>, bool)> {
        let mut filters = Vec::new();
        let mut plain = true;
        for expr in exprs {
            match &expr.kind {
                ExprKind::Name(name) if name == "n" => plain = false,
                ExprKind::Name(name) => filters.push(Self::named(name)?),
                ExprKind::Attribute { value, .. }
                    if value.kind == ExprKind::Name("decode".into()) =>
                {
                    filters.push(Self::Decode);
                }
                _ => return Err("filter that is not a name".into()),
            }
        }
        // The result of `h` is a string of its own kind, which the others treat differently.
        let html = filters.iter().position(|filter| *filter == Self::Html);
        let rest = &filters[html.map_or(filters.len(), |at| at + 1)..];
        if rest.iter().any(|filter| *filter != Self::Trim) {
            return Err("filter behind `h`".into());
        }
        Ok((filters, plain))
    }

    fn named(name: &str) -> Eval<Self> {
        Ok(match name {
            "x" => Self::Xml,
            "h" => Self::Html,
            "u" => Self::Url,
            "trim" => Self::Trim,
            "entity" => Self::Entity,
            "str" | "unicode" => Self::Str,
            "decode" => return Err("filter `decode` without an encoding".into()),
            _ if name.is_ascii() => Self::Name(name.to_owned()),
            _ => return Err(format!("name `{name}` that is not ASCII")),
        })
    }

    /// The name that must be in scope for it.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Name(name) => Some(name.clone()),
            _ => None,
        }
    }

    /// Applies it.
    pub(super) fn apply(&self, value: Value, machine: &mut Machine<'_>) -> Eval {
        let text = match (self, &value) {
            (Self::Name(name), _) => {
                let function = machine.name(name)?;
                return machine.call(function, &[(None, value)]);
            }
            (Self::Str, _) => return machine.text_of(&value),
            (Self::Decode, Value::Str(_)) => return Ok(value),
            (_, Value::Str(text)) => text,
            _ => return Err(format!("filter on a value of type {}", value.kind())),
        };
        machine.budget.spend(text.len() * 8)?;
        Ok(match self {
            Self::Trim => text.trim_matches(is_space).into(),
            Self::Url => url(text).into(),
            Self::Entity if !text.is_ascii() => {
                return Err("filter `entity` on text that is not ASCII".into());
            }
            Self::Entity => escape(text, "&quot;", "'").into(),
            _ => escape(text, "&#34;", "&#39;").into(),
        })
    }
}

fn escape(text: &str, quote: &str, apostrophe: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str(quote),
            '\'' => out.push_str(apostrophe),
            _ => out.push(char),
        }
    }
    out
}

/// `urllib.parse.quote_plus`
fn url(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte) => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
