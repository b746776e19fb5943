//! All heads against each other at once.
//!
//! Two heads that only hang revisions into an environment which asks for one head fork it, whatever else they do;
//! so nothing has to be built for such two. What they have in common (one stands on the other, or both on a
//! third) is told from the revisions that they add. Only pairs of which that is not certain are looked at singly.

use std::collections::BTreeMap;

use fixedbitset::FixedBitSet;
use onehead_model::Code;

use crate::forecast::{Forecast, Outcome};
use crate::pairs::Collision;
use crate::view::View;
use crate::{Unknown, Verdict};

/// Two heads by their places in the order given, the lower one first.
type Places = (usize, usize);

/// Which heads go together.
pub struct Matrix {
    /// By environment: for each head, by its place in the order given, the others with which it forks.
    pub forks: BTreeMap<String, Vec<FixedBitSet>>,
    /// Two that bring anything else about.
    pub others: BTreeMap<Places, Vec<Collision>>,
    /// Two of which it is not known.
    unknown: BTreeMap<Places, Vec<Unknown>>,
    /// For each head, the later ones with which it was compared.
    compared: Vec<FixedBitSet>,
}

impl Matrix {
    fn new(heads: usize) -> Self {
        Self {
            forks: BTreeMap::new(),
            others: BTreeMap::new(),
            unknown: BTreeMap::new(),
            compared: vec![FixedBitSet::with_capacity(heads); heads],
        }
    }

    /// The verdict on two heads, in whatever environment. What was not compared is unknown.
    pub fn verdict(&self, a: usize, b: usize) -> Verdict<Code> {
        let places = (a.min(b), a.max(b));
        let mut unknown = self.unknown.get(&places).cloned().unwrap_or_default();
        if unknown.is_empty() && !self.compared[places.0].contains(places.1) {
            unknown.push(Unknown::NotCompared);
        }
        let forks = self.forks.values().any(|rows| rows[a].contains(b));
        let fork = forks.then_some(Code::MultipleHeads);
        let others = self.others.get(&places).into_iter().flatten();
        Verdict::of(
            unknown,
            fork.into_iter().chain(others.map(|one| one.code)).collect(),
        )
    }

    /// Takes what is known of two heads.
    fn insert(&mut self, (a, b): Places, verdict: Verdict<Collision>) {
        self.compared[a].insert(b);
        match verdict {
            Verdict::Fine(_) => {}
            Verdict::Unknown(why) => drop(self.unknown.insert((a, b), why)),
            Verdict::Findings(collisions) => {
                let (forks, others): (Vec<_>, Vec<_>) = collisions
                    .into_iter()
                    .partition(|one| one.code == Code::MultipleHeads);
                for one in forks {
                    self.fork(&one.environment.unwrap_or_default(), (a, b));
                }
                if !others.is_empty() {
                    self.others.insert((a, b), others);
                }
            }
        }
    }

    fn fork(&mut self, environment: &str, (a, b): Places) {
        let heads = self.compared.len();
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
    /// Every two heads, and what they bring about together that neither does alone; with `of`, only those of which one is
    /// that. A head that brings more than forks about with the target alone is left out. Two of which one has
    /// everything of the other bring nothing more about.
    pub fn matrix(&self, of: Option<usize>) -> Matrix {
        let count = self.heads.len();
        let mut matrix = Matrix::new(count);
        let mut singly = Vec::new();
        let plain: Vec<bool> = (0..count).map(|head| self.is_plain(head)).collect();
        let entangled = self.entangled();
        let present: Vec<usize> = (0..count).filter(|&head| self.meets(head)).collect();
        for (at, &a) in present.iter().enumerate() {
            for &b in &present[at + 1..] {
                if of.is_some_and(|one| one != a && one != b) {
                    continue;
                }
                if self.is_within(a, b) {
                    matrix.compared[a].insert(b);
                    continue;
                }
                let is_plain = plain[a] && plain[b] && !entangled[a].contains(b);
                match is_plain.then(|| self.plain_forks(a, b)).flatten() {
                    Some(forks) => {
                        matrix.compared[a].insert(b);
                        for environment in forks {
                            matrix.fork(environment, (a, b));
                        }
                    }
                    None => singly.push((a, b)),
                }
            }
        }
        let verdicts = self.pairs(&singly);
        for (places, verdict) in std::iter::zip(singly, verdicts) {
            matrix.insert(places, verdict);
        }
        matrix
    }

    /// The environments that two plain heads fork; `None` if that takes a look.
    fn plain_forks(&self, a: usize, b: usize) -> Option<Vec<&str>> {
        let (one, other) = (self.view_of(a)?, self.view_of(b)?);
        let mut forks = Vec::new();
        for (left, right) in std::iter::zip(&one.environments, &other.environments) {
            if self.fork(left, right)? {
                forks.push(left.name.as_str());
            }
        }
        Some(forks)
    }

    /// What a head makes of the target.
    pub fn view_of(&self, head: usize) -> Option<&View> {
        match &self.heads[head].outcome {
            Outcome::Merged(view) => Some(view),
            _ => None,
        }
    }

    /// Whether git would put a head and the target together without a conflict, so that it can be compared with
    /// every other one.
    pub fn is_compared(&self, head: usize) -> bool {
        self.heads[head].laid_over.is_some() || self.is_plain(head)
    }

    /// Whether one of two heads has everything that the other has.
    pub fn is_within(&self, a: usize, b: usize) -> bool {
        match (self.heads[a].ancestry, self.heads[b].ancestry) {
            (Some(a), Some(b)) => self.ancestry.holds(a, b) || self.ancestry.holds(b, a),
            _ => false,
        }
    }

    /// Whether every commit of one head is one of the other as well.
    pub fn holds(&self, head: usize, other: usize) -> bool {
        match (self.heads[head].ancestry, self.heads[other].ancestry) {
            (Some(head), Some(other)) => self.ancestry.holds(head, other),
            _ => false,
        }
    }

    /// Whether only forks keep a head from being merged, if anything does.
    pub fn meets(&self, head: usize) -> bool {
        self.view_of(head).is_some_and(|view| {
            view.errors_beside(&self.view)
                .all(|(_, finding)| finding.code == Code::MultipleHeads)
        })
    }
}
