//! From the parser's tree to ours. The only module that names the parser crate.

use ruff_python_ast as py;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_text_size::Ranged;

use crate::compile;
use crate::tree::*;

/// Names the parser and its version: results that are kept must be dropped when it changes.
pub const PARSER_VERSION: &str = "ruff-0.0.10/2";

/// How deep an expression may nest before it counts as [`ExprKind::Other`]. Python's own parser
/// gives up at about a hundred nested parentheses.
const MAX_DEPTH: usize = 100;

/// Text that is not Python.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong, lower case, no full stop.
    pub message: String,
    /// Byte offset of the place.
    pub offset: usize,
}

impl From<ruff_python_parser::ParseError> for SyntaxError {
    fn from(error: ruff_python_parser::ParseError) -> Self {
        let message = error.error.to_string();
        Self {
            message: lower_first(&message),
            offset: error.location.start().to_usize(),
        }
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

/// Whether the bodies of functions are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bodies {
    LeftOut,
    Kept,
}

fn parse(text: &str, bodies: Bodies) -> Result<Module, SyntaxError> {
    check_size(text)?;
    with_stack_for(text, || {
        let parsed = ruff_python_parser::parse_module(text)?;
        let suite = &parsed.syntax().body;
        compile::check(text, suite)?;
        Ok(Module {
            docstring: docstring(suite),
            body: block(suite, 0, bodies),
        })
    })
}

/// Runs the parser where the stack is large enough for its tree. The parser grows the stack by
/// itself, but walking and dropping its tree is recursive: a line of 31,000 minus signs overflowed
/// the 2 MiB of a worker thread, at 66 bytes for each level (102 for a nested dict).
fn with_stack_for<T>(text: &str, run: impl FnOnce() -> T) -> T {
    const FOR_EACH_BYTE: usize = 256;
    const FOR_THE_REST: usize = 256 << 10;
    let needed = text
        .len()
        .saturating_mul(FOR_EACH_BYTE)
        .saturating_add(FOR_THE_REST);
    stacker::maybe_grow(needed, needed, run)
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
        Err(_) => Err(SyntaxError {
            message: "the text is longer than 4 GiB".into(),
            offset: 0,
        }),
    }
}

pub(crate) fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_owned(),
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

fn span(node: &impl Ranged) -> Span {
    let range = node.range();
    Span {
        start: range.start().to_usize(),
        end: range.end().to_usize(),
    }
}

fn block(suite: &[py::Stmt], depth: usize, bodies: Bodies) -> Vec<Stmt> {
    suite
        .iter()
        .map(|stmt| statement(stmt, depth, bodies))
        .collect()
}

fn statement(stmt: &py::Stmt, depth: usize, bodies: Bodies) -> Stmt {
    Stmt {
        kind: if depth > MAX_DEPTH {
            other(stmt, "statement nested too deeply")
        } else {
            statement_kind(stmt, depth, bodies)
        },
        span: span(stmt),
    }
}

