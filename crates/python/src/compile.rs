//! What Python's compiler refuses though its grammar allows it: `return` outside a function, a
//! parameter given twice, `break` outside a loop. Alembic loads a file by compiling it, so for a
//! revision these are syntax errors like any other.

use std::cell::RefCell;
use std::collections::HashMap;

use ruff_python_ast as py;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_parser::semantic_errors::{
    LazyImportContext, SemanticSyntaxChecker, SemanticSyntaxContext, SemanticSyntaxError,
};
use ruff_text_size::{Ranged, TextRange};

use crate::error::SyntaxError;

/// The first thing in a parsed module that the compiler refuses.
pub(crate) fn check(source: &str, body: &[py::Stmt]) -> Result<(), SyntaxError> {
    let mut compiler = Compiler {
        source,
        checker: SemanticSyntaxChecker::new(),
        found: RefCell::default(),
        scopes: vec![Scope::new(Kind::Module)],
    };
    compiler.visit_body(body);
    let first = compiler
        .found
        .into_inner()
        .into_iter()
        .min_by_key(|error| error.range.start());
    match first {
        None => Ok(()),
        Some(error) => Err(SyntaxError::at(
            error.range.start().to_usize(),
            &error.to_string(),
        )),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Class,
    Function { is_async: bool },
    Comprehension { is_async: bool, is_generator: bool },
}

struct Scope {
    kind: Kind,
    /// How many loops are open here.
    loops: usize,
    parameters: Vec<String>,
    /// Names declared `global` directly in this function.
    globals: HashMap<String, TextRange>,
}

impl Scope {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            loops: 0,
            parameters: Vec::new(),
            globals: HashMap::new(),
        }
    }
}

struct Compiler<'a> {
    source: &'a str,
    checker: SemanticSyntaxChecker,
    found: RefCell<Vec<SemanticSyntaxError>>,
    scopes: Vec<Scope>,
}

impl Compiler<'_> {
    fn with_checker(&mut self, check: impl FnOnce(&mut SemanticSyntaxChecker, &Self)) {
        let mut checker = std::mem::take(&mut self.checker);
        check(&mut checker, self);
        self.checker = checker;
    }

    fn inside(&mut self, scope: Scope, visit: impl FnOnce(&mut Self)) {
        self.scopes.push(scope);
        visit(self);
        self.scopes.pop();
    }

    fn scope(&self) -> &Scope {
        // The module's scope is never left.
        &self.scopes[self.scopes.len() - 1]
    }

    /// The innermost scope that is no comprehension.
    fn around_comprehensions(&self) -> Kind {
        let kinds = self.scopes.iter().rev().map(|scope| scope.kind);
        let outer = kinds
            .into_iter()
            .find(|kind| !matches!(kind, Kind::Comprehension { .. }));
        outer.unwrap_or(Kind::Module)
    }

    fn in_loop(&mut self, body: &[py::Stmt]) {
        let at = self.scopes.len() - 1;
        self.scopes[at].loops += 1;
        self.visit_body(body);
        self.scopes[at].loops -= 1;
    }

    fn comprehension(
        &mut self,
        is_generator: bool,
        loops: &[py::Comprehension],
        elements: &[&py::Expr],
    ) {
        for one in loops {
            self.visit_comprehension(one);
        }
        let is_async = loops.iter().any(|one| one.is_async);
        self.inside(
            Scope::new(Kind::Comprehension {
                is_async,
                is_generator,
            }),
            |compiler| {
                elements
                    .iter()
                    .for_each(|element| compiler.visit_expr(element));
            },
        );
    }
}

impl SemanticSyntaxContext for Compiler<'_> {
    fn future_annotations_or_stub(&self) -> bool {
        false
    }

    fn lazy_import_context(&self) -> Option<LazyImportContext> {
        None
    }

    fn python_version(&self) -> py::PythonVersion {
        py::PythonVersion::latest()
    }

    fn source(&self) -> &str {
        self.source
    }

    fn global(&self, name: &str) -> Option<TextRange> {
        self.scope().globals.get(name).copied()
    }

    /// Which names an enclosing function binds is not followed: this error is left to Python.
    fn has_nonlocal_binding(&self, _name: &str) -> bool {
        true
    }

    fn in_async_context(&self) -> bool {
        // A generator expression may be asynchronous in any function.
        self.in_generator_context()
            || self.around_comprehensions() == Kind::Function { is_async: true }
    }

    fn in_await_allowed_context(&self) -> bool {
        matches!(self.around_comprehensions(), Kind::Function { .. })
    }

    fn in_yield_allowed_context(&self) -> bool {
        matches!(self.scope().kind, Kind::Function { .. })
    }

    fn in_sync_comprehension(&self) -> bool {
        let kinds = self.scopes.iter().rev().map(|scope| scope.kind);
        kinds
            .take_while(|kind| matches!(kind, Kind::Comprehension { .. }))
            .any(|kind| {
                matches!(
                    kind,
                    Kind::Comprehension {
                        is_async: false,
                        ..
                    }
                )
            })
    }

    fn in_class_body_comprehension(&self) -> bool {
        self.around_comprehensions() == Kind::Class
    }

    fn in_module_scope(&self) -> bool {
        self.scopes.len() == 1
    }

    fn in_function_scope(&self) -> bool {
        matches!(self.scope().kind, Kind::Function { .. })
    }

    fn in_generator_context(&self) -> bool {
        matches!(
            self.scope().kind,
            Kind::Comprehension {
                is_generator: true,
                ..
            }
        )
    }

    fn in_notebook(&self) -> bool {
        false
    }

    fn report_semantic_error(&self, error: SemanticSyntaxError) {
        self.found.borrow_mut().push(error);
    }

    fn in_loop_context(&self) -> bool {
        self.scope().loops > 0
    }

    fn is_bound_parameter(&self, name: &str) -> bool {
        self.scope()
            .parameters
            .iter()
            .any(|parameter| parameter == name)
    }
}

