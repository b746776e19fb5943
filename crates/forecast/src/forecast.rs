//! Many heads against one target, and against each other: what each of them would make of every environment, and
//! which two of them do not go together. From objects alone, in one process.
//!
//! The target is listed and read once. What a head changes comes from one question for all of them, is laid over
//! the target in memory ([`crate::laid_over`]), and only what that concerns is read. Two heads together ([`crate::pairs`], [`crate::matrix`]) are told from what is known of each
//! where that is certain, else scanned in the same way. A file that counts and that both sides changed is merged by git
//! alone ([`crate::contents`]). Wherever memory does not suffice (a rename may count ([`crate::doubts`]), histories cross),
//! git makes the real merges: those of all such heads with one question, those of all such pairs with another
//! ([`crate::merged`]).
//!
//! It knows commits, not pull requests or branches.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use onehead_git::{Connection, Differences, EntryKind, GitError, Message, Oid};
use onehead_graph::{graph, graph_and_heads};
use onehead_model::{Finding, GraphReport, RepoPath, ScanReport};
use onehead_scan::{Delta, ScanError, ScanOptions, Snapshot, SourceSpec};

use crate::alike::Alike;
use crate::analysis::Analysis;
use crate::ancestry::{Ancestry, Base};
use crate::laid_over::{LaidOver, Told};
use crate::view::View;
use crate::{Unknown, Verdict};
use onehead_published::{Elsewhere, Published, PublishedChanges};

/// What merging a head into the target gives.
pub enum Outcome {
    /// The target has it already.
    AlreadyMerged,
    /// What is there then.
    Merged(View),
    /// Why that is not known.
    Unknown(Unknown),
}

/// A target and the heads that may be merged into it.
pub struct Forecast {
    /// The target.
    pub(crate) base: Snapshot,
    pub(crate) repository: Connection,
    pub(crate) options: ScanOptions,
    pub(crate) target: Oid,
    /// What it says.
    pub(crate) view: View,
    pub(crate) ancestry: Ancestry,
    pub(crate) heads: Vec<Head>,
    /// The whole of what comes of the head, with its graph, if there is only one.
    pub(crate) only: Option<(Snapshot, Arc<GraphReport>)>,
    /// What was looked at before, which the merge may leave as it is.
    near: Option<Analysis>,
    /// The text of the request that the only head is of, if it is known.
    pub(crate) request: Option<String>,
    /// What the commits of all heads say, once one of them changes what is published.
    messages: OnceLock<Result<Vec<Message>, GitError>>,
    /// What releases have beside the target.
    elsewhere: Elsewhere,
    pub(crate) alike: Alike,
}

/// A head, and what is known of it.
pub(crate) struct Head {
    /// None for one that is about to be made.
    pub(crate) commit: Option<Oid>,
    /// Its place in [`Ancestry`]; none if its commit is not here.
    pub(crate) ancestry: Option<usize>,
    /// What it changes since it and the target parted, if they did so once.
    pub(crate) changes: Option<Differences>,
    /// What it makes of the target, as a change of it; none while it is in conflict.
    pub(crate) laid_over: Option<LaidOver>,
    /// Whether git had to make the merge.
    pub(crate) by_git: bool,
    pub outcome: Outcome,
}

/// Looks at every head. `options` say where; both `target` and the heads are object ids.
///
/// # Errors
/// git failed, or the target cannot be scanned. What is wrong with a head is said of it alone.
pub fn forecast(
    options: &ScanOptions,
    repository: &Connection,
    target: &Oid,
    heads: &[Oid],
) -> Result<Forecast, ScanError> {
    let related = Related::read(repository, target, heads)?;
    Forecast::of(options, repository, target, related, None, None)
}

/// A state that is scanned already and may have most of what the target has.
pub(crate) struct Near<'a> {
    pub(crate) here: &'a Analysis,
    /// What the target has otherwise, if that is known.
    pub(crate) to_target: Option<Delta>,
}

impl Near<'_> {
    /// The target.
    fn told(
        &self,
        repository: &Connection,
        options: &ScanOptions,
        target: &Oid,
    ) -> Option<Snapshot> {
        let delta = self.to_target.as_ref()?;
        self.here
            .snapshot
            .of_commit(repository, options, target, delta)
    }
}