fn statement_kind(stmt: &py::Stmt, depth: usize, bodies: Bodies) -> StmtKind {
    let block = |suite: &[py::Stmt]| block(suite, depth + 1, bodies);
    match stmt {
        py::Stmt::Assign(node) => StmtKind::Assign {
            targets: expressions(&node.targets, 0),
            value: expression(&node.value, 0),
        },
        py::Stmt::AnnAssign(node) => StmtKind::Annotated {
            target: expression(&node.target, 0),
            value: node.value.as_deref().map(|value| expression(value, 0)),
        },
        py::Stmt::AugAssign(node) => StmtKind::Augmented {
            target: expression(&node.target, 0),
            op: binary_op(node.op),
            value: expression(&node.value, 0),
        },
        py::Stmt::Import(node) => StmtKind::Import(aliases(&node.names)),
        py::Stmt::ImportFrom(node) => StmtKind::ImportFrom {
            module: node.module.as_ref().map(|name| name.id.to_string()),
            level: node.level,
            names: aliases(&node.names),
        },
        py::Stmt::If(node) => {
            let first = Branch {
                test: Some(expression(&node.test, 0)),
                body: block(&node.body),
            };
            let rest = node.elif_else_clauses.iter().map(|clause| Branch {
                test: clause.test.as_ref().map(|test| expression(test, 0)),
                body: block(&clause.body),
            });
            StmtKind::If(std::iter::once(first).chain(rest).collect())
        }
        py::Stmt::For(node) => StmtKind::For {
            target: expression(&node.target, 0),
            iter: expression(&node.iter, 0),
            body: block(&node.body),
            orelse: block(&node.orelse),
        },
        py::Stmt::While(node) => StmtKind::While {
            test: expression(&node.test, 0),
            body: block(&node.body),
            orelse: block(&node.orelse),
        },
        py::Stmt::With(node) => StmtKind::With {
            items: node
                .items
                .iter()
                .map(|item| {
                    let target = item.optional_vars.as_deref();
                    (
                        expression(&item.context_expr, 0),
                        target.map(|target| expression(target, 0)),
                    )
                })
                .collect(),
            body: block(&node.body),
        },
        py::Stmt::Try(node) => StmtKind::Try {
            body: block(&node.body),
            handlers: node
                .handlers
                .iter()
                .map(|py::ExceptHandler::ExceptHandler(handler)| {
                    let name = handler.name.as_ref().map(|name| name.id.to_string());
                    (name, block(&handler.body))
                })
                .collect(),
            orelse: block(&node.orelse),
            finalbody: block(&node.finalbody),
        },
        py::Stmt::FunctionDef(node) => StmtKind::Def {
            name: node.name.id.to_string(),
            globals: globals(stmt),
            function: (bodies == Bodies::Kept).then(|| {
                Box::new(Function {
                    parameters: parameters(&node.parameters),
                    is_special: is_special(node),
                    body: block(&node.body),
                })
            }),
        },
        py::Stmt::ClassDef(node) => StmtKind::Def {
            name: node.name.id.to_string(),
            globals: globals(stmt),
            function: None,
        },
        py::Stmt::Delete(node) => StmtKind::Delete(expressions(&node.targets, 0)),
        py::Stmt::Expr(node) => StmtKind::Expr(expression(&node.value, 0)),
        py::Stmt::Match(_) => other(stmt, "match statement"),
        py::Stmt::TypeAlias(_) => other(stmt, "type alias"),
        py::Stmt::IpyEscapeCommand(_) => other(stmt, "notebook command"),
        py::Stmt::Assert(node) => StmtKind::Expr(expression(&node.test, 0)),
        py::Stmt::Return(node) => {
            StmtKind::Return(node.value.as_deref().map(|value| expression(value, 0)))
        }
        py::Stmt::Raise(_)
        | py::Stmt::Global(_)
        | py::Stmt::Nonlocal(_)
        | py::Stmt::Pass(_)
        | py::Stmt::Break(_)
        | py::Stmt::Continue(_) => StmtKind::Inert,
    }
}

fn parameters(parameters: &py::Parameters) -> Vec<(String, Option<Expr>)> {
    let one = |parameter: &py::ParameterWithDefault| {
        let default = parameter.default.as_deref();
        (
            parameter.parameter.name.id.to_string(),
            default.map(|default| expression(default, 0)),
        )
    };
    parameters.args.iter().map(one).collect()
}

/// Whether calling a function is more than running its body with its arguments.
fn is_special(node: &py::StmtFunctionDef) -> bool {
    let parameters = &node.parameters;
    let mut yields = Yields(false);
    visitor::walk_body(&mut yields, &node.body);
    node.is_async
        || yields.0
        || !node.decorator_list.is_empty()
        || !parameters.posonlyargs.is_empty()
        || !parameters.kwonlyargs.is_empty()
        || parameters.vararg.is_some()
        || parameters.kwarg.is_some()
}

