//! Statements: those that reading a revision needs as they are, the others as the names that they bind.

use ruff_python_ast as py;
use ruff_python_ast::visitor::{self, Visitor};

use super::expressions::{MAX_DEPTH, binary_op, expression, expressions, span};
use super::names::{Bindings, Yields, globals};
use crate::tree::*;

/// Whether the bodies of functions are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bodies {
    LeftOut,
    Kept,
}

pub(super) fn block(suite: &[py::Stmt], depth: usize, bodies: Bodies) -> Vec<Stmt> {
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
            evaluated: evaluated_by_function(node),
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
            evaluated: evaluated_by_class(node),
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

fn evaluated_by_function(node: &py::StmtFunctionDef) -> Vec<Expr> {
    let decorators = node.decorator_list.iter().map(|one| &one.expression);
    let parameters = &node.parameters;
    let defaults = parameters
        .iter_non_variadic_params()
        .filter_map(|one| one.default.as_deref());
    let annotations = parameters.iter().filter_map(|one| one.annotation());
    let all = decorators
        .chain(defaults)
        .chain(annotations)
        .chain(node.returns.as_deref());
    all.map(|one| expression(one, 0)).collect()
}

fn evaluated_by_class(node: &py::StmtClassDef) -> Vec<Expr> {
    let decorators = node.decorator_list.iter().map(|one| &one.expression);
    let arguments = node.arguments.as_deref().into_iter();
    let bases = arguments.flat_map(|arguments| {
        let keywords = arguments.keywords.iter().map(|one| &one.value);
        arguments.args.iter().chain(keywords)
    });
    decorators
        .chain(bases)
        .map(|one| expression(one, 0))
        .collect()
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

fn other(stmt: &py::Stmt, what: &'static str) -> StmtKind {
    let mut binds = Bindings::default();
    binds.visit_stmt(stmt);
    StmtKind::Other {
        what,
        binds: binds.names,
    }
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
