//! Where the values of a revision file are written out, for edits of them.
//!
//! Reading follows names, conditions and sums as far as they go. An edit must not: it changes text, so it
//! wants the one literal that the value comes from, and says why where there is none.

use onehead_model::Field;

use super::evaluate::evaluate;
use super::facts::{Position, position};
use super::scope::Scope;
use super::term::Term;
use crate::{Expr, ExprKind, Module, Span, StmtKind, SyntaxError, parse_module};

/// A string literal that is one piece and holds its value letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// What it says.
    pub value: String,
    /// Where that stands, between the quotes.
    pub body: Span,
    /// The quotes on either side: one or three, single or double.
    pub quotes: String,
}

/// How a value is written out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// `None`
    None(Span),
    /// A string.
    One(Literal),
    /// The strings in a tuple, list or set. An element that is not a plain literal is left out.
    Many(Vec<Literal>),
}

/// Why a value is not written out, and where that shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWritten {
    /// The reason, in words that follow "is".
    pub reason: String,
    /// The place, if the module has one.
    pub position: Option<Position>,
}

/// The text of a module with its tree.
#[derive(Debug)]
pub struct Source<'t> {
    text: &'t str,
    module: Module,
    scope: Scope,
}

impl<'t> Source<'t> {
    /// Parses a module.
    ///
    /// # Errors
    /// The first place where the text is not Python.
    pub fn parse(text: &'t str) -> Result<Self, SyntaxError> {
        let module = parse_module(text)?;
        let scope = evaluate(&module);
        Ok(Self {
            text,
            module,
            scope,
        })
    }

    /// The docstring, evaluated.
    #[must_use]
    pub fn docstring(&self) -> Option<&str> {
        self.module.docstring.as_deref()
    }

    /// Between the quotes of the docstring. Escapes may stand there.
    #[must_use]
    pub fn docstring_body(&self) -> Option<Span> {
        self.module.docstring.as_ref()?;
        let StmtKind::Expr(expr) = &self.module.body.first()?.kind else {
            return None;
        };
        Some(quoted(self.text, expr.span)?.0)
    }

    /// How the value of a field is written out.
    ///
    /// # Errors
    /// Its value does not come from a literal in an assignment of its own.
    pub fn field(&self, field: Field) -> Result<Written, NotWritten> {
        let name = field.name();
        if let Some((module, span)) = self.scope.stars_behind(name).next() {
            return Err(self.not(
                format!("possibly defined by `from {module} import *`"),
                *span,
            ));
        }
        let Some(binding) = self.scope.get(name) else {
            return Err(NotWritten {
                reason: "not there".into(),
                position: None,
            });
        };
        let not = |reason: &str| Err(self.not(reason.to_owned(), binding.span));
        if let Term::Unknown(why) = &binding.term {
            return not(&format!("computed ({why})"));
        }
        if self.scope.is_bound_again(name) {
            return not("assigned more than once");
        }
        let Some(value) = self.assigned(name, binding.span) else {
            return not("not assigned by a statement of its own at module level");
        };
        match &value.kind {
            ExprKind::None => Ok(Written::None(value.span)),
            ExprKind::Str(_) => match literal(self.text, value) {
                Some(literal) => Ok(Written::One(literal)),
                None => not("written in several pieces or with escapes"),
            },
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                let literals = items.iter().filter_map(|item| literal(self.text, item));
                Ok(Written::Many(literals.collect()))
            }
            _ => not("not written as a literal"),
        }
    }

    /// The value that `name = value` or `name: annotation = value` gives, if it stands there.
    fn assigned(&self, name: &str, span: Span) -> Option<&Expr> {
        let is_name = |target: &Expr| matches!(&target.kind, ExprKind::Name(own) if own == name);
        self.module.body.iter().find_map(|stmt| match &stmt.kind {
            StmtKind::Assign { targets, value } if value.span == span => {
                matches!(targets.as_slice(), [target] if is_name(target)).then_some(value)
            }
            StmtKind::Annotated {
                target,
                value: Some(value),
            } if value.span == span => is_name(target).then_some(value),
            _ => None,
        })
    }

    fn not(&self, reason: String, span: Span) -> NotWritten {
        NotWritten {
            reason,
            position: Some(position(self.text, span)),
        }
    }
}

