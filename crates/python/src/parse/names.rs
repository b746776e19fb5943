//! What is in a statement, however deep: the names that it binds, `global`, `yield`.

use ruff_python_ast as py;
use ruff_python_ast::visitor::{self, Visitor};

/// Whether a body holds `yield`, its own or that of a function inside.
pub(super) struct Yields(pub(super) bool);

impl<'a> Visitor<'a> for Yields {
    fn visit_expr(&mut self, expr: &'a py::Expr) {
        self.0 |= matches!(expr, py::Expr::Yield(_) | py::Expr::YieldFrom(_));
        visitor::walk_expr(self, expr);
    }
}

/// Every name that a statement may bind, wherever inside it.
#[derive(Default)]
pub(super) struct Bindings {
    pub(super) names: Vec<String>,
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
pub(super) fn globals(stmt: &py::Stmt) -> Vec<String> {
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
