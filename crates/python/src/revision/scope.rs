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
    /// The first place that may bind any name at all, so that one without a value may have one.
    dynamic: Option<(String, Span)>,
    /// Names that were bound since any name may have been rebound for the last time.
    fresh: HashSet<String>,
    /// Names that hold the module's names as a dict.
    dicts: HashSet<String>,
    /// Which names may hold the same list.
    links: HashMap<String, HashSet<String>>,
    /// For each block that may or may not run, innermost last: what the names that it
    /// binds were bound to before.
    pub(super) before: Vec<HashMap<String, Option<Binding>>>,
    /// How much was copied from one name to another so far.
    pub(super) copied: Cell<usize>,
}

impl Scope {
    /// The names, for a file that imports this module.
    pub(super) fn into_names(self) -> impl Iterator<Item = (String, Term)> {
        let rebound = self.rebound;
        let has_more = self.dynamic.is_some() || !self.stars.is_empty();
        let more = has_more.then(|| ("*".to_owned(), Term::unknown("it may have more names")));
        let names = self.names.into_iter().map(move |(name, binding)| {
            let term = match rebound.contains(&name) {
                true => Term::unknown("a function may change it"),
                false => binding.term,
            };
            (name, term)
        });
        names.chain(more)
    }

    /// What `name` is bound to in the end; `None` if nothing binds it.
    pub(super) fn get(&self, name: &str) -> Option<Binding> {
        let bound = self.names.get(name);
        if self.rebound.contains(name) {
            return Some(Binding {
                term: Term::unknown("a function declares it `global`"),
                span: bound.map(|binding| binding.span).unwrap_or_default(),
            });
        }
        if bound.is_some() {
            return bound.cloned();
        }
        self.dynamic.as_ref().map(|(what, place)| Binding {
            term: Term::unknown(what),
            span: *place,
        })
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

    /// Any name may have been bound to anything. What is bound from here on is known again.
    pub(super) fn forget_all(&mut self, why: &str, span: Span) {
        self.dynamic.get_or_insert_with(|| (why.to_owned(), span));
        for name in std::mem::take(&mut self.fresh) {
            let Some(bound) = self.names.get(&name) else {
                continue;
            };
            // Where the value stands is of more use than what may have changed it.
            let span = bound.span;
            self.bind(name, Term::unknown(why), span);
        }
        self.fresh.clear();
    }

    /// A name is bound to the module's names as a dict.
    pub(super) fn hold_names(&mut self, name: String) {
        self.dicts.insert(name);
    }

    /// Whether a name may hold the module's names as a dict.
    pub(super) fn holds_names(&self, name: &str) -> bool {
        self.dicts.contains(name)
    }

    /// Two names may hold the same list.
    pub(super) fn link(&mut self, one: &str, other: &str) {
        for (from, to) in [(one, other), (other, one)] {
            let linked = self.links.entry(from.to_owned()).or_default();
            linked.insert(to.to_owned());
        }
    }

    /// The names that may hold the same list as one of them, itself included. They are linked no more: once that list
    /// has changed, none of them is known, and what they hold later is another.
    pub(super) fn take_linked(&mut self, name: &str) -> Vec<String> {
        let mut found = vec![name.to_owned()];
        let mut seen = HashSet::from([name.to_owned()]);
        let mut at = 0;
        while let Some(next) = found.get(at) {
            for other in self.links.remove(next).unwrap_or_default() {
                if seen.insert(other.clone()) {
                    found.push(other);
                }
            }
            at += 1;
        }
        found
    }

    pub(super) fn set(&mut self, name: String, binding: Option<Binding>) {
        if binding.is_some() {
            self.fresh.insert(name.clone());
        }
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
