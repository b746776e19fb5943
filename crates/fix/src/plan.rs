//! The whole plan of a fix: new ids, other parents, merge revisions, and what they mean for databases.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use onehead_configuration::Strategy;
use onehead_forecast::{Analysis, Target};
use onehead_graph::{Reparented, explain, reparent};
use onehead_model::{
    Change, Choice, Code, EnvironmentGraph, Explanation, Finding, GraphReport, HeadGroup,
    MergedSides, Node, PlannedMerge, RenderReport, RevisionId, Source,
};
use onehead_render::{RenderOptions, render};
use onehead_scan::{Delta, Entry};

use crate::choose::{Chosen, StrategyChoice, choose};
use crate::duplicates::renumber;
use crate::edits::Edits;
use crate::merge_revisions::render_merges;
use crate::missing;
use crate::options::{Programs, Scope};
use crate::refusal::{FixError, Refusal};
use onehead_published::{Publication, Refs, TargetRef, doubled};

/// What would be done, and what it would lead to.
pub struct Plan {
    /// What was analysed.
    pub source: Source,
    /// One for each group of heads that is fixed.
    pub choices: Vec<Choice>,
    /// Whether the sides that are brought together conflict.
    pub sides: Vec<MergedSides>,
    /// The files.
    pub render: RenderReport,
    /// What is not fixed, and why.
    pub findings: Vec<Finding>,
    /// What the fix means for databases; only with [`Scope::Everything`].
    pub explanations: Vec<Explanation>,
    /// What a refused re-parent would have meant.
    pub refused: Vec<Explanation>,
    /// What would be there then.
    after: GraphReport,
}

impl Plan {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.render.changes.is_empty()
    }

    /// Whether nothing is left to fix once it is carried out.
    pub(crate) fn is_whole(&self) -> bool {
        self.left().is_empty()
    }

    /// What is not fixed: what was refused, and what else is wrong.
    pub(crate) fn left(&self) -> Vec<Finding> {
        let others = self.after.all_findings().filter(|finding| {
            finding.is_error() && !self.findings.iter().any(|said| says(said, finding))
        });
        let mut left = self.findings.clone();
        left.extend(others.cloned().map(|finding| match finding.code {
            Code::MultipleHeads => finding.hint(WORSE),
            _ => finding,
        }));
        left
    }

    /// The same with nothing to write, where it cannot be carried out yet.
    pub(crate) fn without_changes(mut self) -> Self {
        self.render.changes.clear();
        self.choices.clear();
        self.sides.clear();
        self.explanations.clear();
        self
    }
}

const WORSE: &str = "a fix would hide the other findings; fix them first, then run this again";

/// Whether a finding says what another one would say.
fn says(said: &Finding, other: &Finding) -> bool {
    match (said.code, other.code) {
        (Code::FixRefused, Code::MultipleHeads) => said.revisions == other.revisions,
        _ => (said.code, &said.location) == (other.code, &other.location),
    }
}

/// How the fix is to look.
pub(crate) struct Ask<'a> {
    pub(crate) choice: StrategyChoice<'a>,
    pub(crate) scope: Scope,
    pub(crate) target: Option<&'a Target>,
    pub(crate) render: &'a RenderOptions,
    /// Which programs of the project may run; none where nothing is going to be written.
    pub(crate) programs: Option<Programs>,
}

/// Plans the fix of everything in a state that can be fixed. The state is scanned by now, and whatever follows from
/// an edit is recognised by that.
pub(crate) fn plan(analysis: &Analysis, ask: &Ask<'_>) -> Result<Plan, FixError> {
    let published = match ask.scope {
        Scope::Everything => publications(analysis, ask)?,
        Scope::MergeRevisions => BTreeMap::new(),
    };
    let mut draft = Draft::default();
    if ask.scope == Scope::Everything {
        draft.renumber(analysis, &published)?;
    }
    let forked = analysis.with_changes(|report| draft.edits.apply(report));
    draft.sides = forked.merged_sides();
    for environment in &forked.graph.environments {
        let publication = published.get(&environment.name);
        for group in forks(environment) {
            let mut chosen = choose(publication, environment, group, &ask.choice);
            if let Chosen::Reparent(_, moves) = &chosen
                && ask.choice.may_merge_instead()
                && let Some(finding) = not_editable(&forked, environment, moves, ask.render)?
            {
                chosen = StrategyChoice::merge_instead(environment, group, finding.message);
            }
            if let (Chosen::Refused(_), Some(publication), Some(target)) =
                (&chosen, publication, ask.target)
            {
                let refused = had_it_been_done(&forked, environment, group, publication, target);
                draft.refused.extend(refused);
            }
            draft.take(environment, group, chosen);
        }
    }
    draft.finish(analysis, ask, &published)
}