impl<'a> Visitor<'a> for Compiler<'_> {
    fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
        self.with_checker(|checker, context| checker.visit_stmt(stmt, context));
        match stmt {
            py::Stmt::FunctionDef(node) => {
                node.decorator_list
                    .iter()
                    .for_each(|one| self.visit_decorator(one));
                if let Some(parameters) = &node.type_params {
                    self.visit_type_params(parameters);
                }
                self.visit_parameters(&node.parameters);
                if let Some(returns) = &node.returns {
                    self.visit_annotation(returns);
                }
                let scope = Scope {
                    parameters: names(&node.parameters),
                    globals: declared(&node.body),
                    ..Scope::new(Kind::Function {
                        is_async: node.is_async,
                    })
                };
                self.inside(scope, |compiler| compiler.visit_body(&node.body));
            }
            py::Stmt::ClassDef(node) => {
                node.decorator_list
                    .iter()
                    .for_each(|one| self.visit_decorator(one));
                if let Some(parameters) = &node.type_params {
                    self.visit_type_params(parameters);
                }
                if let Some(arguments) = &node.arguments {
                    self.visit_arguments(arguments);
                }
                self.inside(Scope::new(Kind::Class), |compiler| {
                    compiler.visit_body(&node.body)
                });
            }
            py::Stmt::For(node) => {
                self.visit_expr(&node.iter);
                self.visit_expr(&node.target);
                self.in_loop(&node.body);
                self.visit_body(&node.orelse);
            }
            py::Stmt::While(node) => {
                self.visit_expr(&node.test);
                self.in_loop(&node.body);
                self.visit_body(&node.orelse);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a py::Expr) {
        self.with_checker(|checker, context| checker.visit_expr(expr, context));
        match expr {
            py::Expr::Lambda(node) => {
                let parameters = node.parameters.as_deref();
                if let Some(parameters) = parameters {
                    self.visit_parameters(parameters);
                }
                let scope = Scope {
                    parameters: parameters.map(names).unwrap_or_default(),
                    ..Scope::new(Kind::Function { is_async: false })
                };
                self.inside(scope, |compiler| compiler.visit_expr(&node.body));
            }
            py::Expr::ListComp(node) => self.comprehension(false, &node.generators, &[&node.elt]),
            py::Expr::SetComp(node) => self.comprehension(false, &node.generators, &[&node.elt]),
            py::Expr::Generator(node) => self.comprehension(true, &node.generators, &[&node.elt]),
            py::Expr::DictComp(node) => {
                let elements: Vec<&py::Expr> = node
                    .key
                    .as_deref()
                    .into_iter()
                    .chain([&*node.value])
                    .collect();
                self.comprehension(false, &node.generators, &elements);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}

fn names(parameters: &py::Parameters) -> Vec<String> {
    parameters
        .iter()
        .map(|parameter| parameter.name().id.to_string())
        .collect()
}

/// The `global` statements of a function, not those of functions inside it.
fn declared(body: &[py::Stmt]) -> HashMap<String, TextRange> {
    struct Globals(HashMap<String, TextRange>);
    impl<'a> Visitor<'a> for Globals {
        fn visit_stmt(&mut self, stmt: &'a py::Stmt) {
            match stmt {
                py::Stmt::Global(node) => {
                    for name in &node.names {
                        self.0.entry(name.id.to_string()).or_insert(node.range());
                    }
                }
                py::Stmt::FunctionDef(_) | py::Stmt::ClassDef(_) => {}
                _ => visitor::walk_stmt(self, stmt),
            }
        }
        fn visit_expr(&mut self, _: &'a py::Expr) {}
    }
    let mut globals = Globals(HashMap::new());
    globals.visit_body(body);
    globals.0
}

#[cfg(test)]
mod tests {
    use crate::parse_module;

    #[test]
    fn what_the_compiler_refuses() {
        for text in [
            "return 1",
            "class C:\n    return 1",
            "break",
            "for x in y:\n    pass\nelse:\n    break",
            "while x:\n    def f():\n        continue",
            "yield 1",
            "await x",
            "def f(a, a): pass",
            "f(a=1, a=2)",
            "nonlocal x",
            "def f():\n    x = 1\n    global x",
            "def f(x):\n    global x",
            "import a\nfrom __future__ import annotations",
            "from __future__ import nothing",
            "def f():\n    from a import *",
            "async def f():\n    yield from x",
            "def f():\n    async with x: pass",
            "*a, *b = c",
            "[(yield 1) for x in y]",
        ] {
            assert!(parse_module(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_it_takes() {
        for text in [
            "def f():\n    return 1",
            "for x in y:\n    while z:\n        break\n    else:\n        continue",
            "\"\"\"doc\"\"\"\nfrom __future__ import annotations",
            "def f():\n    global x\n    x = 1",
            "def f():\n    def g():\n        global x\n    x = 1",
            "async def f():\n    return [await x async for x in y]",
            "f = lambda: (yield)",
            "def f():\n    x = 1\n    def g():\n        nonlocal x",
            "async def f():\n    return (await x for x in y), {await x for x in y}",
            "def f(a, *, b=1, **c): return lambda a: a",
            "class C:\n    x = [y for y in z]",
        ] {
            assert!(
                parse_module(text).is_ok(),
                "{text}: {:?}",
                parse_module(text)
            );
        }
    }
}
