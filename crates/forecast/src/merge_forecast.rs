//! What merging one head into the target would make of every environment, as a document.

use std::collections::HashMap;

use onehead_git::{Connection, Differences, Oid};
use onehead_graph::graph;
use onehead_model::{ForecastReport, Source};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};

use crate::analysis::{self, Analysis};
use crate::ancestry::Base;
use crate::comparison::{Comparison, document, introduced, on_top_of, unknown};
use crate::forecast::{Forecast, Near, Outcome, Related};
use crate::{Staged, Target, Unknown, attribution};
use onehead_published::{Elsewhere, Published};

/// Forecasts the merge of one commit into the target, from objects alone.
#[derive(Clone, Copy)]
pub struct MergeForecast<'a> {
    /// Where the objects are.
    pub repository: &'a Connection,
    /// What the commit itself holds.
    pub here: &'a Analysis,
    /// What it is merged into.
    pub target: &'a Target,
    /// Where to look and how.
    pub options: &'a ScanOptions,
    /// The command that fixes what is here.
    pub fix: &'a str,
    /// The text of the request, if it is known.
    pub request: Option<&'a str>,
}

impl MergeForecast<'_> {
    /// Of a commit. Whatever keeps the merge from being known is in the document, and its verdict is then unknown.
    #[must_use]
    pub fn of_commit(&self, ours: &Oid) -> ForecastReport {
        self.commit(ours)
            .map_or_else(|error| self.unknown(error), |merged| merged.document)
    }

    pub(crate) fn unknown(&self, why: impl Into<Unknown>) -> ForecastReport {
        unknown(self.target, &why.into())
    }

    /// Of a commit that is about to be made, without making it. `None` if only the commit tells: where memory does not
    /// suffice for the merge, or people have to be named.
    #[must_use]
    pub fn of_staged(&self, staged: &Staged<'_>) -> Option<ForecastReport> {
        // Whatever fails here is said of the commit.
        self.staged(staged).ok().flatten()
    }

    pub(crate) fn commit(&self, ours: &Oid) -> Result<Merged, ScanError> {
        let (repository, target) = (self.repository, self.target);
        let related = Related::read(repository, &target.oid, std::slice::from_ref(ours))?;
        // What holds the target already is merged as it is.
        if related.holds_target(&target.oid) {
            let changes = repository.difference(&target.oid, ours)?;
            let document = self.on_top(&changes, Some(ours), || match &self.here.graph.source {
                Source::Commit { oid } if *oid == ours.to_string() => {
                    Ok(self.here.snapshot.clone())
                }
                _ => Snapshot::open(
                    repository,
                    self.options,
                    &SourceSpec::Commit(ours.to_string()),
                ),
            })?;
            return Ok(Merged {
                document,
                known: Known::OnTop,
            });
        }
        let (options, near) = (self.options, Some(self.near(ours)));
        let request = self.request;
        let forecast = Forecast::of(options, repository, &target.oid, related, request, near)?;
        match (forecast.outcome(0), &forecast.only) {
            (Outcome::Unknown(why), _) => Ok(Merged::unknown(target, why)),
            (_, None) => Ok(Merged::unknown(
                target,
                &Unknown::Failed {
                    reason: "the merge result was not kept".into(),
                    hint: None,
                },
            )),
            (Outcome::AlreadyMerged | Outcome::Merged(_), Some((state, after))) => {
                let paths = analysis::paths_with_people(after);
                let source = Source::Merge {
                    commits: vec![target.oid.to_string(), ours.to_string()],
                    tree: String::new(),
                };
                let known = attribution::of(Some(repository), &source, &paths);
                let cut = attribution::cut_off(Some(repository), &source, &paths, &known);
                let mut report = self.beside(&forecast).report(state, after, &known);
                let bots = &state.settings().bots;
                for one in report
                    .environments
                    .iter_mut()
                    .flat_map(|one| &mut one.heads)
                {
                    let head = &mut one.head;
                    head.by_program = bots.by_program(head.attribution.as_ref());
                    head.history_cut = cut.contains(head.path.as_str());
                }
                Ok(Merged {
                    document: report,
                    known: Known::Forecast(Box::new(forecast)),
                })
            }
        }
    }

    fn staged(&self, staged: &Staged<'_>) -> Result<Option<ForecastReport>, ScanError> {
        let (repository, target) = (self.repository, self.target);
        let base = Base::of(repository.merge_bases(&target.oid, staged.parents)?);
        let Base::One(parting) = &base else {
            return Ok(None);
        };
        let Some(changes) = staged.changes_since(repository, parting)? else {
            return Ok(None);
        };
        if *parting == target.oid {
            let state = || Ok(self.here.snapshot.clone());
            return self.on_top(&changes, None, state).map(Some);
        }
        let (options, near) = (
            self.options,
            Some(Near {
                here: self.here,
                to_target: staged.delta_to(repository, &target.oid),
            }),
        );
        let forecast = Forecast::of_changes(options, repository, &target.oid, base, changes, near)?;
        let Some(forecast) = forecast else {
            return Ok(None);
        };
        let Some((state, after)) = &forecast.only else {
            return Ok(None);
        };
        if !analysis::paths_with_people(after).is_empty() {
            return Ok(None);
        }
        let report = self.beside(&forecast).report(state, after, &HashMap::new());
        Ok(Some(report))
    }

    /// What is here, with what the target has otherwise where it is what the commit holds.
    fn near(&self, ours: &Oid) -> Near<'_> {
        let source = &self.here.graph.source;
        let is_of_commit = matches!(source, Source::Commit { oid } if *oid == ours.to_string());
        let changes = || self.repository.difference(ours, &self.target.oid).ok();
        let changes = is_of_commit.then(changes).flatten();
        Near {
            here: self.here,
            to_target: changes.map(|changes| changes.paths.iter().collect()),
        }
    }

    /// Of what holds the target already: only what it makes of revisions that the target has is to be said.
    fn on_top(
        &self,
        changes: &Differences,
        commit: Option<&Oid>,
        state: impl FnOnce() -> Result<Snapshot, ScanError>,
    ) -> Result<ForecastReport, ScanError> {
        let published = Published {
            repository: self.repository,
            commit: &self.target.oid,
            request: self.request,
            elsewhere: &Elsewhere::default(),
        };
        if !published.may_be_concerned(changes, &self.here.snapshot)? {
            return Ok(document(self.target, Vec::new(), Vec::new(), &[]));
        }
        let options = ScanOptions {
            allow_none: true,
            ..self.options.clone()
        };
        let source = SourceSpec::Commit(self.target.oid.to_string());
        let target = Snapshot::open(self.repository, &options, &source)?;
        let state = state()?;
        let published =
            published.told_changes_of(&target, &state, || published.messages(commit))?;
        let (before, after) = (graph(target.report()), graph(state.report()));
        let concerned = after.environments.iter().filter_map(|one| {
            let findings = published.environments.get(&one.name)?;
            Some(on_top_of(&before, one, findings))
        });
        let environments = concerned.collect();
        let findings = published.findings.iter().map(introduced).collect();
        Ok(document(self.target, environments, findings, &[]))
    }

    fn beside<'a>(&'a self, forecast: &'a Forecast) -> Comparison<'a> {
        Comparison {
            forecast,
            here: self.here,
            target: self.target,
            fix: self.fix,
        }
    }
}

impl Related {
    /// Whether the only head has everything that the target has.
    fn holds_target(&self, target: &Oid) -> bool {
        self.has_any() && *self.ancestry.base(0) == Base::One(target.clone())
    }
}

/// A forecast, and what it is told from.
pub(crate) struct Merged {
    pub(crate) document: ForecastReport,
    pub(crate) known: Known,
}

/// What a forecast is told from.
pub(crate) enum Known {
    Nothing,
    /// The commit holds the target, so the merge is the commit.
    OnTop,
    /// What comes of the merge.
    Forecast(Box<Forecast>),
}

impl Merged {
    fn unknown(target: &Target, why: &Unknown) -> Self {
        Self {
            document: unknown(target, why),
            known: Known::Nothing,
        }
    }
}
