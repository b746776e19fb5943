//! The names of a module while its statements are followed, and what is known of them in the end.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::tree::Span;

use super::term::Term;

/// A name's value, and where the expression stands that gave it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binding {
    pub(super) term: Term,
    pub(super) span: Span,
}

/// The names of a module after all its statements.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) names: HashMap<String, Binding>,
    /// Modules of `from m import *` with their place, after which any name may be rebound.
    pub(super) stars: Vec<(String, Span)>,
    /// Names that a function rebinds through `global`: unknown wherever that function is called.
    pub(super) rebound: HashSet<String>,
    /// Names that were bound more than once, or unbound.
    again: HashSet<String>,
    /// The first place that may rebind any name at all.
    pub(super) dynamic: Option<(String, Span)>,
    /// For each block that may or may not run, innermost last: what the names that it
    /// binds were bound to before.
    pub(super) before: Vec<HashMap<String, Option<Binding>>>,
    /// How much was copied from one name to another so far.
    pub(super) copied: Cell<usize>,
}

impl Scope {
    /// The names, for a file that imports this module.
    pub(super) fn into_names(self) -> impl Iterator<Item = (String, Term)> {
        let dynamic = self.dynamic;
        let rebound = self.rebound;
        let has_more = dynamic.is_some() || !self.stars.is_empty();
        let more = has_more.then(|| ("*".to_owned(), Term::unknown("it may have more names")));
        let names = self.names.into_iter().map(move |(name, binding)| {
            let term = match &dynamic {
                Some((what, _)) => Term::unknown(what),
                None if rebound.contains(&name) => Term::unknown("a function may change it"),
                None => binding.term,
            };
            (name, term)
        });
        names.chain(more)
    }

    /// What `name` is bound to in the end; `None` if nothing binds it.
    pub(super) fn get(&self, name: &str) -> Option<Binding> {
        let bound = self.names.get(name);
        let span = bound.map(|binding| binding.span);
        if let Some((what, place)) = &self.dynamic {
            let span = span.unwrap_or(*place);
            return Some(Binding {
                term: Term::unknown(what),
                span,
            });
        }
        if self.rebound.contains(name) {
            let span = span.unwrap_or_default();
            return Some(Binding {
                term: Term::unknown("a function declares it `global`"),
                span,
            });
        }
        bound.cloned()
    }

    /// Whether more than one statement that may run binds or deletes `name`.
    pub(super) fn is_bound_again(&self, name: &str) -> bool {
        self.again.contains(name)
    }

    /// The star imports behind which `name` is not bound again.
    pub(super) fn stars_behind(&self, name: &str) -> impl Iterator<Item = &(String, Span)> {
        let bound_at = self.names.get(name).map_or(0, |binding| binding.span.start);
        self.stars
            .iter()
            .filter(move |(_, span)| span.start >= bound_at)
    }

    pub(super) fn bind(&mut self, name: String, term: Term, span: Span) {
        self.set(name, Some(Binding { term, span }));
    }

    pub(super) fn set(&mut self, name: String, binding: Option<Binding>) {
        let old = match binding {
            Some(binding) => self.names.insert(name.clone(), binding),
            None => self.names.remove(&name),
        };
        if old.is_some() {
            self.again.insert(name.clone());
        }
        if let Some(before) = self.before.last_mut() {
            before.entry(name).or_insert(old);
        }
    }
}
