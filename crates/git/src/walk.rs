//! A walk from two sides down to what they have in common, youngest commits first, as git itself does it.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use crate::{Connection, GitError, Oid};

/// Reached from the first side, and from the second.
const FIRST: u8 = 1;
const SECOND: u8 = 2;
const BOTH: u8 = FIRST | SECOND;
/// Below a common ancestor, so that it is no best one itself.
const STALE: u8 = 4;
/// Noted as a common ancestor.
const NOTED: u8 = 8;

/// After so many commits git does it faster.
const MOST_COMMITS: usize = 256;

/// So many commits are read ahead at first along first parents, and at most.
const FIRST_AHEAD: usize = 4;
const MOST_AHEAD: usize = 16;

/// What is known of a commit.
#[derive(Debug, Default, Clone, Copy)]
struct Mark {
    flags: u8,
    /// How often it stands in the queue.
    queued: usize,
}

/// Finds common ancestors over commit objects.
pub(crate) struct Walk<'a> {
    git: &'a Connection,
    boundary: HashSet<Oid>,
    ahead: usize,
    walked: usize,
    marks: HashMap<Oid, Mark>,
    /// How many in the queue do not lie below a common ancestor.
    open: usize,
    /// By date, then in the order in which they were met.
    queue: BinaryHeap<(i64, Reverse<usize>, Oid)>,
    met: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(git: &'a Connection) -> Result<Self, GitError> {
        Ok(Self {
            git,
            boundary: git.boundary()?,
            ahead: FIRST_AHEAD,
            walked: 0,
            marks: HashMap::new(),
            open: 0,
            queue: BinaryHeap::new(),
            met: 0,
        })
    }

    /// Whether the first commit is reachable from the second; `None` if that is far, or a commit is not here.
    pub(crate) fn is_ancestor(&mut self, one: &Oid, of: &Oid) -> Result<Option<bool>, GitError> {
        if one == of {
            return Ok(Some(true));
        }
        let painted = self.paint(one, std::slice::from_ref(of))?;
        Ok(painted.map(|_| self.marks[one].flags & SECOND != 0))
    }

    /// The best common ancestors, the youngest first; `None` if they are far, or a commit is not here.
    pub(crate) fn merge_bases(
        &mut self,
        one: &Oid,
        others: &[Oid],
    ) -> Result<Option<Vec<Oid>>, GitError> {
        if others.contains(one) {
            return Ok(Some(vec![one.clone()]));
        }
        let Some(found) = self.paint(one, others)? else {
            return Ok(None);
        };
        let is_best = |oid: &Oid| self.marks[oid].flags & STALE == 0;
        let found: Vec<Oid> = found.into_iter().filter(is_best).collect();
        let mut best = Vec::new();
        for oid in &found {
            let mut is_below = false;
            // Dates that are wrong let one through that is below another.
            for other in found.iter().filter(|other| *other != oid) {
                match self.is_ancestor(oid, other)? {
                    Some(answer) => is_below |= answer,
                    None => return Ok(None),
                }
            }
            if !is_below {
                best.push(oid.clone());
            }
        }
        Ok(Some(best))
    }

    /// Marks what each side reaches until all that is left lies below common ancestors. Gives these, youngest
    /// first, as far as dates tell.
    fn paint(&mut self, one: &Oid, others: &[Oid]) -> Result<Option<Vec<Oid>>, GitError> {
        self.marks.clear();
        self.queue.clear();
        self.open = 0;
        let mut found = Vec::new();
        if !self.mark([one], FIRST)? || !self.mark(others, SECOND)? {
            return Ok(None);
        }
        while self.open > 0 {
            let Some(oid) = self.pop() else {
                break;
            };
            self.walked += 1;
            if self.walked > MOST_COMMITS {
                return Ok(None);
            }
            let flags = self.marks[&oid].flags;
            let mut passed = flags & (BOTH | STALE);
            if passed == BOTH {
                if flags & NOTED == 0 {
                    self.marks.entry(oid.clone()).or_default().flags |= NOTED;
                    found.push(oid.clone());
                }
                passed |= STALE;
            }
            if self.boundary.contains(&oid) {
                continue;
            }
            let Some(commit) = self.git.commit_objects(&[oid])?.remove(0) else {
                return Ok(None);
            };
            if !self.mark(&commit.parents, passed)? {
                return Ok(None);
            }
        }
        Ok(Some(found))
    }

    /// The youngest of the queue.
    fn pop(&mut self) -> Option<Oid> {
        let (_, _, oid) = self.queue.pop()?;
        let mark = self.marks.entry(oid.clone()).or_default();
        mark.queued -= 1;
        if mark.flags & STALE == 0 {
            self.open -= 1;
        }
        Some(oid)
    }

    /// Marks commits and puts those in the queue for which that is new. False if one is not here.
    fn mark<'b>(
        &mut self,
        commits: impl IntoIterator<Item = &'b Oid>,
        flags: u8,
    ) -> Result<bool, GitError> {
        let new: Vec<Oid> = commits
            .into_iter()
            .filter(|oid| {
                self.marks
                    .get(*oid)
                    .is_none_or(|had| had.flags & flags != flags)
            })
            .cloned()
            .collect();
        self.read_ahead(&new)?;
        let objects = self.git.commit_objects(&new)?;
        for (oid, object) in std::iter::zip(new, objects) {
            let Some(object) = object else {
                return Ok(false);
            };
            let mark = self.marks.entry(oid.clone()).or_default();
            if mark.flags & STALE == 0 {
                self.open -= mark.queued;
            }
            mark.flags |= flags;
            mark.queued += 1;
            if mark.flags & STALE == 0 {
                self.open += mark.queued;
            }
            self.met += 1;
            self.queue.push((object.committed, Reverse(self.met), oid));
        }
        Ok(true)
    }

    /// Reads commits that are not known yet with some of those that they come from, in one question: the walk will
    /// want them, and each question is a wait.
    fn read_ahead(&mut self, commits: &[Oid]) -> Result<(), GitError> {
        let mut names = Vec::new();
        for oid in commits.iter().filter(|oid| !self.git.is_read(oid)) {
            names.push(oid.to_string());
            names.extend((1..self.ahead).map(|steps| format!("{oid}~{steps}")));
        }
        if !names.is_empty() {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.git.read_commits(&names)?;
            self.ahead = (self.ahead * 2).min(MOST_AHEAD);
        }
        Ok(())
    }
}
