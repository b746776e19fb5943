use serde::{Deserialize, Serialize};

use crate::{
    ByProgram, Candidate, ChosenTarget, Code, ComparedWith, ConfigOrigin, Document, Exit, Finding,
    HeadGroup, HeadPolicy, LeftOutFolder, MergedSides, NotKnown, OwnTarget, Person, ReleaseReport,
    RepoPath, RevisionId, Severity, Sides, Source, StageReport, UnreadFile, Verdict,
    graph::is_grouped,
};

/// What `onehead check --format json` says: the verdict on every environment, with the people whom
/// it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// What was read.
    pub source: Source,
    /// The verdict on all of it, the forecast included.
    pub verdict: Verdict,
    /// Whether the verdict is that all is fine.
    pub ok: bool,
    /// The state that the findings are compared with; without it, all of them count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub compared_with: Option<ComparedWith>,
    /// The environments, sorted by name.
    pub environments: Vec<CheckedEnvironment>,
    /// What concerns no single environment.
    pub findings: Vec<Finding>,
    /// Files that look like revisions and that no environment reads, sorted by path.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unread: Vec<UnreadFile>,
    /// What the settings leave out, sorted by folder.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub left_out: Vec<LeftOutFolder>,
    /// What may have led to an environment, and what came of it; only if that was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub discovery: Vec<Candidate>,
    /// What is not known, each once; empty unless the verdict is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<NotKnown>,
    /// What merging into the target would make of it, if that was asked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub forecast: Option<ForecastReport>,
    /// The target of which this is the state, or what a merge into it gave, where the settings list several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub own_target: Option<OwnTarget>,
    /// Whether databases of releases can go on to the first target, where the settings list several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub releases: Vec<ReleaseReport>,
    /// What became one line by `--fix`, and whether it fits together.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub merged: Vec<MergedSides>,
    /// What `--fix` did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fix: Option<StageReport>,
}

impl Document for CheckReport {
    const SCHEMA: &'static str = "onehead.check";
    const VERSION: u32 = 1;
}

impl CheckReport {
    /// A verdict on these environments and findings, without a forecast.
    #[must_use]
    pub fn new(
        source: Source,
        environments: Vec<CheckedEnvironment>,
        findings: Vec<Finding>,
    ) -> Self {
        let mut report = Self {
            source,
            verdict: Verdict::Unknown,
            ok: false,
            compared_with: None,
            environments,
            findings,
            unread: Vec::new(),
            left_out: Vec::new(),
            discovery: Vec::new(),
            unknown: Vec::new(),
            forecast: None,
            own_target: None,
            releases: Vec::new(),
            merged: Vec::new(),
            fix: None,
        };
        report.conclude();
        report
    }

    /// That there is no answer: why, and what to do about it.
    #[must_use]
    pub fn unanswered(source: Source, why: &str, hint: Option<String>) -> Self {
        let finding = Finding {
            hint,
            ..Finding::new(Code::NoAnswer, why.lines().collect::<Vec<_>>().join(" "))
        };
        Self::new(source, Vec::new(), vec![finding])
    }

    /// Adds findings that concern no single environment.
    pub fn add_findings(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
        self.conclude();
    }

    /// Adds findings of one environment.
    pub fn add_findings_of(
        &mut self,
        environment: &str,
        findings: impl IntoIterator<Item = Finding>,
    ) {
        let mut environments = self.environments.iter_mut();
        match environments.find(|one| one.name == environment) {
            Some(one) => one.findings.extend(findings),
            None => self.findings.extend(findings),
        }
        self.conclude();
    }

    /// Adds what the merge into the target would make of it.
    pub fn add_forecast(&mut self, forecast: ForecastReport) {
        self.forecast = Some(forecast);
        self.conclude();
    }

    /// Says of each finding where it comes from, which changes what fails: `mark` gets the findings of each environment, and
    /// those that concern none.
    pub fn compare(
        &mut self,
        with: ComparedWith,
        mut mark: impl FnMut(Option<&str>, &mut Vec<Finding>),
    ) {
        self.compared_with = Some(with);
        mark(None, &mut self.findings);
        for one in &mut self.environments {
            mark(Some(&one.name), &mut one.findings);
        }
        self.conclude();
    }

    /// Every finding, those of the forecast last.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let forecast = self.forecast.iter();
        self.own_findings()
            .chain(forecast.flat_map(ForecastReport::all_findings))
    }

    /// Whether it has findings that would fail if the change had introduced them, or that it fixes.
    #[must_use]
    pub fn has_lowered(&self) -> bool {
        self.all_findings().any(Finding::is_lowered)
    }

    /// How a command ends that says this.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let forecast = self.forecast.as_ref().map(ForecastReport::exit);
        Exit::of(self.own_findings()).and(forecast.unwrap_or(Exit::Clean))
    }

    fn own_findings(&self) -> impl Iterator<Item = &Finding> {
        let inner = self.environments.iter().flat_map(|one| &one.findings);
        self.findings.iter().chain(inner)
    }

    fn conclude(&mut self) {
        let forecast = self.forecast.as_ref();
        let verdict = forecast.map_or(Verdict::Fine, |forecast| forecast.verdict);
        let mut unknown = NotKnown::all(self.own_findings());
        unknown.extend(
            forecast
                .into_iter()
                .flat_map(|forecast| forecast.unknown.clone()),
        );
        unknown.sort();
        unknown.dedup();
        self.verdict = Verdict::of(self.own_findings()).and(verdict);
        self.unknown = unknown;
        self.ok = self.verdict.is_fine();
    }
}