/// A string that is a [`Literal`].
fn literal(text: &str, expr: &Expr) -> Option<Literal> {
    let ExprKind::Str(value) = &expr.kind else {
        return None;
    };
    let (body, quotes) = quoted(text, expr.span)?;
    // An escape or the quotes between two pieces would stand in the one and not in the other.
    (text.get(body.start..body.end)? == value).then(|| Literal {
        value: value.clone(),
        body,
        quotes: quotes.to_owned(),
    })
}

/// The inside of the first and last quotes of a string expression, and the quotes.
fn quoted(text: &str, span: Span) -> Option<(Span, &str)> {
    let whole = text.get(span.start..span.end)?;
    let opened = whole.find(['\'', '"'])?;
    let quote = &whole[opened..=opened];
    let length = if whole[opened..].starts_with(&quote.repeat(3)) && whole.len() >= opened + 6 {
        3
    } else {
        1
    };
    let quotes = &whole[opened..opened + length];
    let (start, end) = (opened + length, whole.len().checked_sub(length)?);
    (start <= end && whole.ends_with(quotes)).then(|| {
        let body = Span {
            start: span.start + start,
            end: span.start + end,
        };
        (body, quotes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn down(text: &str) -> Result<Vec<(&str, String)>, String> {
        let source = Source::parse(text).unwrap();
        let parts = |literals: Vec<Literal>| {
            let part = |one: Literal| (&text[one.body.start..one.body.end], one.quotes);
            literals.into_iter().map(part).collect()
        };
        match source.field(Field::DownRevision) {
            Ok(Written::None(span)) => Ok(vec![(&text[span.start..span.end], String::new())]),
            Ok(Written::One(literal)) => Ok(parts(vec![literal])),
            Ok(Written::Many(literals)) => Ok(parts(literals)),
            Err(not) => Err(not.reason),
        }
    }

    #[test]
    fn literals_are_found_in_every_spelling() {
        let table = [
            ("down_revision = 'a'", vec![("a", "'")]),
            ("down_revision: str | None = u\"a\"", vec![("a", "\"")]),
            ("down_revision = ('''a''')", vec![("a", "'''")]),
            ("down_revision = \\\n  R'a' # b", vec![("a", "'")]),
            ("down_revision = ''", vec![("", "'")]),
            (
                "down_revision = (\n 'a', # 'c'\n \"b\",\n)",
                vec![("a", "'"), ("b", "\"")],
            ),
            (
                "import x\ndown_revision = ['a', x.y, 'b' 'c']",
                vec![("a", "'")],
            ),
            ("down_revision = None", vec![("None", "")]),
        ];
        for (text, expected) in table {
            let expected = expected
                .into_iter()
                .map(|(body, quotes)| (body, quotes.to_owned()));
            assert_eq!(down(text), Ok(expected.collect()), "{text}");
        }
    }

    #[test]
    fn everything_else_says_why() {
        let table = [
            ("x = 1", "not there"),
            (
                "down_revision = 'a' 'b'",
                "written in several pieces or with escapes",
            ),
            (
                "down_revision = 'a''b'",
                "written in several pieces or with escapes",
            ),
            (
                "down_revision = '\\x61'",
                "written in several pieces or with escapes",
            ),
            ("down_revision = 'a' + 'b'", "not written as a literal"),
            ("x = 'a'\ndown_revision = x", "not written as a literal"),
            (
                "x = 'a'\ndown_revision = f'{x}'",
                "not written as a literal",
            ),
            ("import x\ndown_revision = x.A", "not written as a literal"),
            (
                "down_revision = 'a' if True else 'b'",
                "not written as a literal",
            ),
            ("down_revision = f()", "computed (a call)"),
            (
                "down_revision = 'a'\ndown_revision = 'b'",
                "assigned more than once",
            ),
            (
                "down_revision = 'a'\nif x:\n    down_revision = 'a'",
                "assigned more than once",
            ),
            (
                "with x:\n    down_revision = 'a'",
                "not assigned by a statement of its own at module level",
            ),
            (
                "revision, down_revision = 'a', 'b'",
                "not assigned by a statement of its own at module level",
            ),
            (
                "down_revision = revision = 'a'",
                "not assigned by a statement of its own at module level",
            ),
            (
                "down_revision = 'a'\nfrom m import *",
                "possibly defined by `from m import *`",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(down(text), Err(expected.into()), "{text}");
        }
    }
}
