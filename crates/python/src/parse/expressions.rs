//! Expressions: those whose value can be known without running anything.

use ruff_python_ast as py;
use ruff_text_size::Ranged;

use crate::tree::*;

/// How deep an expression may nest before it counts as [`ExprKind::Other`]. Python's own parser
/// gives up at about a hundred nested parentheses.
pub(super) const MAX_DEPTH: usize = 100;

pub(super) fn span(node: &impl Ranged) -> Span {
    let range = node.range();
    Span {
        start: range.start().to_usize(),
        end: range.end().to_usize(),
    }
}

pub(super) fn expressions(list: &[py::Expr], depth: usize) -> Vec<Expr> {
    list.iter().map(|expr| expression(expr, depth)).collect()
}

pub(super) fn expression(expr: &py::Expr, depth: usize) -> Expr {
    Expr {
        kind: if depth > MAX_DEPTH {
            ExprKind::Other("expression nested too deeply")
        } else {
            expression_kind(expr, depth + 1)
        },
        span: span(expr),
    }
}

fn expression_kind(expr: &py::Expr, depth: usize) -> ExprKind {
    let one = |expr: &py::Expr| expression(expr, depth);
    let boxed = |expr: &py::Expr| Box::new(expression(expr, depth));
    let many = |list: &[py::Expr]| expressions(list, depth);
    match expr {
        py::Expr::StringLiteral(node) => ExprKind::Str(node.value.to_str().to_owned()),
        py::Expr::BytesLiteral(_) => ExprKind::Bytes,
        py::Expr::NumberLiteral(node) => match &node.value {
            py::Number::Int(int) => int.as_i64().map_or(ExprKind::Number, ExprKind::Int),
            _ => ExprKind::Number,
        },
        py::Expr::BooleanLiteral(node) => ExprKind::Bool(node.value),
        py::Expr::NoneLiteral(_) => ExprKind::None,
        py::Expr::Name(node) => ExprKind::Name(node.id.to_string()),
        py::Expr::Attribute(node) => ExprKind::Attribute {
            value: boxed(&node.value),
            attr: node.attr.id.to_string(),
        },
        py::Expr::Subscript(node) => ExprKind::Subscript {
            value: boxed(&node.value),
            index: boxed(&node.slice),
        },
        py::Expr::Slice(node) => ExprKind::Slice {
            lower: node.lower.as_deref().map(boxed),
            upper: node.upper.as_deref().map(boxed),
            step: node.step.as_deref().map(boxed),
        },
        py::Expr::Tuple(node) => ExprKind::Tuple(many(&node.elts)),
        py::Expr::List(node) => ExprKind::List(many(&node.elts)),
        py::Expr::Set(node) => ExprKind::Set(many(&node.elts)),
        py::Expr::Dict(node) => ExprKind::Dict(
            node.items
                .iter()
                .map(|item| (item.key.as_ref().map(one), one(&item.value)))
                .collect(),
        ),
        py::Expr::Starred(node) => ExprKind::Starred(boxed(&node.value)),
        py::Expr::BinOp(node) => ExprKind::Binary {
            op: binary_op(node.op),
            left: boxed(&node.left),
            right: boxed(&node.right),
        },
        py::Expr::UnaryOp(node) => ExprKind::Unary {
            op: match node.op {
                py::UnaryOp::Not => UnaryOp::Not,
                py::UnaryOp::USub => UnaryOp::Minus,
                py::UnaryOp::UAdd => UnaryOp::Plus,
                py::UnaryOp::Invert => UnaryOp::Invert,
            },
            operand: boxed(&node.operand),
        },
        py::Expr::BoolOp(node) => ExprKind::Logical {
            op: match node.op {
                py::BoolOp::And => BoolOp::And,
                py::BoolOp::Or => BoolOp::Or,
            },
            values: many(&node.values),
        },
        py::Expr::Compare(node) => ExprKind::Compare {
            left: boxed(&node.left),
            rest: std::iter::zip(node.ops.iter(), node.comparators.iter())
                .map(|(op, right)| (cmp_op(*op), one(right)))
                .collect(),
        },
        py::Expr::If(node) => ExprKind::Conditional {
            test: boxed(&node.test),
            body: boxed(&node.body),
            orelse: boxed(&node.orelse),
        },
        py::Expr::Call(node) => ExprKind::Call {
            func: boxed(&node.func),
            args: many(&node.arguments.args),
            keywords: node
                .arguments
                .keywords
                .iter()
                .map(|keyword| {
                    let name = keyword.arg.as_ref().map(|name| name.id.to_string());
                    (name, one(&keyword.value))
                })
                .collect(),
        },
        py::Expr::Generator(node) => comprehension(
            ComprehensionKind::Generator,
            &node.elt,
            &node.generators,
            depth,
        ),
        py::Expr::ListComp(node) => {
            comprehension(ComprehensionKind::List, &node.elt, &node.generators, depth)
        }
        py::Expr::SetComp(node) => {
            comprehension(ComprehensionKind::Set, &node.elt, &node.generators, depth)
        }
        py::Expr::FString(node) => format_string(&node.value, depth),
        py::Expr::Named(node) => match &*node.target {
            py::Expr::Name(name) => ExprKind::Walrus {
                name: name.id.to_string(),
                value: boxed(&node.value),
            },
            _ => ExprKind::Other("assignment expression"),
        },
        py::Expr::DictComp(_) => ExprKind::Other("dict comprehension"),
        py::Expr::Lambda(_) => ExprKind::Other("lambda"),
        py::Expr::Await(_) => ExprKind::Other("await"),
        py::Expr::Yield(_) | py::Expr::YieldFrom(_) => ExprKind::Other("yield"),
        py::Expr::TString(_) => ExprKind::Other("template string"),
        py::Expr::EllipsisLiteral(_) => ExprKind::Other("ellipsis"),
        py::Expr::IpyEscapeCommand(_) => ExprKind::Other("notebook command"),
    }
}

