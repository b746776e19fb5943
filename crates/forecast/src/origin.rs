//! Where findings come from: what a change introduces, what the state that it starts from has already, and what it fixes.
//!
//! Only the first makes a check fail, unless the settings say otherwise. What cannot be read in an environment that the
//! change touches counts wherever it comes from: nothing is known then of what the change introduces there.

use onehead_configuration::FailOn;
use onehead_git::{Connection, Differences, Oid};
use onehead_model::{
    CheckReport, Code, ComparedWith, EnvironmentGraph, Finding, GraphReport, Origin, Severity,
};
use onehead_scan::{ScanError, ScanOptions, Snapshot, SourceSpec};

use crate::forecast::Forecast;
use crate::touched::Touch;
use crate::view::{View, is_fork, is_same};
use crate::{Analysis, Target};

/// The state that a change starts from, where what comes of the change is checked itself: a merge result, a commit on top
/// of the target, a commit that is about to be made.
pub struct Baseline<'a> {
    /// Where its objects are.
    pub repository: &'a Connection,
    /// Where to look and how.
    pub options: &'a ScanOptions,
    /// What people call it.
    pub name: &'a str,
    /// Its commit.
    pub commit: &'a Oid,
    /// Another state: what it has already, the change does not introduce either.
    pub or: Option<&'a Target>,
}

impl Baseline<'_> {
    /// Says of each finding of the check of a commit where it comes from, and adds what the commit fixes.
    ///
    /// # Errors
    /// The state cannot be scanned. Then the verdict stays as it is, and everything counts.
    pub fn compare_commit(
        &self,
        report: &mut CheckReport,
        here: &Analysis,
        ours: &Oid,
    ) -> Result<(), ScanError> {
        let changes = self.repository.difference(self.commit, ours)?;
        self.compare(report, here, &changes)
    }

    /// The same of the check of any state, which differs from the commit in these.
    ///
    /// # Errors
    /// As [`Baseline::compare_commit`].
    pub fn compare(
        &self,
        report: &mut CheckReport,
        here: &Analysis,
        changes: &Differences,
    ) -> Result<(), ScanError> {
        let before = self.view(self.commit)?;
        // From what cannot be read, nothing is inherited.
        let or = self.or.and_then(|one| self.view(&one.oid).ok());
        let view = View::of(&here.snapshot, here.snapshot.report());
        let or = self.or.zip(or.as_ref());
        let origins = Origins {
            before: State::now(self.name, &before),
            or: or.map(|(target, view)| State::now(&target.name, view)),
            touch: Touch {
                changes: Some(changes),
                view: &view,
            },
            fail_on: here.snapshot.settings().fail_on,
        };
        let with = ComparedWith {
            name: self.name.to_owned(),
            oid: self.commit.to_string(),
        };
        report.compare(with, |environment, findings| {
            origins.mark_told(environment, findings, &here.graph);
            let fixed = origins.fixed(environment, findings);
            findings.extend(fixed);
        });
        Ok(())
    }

    fn view(&self, commit: &Oid) -> Result<View, ScanError> {
        view_of(self.repository, self.options, commit)
    }
}

impl Forecast {
    /// What tells where the findings after merging a head come from; none where the merge is not known. `target` is what
    /// people call the target.
    pub(crate) fn origins<'a>(
        &'a self,
        head: usize,
        target: &'a str,
        fail_on: FailOn,
    ) -> Option<Origins<'a>> {
        Some(Origins {
            before: State::now(target, self.target()),
            or: None,
            touch: self.touch(head)?,
            fail_on,
        })
    }
}

/// What a commit says that a change starts from. That it has no environment is fine.
pub(crate) fn view_of(
    repository: &Connection,
    options: &ScanOptions,
    commit: &Oid,
) -> Result<View, ScanError> {
    let options = ScanOptions {
        allow_none: true,
        ..options.clone()
    };
    let source = SourceSpec::Commit(commit.to_string());
    let state = Snapshot::open(repository, &options, &source)?;
    Ok(View::of(&state, state.report()))
}

/// A state that may have a finding already.
#[derive(Clone, Copy)]
pub(crate) struct State<'a> {
    /// What people call it.
    name: &'a str,
    view: &'a View,
    /// Whether that was so once, and is no more.
    is_past: bool,
}

impl<'a> State<'a> {
    /// A state as it is.
    pub(crate) fn now(name: &'a str, view: &'a View) -> Self {
        Self {
            name,
            view,
            is_past: false,
        }
    }

    /// What a branch was when the change began.
    pub(crate) fn past(name: &'a str, view: &'a View) -> Self {
        Self {
            is_past: true,
            ..Self::now(name, view)
        }
    }

    /// The way out of what it has.
    fn hint(&self, finding: &Finding) -> String {
        let name = self.name;
        match (self.is_past, is_fork(finding)) {
            (true, _) => format!("{name} had it when this change began, and has fixed it since"),
            (false, true) => format!(
                "{name} has these heads already; run `onehead fix` on it to fix it for every branch"
            ),
            (false, false) => {
                format!("{name} has it already; a fix there fixes it for every branch")
            }
        }
    }
}