/// Heads, and where each of them and the target part.
pub(crate) struct Related {
    heads: Vec<Head>,
    /// Those whose commits are here.
    here: Vec<Oid>,
    pub(crate) ancestry: Ancestry,
    shallow: bool,
}

impl Related {
    pub(crate) fn read(
        repository: &Connection,
        target: &Oid,
        heads: &[Oid],
    ) -> Result<Self, GitError> {
        let trees = repository.trees(heads)?;
        let here: Vec<Oid> = std::iter::zip(heads, &trees)
            .filter(|(_, tree)| tree.is_some())
            .map(|(head, _)| head.clone())
            .collect();
        let ancestry = Ancestry::read(repository, target, &here)?;
        let unrelated = (0..here.len())
            .any(|head| !ancestry.is_merged(head) && *ancestry.base(head) == Base::None);
        let shallow = unrelated && repository.is_shallow()?;
        let mut place = 0..;
        let heads = std::iter::zip(heads, trees).map(|(head, tree)| Head {
            commit: Some(head.clone()),
            ancestry: tree.and_then(|_| place.next()),
            changes: None,
            laid_over: None,
            by_git: false,
            outcome: Outcome::Unknown(Unknown::MissingCommit),
        });
        Ok(Self {
            heads: heads.collect(),
            here,
            ancestry,
            shallow,
        })
    }

    /// Whether the commit of any head is here.
    pub(crate) fn has_any(&self) -> bool {
        !self.here.is_empty()
    }
}

impl Forecast {
    pub(crate) fn of(
        options: &ScanOptions,
        repository: &Connection,
        target: &Oid,
        related: Related,
        request: Option<&str>,
        near: Option<Near<'_>>,
    ) -> Result<Self, ScanError> {
        let Related {
            heads,
            here,
            ancestry,
            shallow,
        } = related;
        let mut forecast = Self::before(options, repository, target, heads, ancestry, near)?;
        forecast.request = request.map(str::to_owned);
        forecast.look(&here, shallow)?;
        Ok(forecast)
    }

    /// Of one head, of which is known where it parts from the target, and what it changes since; `None` where
    /// memory does not suffice.
    pub(crate) fn of_changes(
        options: &ScanOptions,
        repository: &Connection,
        target: &Oid,
        base: Base,
        changes: Differences,
        near: Option<Near<'_>>,
    ) -> Result<Option<Self>, ScanError> {
        let ancestry = Ancestry::alone(base, true);
        let heads = Vec::new();
        let mut forecast = Self::before(options, repository, target, heads, ancestry, near)?;
        forecast.read_ahead(&[Some(changes.clone())])?;
        forecast.heads.push(Head {
            commit: None,
            ancestry: Some(0),
            changes: Some(changes),
            laid_over: None,
            by_git: false,
            outcome: Outcome::AlreadyMerged,
        });
        let Told::Outcome(outcome) = forecast.in_memory(0)? else {
            return Ok(None);
        };
        forecast.heads[0].outcome = outcome;
        Ok(Some(forecast))
    }

    /// The target, and heads that have not been looked at.
    fn before(
        options: &ScanOptions,
        repository: &Connection,
        target: &Oid,
        heads: Vec<Head>,
        ancestry: Ancestry,
        near: Option<Near<'_>>,
    ) -> Result<Self, ScanError> {
        let options = ScanOptions {
            allow_none: true,
            ..options.clone()
        };
        let repository = repository.keeping_blobs();
        let source = SourceSpec::Commit(target.to_string());
        let base = match &near {
            Some(near) => near.told(&repository, &options, target).map_or_else(
                || {
                    near.here
                        .snapshot
                        .open_beside(&repository, &options, &source)
                },
                Ok,
            )?,
            None => Snapshot::open(&repository, &options, &source)?,
        };
        let view = View::of(&base, base.report());
        Ok(Self {
            base,
            repository,
            options,
            target: target.clone(),
            view,
            ancestry,
            heads,
            only: None,
            near: near.map(|near| near.here.clone()),
            request: None,
            messages: OnceLock::new(),
            elsewhere: Elsewhere::default(),
            alike: Alike::default(),
        })
    }

    /// What the target itself says.
    pub fn target(&self) -> &View {
        &self.view
    }

    /// What the scan of the target reports.
    pub fn report(&self) -> &ScanReport {
        self.base.report()
    }