/// The verdict on one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedEnvironment {
    /// What people call it.
    pub name: String,
    /// The configuration that names it.
    pub config: Option<ConfigOrigin>,
    /// The folder with `env.py`.
    pub script_location: RepoPath,
    /// How many revisions it has.
    pub revision_count: usize,
    /// Its heads, in Alembic's order.
    pub heads: Vec<Head>,
    /// Heads that no `depends_on` names either.
    pub effective_heads: Vec<RevisionId>,
    /// The heads as the policy groups them. Where not everything could be read, only those that stay heads whatever
    /// that says.
    pub groups: Vec<HeadGroup>,
    /// The policy that allows these heads, if their labels or version locations say that they are intended.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub fitting_policy: Option<HeadPolicy>,
    /// The files whose computed branch labels have to be declared before that policy fits, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub labels_to_declare: Vec<RepoPath>,
    /// The revisions where groups with several heads part.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branch_points: Vec<BranchPoint>,
    /// Whether the sides of each group with several heads get into one another's way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sides: Vec<Sides>,
    /// What is wrong or worth knowing.
    pub findings: Vec<Finding>,
}

impl CheckedEnvironment {
    /// Whether nothing here makes a check fail.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.severity < Severity::Error)
    }

    /// Whether every head stays one whatever is said by what could not be read.
    #[must_use]
    pub fn heads_are_known(&self) -> bool {
        let mut heads = self.heads.iter();
        heads.all(|head| is_grouped(&head.id, &self.groups))
    }
}

/// A head and whom to ask about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its id.
    pub id: RevisionId,
    /// Its file.
    pub path: RepoPath,
    /// The line of `down_revision`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// The first paragraph of its docstring.
    pub message: String,
    /// Its parents.
    pub down_revisions: Vec<RevisionId>,
    /// Whether its parents are not known; a finding says why.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub parents_unknown: bool,
    /// Who brought it, if git knows.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attribution: Option<Attribution>,
    /// That its author is a program, if so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by_program: Option<ByProgram>,
    /// Whether nobody is named because the clone is shallow: its history begins after the commit that brought the file.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub history_cut: bool,
}

impl Head {
    /// The person to talk to about it: its author, or who is behind the program that wrote it.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        match &self.by_program {
            Some(program) => program.person.clone(),
            None => self.attribution.as_ref().map(Attribution::author),
        }
    }
}

/// A revision where heads part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchPoint {
    /// Its id.
    pub id: RevisionId,
    /// Its file.
    pub path: RepoPath,
    /// The first paragraph of its docstring.
    pub message: String,
}

/// The commit that brought a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribution {
    /// The author's name, as `.mailmap` has it.
    pub author: String,
    /// The author's address, as `.mailmap` has it.
    pub email: String,
    /// The author's date: ISO 8601 with offset.
    pub date: String,
    /// The commit's object id.
    pub commit: String,
    /// The commit's subject.
    pub subject: String,
    /// The number of the pull request that its subject names, or that of the merge that brought it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pull_request: Option<u64>,
    /// The branch that the merge that brought it names.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub branch: Option<String>,
    /// Whom its message names as `Co-authored-by`, each once, without the author.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub co_authors: Vec<Person>,
}

impl Attribution {
    /// The author.
    #[must_use]
    pub fn author(&self) -> Person {
        Person {
            name: self.author.clone(),
            email: self.email.clone(),
        }
    }
}

/// The predicted merge with the target: the branch that the work lands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastReport {
    /// What people call the target: `origin/main`.
    pub target: String,
    /// Its commit.
    pub oid: String,
    /// How it was found, where the settings list several targets and nothing named one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub chosen: Option<ChosenTarget>,
    /// The verdict on what is there then. What the target has already and this side does not touch is no part of it.
    pub verdict: Verdict,
    /// What is not known then; empty unless the verdict is unknown.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<NotKnown>,
    /// The environments after the merge, sorted by name; none if the target has nothing new.
    pub environments: Vec<ForecastEnvironment>,
    /// What only the merge brings about, outside of single environments.
    pub findings: Vec<Finding>,
}

impl ForecastReport {
    /// How a command ends that says this.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match (Exit::of(self.all_findings()), self.verdict) {
            (Exit::Clean, Verdict::Findings | Verdict::Unknown) => Exit::Findings,
            (exit, _) => exit,
        }
    }

    /// Every finding, the repository's first.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        let inner = self.environments.iter().flat_map(|one| &one.findings);
        self.findings.iter().chain(inner)
    }
}

/// One environment after the predicted merge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastEnvironment {
    /// What people call it.
    pub name: String,
    /// How many heads it has here.
    pub heads_here: usize,
    /// How many it has on the target.
    pub heads_there: usize,
    /// Its heads after the merge, in Alembic's order.
    pub heads: Vec<ForecastHead>,
    /// The revisions where they part.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub branch_points: Vec<BranchPoint>,
    /// Whether the sides of each group with several heads get into one another's way.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sides: Vec<Sides>,
    /// What only the merge brings about.
    pub findings: Vec<Finding>,
}

/// A head and the side that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForecastHead {
    /// Who has it.
    pub held_by: Holder,
    /// The head.
    pub head: Head,
}

/// Who has a revision before the merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holder {
    /// Only this side.
    Here,
    /// Only the target.
    Target,
    /// Both.
    Both,
}
