//! Every expression inside an expression.

use crate::tree::{Expr, ExprKind, FormatPart};

/// Visits an expression and all inside it.
pub(super) fn walk(expr: &Expr, visit: &mut impl FnMut(&Expr)) {
    visit(expr);
    let mut each = |list: &[Expr]| list.iter().for_each(|expr| walk(expr, visit));
    match &expr.kind {
        ExprKind::Tuple(list) | ExprKind::List(list) | ExprKind::Set(list) => each(list),
        ExprKind::Logical { values, .. } => each(values),
        ExprKind::Attribute { value, .. }
        | ExprKind::Starred(value)
        | ExprKind::Walrus { value, .. } => walk(value, visit),
        ExprKind::Unary { operand, .. } => walk(operand, visit),
        ExprKind::Binary { left, right, .. } => {
            walk(left, visit);
            walk(right, visit);
        }
        ExprKind::Subscript { value, index } => {
            walk(value, visit);
            walk(index, visit);
        }
        ExprKind::Slice { lower, upper, step } => {
            for part in [lower, upper, step].into_iter().flatten() {
                walk(part, visit);
            }
        }
        ExprKind::Dict(items) => {
            for (key, value) in items {
                if let Some(key) = key {
                    walk(key, visit);
                }
                walk(value, visit);
            }
        }
        ExprKind::Compare { left, rest } => {
            walk(left, visit);
            rest.iter().for_each(|(_, right)| walk(right, visit));
        }
        ExprKind::Conditional { test, body, orelse } => {
            for part in [test, body, orelse] {
                walk(part, visit);
            }
        }
        ExprKind::Call {
            func,
            args,
            keywords,
        } => {
            walk(func, visit);
            args.iter().for_each(|arg| walk(arg, visit));
            keywords.iter().for_each(|(_, value)| walk(value, visit));
        }
        ExprKind::Comprehension { element, loops, .. } => {
            walk(element, visit);
            for one in loops {
                walk(&one.iter, visit);
                one.ifs.iter().for_each(|test| walk(test, visit));
            }
        }
        ExprKind::Format(parts) => {
            for part in parts {
                if let FormatPart::Value { expr, .. } = part {
                    walk(expr, visit);
                }
            }
        }
        ExprKind::Str(_)
        | ExprKind::Bytes
        | ExprKind::Int(_)
        | ExprKind::Number
        | ExprKind::Bool(_)
        | ExprKind::None
        | ExprKind::Name(_)
        | ExprKind::Other(_) => {}
    }
}
