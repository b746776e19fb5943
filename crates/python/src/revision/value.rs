//! What an expression is, where that can be said without running anything.

use crate::tree::{BinaryOp, CmpOp, Expr, ExprKind, FormatPart, UnaryOp};

use super::scope::Scope;
use super::term::Term;

/// A value of more parts than this (strings count their bytes) is not followed: a few lines that
/// double each other, or nest each other, stay small.
const MAX_SIZE: usize = 1 << 16;

/// How much may be copied from name to name in one file.
const MAX_COPIED: usize = 1 << 26;

/// How deep a value may nest, so that walking and dropping it stays shallow.
const MAX_DEPTH: usize = 64;

const TOO_LARGE: &str = "a value that is too large";

impl Scope {
    /// What an expression is, as far as it is known at this point.
    pub(super) fn term(&self, expr: &Expr) -> Term {
        match &expr.kind {
            ExprKind::None => Term::None,
            ExprKind::Str(text) => Term::Str(text.clone()),
            ExprKind::Int(int) => Term::Int(*int),
            ExprKind::Number => Term::Other("a number".into()),
            ExprKind::Bool(_) => Term::Other("a boolean".into()),
            ExprKind::Bytes => Term::Other("bytes".into()),
            ExprKind::Dict(_) => Term::Other("a dict".into()),
            ExprKind::Tuple(items) | ExprKind::List(items) => self
                .sequence(items)
                .map_or_else(Term::unknown, Term::Sequence),
            ExprKind::Set(items) => self.sequence(items).map_or_else(Term::unknown, Term::Set),
            ExprKind::Name(name) => match self.names.get(name) {
                Some(binding) => self.copy(&binding.term),
                None => Term::unknown(format!("`{name}` is not defined")),
            },
            ExprKind::Attribute { value, attr } => match self.term(value) {
                Term::Imported(mut parts) => {
                    parts.push(attr.clone());
                    Term::Imported(parts)
                }
                Term::Unknown(why) => Term::Unknown(why),
                _ => Term::unknown("an attribute"),
            },
            ExprKind::Binary {
                op: BinaryOp::Add,
                left,
                right,
            } => concat(self.term(left), self.term(right)),
            ExprKind::Unary {
                op: UnaryOp::Minus,
                operand,
            } => match self.term(operand) {
                Term::Int(int) => int
                    .checked_neg()
                    .map_or_else(|| Term::Other("a number".into()), Term::Int),
                _ => Term::unknown("an operator"),
            },
            ExprKind::Subscript { value, index } => match (self.term(value), self.term(index)) {
                (Term::Sequence(items), Term::Int(at)) => item(&items, at),
                _ => Term::unknown("an item"),
            },
            ExprKind::Conditional { test, body, orelse } => match self.truth(test) {
                Some(true) => self.term(body),
                Some(false) => self.term(orelse),
                None => Term::unknown("a condition decides"),
            },
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords.is_empty()),
            ExprKind::Format(parts) => self.format(parts),
            ExprKind::Starred(_) => Term::unknown("an unpacking"),
            ExprKind::Other(what) => Term::unknown(*what),
            ExprKind::Binary { .. } | ExprKind::Unary { .. } => Term::unknown("an operator"),
            ExprKind::Logical { .. } | ExprKind::Compare { .. } => Term::unknown("a condition"),
            ExprKind::Comprehension { .. } => Term::unknown("a comprehension"),
            ExprKind::Walrus { .. } => Term::unknown("an assignment expression"),
            ExprKind::Slice { .. } => Term::unknown("a slice"),
        }
    }

    /// Whether a condition holds, where every run of Alembic decides it alike.
    pub(super) fn truth(&self, test: &Expr) -> Option<bool> {
        match &test.kind {
            ExprKind::Bool(value) => Some(*value),
            ExprKind::Int(value) => Some(*value != 0),
            ExprKind::Name(name) if !self.names.contains_key(name) => {
                (name == "TYPE_CHECKING").then_some(false)
            }
            ExprKind::Attribute { value, attr } if attr == "TYPE_CHECKING" => match &value.kind {
                ExprKind::Name(name) if !self.names.contains_key(name) => {
                    matches!(name.as_str(), "typing" | "t").then_some(false)
                }
                _ => self.is_type_checking(test).then_some(false),
            },
            ExprKind::Name(_) => self.is_type_checking(test).then_some(false),
            ExprKind::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.truth(operand).map(|value| !value),
            // Alembic loads the file as a module of its own name.
            ExprKind::Compare { left, rest } => match (&left.kind, rest.as_slice()) {
                (ExprKind::Name(name), [(op @ (CmpOp::Eq | CmpOp::NotEq), right)])
                    if name == "__name__"
                        && !self.names.contains_key(name)
                        && right.kind == ExprKind::Str("__main__".into()) =>
                {
                    Some(*op == CmpOp::NotEq)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether an expression is `typing.TYPE_CHECKING`, under whatever name the file has it.
    fn is_type_checking(&self, expr: &Expr) -> bool {
        match self.term(expr) {
            Term::Imported(parts) => {
                let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
                matches!(parts[..], ["typing" | "typing_extensions", "TYPE_CHECKING"])
            }
            _ => false,
        }
    }

    pub(super) fn copy(&self, term: &Term) -> Term {
        let copied = self.copied.get().saturating_add(measured(term, 1));
        self.copied.set(copied);
        if copied > MAX_COPIED {
            return Term::unknown(TOO_LARGE);
        }
        term.clone()
    }

    fn sequence(&self, items: &[Expr]) -> Result<Vec<Term>, String> {
        let mut terms = Vec::new();
        let mut size = 0;
        for item in items {
            let known = terms.len();
            match &item.kind {
                ExprKind::Starred(inner) => match self.term(inner) {
                    Term::Sequence(more) => terms.extend(more),
                    _ => return Err("an unpacking".into()),
                },
                _ => match self.term(item) {
                    Term::Unknown(why) => return Err(why),
                    term => terms.push(term),
                },
            }
            size += terms[known..]
                .iter()
                .map(|term| measured(term, 1))
                .sum::<usize>();
            if size > MAX_SIZE {
                return Err(TOO_LARGE.into());
            }
        }
        Ok(terms)
    }

    /// `tuple(x)`, `list(x)`, `set(x)`, `frozenset(x)` and `str(x)`, unless the file binds the name.
    fn call(&self, func: &Expr, args: &[Expr], plain: bool) -> Term {
        let ExprKind::Name(name) = &func.kind else {
            return Term::unknown("a call");
        };
        if self.names.contains_key(name) || !self.stars.is_empty() || !plain {
            return Term::unknown("a call");
        }
        let argument = match args {
            [] => None,
            [one] => Some(self.term(one)),
            _ => return Term::unknown("a call"),
        };
        match (name.as_str(), argument) {
            ("tuple" | "list", None) => Term::Sequence(Vec::new()),
            ("tuple" | "list", Some(term @ (Term::Sequence(_) | Term::Set(_)))) => term,
            ("set" | "frozenset", None) => Term::Set(Vec::new()),
            ("set" | "frozenset", Some(Term::Sequence(items) | Term::Set(items))) => {
                Term::Set(items)
            }
            ("str", Some(term @ Term::Str(_))) => term,
            ("tuple" | "list" | "set" | "frozenset" | "str", Some(Term::Unknown(why))) => {
                Term::Unknown(why)
            }
            _ => Term::unknown("a call"),
        }
    }

    fn format(&self, parts: &[FormatPart]) -> Term {
        let mut whole = Term::Str(String::new());
        for part in parts {
            let term = match part {
                FormatPart::Text(text) => Term::Str(text.clone()),
                FormatPart::Value {
                    expr,
                    conversion: None | Some('s'),
                } => self.term(expr),
                FormatPart::Value { .. } => Term::unknown("a conversion"),
            };
            match term {
                // Only strings are formatted to what they are.
                Term::Str(_) | Term::Concat(..) | Term::Imported(_) | Term::Unknown(_) => {
                    whole = concat(whole, term);
                }
                _ => return Term::unknown("an f-string"),
            }
        }
        whole
    }
}

pub(super) fn concat(left: Term, right: Term) -> Term {
    match (left, right) {
        (Term::Unknown(why), _) | (_, Term::Unknown(why)) => Term::Unknown(why),
        (left, right) if measured(&left, 1) + measured(&right, 1) > MAX_SIZE => {
            Term::unknown(TOO_LARGE)
        }
        (Term::Str(left), Term::Str(right)) => Term::Str(left + &right),
        (Term::Sequence(mut left), Term::Sequence(right)) => {
            left.extend(right);
            Term::Sequence(left)
        }
        (left, right) => Term::Concat(Box::new(left), Box::new(right)),
    }
}

/// How many parts a value has; more than any allowed if it nests too deeply.
fn measured(term: &Term, depth: usize) -> usize {
    if depth > MAX_DEPTH {
        return MAX_SIZE + 1;
    }
    let many = |terms: &[Term]| {
        terms
            .iter()
            .map(|term| measured(term, depth + 1))
            .sum::<usize>()
    };
    1 + match term {
        Term::Str(text) | Term::Other(text) | Term::Unknown(text) => text.len(),
        Term::Sequence(terms) | Term::Set(terms) => many(terms),
        Term::Concat(left, right) => measured(left, depth + 1) + measured(right, depth + 1),
        Term::Imported(parts) => parts.iter().map(String::len).sum(),
        Term::None | Term::Int(_) => 0,
    }
}

fn item(items: &[Term], at: i64) -> Term {
    let index = if at < 0 {
        items.len().checked_sub(at.unsigned_abs() as usize)
    } else {
        usize::try_from(at).ok()
    };
    index
        .and_then(|index| items.get(index))
        .cloned()
        .unwrap_or_else(|| Term::unknown("a missing item"))
}