fn comprehension(
    kind: ComprehensionKind,
    element: &py::Expr,
    loops: &[py::Comprehension],
    depth: usize,
) -> ExprKind {
    ExprKind::Comprehension {
        kind,
        element: Box::new(expression(element, depth)),
        loops: loops
            .iter()
            .map(|one| For {
                target: expression(&one.target, depth),
                iter: expression(&one.iter, depth),
                ifs: expressions(&one.ifs, depth),
            })
            .collect(),
    }
}

fn format_string(value: &py::FStringValue, depth: usize) -> ExprKind {
    let mut parts = Vec::new();
    for part in value {
        match part {
            py::FStringPart::Literal(text) => parts.push(FormatPart::Text(text.value.to_string())),
            py::FStringPart::FString(inner) => {
                for element in &inner.elements {
                    match element {
                        py::InterpolatedStringElement::Literal(text) => {
                            parts.push(FormatPart::Text(text.value.to_string()));
                        }
                        py::InterpolatedStringElement::Interpolation(value)
                            if value.format_spec.is_none() && value.debug_text.is_none() =>
                        {
                            parts.push(FormatPart::Value {
                                expr: Box::new(expression(&value.expression, depth)),
                                conversion: value.conversion.to_char(),
                            });
                        }
                        py::InterpolatedStringElement::Interpolation(_) => {
                            return ExprKind::Other("f-string with a format specification");
                        }
                    }
                }
            }
        }
    }
    ExprKind::Format(parts)
}

pub(super) fn binary_op(op: py::Operator) -> BinaryOp {
    match op {
        py::Operator::Add => BinaryOp::Add,
        py::Operator::Sub => BinaryOp::Sub,
        py::Operator::Mult => BinaryOp::Mult,
        py::Operator::Div => BinaryOp::Div,
        py::Operator::FloorDiv => BinaryOp::FloorDiv,
        py::Operator::Mod => BinaryOp::Mod,
        py::Operator::BitOr => BinaryOp::BitOr,
        _ => BinaryOp::Other,
    }
}

fn cmp_op(op: py::CmpOp) -> CmpOp {
    match op {
        py::CmpOp::Eq => CmpOp::Eq,
        py::CmpOp::NotEq => CmpOp::NotEq,
        py::CmpOp::Lt => CmpOp::Lt,
        py::CmpOp::LtE => CmpOp::LtE,
        py::CmpOp::Gt => CmpOp::Gt,
        py::CmpOp::GtE => CmpOp::GtE,
        py::CmpOp::Is => CmpOp::Is,
        py::CmpOp::IsNot => CmpOp::IsNot,
        py::CmpOp::In => CmpOp::In,
        py::CmpOp::NotIn => CmpOp::NotIn,
    }
}
