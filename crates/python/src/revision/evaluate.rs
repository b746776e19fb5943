//! What the module-level statements of a file bind its names to.
//!
//! Python executes a module from top to bottom and Alembic takes what the names are bound to in the
//! end. So this follows the statements in order and keeps, for each name, a [`Term`]; wherever the
//! outcome depends on something that only execution shows, the name becomes [`Term::Unknown`], never
//! a guess.

use std::collections::HashMap;

use crate::tree::{Alias, BinaryOp, Branch, Expr, ExprKind, Module, Span, Stmt, StmtKind};

use super::effects::is_names;
use super::scope::{Binding, Scope};
use super::term::Term;
use super::value::concat;
use super::walk::walk;

/// What the module binds its names to.
pub(super) fn evaluate(module: &Module) -> Scope {
    let mut scope = Scope::default();
    scope.run(&module.body);
    scope
}

impl Scope {
    fn run(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign { targets, value } => {
                self.effects(value);
                self.assign_all(targets, value);
            }
            StmtKind::Annotated { target, value } => {
                if let Some(value) = value {
                    self.effects(value);
                    self.assign_all(std::slice::from_ref(target), value);
                }
            }
            StmtKind::Augmented { target, op, value } => {
                self.effects(value);
                let left = self.term(target);
                let is_shared = left.is_mutable();
                let term = match op {
                    BinaryOp::Add => concat(left, self.term(value)),
                    _ => Term::unknown("an augmented assignment"),
                };
                match &target.kind {
                    ExprKind::Name(name) if self.holds_names(name) => {
                        self.forget_all("`globals()` may change it", stmt.span);
                    }
                    ExprKind::Name(name) if is_shared => self.lengthened(name, stmt.span),
                    _ => {}
                }
                let mut names = shared_by(value, &term);
                self.assign(target, &term, stmt.span, &mut names);
            }
            StmtKind::Import(names) => {
                for alias in names {
                    let parts: Vec<String> = alias.name.split('.').map(str::to_owned).collect();
                    let (name, parts) = match &alias.asname {
                        Some(asname) => (asname.clone(), parts),
                        None => (parts[0].clone(), vec![parts[0].clone()]),
                    };
                    self.bind(name, Term::Imported(parts), stmt.span);
                }
            }
            StmtKind::ImportFrom {
                module,
                level,
                names,
            } => {
                self.import_from(module.as_deref(), *level, names, stmt.span);
            }
            StmtKind::If(branches) => self.branches(branches, stmt.span),
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.effects(iter);
                self.forget(target, "a loop target", stmt.span);
                self.link_all(target, &mut names_in(iter));
                self.maybe(&[body, orelse], stmt.span, "a loop");
            }
            StmtKind::While { test, body, orelse } => {
                self.effects(test);
                self.maybe(&[body, orelse], stmt.span, "a loop");
            }
            StmtKind::With { items, body } => {
                for (context, target) in items {
                    self.effects(context);
                    if let Some(target) = target {
                        self.forget(target, "the target of `with`", stmt.span);
                        self.link_all(target, &mut names_in(context));
                    }
                }
                self.run(body);
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                let mut parts: Vec<&[Stmt]> = vec![body, orelse];
                for (name, handler) in handlers {
                    parts.push(handler);
                    if let Some(name) = name {
                        self.set(name.clone(), None);
                    }
                }
                self.maybe(&parts, stmt.span, "`try`");
                self.run(finalbody);
            }
            StmtKind::Def {
                name,
                globals,
                evaluated,
                ..
            } => {
                evaluated.iter().for_each(|expr| self.effects(expr));
                self.rebound.extend(globals.iter().cloned());
                self.bind(
                    name.clone(),
                    Term::unknown("a function or class"),
                    stmt.span,
                );
            }
            StmtKind::Delete(targets) => {
                targets.iter().for_each(|target| self.delete(target));
            }
            StmtKind::Expr(expr) => self.effects(expr),
            // A module holds none outside its functions.
            StmtKind::Return(_) | StmtKind::Inert => {}
            StmtKind::Other { what, binds } => {
                for name in binds {
                    self.bind(name.clone(), Term::unknown(*what), stmt.span);
                }
            }
        }
    }

    fn import_from(&mut self, module: Option<&str>, level: u32, names: &[Alias], span: Span) {
        // Alembic loads a revision file as a module without a package: a relative import fails.
        let known = (level == 0).then_some(module).flatten();
        for alias in names {
            if alias.name == "*" {
                let module = known.unwrap_or("a relative module").to_owned();
                self.stars.push((module, span));
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name).clone();
            let term = match known {
                None => Term::unknown("a relative import"),
                Some(module) => {
                    let parts = module.split('.').chain([alias.name.as_str()]);
                    Term::Imported(parts.map(str::to_owned).collect())
                }
            };
            self.bind(name, term, span);
        }
    }

    /// `a = b = value`
    fn assign_all(&mut self, targets: &[Expr], value: &Expr) {
        let term = self.term(value);
        let mut names = shared_by(value, &term);
        for target in targets {
            self.assign(target, &term, value.span, &mut names);
            if let ExprKind::Name(name) = &target.kind
                && is_names(value)
            {
                self.hold_names(name.clone());
            }
        }
    }

    /// `names` are those that may hold the same value.
    fn assign(&mut self, target: &Expr, term: &Term, span: Span, names: &mut Vec<String>) {
        match (&target.kind, term) {
            (ExprKind::Name(name), _) => {
                self.bind(name.clone(), self.copy(term), span);
                if term.is_mutable() {
                    self.link_all(target, names);
                }
            }
            (ExprKind::Tuple(targets) | ExprKind::List(targets), Term::Sequence(values))
                if targets.len() == values.len()
                    && !targets
                        .iter()
                        .any(|target| matches!(target.kind, ExprKind::Starred(_))) =>
            {
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value, span, names);
                }
            }
            _ => {
                self.forget(target, "an assignment that onehead does not follow", span);
                self.link_all(target, names);
            }
        }
    }

    /// What the names of a target hold may be what these hold. One of them stands for all from then on.
    fn link_all(&mut self, target: &Expr, names: &mut Vec<String>) {
        for name in names_in(target) {
            for other in names.drain(..) {
                self.link(&name, &other);
            }
            names.push(name);
        }
    }

    /// The names in a target are bound to something that is not known.
    fn forget(&mut self, target: &Expr, why: &str, span: Span) {
        match &target.kind {
            ExprKind::Name(name) => self.bind(name.clone(), Term::unknown(why), span),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                for target in targets {
                    self.forget(target, why, span);
                }
            }
            ExprKind::Starred(target) => self.forget(target, why, span),
            ExprKind::Subscript { value, index } => self.element_changed(value, index, span),
            ExprKind::Attribute { value, .. } => self.effects(value),
            _ => {}
        }
    }

    fn delete(&mut self, target: &Expr) {
        match &target.kind {
            ExprKind::Name(name) => self.set(name.clone(), None),
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                targets.iter().for_each(|target| self.delete(target));
            }
            ExprKind::Subscript { value, index } => {
                self.element_changed(value, index, target.span);
            }
            _ => self.effects(target),
        }
    }

    fn branches(&mut self, branches: &[Branch], span: Span) {
        let mut open = Vec::new();
        for branch in branches {
            match branch.test.as_ref().map(|test| (self.truth(test), test)) {
                Some((Some(false), _)) => {}
                Some((None, test)) => {
                    self.effects(test);
                    open.push(branch.body.as_slice());
                }
                None | Some((Some(true), _)) => {
                    if open.is_empty() {
                        return self.run(&branch.body);
                    }
                    open.push(branch.body.as_slice());
                    break;
                }
            }
        }
        self.maybe(&open, span, "a condition");
    }

    /// Blocks that may or may not run: a name that any of them would bind to
    /// something else than it is bound to already is not known afterwards.
    fn maybe(&mut self, blocks: &[&[Stmt]], span: Span, what: &str) {
        let mut undecided = HashMap::new();
        for block in blocks {
            self.before.push(HashMap::new());
            self.run(block);
            for (name, old) in self.before.pop().unwrap_or_default() {
                let after = self.names.remove(&name);
                let is_same =
                    old.as_ref().map(|one| &one.term) == after.as_ref().map(|one| &one.term);
                if let Some(old) = old {
                    self.names.insert(name.clone(), old);
                }
                if !is_same {
                    let span = after.map_or(span, |binding| binding.span);
                    let term = Term::unknown(format!("{what} decides"));
                    undecided.insert(name, Binding { term, span });
                }
            }
        }
        for (name, binding) in undecided {
            self.set(name, Some(binding));
        }
    }
}

/// The names that may hold the value of an expression, or a part of it.
fn shared_by(value: &Expr, term: &Term) -> Vec<String> {
    match term.is_mutable() {
        true => names_in(value),
        false => Vec::new(),
    }
}

fn names_in(expr: &Expr) -> Vec<String> {
    let mut names = Vec::new();
    walk(expr, &mut |expr| {
        if let ExprKind::Name(name) | ExprKind::Walrus { name, .. } = &expr.kind {
            names.push(name.clone());
        }
    });
    names
}