/// What tells where findings come from.
#[derive(Clone, Copy)]
pub(crate) struct Origins<'a> {
    /// The state that the change starts from.
    pub(crate) before: State<'a>,
    /// Another one: what it has is not introduced either.
    pub(crate) or: Option<State<'a>>,
    /// The change.
    pub(crate) touch: Touch<'a>,
    pub(crate) fail_on: FailOn,
}

impl Origins<'_> {
    /// Says of each finding of an environment, or of those that concern none, where it comes from.
    pub(crate) fn mark(&self, environment: Option<&str>, findings: &mut [Finding]) {
        self.mark_by(environment, findings, Finding::clone);
    }

    /// The same for findings that say more than the graph does: who brought the files that share an id.
    pub(crate) fn mark_told(
        &self,
        environment: Option<&str>,
        findings: &mut [Finding],
        graph: &GraphReport,
    ) {
        let mut environments = graph.environments.iter();
        let graph = environments.find(|one| Some(one.name.as_str()) == environment);
        self.mark_by(environment, findings, |finding| untold(finding, graph));
    }

    fn mark_by(
        &self,
        environment: Option<&str>,
        findings: &mut [Finding],
        untold: impl Fn(&Finding) -> Finding,
    ) {
        let known: Vec<Option<State<'_>>> = findings
            .iter()
            .map(|finding| self.state_with(environment, &untold(finding)))
            .collect();
        // Sides conflict because of their fork.
        let forks = || {
            let all = std::iter::zip(findings.iter(), &known);
            all.filter(|(finding, _)| is_fork(finding))
                .map(|(_, known)| *known)
        };
        let of_forks = match forks().all(|known| known.is_some()) {
            true => forks().next().flatten(),
            false => None,
        };
        for (finding, known) in std::iter::zip(findings, known) {
            let known = match finding.code {
                Code::ConflictingSides => of_forks,
                _ => known,
            };
            *finding = match known {
                Some(state) => self.inherited(environment, finding, state),
                None => finding.clone().of_origin(Origin::Introduced),
            };
        }
    }

    /// What the change fixes. `after` is what is wrong with the same environment then.
    pub(crate) fn fixed(&self, environment: Option<&str>, after: &[Finding]) -> Vec<Finding> {
        let is_there = environment.is_none_or(|name| self.touch.view.environment(name).is_some());
        let is_known = self.touch.view.heads_are_known(environment);
        let before = self.before.view.errors();
        let fixed = before.filter(|(place, finding)| {
            *place == environment
                && is_there
                // What cannot be read may hide whatever else was wrong.
                && (is_known || finding.code.is_unknown())
                && !after.iter().any(|one| remains(finding, one))
                && !self.touch.view.has(environment, finding)
        });
        fixed
            .map(|(_, finding)| Finding {
                hint: None,
                ..finding.clone().of_origin(Origin::Fixed).lowered()
            })
            .collect()
    }

    /// The state that has it already, so that the change does not introduce it.
    fn state_with(&self, environment: Option<&str>, finding: &Finding) -> Option<State<'_>> {
        let mut states = [Some(self.before), self.or].into_iter().flatten();
        states.find(|state| state.view.has(environment, finding))
    }

    /// An inherited finding: a notice, unless it keeps the change from being judged or the settings want all to count.
    fn inherited(&self, environment: Option<&str>, finding: &Finding, state: State<'_>) -> Finding {
        let inherited = finding.clone().of_origin(Origin::Inherited);
        if self.fail_on == FailOn::Any || finding.severity == Severity::Notice {
            return inherited;
        }
        if self.touch.keeps_unknown(environment, finding) {
            let hint = finding.hint.as_ref().map(|hint| format!(": {hint}"));
            return inherited.hint(format!(
                "{} has it already, and until it is fixed the heads of what this change touches are not known{}",
                state.name,
                hint.unwrap_or_default()
            ));
        }
        let mut hint = state.hint(finding);
        let is_general = state.is_past || is_fork(finding);
        if let Some(known) = finding.hint.as_ref().filter(|_| !is_general) {
            hint = format!("{hint}: {known}");
        }
        inherited.lowered().hint(hint)
    }
}

/// Whether something that was wrong before is still so, or has become something worse.
fn remains(before: &Finding, after: &Finding) -> bool {
    let shares_a_head = || {
        let mut heads = before.revisions.iter();
        heads.any(|head| after.revisions.contains(head))
    };
    match is_fork(before) {
        true => is_fork(after) && (after.origin == Some(Origin::Introduced) || shares_a_head()),
        false => is_same(before, after),
    }
}

/// A finding as the graph has it.
fn untold(finding: &Finding, graph: Option<&EnvironmentGraph>) -> Finding {
    let known = graph.into_iter().flat_map(|graph| &graph.findings);
    let mut known = known.filter(|one| one.code == finding.code);
    let as_known = match finding.code {
        Code::DuplicateRevision => known.find(|one| one.revisions == finding.revisions),
        _ => None,
    };
    as_known.unwrap_or(finding).clone()
}