    /// What merging each head gives, in the order given.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.heads.iter().map(|head| &head.outcome)
    }

    /// What merging one of them gives.
    pub fn outcome(&self, head: usize) -> &Outcome {
        &self.heads[head].outcome
    }

    /// What a head changes since it and the target parted, where that is known.
    pub(crate) fn changes(&self, head: usize) -> Option<&Differences> {
        self.heads[head].changes.as_ref()
    }

    /// The verdict on merging one of them: what is wrong then and is not on the target already. What cannot be
    /// read in an environment that it changes keeps that from being known, wherever it comes from.
    #[must_use]
    pub fn verdict(&self, head: usize) -> Verdict<Finding> {
        let view = match &self.heads[head].outcome {
            Outcome::AlreadyMerged => return Verdict::of(Vec::new(), Vec::new()),
            Outcome::Unknown(why) => return Verdict::of(vec![why.clone()], Vec::new()),
            Outcome::Merged(view) => view,
        };
        let new = view.errors_beside(&self.view).map(|(_, finding)| finding);
        let unread = self.unread(head).chain(self.unread_elsewhere(head));
        let mut wrong: Vec<&Finding> = new.collect();
        for finding in unread {
            if !wrong.contains(&finding) {
                wrong.push(finding);
            }
        }
        let mut unknown: Vec<Unknown> = Vec::new();
        for finding in &wrong {
            unknown.extend(Unknown::of(finding).filter(|one| !unknown.contains(one)));
        }
        Verdict::of(unknown, wrong.into_iter().cloned().collect())
    }

    /// What merging one of them makes of revisions that the target has.
    pub(crate) fn published(&self, head: usize) -> Option<&PublishedChanges> {
        match &self.heads[head].outcome {
            Outcome::Merged(view) => Some(&view.published),
            Outcome::AlreadyMerged | Outcome::Unknown(_) => None,
        }
    }

    fn look(&mut self, here: &[Oid], shallow: bool) -> Result<(), ScanError> {
        let bases: Vec<Base> = (0..here.len())
            .map(|head| self.ancestry.base(head).clone())
            .collect();
        let changes = self.changes_since(here, &bases)?;
        self.read_ahead(&changes)?;
        let mut bases = std::iter::zip(bases, changes);
        let (mut by_git, mut of_content) = (Vec::new(), Vec::new());
        for index in 0..self.heads.len() {
            let Some(place) = self.heads[index].ancestry else {
                continue;
            };
            let Some((base, changes)) = bases.next() else {
                continue;
            };
            let outcome = match base {
                _ if self.ancestry.is_merged(place) => {
                    self.heads[index].changes = Some(Differences::default());
                    if self.heads.len() == 1 {
                        let state = self.base.clone();
                        let graph = graph(self.base.report());
                        self.only = Some((state, Arc::new(graph)));
                    }
                    Outcome::AlreadyMerged
                }
                Base::None if shallow => Outcome::Unknown(Unknown::Shallow),
                Base::None => Outcome::Unknown(Unknown::Unrelated),
                Base::One(_) | Base::Several => {
                    self.heads[index].changes = changes;
                    match self.in_memory(index) {
                        Ok(Told::Outcome(outcome)) => outcome,
                        Ok(Told::AllButContent(laid_over)) => {
                            of_content.push((index, laid_over));
                            continue;
                        }
                        Ok(Told::Nothing) => {
                            by_git.push(index);
                            continue;
                        }
                        Err(error) => Outcome::Unknown(Unknown::from(error)),
                    }
                }
            };
            self.heads[index].outcome = outcome;
        }
        by_git.extend(self.merge_contents(of_content));
        self.merge_by_git(&by_git);
        Ok(())
    }

    /// What each head changed since its only base.
    fn changes_since(
        &self,
        here: &[Oid],
        bases: &[Base],
    ) -> Result<Vec<Option<Differences>>, GitError> {
        let pairs: Vec<Option<(Oid, Oid)>> = std::iter::zip(bases, here)
            .map(|(base, head)| match base {
                Base::One(base) => Some((base.clone(), head.clone())),
                Base::None | Base::Several => None,
            })
            .collect();
        let asked: Vec<(Oid, Oid)> = pairs.iter().flatten().cloned().collect();
        let mut answers = self.repository.differences(&asked)?.into_iter();
        Ok(pairs
            .iter()
            .map(|pair| pair.as_ref().and_then(|_| answers.next()))
            .collect())
    }

    /// Fetches the new revision files of all heads with one question.
    fn read_ahead(&self, changes: &[Option<Differences>]) -> Result<(), GitError> {
        let locations: Vec<&RepoPath> = self
            .report()
            .environments
            .iter()
            .flat_map(|environment| &environment.version_locations)
            .collect();
        let oids: BTreeSet<Oid> = changes
            .iter()
            .flatten()
            .flat_map(|changes| &changes.paths)
            .filter(|change| {
                RepoPath::new(&change.path)
                    .is_ok_and(|path| locations.iter().any(|folder| path.is_within(folder)))
            })
            .filter_map(|change| change.after.as_ref())
            .filter(|object| object.kind == EntryKind::File)
            .map(|object| object.oid.clone())
            .collect();
        let oids: Vec<Oid> = oids.into_iter().collect();
        self.repository.blobs(&oids).map(drop)
    }

    /// What heads make of the target by git's merges, all of them asked together.
    fn merge_by_git(&mut self, heads: &[usize]) {
        let queues: Vec<Vec<usize>> = heads.iter().map(|&head| vec![head]).collect();
        for (&head, merged) in std::iter::zip(heads, self.merged(&queues)) {
            let state = merged
                .map_err(ScanError::from)
                .and_then(|merged| self.after_merge(&[head], &merged));
            self.heads[head].by_git = true;
            self.heads[head].outcome = match state {
                Ok((state, delta)) => {
                    self.heads[head].laid_over = delta.map(LaidOver::from);
                    self.merged_as(head, state)
                }
                Err(error) => Outcome::Unknown(Unknown::from(error)),
            };
        }
    }

    pub(crate) fn merged_as(&mut self, head: usize, state: Snapshot) -> Outcome {
        let (graph, view) = match self.heads.len() {
            1 => {
                let near = self.near.as_ref();
                let told = near.and_then(|near| near.judged_beside(state.report()));
                let (graph, known) = told.unwrap_or_else(|| {
                    let (graph, known) = graph_and_heads(state.report());
                    (Arc::new(graph), known)
                });
                let view = View::of_known(&state, self.report(), known);
                (Some(graph), view)
            }
            _ => (None, View::of(&state, self.report())),
        };
        let published = Published {
            repository: &self.repository,
            commit: &self.target,
            request: self.request.as_deref(),
            elsewhere: &self.elsewhere,
        };
        if self.heads.len() > 1 {
            // Which refs publish is for the settings of the target to say, not for those of the first head that asks.
            let asked = self
                .elsewhere
                .has_any(&self.repository, &self.target, &self.base);
            if let Err(error) = asked {
                return Outcome::Unknown(ScanError::from(error).into());
            }
        }
        let messages = || self.messages_of(head);
        // Of many heads nobody is named: that would take git a question for each.
        let published = match self.heads.len() {
            1 => published.told_changes_of(&self.base, &state, messages),
            _ => published.changes_of(&self.base, &state, messages),
        };
        self.only = graph.map(|graph| (state, graph));
        match published {
            Ok(published) => Outcome::Merged(view.with_published(published)),
            Err(error) => Outcome::Unknown(Unknown::from(error)),
        }
    }

    /// What the commits say that a head has and the target has not. The first head that wants to know asks for all.
    fn messages_of(&self, head: usize) -> Result<Vec<Message>, GitError> {
        let Some(place) = self.heads[head].ancestry else {
            return Ok(Vec::new());
        };
        let all = self.messages.get_or_init(|| {
            let may_be_merged = |one: &&Head| {
                one.ancestry.is_some_and(|place| {
                    !self.ancestry.is_merged(place) && *self.ancestry.base(place) != Base::None
                })
            };
            let heads = self.heads.iter().filter(may_be_merged);
            let commits: Vec<Oid> = heads.filter_map(|one| one.commit.clone()).collect();
            self.repository.messages(&commits, &self.target)
        });
        let own = all.as_ref().map_err(Clone::clone)?.iter();
        let own = own.filter(|message| self.ancestry.is_of(&message.commit, place));
        Ok(own.cloned().collect())
    }

    /// The target with a change in it; `None` if that takes the content of a file that only a merge by git tells.
    pub(crate) fn with(&self, delta: &Delta) -> Result<Option<Snapshot>, ScanError> {
        match self.base.apply(delta) {
            Ok(state) => Ok(Some(state)),
            Err(ScanError::UnknownContent { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
