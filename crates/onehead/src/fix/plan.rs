//! The whole plan of a mend: new ids, re-parenting, merge revisions, and what they mean for databases.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use onehead_graph::{Reparented, explain, reparent};
use onehead_model::{
    Choice, Code, EnvironmentGraph, Explanation, Field, Finding, GraphReport, HeadGroup, Mend,
    MergedArms, Node, RenderReport, Replacement, RevisionId, Source,
};
use onehead_render::{RenderArgs, render};
use onehead_scan::{ScanOptions, Strategy};

use super::choose::{Chosen, Wish, choose};
use super::duplicates::{duplicated, renumber};
use super::edits::{self, Edits};
use super::missing;
use super::published::{Known, Refs};
use crate::merge_heads::{self, Programs};
use onehead_forecast::Analysis;
use onehead_forecast::Target;
use onehead_forecast::sides;

/// What would be done, and what it would lead to.
pub(crate) struct Plan {
    /// What was looked at.
    pub(crate) source: Source,
    /// One for each group that is mended.
    pub(crate) choices: Vec<Choice>,
    /// Whether the arms that are brought together fit.
    pub(crate) arms: Vec<MergedArms>,
    /// The files.
    pub(crate) render: RenderReport,
    /// What is not mended, and why.
    pub(crate) findings: Vec<Finding>,
    /// What the mend means for databases.
    pub(crate) explanations: Vec<Explanation>,
    /// What a refused re-parent would have meant.
    pub(crate) refused: Vec<Explanation>,
    /// What would be there then.
    pub(crate) after: Analysis,
}

impl Plan {
    /// Whether there is nothing to write.
    pub(crate) fn is_empty(&self) -> bool {
        self.render.changes.is_empty()
    }

    /// Whether nothing is left to mend once it is carried out.
    pub(crate) fn is_whole(&self) -> bool {
        self.left().is_empty()
    }

    /// What is not mended: what was refused, and what else is wrong.
    pub(crate) fn left(&self) -> Vec<Finding> {
        let others = self.after.graph.all_findings().filter(|finding| {
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
        self.arms.clear();
        self.explanations.clear();
        self
    }
}

const WORSE: &str =
    "joining them now would only hide what else is wrong; mend that first, then the same again";

/// Whether a finding says what another one would say.
fn says(said: &Finding, other: &Finding) -> bool {
    match (said.code, other.code) {
        (Code::MendRefused, Code::MultipleHeads) => said.revisions == other.revisions,
        _ => (said.code, &said.location) == (other.code, &other.location),
    }
}

/// How the mend is to look.
pub(crate) struct Ask<'a> {
    pub(crate) wish: Wish<'a>,
    pub(crate) target: Option<&'a Target>,
    pub(crate) render: &'a RenderArgs,
    /// Which programs of the project may run.
    pub(crate) programs: Programs,
}

type Failure = Box<dyn std::error::Error>;

/// Plans the mend of everything in a scan that can be mended.
pub(crate) fn plan(
    looked: &Analysis,
    options: &ScanOptions,
    ask: &Ask<'_>,
) -> Result<Plan, Failure> {
    let known = know(looked, ask)?;
    let mut mending = Mending::default();
    for environment in &looked.graph.environments {
        mending.find_what_is_missing(looked, environment)?;
        if let Some(known) = known.get(&environment.name) {
            mending.renumber(looked, environment, known)?;
        }
    }
    let forked = Analysis::with_changes(options, |report| mending.edits.apply(report))?;
    mending.arms = sides::merged(&forked);
    for environment in &forked.graph.environments {
        let known = known.get(&environment.name);
        for group in forks(environment) {
            let mut chosen = choose(known, environment, group, &ask.wish);
            if let Chosen::Reparent(_, moves) = &chosen
                && ask.wish.may_merge_instead()
                && let Some(finding) = not_editable(&forked, environment, moves, ask.render)?
            {
                chosen = Wish::merge_instead(environment, group, finding.message);
            }
            if let (Chosen::Refused(_), Some(known), Some(target)) = (&chosen, known, ask.target) {
                let refused =
                    had_it_been_done(&forked, options, environment, group, known, target)?;
                mending.refused.extend(refused);
            }
            mending.take(environment, group, chosen);
        }
    }
    mending.finish(looked, options, ask, &known)
}

/// The groups of heads that a mend is for. Where it would only hide something worse, there is none.
fn forks(environment: &EnvironmentGraph) -> impl Iterator<Item = &HeadGroup> {
    let is_planned = |group: &&HeadGroup| {
        environment
            .mends
            .iter()
            .any(|mend| mend.group == group.name)
    };
    environment.groups.iter().filter(is_planned)
}

/// Who has the revisions of which it matters, by environment. A merge revision harms nobody, so nothing is
/// asked for one.
fn know(looked: &Analysis, ask: &Ask<'_>) -> Result<BTreeMap<String, Known>, Failure> {
    let mut known = BTreeMap::new();
    let Some(repository) = &looked.scanned.repository else {
        return Ok(known);
    };
    let refs = OnceCell::new();
    for environment in &looked.graph.environments {
        let arms = environment.groups.iter().flat_map(|group| &group.arms);
        let mut revisions: BTreeSet<&RevisionId> = match ask.wish.strategy {
            Strategy::Merge => BTreeSet::new(),
            _ => arms.flat_map(|arm| &arm.revisions).collect(),
        };
        if !duplicated(environment).is_empty() {
            revisions.extend(environment.revisions.iter().map(|node| &node.id));
        }
        if revisions.is_empty() {
            continue;
        }
        let refs = match refs.get() {
            Some(refs) => refs,
            None => {
                let found = Refs::of(repository, ask.target, ask.wish.settings)?;
                refs.get_or_init(|| found)
            }
        };
        known.insert(
            environment.name.clone(),
            refs.know(repository, environment, &revisions)?,
        );
    }
    Ok(known)
}

/// What a refused re-parent would have meant for databases.
fn had_it_been_done(
    looked: &Analysis,
    options: &ScanOptions,
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    known: &Known,
    target: &Target,
) -> Result<Option<Explanation>, Failure> {
    let on_target = |id: &&RevisionId| known.publisher(id) == Some(target.name.as_str());
    let onto: Vec<&RevisionId> = group.heads.iter().filter(on_target).collect();
    let [onto] = onto[..] else {
        return Ok(None);
    };
    let Ok(moves) = reparent(environment, group, &|id| id == onto) else {
        return Ok(None);
    };
    let mut edits = Edits::default();
    hang(&mut edits, environment, &moves);
    let then = Analysis::with_changes(options, |report| edits.apply(report))?;
    Ok(then.environment(&environment.name).map(|then| {
        let before = looked.environment(&environment.name).unwrap_or(environment);
        explain(before, then, &|node| known.may_be_applied(node))
    }))
}

/// Why a file that would have to change cannot be edited, if one cannot.
fn not_editable(
    looked: &Analysis,
    environment: &EnvironmentGraph,
    moves: &[Reparented],
    args: &RenderArgs,
) -> Result<Option<Finding>, Failure> {
    let mut edits = Edits::default();
    hang(&mut edits, environment, moves);
    let mut edited = environment.clone();
    edited.mends.clear();
    edited.rewrites = edits.rewrites(looked, &environment.name)?;
    let alone = GraphReport {
        source: looked.graph.source.clone(),
        environments: vec![edited],
        findings: Vec::new(),
    };
    Ok(render(&alone, &args.options())?.findings.into_iter().next())
}

/// The last word: whatever led to an edit, none is made that gives a published revision another past. What
/// Alembic refuses in some state for other reasons, it refuses with any mend.
fn unsafe_after_all(explanation: &Explanation) -> String {
    format!(
        "{}: with this mend a database of published revisions would go wrong, so nothing was written\n{}hint: `--strategy merge` joins the heads without such an edit",
        explanation.environment,
        onehead_report::explanation::text(explanation)
    )
}

fn hang(edits: &mut Edits, environment: &EnvironmentGraph, moves: &[Reparented]) {
    for moved in moves {
        let replacement = Replacement {
            field: Field::DownRevision,
            from: moved.from.clone(),
            to: moved.to.clone(),
        };
        edits.replace(environment, &moved.path, replacement);
    }
}

/// A plan on the way.
#[derive(Default)]
struct Mending {
    edits: Edits,
    choices: Vec<Choice>,
    arms: Vec<MergedArms>,
    findings: Vec<Finding>,
    explanations: Vec<Explanation>,
    refused: Vec<Explanation>,
    /// The groups, by environment and name, that get a merge revision.
    merged: BTreeSet<(String, String)>,
}

impl Mending {
    fn find_what_is_missing(
        &mut self,
        looked: &Analysis,
        environment: &EnvironmentGraph,
    ) -> Result<(), Failure> {
        if let Some(repository) = &looked.scanned.repository {
            self.findings
                .extend(missing::whereabouts(repository, environment)?);
        }
        Ok(())
    }