/// Whether a body holds `yield`, its own or that of a function inside.
struct Yields(bool);

impl<'a> Visitor<'a> for Yields {
    fn visit_expr(&mut self, expr: &'a py::Expr) {
        self.0 |= matches!(expr, py::Expr::Yield(_) | py::Expr::YieldFrom(_));
        visitor::walk_expr(self, expr);
    }
}

fn other(stmt: &py::Stmt, what: &'static str) -> StmtKind {
    let mut binds = Bindings::default();
    binds.visit_stmt(stmt);
    StmtKind::Other {
        what,
        binds: binds.names,
    }
}

/// Every name that a statement may bind, wherever inside it.
#[derive(Default)]
struct Bindings {
    names: Vec<String>,
}

impl<'a> Visitor<'a> for Bindings {
    fn visit_expr(&mut self, expr: &'a py::Expr) {
        if let py::Expr::Name(name) = expr
            && !name.ctx.is_load()
        {
            self.names.push(name.id.to_string());
        }
        visitor::walk_expr(self, expr);
    }

    fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
        match stmt {
            py::Stmt::Global(node) => {
                self.names
                    .extend(node.names.iter().map(|name| name.id.to_string()));
            }
            py::Stmt::FunctionDef(node) => self.names.push(node.name.id.to_string()),
            py::Stmt::ClassDef(node) => self.names.push(node.name.id.to_string()),
            py::Stmt::Import(node) => self.alias_names(&node.names),
            py::Stmt::ImportFrom(node) => self.alias_names(&node.names),
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_pattern(&mut self, pattern: &'a py::Pattern) {
        let name = match pattern {
            py::Pattern::MatchAs(node) => node.name.as_ref(),
            py::Pattern::MatchStar(node) => node.name.as_ref(),
            py::Pattern::MatchMapping(node) => node.rest.as_ref(),
            _ => None,
        };
        self.names.extend(name.map(|name| name.id.to_string()));
        visitor::walk_pattern(self, pattern);
    }

    fn visit_except_handler(&mut self, handler: &'a py::ExceptHandler) {
        let py::ExceptHandler::ExceptHandler(node) = handler;
        self.names
            .extend(node.name.as_ref().map(|name| name.id.to_string()));
        visitor::walk_except_handler(self, handler);
    }
}

impl Bindings {
    fn alias_names(&mut self, names: &[py::Alias]) {
        self.names.extend(names.iter().map(|alias| {
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            name.id.split('.').next().unwrap_or_default().to_owned()
        }));
    }
}

/// The names that a function or class declares `global`, however deep inside.
fn globals(stmt: &py::Stmt) -> Vec<String> {
    #[derive(Default)]
    struct Globals(Vec<String>);
    impl<'a> visitor::Visitor<'a> for Globals {
        fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
            if let py::Stmt::Global(node) = stmt {
                self.0
                    .extend(node.names.iter().map(|name| name.id.to_string()));
            }
            visitor::walk_stmt(self, stmt);
        }
        // `global` is a statement: no expression holds one.
        fn visit_expr(&mut self, _: &'a py::Expr) {}
    }
    let mut globals = Globals::default();
    globals.visit_stmt(stmt);
    globals.0
}

fn aliases(names: &[py::Alias]) -> Vec<Alias> {
    names
        .iter()
        .map(|alias| Alias {
            name: alias.name.id.to_string(),
            asname: alias.asname.as_ref().map(|name| name.id.to_string()),
        })
        .collect()
}

fn expressions(list: &[py::Expr], depth: usize) -> Vec<Expr> {
    list.iter().map(|expr| expression(expr, depth)).collect()
}

fn expression(expr: &py::Expr, depth: usize) -> Expr {
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

fn binary_op(op: py::Operator) -> BinaryOp {
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
