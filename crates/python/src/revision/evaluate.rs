//! What the module-level statements of a file bind its names to.
//!
//! Python executes a module from top to bottom and Alembic takes what the names are bound to in the
//! end. So this follows the statements in order and keeps, for each name, a [`Term`]; wherever the
//! outcome depends on something that only execution shows, the name becomes [`Term::Unknown`], never
//! a guess.

use std::collections::HashMap;

use crate::tree::{Alias, BinaryOp, Branch, Expr, ExprKind, Module, Span, Stmt, StmtKind};

use super::scope::{Binding, Scope};
use super::term::Term;
use super::value::{concat, truth};
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
                let term = self.term(value);
                for target in targets {
                    self.assign(target, &term, value.span);
                }
            }
            StmtKind::Annotated { target, value } => {
                if let Some(value) = value {
                    self.effects(value);
                    let term = self.term(value);
                    self.assign(target, &term, value.span);
                }
            }
            StmtKind::Augmented { target, op, value } => {
                self.effects(value);
                let left = self.term(target);
                let term = match op {
                    BinaryOp::Add => concat(left, self.term(value)),
                    _ => Term::unknown("an augmented assignment"),
                };
                self.assign(target, &term, stmt.span);
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
            StmtKind::Def { name, globals, .. } => {
                self.rebound.extend(globals.iter().cloned());
                self.bind(
                    name.clone(),
                    Term::unknown("a function or class"),
                    stmt.span,
                );
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    match &target.kind {
                        ExprKind::Name(name) => self.set(name.clone(), None),
                        _ => self.effects(target),
                    }
                }
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

    fn assign(&mut self, target: &Expr, term: &Term, span: Span) {
        match (&target.kind, term) {
            (ExprKind::Name(name), _) => self.bind(name.clone(), self.copy(term), span),
            (ExprKind::Tuple(targets) | ExprKind::List(targets), Term::Sequence(values))
                if targets.len() == values.len()
                    && !targets
                        .iter()
                        .any(|target| matches!(target.kind, ExprKind::Starred(_))) =>
            {
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value, span);
                }
            }
            _ => self.forget(target, "an assignment that onehead does not follow", span),
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
            ExprKind::Subscript { value, index } => {
                self.effects(value);
                self.effects(index);
                if let ExprKind::Name(name) = &value.kind {
                    self.changed(name.clone(), span);
                }
            }
            ExprKind::Attribute { value, .. } => self.effects(value),
            _ => {}
        }
    }

    /// What `name` holds is changed in place.
    fn changed(&mut self, name: String, span: Span) {
        let held = self.names.get(&name).map(|binding| &binding.term);
        if matches!(held, Some(Term::Sequence(_) | Term::Set(_))) {
            // Another name may be bound to the same list.
            self.dynamic
                .get_or_insert((format!("the list in `{name}` is changed in place"), span));
        } else {
            self.bind(name, Term::unknown("an expression changes it"), span);
        }
    }

    fn branches(&mut self, branches: &[Branch], span: Span) {
        let mut open = Vec::new();
        for branch in branches {
            match branch.test.as_ref().map(|test| (truth(test), test)) {
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

    /// What evaluating an expression does besides giving a value: bind names, or reach the module's
    /// names behind its back.
    fn effects(&mut self, expr: &Expr) {
        if self.dynamic.is_some() {
            return;
        }
        let mut found = Vec::new();
        walk(expr, &mut |expr| match &expr.kind {
            ExprKind::Walrus { name, .. } => found.push(Err((name.clone(), expr.span))),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                let bare = args.is_empty() && keywords.is_empty();
                match &func.kind {
                    ExprKind::Name(name)
                        if matches!(name.as_str(), "exec" | "eval")
                            || bare && matches!(name.as_str(), "globals" | "locals" | "vars") =>
                    {
                        found.push(Ok((format!("`{name}(…)` may change it"), expr.span)));
                    }
                    // `name.append(…)` changes what `name` holds.
                    ExprKind::Attribute { value, attr }
                        if matches!(
                            attr.as_str(),
                            "append"
                                | "extend"
                                | "insert"
                                | "remove"
                                | "pop"
                                | "clear"
                                | "add"
                                | "discard"
                                | "update"
                                | "reverse"
                                | "sort"
                        ) =>
                    {
                        if let ExprKind::Name(name) = &value.kind {
                            found.push(Err((name.clone(), expr.span)));
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        });
        for effect in found {
            match effect {
                Ok(dynamic) => self.dynamic = self.dynamic.take().or(Some(dynamic)),
                Err((name, span)) => self.changed(name, span),
            }
        }
    }
}