/// The groups of heads that a fix is for. Where it would only hide something worse, there is none.
fn forks(environment: &EnvironmentGraph) -> impl Iterator<Item = &HeadGroup> {
    let is_planned =
        |group: &&HeadGroup| environment.fixes.iter().any(|fix| fix.group == group.name);
    environment.groups.iter().filter(is_planned)
}

/// Who has the revisions of which it matters, by environment. A merge revision harms no database, so nothing is
/// asked for one.
fn publications(
    analysis: &Analysis,
    ask: &Ask<'_>,
) -> Result<BTreeMap<String, Publication>, FixError> {
    let mut published = BTreeMap::new();
    let Some(connection) = analysis.snapshot.git() else {
        return Ok(published);
    };
    let refs = OnceCell::new();
    for environment in &analysis.graph.environments {
        let sides = environment.groups.iter().flat_map(|group| &group.sides);
        let mut revisions: BTreeSet<&RevisionId> = match ask.choice.strategy {
            Strategy::Merge => BTreeSet::new(),
            _ => sides.flat_map(|side| &side.revisions).collect(),
        };
        if !doubled(environment).is_empty() {
            revisions.extend(environment.revisions.iter().map(|node| &node.id));
        }
        if revisions.is_empty() {
            continue;
        }
        let refs = match refs.get() {
            Some(refs) => refs,
            None => {
                let settings = &analysis.snapshot.settings().published;
                let target = ask.target.map(|target| TargetRef {
                    name: &target.name,
                    commit: &target.oid,
                    full_name: target.full_name.as_ref(),
                });
                let found = Refs::of(connection, target, settings)?;
                refs.get_or_init(|| found)
            }
        };
        published.insert(
            environment.name.clone(),
            Publication::read(connection, refs, environment, &revisions)?,
        );
    }
    Ok(published)
}

/// What a refused re-parent would have meant for databases.
fn had_it_been_done(
    analysis: &Analysis,
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    publication: &Publication,
    target: &Target,
) -> Option<Explanation> {
    let on_target = |id: &&RevisionId| publication.publisher(id) == Some(target.name.as_str());
    let onto: Vec<&RevisionId> = group.heads.iter().filter(on_target).collect();
    let [onto] = onto[..] else {
        return None;
    };
    let moves = reparent(environment, group, &|id| id == onto).ok()?;
    let mut edits = Edits::default();
    edits.reparent(environment, &moves);
    let then = analysis.with_changes(|report| edits.apply(report));
    let then = then.environment(&environment.name)?;
    Some(explain(environment, then, &|node| {
        publication.may_be_applied(node)
    }))
}

/// Why a file that would have to change cannot be edited, if one cannot.
fn not_editable(
    analysis: &Analysis,
    environment: &EnvironmentGraph,
    moves: &[Reparented],
    options: &RenderOptions,
) -> Result<Option<Finding>, FixError> {
    let mut edits = Edits::default();
    edits.reparent(environment, moves);
    let mut edited = environment.clone();
    edited.fixes.clear();
    edited.rewrites = edits.rewrites(analysis, &environment.name)?;
    let alone = GraphReport {
        source: analysis.graph.source.clone(),
        environments: vec![edited],
        findings: Vec::new(),
    };
    Ok(render(&alone, options)?.findings.into_iter().next())
}

/// What lies there once these changes are written. A renamed file keeps its old name, by which it is known again.
fn delta(changes: &[Change]) -> Delta {
    let entry = |change: &Change| {
        let old = change.replaces.as_ref();
        let path = old.map_or(&change.path, |old| &old.path);
        let bytes = change.content.bytes().unwrap_or_default();
        (path.to_string(), Entry::Bytes(bytes.into()))
    };
    changes.iter().map(entry).collect()
}

