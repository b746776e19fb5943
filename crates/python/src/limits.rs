//! What Python's tokenizer and compiler refuse and the parser takes: too many open brackets, integers of too many
//! digits, and a `*` that unpacks into nothing.

use std::collections::HashSet;

use ruff_python_ast as py;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_text_size::{Ranged, TextRange};

use crate::error::SyntaxError;

/// How many brackets may be open at once.
const MAX_OPEN: usize = 200;

/// How many digits a decimal integer may have; other bases have no limit.
const MAX_DIGITS: usize = 4300;

/// The first thing in a parsed module that is beyond a limit.
pub(crate) fn check(text: &str, tokens: &Tokens, body: &[py::Stmt]) -> Result<(), SyntaxError> {
    let mut open = 0_usize;
    let mut follows_value = false;
    let mut has_unpacking = false;
    for token in tokens.iter() {
        let (kind, range) = token.as_tuple();
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open += 1;
                if open > MAX_OPEN {
                    return Err(at(range, "too many nested parentheses"));
                }
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                open = open.saturating_sub(1);
            }
            TokenKind::Int if is_too_long(&text[range]) => {
                return Err(at(range, "an integer of more than 4300 digits"));
            }
            TokenKind::Star => has_unpacking |= !follows_value,
            _ => {}
        }
        follows_value = matches!(
            kind,
            TokenKind::Name
                | TokenKind::Int
                | TokenKind::Float
                | TokenKind::Complex
                | TokenKind::String
                | TokenKind::FStringEnd
                | TokenKind::Rpar
                | TokenKind::Rsqb
                | TokenKind::Rbrace
        );
    }
    if !has_unpacking {
        return Ok(());
    }
    let mut unpackings = Unpackings::default();
    unpackings.visit_body(body);
    match unpackings.refused {
        None => Ok(()),
        Some(range) => Err(at(range, "can't use starred expression here")),
    }
}

fn at(range: TextRange, message: &str) -> SyntaxError {
    SyntaxError::at(range.start().to_usize(), message)
}

fn is_too_long(number: &str) -> bool {
    let is_decimal = !number.get(..2).is_some_and(|start| {
        matches!(
            start.as_bytes(),
            [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B']
        )
    });
    is_decimal && number.bytes().filter(u8::is_ascii_digit).count() > MAX_DIGITS
}

/// Finds a `*x` that is no element, argument or index.
#[derive(Default)]
struct Unpackings {
    allowed: HashSet<TextRange>,
    refused: Option<TextRange>,
}

impl Unpackings {
    fn allow<'e>(&mut self, list: impl IntoIterator<Item = &'e py::Expr>) {
        let starred = list.into_iter().filter(|one| one.is_starred_expr());
        self.allowed.extend(starred.map(Ranged::range));
    }
}

impl<'a> Visitor<'a> for Unpackings {
    fn visit_expr(&mut self, expr: &'a py::Expr) {
        match expr {
            py::Expr::Tuple(node) => self.allow(&node.elts),
            py::Expr::List(node) => self.allow(&node.elts),
            py::Expr::Set(node) => self.allow(&node.elts),
            py::Expr::Subscript(node) => self.allow([&*node.slice]),
            py::Expr::Starred(node) if !self.allowed.contains(&node.range) => {
                self.refused.get_or_insert(node.range);
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }

    fn visit_arguments(&mut self, arguments: &'a py::Arguments) {
        self.allow(&arguments.args);
        visitor::walk_arguments(self, arguments);
    }

    fn visit_parameters(&mut self, parameters: &'a py::Parameters) {
        let annotation = parameters
            .vararg
            .as_deref()
            .and_then(|one| one.annotation());
        self.allow(annotation);
        visitor::walk_parameters(self, parameters);
    }

    fn visit_type_param(&mut self, parameter: &'a py::TypeParam) {
        if let py::TypeParam::TypeVarTuple(node) = parameter {
            self.allow(node.default.as_deref());
        }
        visitor::walk_type_param(self, parameter);
    }
}

#[cfg(test)]
mod tests {
    use crate::parse_module;

    #[test]
    fn what_python_refuses() {
        let digits = "1".repeat(4301);
        let open = |count: usize| format!("x = {}1{}", "(".repeat(count), ")".repeat(count));
        for text in [
            "*x",
            "y = *x",
            "y: int = *x",
            "def f():\n    return *x",
            "*a = x",
            "for a in *x: pass",
            &format!("x = {digits}"),
            &open(201),
        ] {
            assert!(parse_module(text).is_err(), "{text:.40}");
        }
        let number = |number: &str| format!("x = {number}");
        for text in [
            "*a, b = *x, 1",
            "y = [*x], {*x}, (*x,), x[*y], f(*x, **y)",
            "def f(*a: *T, **b): return *a, 1",
            "class C(*x): pass",
            "for a in *x, 1: pass",
            "print(a * b, a ** b, (a) * 2, '' * 3)",
            "from m import *",
            &number(&digits[1..]),
            &number(&format!("0x{digits}")),
            &number(&format!("{digits}.0")),
            &open(200),
        ] {
            assert!(
                parse_module(text).is_ok(),
                "{text:.40}: {:?}",
                parse_module(text)
            );
        }
    }
}
