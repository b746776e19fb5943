//! From the parser's tree to ours. The only module that names the parser crate.

mod expressions;
mod names;
mod same_code;
mod statements;

use ruff_python_ast as py;

use expressions::expression;
pub use same_code::{CodeDifference, code_difference};
use statements::{Bodies, block};

use crate::error::SyntaxError;
use crate::tree::*;
use crate::{compile, limits};

/// Names the parser and its version: results that are kept must be dropped when it changes.
pub const PARSER_VERSION: &str = "ruff-0.0.10/2";

impl From<ruff_python_parser::ParseError> for SyntaxError {
    fn from(error: ruff_python_parser::ParseError) -> Self {
        Self::at(error.location.start().to_usize(), &error.error.to_string())
    }
}

/// Parses a whole module.
///
/// # Errors
/// The first place where the text is not Python.
pub fn parse_module(text: &str) -> Result<Module, SyntaxError> {
    parse(text, Bodies::LeftOut)
}

/// Parses a whole module and keeps what stands inside its functions, which costs more and which the
/// reading of revisions has no use for.
///
/// # Errors
/// The first place where the text is not Python.
pub fn parse_functions(text: &str) -> Result<Module, SyntaxError> {
    parse(text, Bodies::Kept)
}

fn parse(text: &str, bodies: Bodies) -> Result<Module, SyntaxError> {
    check_size(text)?;
    with_stack_for(text, || {
        let parsed = ruff_python_parser::parse_module(text)?;
        let suite = &parsed.syntax().body;
        limits::check(text, parsed.tokens(), suite)?;
        compile::check(text, suite)?;
        Ok(Module {
            docstring: docstring(suite),
            body: block(suite, 0, bodies),
        })
    })
}

/// Runs the parser where the stack is large enough for its tree. The parser grows the stack by
/// itself, but walking and dropping its tree is recursive: 100,000 minus signs overflowed what 256
/// bytes for each of them are, since a level of a walk took 392.
fn with_stack_for<T>(text: &str, run: impl FnOnce() -> T) -> T {
    const FOR_EACH_TOKEN: usize = 1 << 10;
    const FOR_THE_REST: usize = 256 << 10;
    let needed = most_tokens(text)
        .saturating_mul(FOR_EACH_TOKEN)
        .saturating_add(FOR_THE_REST);
    stacker::maybe_grow(needed, needed, run)
}

/// The text has no more tokens than this, and its tree no more levels: words, and whatever else is no
/// blank.
fn most_tokens(text: &str) -> usize {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
    let mut in_word = false;
    let begins_token = |byte: &u8| {
        let was_in_word = std::mem::replace(&mut in_word, is_word(*byte));
        let goes_on = in_word && was_in_word;
        !goes_on && !byte.is_ascii_whitespace()
    };
    text.as_bytes().iter().copied().filter(begins_token).count()
}

/// Parses statements that stand for themselves, such as the inside of a template's `<% %>`.
///
/// # Errors
/// The first place where the text is not Python.
pub fn parse_block(text: &str) -> Result<Vec<Stmt>, SyntaxError> {
    parse_module(text).map(|module| module.body)
}

/// Parses one expression. Line breaks inside it are allowed, as if it stood in parentheses.
///
/// # Errors
/// The first place where the text is not an expression.
pub fn parse_expression(text: &str) -> Result<Expr, SyntaxError> {
    check_size(text)?;
    let range = ruff_text_size::TextRange::up_to(ruff_text_size::TextSize::of(text));
    with_stack_for(text, || {
        let parsed = ruff_python_parser::parse_parenthesized_expression_range(text, range)?;
        Ok(expression(parsed.expr(), 0))
    })
}

fn check_size(text: &str) -> Result<(), SyntaxError> {
    match u32::try_from(text.len()) {
        Ok(_) => Ok(()),
        Err(_) => Err(SyntaxError::at(0, "the text is longer than 4 GiB")),
    }
}

fn docstring(suite: &[py::Stmt]) -> Option<String> {
    match suite.first()? {
        py::Stmt::Expr(first) => match &*first.value {
            py::Expr::StringLiteral(string) => Some(string.value.to_str().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn value(text: &str) -> ExprKind {
        parse_expression(text).unwrap().kind
    }

    #[test]
    fn strings_come_evaluated() {
        assert_eq!(value("'a' \"b\"\n 'c\\x64'"), ExprKind::Str("abcd".into()));
        assert_eq!(value("u'a'"), ExprKind::Str("a".into()));
        assert_eq!(value("b'a'"), ExprKind::Bytes);
    }

    #[test]
    fn what_is_not_modelled_is_said() {
        assert_eq!(value("lambda: 1"), ExprKind::Other("lambda"));
        let deep = format!("{}1", "-".repeat(5000));
        assert!(matches!(value(&deep), ExprKind::Unary { .. }));
    }

    #[test]
    fn functions_keep_only_what_they_may_rebind() {
        let module =
            parse_module("def f():\n    def g():\n        global revision\n        revision = 1\n")
                .unwrap();
        assert_eq!(
            module.body[0].kind,
            StmtKind::Def {
                name: "f".into(),
                globals: vec!["revision".into()],
                evaluated: vec![],
                function: None
            }
        );
    }

    #[test]
    fn functions_are_kept_where_they_are_asked_for() {
        let module = parse_functions("def f(a, b='x'):\n    return a\n").unwrap();
        let StmtKind::Def {
            function: Some(function),
            ..
        } = &module.body[0].kind
        else {
            panic!()
        };
        let names: Vec<(&str, bool)> = function
            .parameters
            .iter()
            .map(|(name, default)| (name.as_str(), default.is_some()))
            .collect();
        assert_eq!(names, [("a", false), ("b", true)]);
        assert!(matches!(function.body[0].kind, StmtKind::Return(Some(_))));
        for special in [
            "@x\ndef f(): pass",
            "async def f(): pass",
            "def f(*a): pass",
            "def f():\n    yield 1",
        ] {
            let module = parse_functions(special).unwrap();
            let StmtKind::Def {
                function: Some(function),
                ..
            } = &module.body[0].kind
            else {
                panic!()
            };
            assert!(function.is_special, "{special}");
        }
    }

    #[test]
    fn a_match_statement_tells_its_names() {
        let module =
            parse_module("match x:\n    case [revision, *rest]:\n        down_revision = 1\n")
                .unwrap();
        let StmtKind::Other { binds, .. } = &module.body[0].kind else {
            panic!()
        };
        assert_eq!(binds, &["revision", "rest", "down_revision"]);
    }

    #[test]
    fn errors_have_a_place() {
        let error = parse_module("x = 1\ny = (\n").unwrap_err();
        assert!(error.offset >= 10, "{error:?}");
    }
}