/// A plan on the way.
#[derive(Default)]
struct Draft {
    edits: Edits,
    choices: Vec<Choice>,
    sides: Vec<MergedSides>,
    findings: Vec<Finding>,
    refused: Vec<Explanation>,
    /// The groups, by environment and name, that get a merge revision.
    merged: BTreeSet<(String, String)>,
}

impl Draft {
    /// Gives another id to one of several files with one id, and says where parents are that are missing.
    fn renumber(
        &mut self,
        analysis: &Analysis,
        published: &BTreeMap<String, Publication>,
    ) -> Result<(), FixError> {
        for environment in &analysis.graph.environments {
            if let Some(connection) = analysis.snapshot.git() {
                let whereabouts = missing::whereabouts(connection, environment)?;
                self.findings.extend(whereabouts);
            }
            // Whatever could not be read may name the id as well.
            if let Some(publication) = published.get(&environment.name)
                && environment.heads_are_known()
            {
                renumber(
                    analysis,
                    environment,
                    publication,
                    &mut self.edits,
                    &mut self.choices,
                    &mut self.findings,
                )?;
            }
        }
        Ok(())
    }

    fn take(&mut self, environment: &EnvironmentGraph, group: &HeadGroup, chosen: Chosen) {
        match chosen {
            Chosen::Merge(choice) => {
                self.choices.push(choice);
                self.merged
                    .insert((environment.name.clone(), group.name.clone()));
            }
            Chosen::Reparent(choice, moves) => {
                self.choices.push(choice);
                self.edits.reparent(environment, &moves);
            }
            Chosen::Refused(finding) => self.findings.push(finding),
        }
    }

    /// Renders what was chosen, and says what it leads to.
    fn finish(
        mut self,
        analysis: &Analysis,
        ask: &Ask<'_>,
        published: &BTreeMap<String, Publication>,
    ) -> Result<Plan, FixError> {
        let mut edited = analysis.with_changes(|report| self.edits.apply(report));
        for environment in &mut Arc::make_mut(&mut edited.graph).environments {
            let name = environment.name.clone();
            environment.rewrites = self.edits.rewrites(analysis, &name)?;
            let is_chosen =
                |fix: &PlannedMerge| self.merged.contains(&(name.clone(), fix.group.clone()));
            environment.fixes.retain(is_chosen);
        }
        let mut render = render_merges(&edited, ask.render, ask.programs)?;
        self.findings.append(&mut render.findings);
        let after = analysis.apply(&delta(&render.changes))?;
        let explanations = match ask.scope {
            Scope::Everything => self.explanations(analysis, &after, published)?,
            Scope::MergeRevisions => Vec::new(),
        };
        self.choices.sort_by(|a, b| {
            (&a.environment, a.fix, &a.group).cmp(&(&b.environment, b.fix, &b.group))
        });
        Ok(Plan {
            source: analysis.graph.source.clone(),
            choices: self.choices,
            sides: self.sides,
            render,
            findings: self.findings,
            explanations,
            refused: self.refused,
            after: Arc::unwrap_or_clone(after.graph),
        })
    }

    /// What each environment that is fixed means for databases.
    ///
    /// This has the last word: whatever led to an edit, none is made that gives a published revision another past.
    /// What Alembic refuses in some state for other reasons, it refuses with any fix.
    fn explanations(
        &self,
        analysis: &Analysis,
        after: &Analysis,
        published: &BTreeMap<String, Publication>,
    ) -> Result<Vec<Explanation>, FixError> {
        let touched: BTreeSet<&str> = self
            .choices
            .iter()
            .map(|choice| choice.environment.as_str())
            .collect();
        let mut explanations = Vec::new();
        for name in touched {
            let (Some(before), Some(then)) = (analysis.environment(name), after.environment(name))
            else {
                continue;
            };
            let publication = published.get(name);
            let is_published =
                |node: &Node| publication.is_none_or(|known| known.may_be_applied(node));
            let explanation = explain(before, then, &is_published);
            if explanation.changed.iter().any(|one| one.published) && self.edits.touch(name) {
                return Err(Refusal::Unsafe(Box::new(explanation)).into());
            }
            explanations.push(explanation);
        }
        Ok(explanations)
    }
}
