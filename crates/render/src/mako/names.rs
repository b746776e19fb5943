//! Which names a piece of Python reads and binds: `FindIdentifiers` in `mako/pyparser.py`, which
//! decides what a template takes from its context.

use std::collections::BTreeSet;

use onehead_python::{Expr, ExprKind, FormatPart, Stmt, StmtKind};

/// The names of a piece of Python.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Names that are read somewhere.
    pub(super) reads: BTreeSet<String>,
    /// Names that statements bind.
    pub(super) stores: BTreeSet<String>,
    /// Names that comprehensions bind. To Mako these count as bound like the others.
    pub(super) targets: BTreeSet<String>,
}

impl Names {
    /// Adds the names of statements.
    pub(super) fn add_block(&mut self, body: &[Stmt]) {
        for stmt in body {
            self.add_stmt(stmt);
        }
    }

    fn add_stmt(&mut self, stmt: &Stmt) {
        match &stmt.kind {
            StmtKind::Assign { targets, value } => {
                targets.iter().for_each(|target| self.add_target(target));
                self.add(value);
            }
            StmtKind::Augmented { target, value, .. } => {
                self.add_target(target);
                self.add(value);
            }
            StmtKind::Import(names) => {
                let bound = |alias: &onehead_python::Alias| {
                    alias.asname.clone().unwrap_or_else(|| alias.name.clone())
                };
                self.stores.extend(names.iter().map(bound));
            }
            StmtKind::If(branches) => {
                for branch in branches {
                    branch.test.iter().for_each(|test| self.add(test));
                    self.add_block(&branch.body);
                }
            }
            StmtKind::For {
                target,
                iter,
                body,
                orelse,
            } => {
                self.add_target(target);
                self.add(iter);
                self.add_block(body);
                self.add_block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.add(test);
                self.add_block(body);
                self.add_block(orelse);
            }
            StmtKind::Expr(value) => self.add(value),
            // Nothing else passes the checks of `source`.
            _ => {}
        }
    }

    /// Adds the names that a target binds.
    pub(super) fn add_target(&mut self, target: &Expr) {
        self.stores.extend(target_names(target));
    }

    /// Adds the names of an expression.
    pub(super) fn add(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(name) => {
                self.reads.insert(name.clone());
            }
            ExprKind::Attribute { value, .. } => self.add(value),
            ExprKind::Subscript { value, index } => {
                self.add(value);
                self.add(index);
            }
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.add(part);
                }
            }
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
                items.iter().for_each(|item| self.add(item));
            }
            ExprKind::Dict(items) => {
                for (key, value) in items {
                    key.iter().for_each(|key| self.add(key));
                    self.add(value);
                }
            }
            ExprKind::Binary { left, right, .. } => {
                self.add(left);
                self.add(right);
            }
            ExprKind::Unary { operand, .. } => self.add(operand),
            ExprKind::Logical { values, .. } => values.iter().for_each(|value| self.add(value)),
            ExprKind::Compare { left, rest } => {
                self.add(left);
                rest.iter().for_each(|(_, right)| self.add(right));
            }
            ExprKind::Conditional { test, body, orelse } => {
                self.add(test);
                self.add(body);
                self.add(orelse);
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.add(func);
                args.iter().for_each(|arg| self.add(arg));
                keywords.iter().for_each(|(_, value)| self.add(value));
            }
            ExprKind::Comprehension { element, loops, .. } => {
                self.add(element);
                for part in loops {
                    self.targets.extend(target_names(&part.target));
                    self.add(&part.iter);
                    part.ifs.iter().for_each(|test| self.add(test));
                }
            }
            ExprKind::Format(parts) => {
                for part in parts {
                    if let FormatPart::Value { expr, .. } = part {
                        self.add(expr);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The names in a target that passed the checks of `source`.
pub(super) fn target_names(target: &Expr) -> Vec<String> {
    match &target.kind {
        ExprKind::Name(name) => vec![name.clone()],
        ExprKind::Tuple(items) | ExprKind::List(items) => {
            items.iter().flat_map(target_names).collect()
        }
        _ => Vec::new(),
    }
}
