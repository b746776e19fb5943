//! What heads make of the target, told without a merge by git.

use onehead_git::{Differences, GitError, Oid};
use onehead_scan::{ScanError, Snapshot};

use crate::ancestry::Base;
use crate::doubts::Question;
use crate::forecast::{Forecast, Outcome};
use crate::laid_over::{self, LaidOver, Told};

impl Forecast {
    /// What a head makes of the target, as far as memory suffices.
    pub(crate) fn in_memory(&mut self, index: usize) -> Result<Told<Outcome>, ScanError> {
        let head = &self.heads[index];
        let Some(laid_over) = (head.changes.as_ref())
            .and_then(|changes| laid_over::merged(&self.base, &LaidOver::default(), changes))
        else {
            return Ok(Told::Nothing);
        };
        let Some(state) = self.with(&laid_over.delta)? else {
            return Ok(Told::AllButContent(laid_over));
        };
        let outcome = self.merged_in_memory(index, laid_over, state, true)?;
        Ok(outcome.map_or(Told::Nothing, Told::Outcome))
    }

    /// The outcome of a head of which this comes, unless git may record something else that counts. `clean` says whether
    /// git had no conflict.
    pub(crate) fn merged_in_memory(
        &mut self,
        index: usize,
        mut laid_over: LaidOver,
        state: Snapshot,
        clean: bool,
    ) -> Result<Option<Outcome>, ScanError> {
        let head = &self.heads[index];
        let (Some(changes), Some(place)) = (&head.changes, head.ancestry) else {
            return Ok(None);
        };
        let Base::One(base) = self.ancestry.base(place) else {
            return Ok(None);
        };
        let target = LaidOver::default();
        if !self.is_settled(&mut laid_over, &state, &target, base, changes)? {
            return Ok(None);
        }
        self.heads[index].laid_over = clean.then_some(laid_over);
        Ok(Some(self.merged_as(index, state)))
    }

    /// Whether nothing counts that is not known of a merge: of `theirs`, which is what was changed since `base`, into what
    /// `ours` makes of the target.
    pub(crate) fn is_settled(
        &self,
        merged: &mut LaidOver,
        state: &Snapshot,
        ours: &LaidOver,
        base: &Oid,
        theirs: &Differences,
    ) -> Result<bool, GitError> {
        merged.doubts.are_settled(&Question {
            repository: &self.repository,
            alike: &self.alike,
            state,
            target: (&self.target, &self.base),
            ours: &ours.delta,
            base,
            theirs: &theirs.paths,
        })
    }
}
