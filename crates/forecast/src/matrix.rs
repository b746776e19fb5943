//! All heads against each other at once.
//!
//! Two heads that only hang revisions into an environment which asks for one head fork it, whatever else they do;
//! so nothing has to be built for such two. What they have in common (one stands on the other, or both on a
//! third) is told from the revisions that they add. Only pairs of which that is not certain are looked at singly.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use onehead_model::Code;
use onehead_scan::ScanError;

use crate::forecast::{Forecast, Landed};
use crate::pairs::Pair;
use crate::view::View;

/// Which heads do not go together.
#[derive(Default)]
pub(crate) struct Matrix {
    /// By environment: for each head, by its place in the order given, the others with which it forks.
    pub(crate) forks: BTreeMap<String, Vec<FixedBitSet>>,
    /// Two that bring anything else about.
    pub(crate) others: Vec<Pair>,
}

impl Matrix {
    /// Whether two heads do not go together, in whatever environment.
    pub(crate) fn collide(&self, a: usize, b: usize) -> bool {
        self.forks.values().any(|rows| rows[a].contains(b))
            || self
                .others
                .iter()
                .any(|(pair, _)| *pair == (a, b) || *pair == (b, a))
    }

    fn fork(&mut self, environment: &str, heads: usize, (a, b): (usize, usize)) {
        if !self.forks.contains_key(environment) {
            let rows = vec![FixedBitSet::with_capacity(heads); heads];
            self.forks.insert(environment.to_owned(), rows);
        }
        if let Some(rows) = self.forks.get_mut(environment) {
            rows[a].insert(b);
            rows[b].insert(a);
        }
    }
}

impl Forecast {
    /// Every two heads that bring something about together that neither does alone; with `of`, only those of which
    /// one is that. A head that brings more than forks about with the target alone is left out, and so is one of
    /// two of which the other has everything.
    ///
    /// # Errors
    /// git failed.
    pub(crate) fn matrix(&mut self, of: Option<usize>) -> Result<Matrix, ScanError> {
        let count = self.heads.len();
        let mut matrix = Matrix::default();
        let mut singly = Vec::new();
        let plain: Vec<bool> = (0..count).map(|head| self.is_plain(head)).collect();
        let entangled = self.entangled();
        let present: Vec<usize> = (0..count).filter(|&head| self.meets(head)).collect();
        for (at, &a) in present.iter().enumerate() {
            for &b in &present[at + 1..] {
                if of.is_some_and(|one| one != a && one != b) || self.is_within(a, b) {
                    continue;
                }
                if !plain[a] || !plain[b] || entangled[a].contains(b) {
                    singly.push((a, b));
                    continue;
                }
                let (Some(one), Some(other)) = (self.view_of(a), self.view_of(b)) else {
                    continue;
                };
                let environments = std::iter::zip(&one.environments, &other.environments);
                let forks: Option<Vec<&str>> = environments
                    .filter_map(|(left, right)| match self.fork(left, right) {
                        Some(false) => None,
                        Some(true) => Some(Some(left.name.as_str())),
                        None => Some(None),
                    })
                    .collect();
                match forks {
                    Some(forks) => forks
                        .into_iter()
                        .for_each(|environment| matrix.fork(environment, count, (a, b))),
                    None => singly.push((a, b)),
                }
            }
        }
        for (a, b) in singly {
            let (forks, others): (Vec<_>, Vec<_>) = self
                .pair(a, b)?
                .into_iter()
                .partition(|one| one.code == Code::MultipleHeads);
            for one in forks {
                let environment = one.environment.unwrap_or_default();
                matrix.fork(&environment, count, (a, b));
            }
            if !others.is_empty() {
                matrix.others.push(((a, b), others));
            }
        }
        Ok(matrix)
    }

    /// What a head makes of the target.
    pub(crate) fn view_of(&self, head: usize) -> Option<&View> {
        match &self.heads[head].landed {
            Landed::As(view) => Some(view),
            _ => None,
        }
    }

    /// Whether git would put a head and the target together without a conflict, so that it can be compared with
    /// every other one.
    pub(crate) fn is_compared(&self, head: usize) -> bool {
        self.heads[head].delta.is_some() || self.is_plain(head)
    }

    /// Whether one of two heads has everything that the other has.
    pub(crate) fn is_within(&self, a: usize, b: usize) -> bool {
        match (self.heads[a].ancestry, self.heads[b].ancestry) {
            (Some(a), Some(b)) => self.ancestry.holds(a, b) || self.ancestry.holds(b, a),
            _ => false,
        }
    }

    /// Whether every commit of one head is one of the other as well.
    pub(crate) fn holds(&self, head: usize, other: usize) -> bool {
        match (self.heads[head].ancestry, self.heads[other].ancestry) {
            (Some(head), Some(other)) => self.ancestry.holds(head, other),
            _ => false,
        }
    }

    /// Whether anything but forks keeps a head from landing.
    pub(crate) fn meets(&self, head: usize) -> bool {
        self.view_of(head).is_some_and(|view| {
            view.errors_beside(&self.view)
                .all(|(_, finding)| finding.code == Code::MultipleHeads)
        })
    }
}
