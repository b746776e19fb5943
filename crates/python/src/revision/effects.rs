//! What evaluating an expression does besides giving a value: bind names, change a list in place, or reach the
//! module's names behind its back.

use crate::tree::{Expr, ExprKind, Span};

use super::scope::Scope;
use super::term::Term;
use super::walk::walk;

/// Methods that change what they are called on.
const CHANGING: &[&str] = &[
    "append",
    "extend",
    "insert",
    "remove",
    "pop",
    "clear",
    "add",
    "discard",
    "update",
    "difference_update",
    "intersection_update",
    "symmetric_difference_update",
    "reverse",
    "sort",
    "__setitem__",
    "__delitem__",
    "__iadd__",
];

/// Methods of the module's names that change one of them.
const CHANGING_ONE: &[&str] = &["setdefault", "pop", "__setitem__", "__delitem__"];

/// One thing that an expression does.
enum Effect {
    /// `name := value`
    Binds(String),
    /// What the name holds is changed in place.
    Changes(String),
    /// A name of the module may get another value, whatever it is called: the reason.
    BindsAny(String),
}

impl Scope {
    /// Takes in what evaluating an expression does.
    pub(super) fn effects(&mut self, expr: &Expr) {
        let mut found = Vec::new();
        walk(expr, &mut |expr| match &expr.kind {
            ExprKind::Walrus { name, .. } => {
                found.push((Effect::Binds(name.clone()), expr.span));
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                let effects = call(func, args, keywords);
                found.extend(effects.into_iter().map(|effect| (effect, expr.span)));
            }
            _ => {}
        });
        for (effect, span) in found {
            match effect {
                Effect::Binds(name) => {
                    self.bind(name, Term::unknown("an expression assigns it"), span);
                }
                Effect::Changes(name) => self.changed(&name, span),
                Effect::BindsAny(why) => self.forget_all(&why, span),
            }
        }
    }

    /// An element is assigned or deleted.
    pub(super) fn element_changed(&mut self, holder: &Expr, index: &Expr, span: Span) {
        self.effects(holder);
        self.effects(index);
        match (&holder.kind, &index.kind) {
            (ExprKind::Name(name), _) => self.changed(name, span),
            (_, ExprKind::Str(name)) if is_names(holder) => {
                self.bind(name.clone(), Term::unknown("`globals()` changes it"), span);
            }
            _ if is_names(holder) => self.forget_all("`globals()` may change it", span),
            _ => {}
        }
    }

    /// What a name holds is changed in place, and with it whatever may hold the same.
    pub(super) fn changed(&mut self, name: &str, span: Span) {
        if self.holds_names(name) {
            return self.forget_all("`globals()` may change it", span);
        }
        let why = format!("the value of `{name}` is changed in place");
        for other in self.take_linked(name) {
            if other == name || self.may_be_shared(&other) {
                self.bind(other, Term::unknown(&why), span);
            }
        }
    }

    /// A list that is lengthened in place is so for every other name of it.
    pub(super) fn lengthened(&mut self, name: &str, span: Span) {
        let why = format!("the value of `{name}` is changed in place");
        for other in self.take_linked(name) {
            if other != name && self.may_be_shared(&other) {
                self.bind(other, Term::unknown(&why), span);
            }
        }
    }

    /// Whether another name may hold the very same list.
    fn may_be_shared(&self, name: &str) -> bool {
        let held = self.names.get(name);
        held.is_some_and(|held| held.term.is_mutable())
    }
}

/// Whether an expression is the module's names as a dict.
pub(super) fn is_names(expr: &Expr) -> bool {
    let ExprKind::Call {
        func,
        args,
        keywords,
    } = &expr.kind
    else {
        return false;
    };
    let is_named = matches!(&func.kind, ExprKind::Name(name) if matches!(name.as_str(), "globals" | "locals" | "vars"));
    is_named && args.is_empty() && keywords.is_empty()
}

fn call(func: &Expr, args: &[Expr], keywords: &[(Option<String>, Expr)]) -> Vec<Effect> {
    match &func.kind {
        ExprKind::Name(name) if matches!(name.as_str(), "exec" | "eval") => {
            vec![Effect::BindsAny(format!("`{name}(…)` may change it"))]
        }
        ExprKind::Attribute { value, attr } if is_names(value) => {
            let any = || vec![Effect::BindsAny("`globals()` may change it".into())];
            match (attr.as_str(), args) {
                ("update", []) => {
                    let names: Option<Vec<Effect>> = keywords
                        .iter()
                        .map(|(name, _)| name.clone().map(Effect::Binds))
                        .collect();
                    names.unwrap_or_else(any)
                }
                ("update" | "clear" | "popitem" | "__ior__", _) => any(),
                (one, [first, ..]) if CHANGING_ONE.contains(&one) => match &first.kind {
                    ExprKind::Str(name) => vec![Effect::Binds(name.clone())],
                    _ => any(),
                },
                _ => Vec::new(),
            }
        }
        ExprKind::Attribute { value, attr } if CHANGING.contains(&attr.as_str()) => {
            match &value.kind {
                ExprKind::Name(name) => vec![Effect::Changes(name.clone())],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}