    fn renumber(
        &mut self,
        looked: &Analysis,
        environment: &EnvironmentGraph,
        known: &Known,
    ) -> Result<(), Failure> {
        Ok(renumber(
            looked,
            environment,
            known,
            &mut self.edits,
            &mut self.choices,
            &mut self.findings,
        )?)
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
                hang(&mut self.edits, environment, &moves);
            }
            Chosen::Refused(finding) => self.findings.push(finding),
        }
    }

    /// Renders what was chosen, and says what it leads to.
    fn finish(
        mut self,
        looked: &Analysis,
        options: &ScanOptions,
        ask: &Ask<'_>,
        known: &BTreeMap<String, Known>,
    ) -> Result<Plan, Failure> {
        let mut edited = Analysis::with_changes(options, |report| self.edits.apply(report))?;
        for environment in &mut edited.graph.environments {
            let name = environment.name.clone();
            environment.rewrites = self.edits.rewrites(looked, &name)?;
            let is_chosen = |mend: &Mend| self.merged.contains(&(name.clone(), mend.group.clone()));
            environment.mends.retain(is_chosen);
        }
        let mut render = merge_heads::plan(&edited, ask.render, ask.programs)?;
        self.findings.append(&mut render.findings);
        let after = Analysis::with_changes(options, |report| {
            self.edits.apply(report);
            edits::add_new_files(&render.changes, report);
        })?;
        let touched: BTreeSet<&str> = self
            .choices
            .iter()
            .map(|choice| choice.environment.as_str())
            .collect();
        for name in touched {
            if let (Some(before), Some(then)) = (looked.environment(name), after.environment(name))
            {
                let known = known.get(name);
                let is_published =
                    |node: &Node| known.is_none_or(|known| known.may_be_applied(node));
                let explanation = explain(before, then, &is_published);
                if explanation.changed.iter().any(|one| one.published) && self.edits.touch(name) {
                    return Err(unsafe_after_all(&explanation).into());
                }
                self.explanations.push(explanation);
            }
        }
        self.choices.sort_by(|a, b| {
            (&a.environment, a.mend, &a.group).cmp(&(&b.environment, b.mend, &b.group))
        });
        Ok(Plan {
            source: looked.graph.source.clone(),
            choices: self.choices,
            arms: self.arms,
            render,
            findings: self.findings,
            explanations: self.explanations,
            refused: self.refused,
            after,
        })
    }
}
