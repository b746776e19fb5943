//! Plain text for people: no colour, nothing raw from the repository.

use onehead_model::{
    BranchPoint, Change, CheckReport, CheckedEnvironment, Code, FixOutcome, ForecastEnvironment,
    ForecastReport, Head, HeadGroup, Holder, NextCommand, RevisionId, Severity, Sides,
    SidesUnknown, SidesVerdict, Source, StageReport, words,
};

use super::answer::Answer;
use crate::page::Page;

/// The verdict: what is right, what is wrong, whom it concerns.
pub fn verdict(report: &CheckReport) -> String {
    let mut out = Page::new();
    if report.environments.is_empty() && report.findings.is_empty() {
        out.line("ok  no Alembic environment, allowed by the settings");
    }
    for finding in &report.findings {
        out.finding(finding);
    }
    for environment in &report.environments {
        out.environment(environment);
    }
    if let Some(landing) = &report.forecast {
        out.landing(landing);
    }
    out.into_text()
}

/// What landing on the target would bring.
pub fn landing(landing: &ForecastReport) -> String {
    let mut out = Page::new();
    out.landing(landing);
    out.into_text()
}

/// What would be written.
pub fn plan(changes: &[Change]) -> String {
    let mut out = Page::new();
    for change in changes {
        out.blank();
        change.diff.lines().for_each(|line| out.line(line));
    }
    out.into_text()
}

/// What was written.
pub fn written(done: &StageReport) -> String {
    let mut out = Page::new();
    for file in &done.written {
        let parents: Vec<&str> = file.down_revisions.iter().map(|id| id.as_str()).collect();
        let parents = parents.join(", ");
        out.line(&match &file.replaced {
            None => format!(
                "wrote {} (revision {}, merges {parents})",
                file.path, file.revision
            ),
            Some(old) if *old == file.path => format!(
                "changed {} (revision {}, parent {parents})",
                file.path, file.revision
            ),
            Some(old) => format!(
                "changed {old}, now {} (revision {}, parent {parents})",
                file.path, file.revision
            ),
        });
    }
    match (&done.commit, done.staged) {
        (Some(commit), _) => out.line(&format!("committed as {}", words::short_id(commit))),
        (None, true) if !done.written.is_empty() => out.line("added to the index"),
        (None, _) => {}
    }
    out.into_text()
}

/// The whole answer.
pub fn text(answer: &Answer<'_>) -> String {
    let Answer {
        report,
        fix,
        command,
        ..
    } = answer;
    let mut out = Page::new();
    out.push(&verdict(report));
    match fix {
        FixOutcome::Done(done) => {
            for one in &report.merged {
                out.line(&format!(
                    "{}: merged {}",
                    one.environment,
                    ids(&one.sides.heads)
                ));
                out.brought_together(&one.sides);
            }
            out.push(&written(done));
            match (&done.commit, done.staged) {
                (Some(_), _) => {}
                (None, true) => out.line("next: review it, then run `git commit`"),
                (None, false) => {
                    out.line("next: review it; there is no git repository to add it to");
                }
            }
        }
        FixOutcome::Shown(plan) => {
            out.blank();
            out.push(&self::plan(&plan.changes));
            out.blank();
            out.line("nothing was written");
            out.line(&format!("next: {}", command.with("--fix")));
        }
        FixOutcome::Refused(_) => out.line("nothing was written"),
        FixOutcome::NotAsked if forks(report) && report.source == Source::Worktree => {
            out.next_commands(report, command);
        }
        FixOutcome::Nothing | FixOutcome::NotAsked => {}
    }
    if !matches!(fix, FixOutcome::NotAsked) {
        for environment in report.environments.iter().filter(|one| is_blocked(one)) {
            out.line(&format!("{}: {BLOCKED}", environment.name));
        }
    }
    out.into_text()
}

/// Why a fork is left as it is.
const BLOCKED: &str =
    "nothing was written: a merge revision would hide the other findings; fix them first";

/// Several heads, or an unknown number, and something else that is wrong.
fn is_blocked(environment: &CheckedEnvironment) -> bool {
    let has = |fork: bool| {
        environment
            .findings
            .iter()
            .any(|finding| finding.is_error() && (finding.code == Code::MultipleHeads) == fork)
    };
    has(false) && (has(true) || !environment.heads_are_known())
}

/// Whether anything could be fixed by a merge revision, and nothing stands in the way.
fn forks(report: &CheckReport) -> bool {
    let only_forks = |environment: &CheckedEnvironment| {
        environment
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .all(|finding| finding.code == Code::MultipleHeads)
    };
    report
        .environments
        .iter()
        .any(|environment| !environment.is_ok() && only_forks(environment))
}

/// The policy that allows the heads of an environment, if they look intended.
fn fitting_policy(environment: &CheckedEnvironment) -> Option<&'static str> {
    environment.fitting_policy.as_ref()?.name()
}

fn ids(heads: &[RevisionId]) -> String {
    let heads: Vec<&str> = heads.iter().map(|id| id.as_str()).collect();
    heads.join(", ")
}

impl Page {
    fn environment(&mut self, environment: &CheckedEnvironment) {
        let name = &environment.name;
        if environment.is_ok() && !environment.heads_are_known() {
            self.line(&format!(
                "unknown  {name}  its configuration could not be read"
            ));
        } else if environment.is_ok() {
            let ids: Vec<&str> = environment
                .heads
                .iter()
                .map(|head| head.id.as_str())
                .collect();
            let heads = match ids.as_slice() {
                [] => "no revision".to_owned(),
                [only] => format!("head {only}"),
                several => format!(
                    "{} heads, allowed by the policy: {}",
                    several.len(),
                    several.join(", ")
                ),
            };
            self.line(&format!("ok  {name}  {heads}"));
        }
        // The cause before what may only follow from it.
        let others = environment
            .findings
            .iter()
            .filter(|finding| finding.code != Code::MultipleHeads);
        let (errors, lesser): (Vec<_>, Vec<_>) = others.partition(|finding| finding.is_error());
        errors.into_iter().for_each(|finding| self.finding(finding));
        for group in environment
            .groups
            .iter()
            .filter(|group| group.heads.len() > 1)
        {
            self.fork(environment, group);
        }
        lesser.into_iter().for_each(|finding| self.finding(finding));
    }

    /// A group with several heads, each with what people need to find its author.
    fn fork(&mut self, environment: &CheckedEnvironment, group: &HeadGroup) {
        let finding = environment.findings.iter().find(|finding| {
            finding.code == Code::MultipleHeads && finding.revisions == group.heads
        });
        let which = finding.map_or_else(
            || format!("{} heads", group.heads.len()),
            |finding| finding.message.clone(),
        );
        self.line(&format!(
            "error[{}] {}: {which}",
            Code::MultipleHeads,
            environment.name
        ));
        for head in environment
            .heads
            .iter()
            .filter(|head| group.heads.contains(&head.id))
        {
            self.head(head);
        }
        for point in environment
            .branch_points
            .iter()
            .filter(|point| group.branch_points.contains(&point.id))
        {
            self.parting(point);
        }
        if group.branch_points.is_empty() {
            self.line("  no common ancestor");
        }
        if let Some(policy) = fitting_policy(environment) {
            self.line(&format!(
                "  if these heads are intended: policy = \"{policy}\" allows them"
            ));
        }
        let sides = environment
            .sides
            .iter()
            .find(|sides| sides.group == group.name);
        sides.into_iter().for_each(|sides| self.sides(sides));
    }

    /// The verdict on sides that a fix brings together, with each conflict.
    pub(crate) fn brought_together(&mut self, sides: &Sides) {
        self.sides(sides);
        for conflict in sides.findings(Severity::Warning) {
            self.finding(&conflict);
        }
    }

    /// Whether sides get into one another's way; what a conflict is, its finding says.
    fn sides(&mut self, sides: &Sides) {
        let verdict = match sides.verdict {
            SidesVerdict::Independent => "no conflict found",
            SidesVerdict::Conflicting => "conflict",
            SidesVerdict::Unknown => "unknown",
        };
        let more = match sides.unknown.split_first() {
            None => String::new(),
            Some((first, rest)) => {
                let lead = match sides.verdict {
                    SidesVerdict::Conflicting => "; also unknown",
                    _ => "",
                };
                let rest = match rest.len() {
                    0 => String::new(),
                    count => format!("; and {count} more in the JSON"),
                };
                format!("{lead}, because {}{rest}", because(first))
            }
        };
        self.line(&format!("  schema changes: {verdict}{more}"));
    }

    /// What to type about a fork. Where its heads look intended, that comes first.
    fn next_commands(&mut self, report: &CheckReport, command: &NextCommand) {
        let mut commands = vec![
            (
                command.with("--fix"),
                "write and stage the merge revision".to_owned(),
            ),
            (command.with("--fix --dry-run"), "only show it".to_owned()),
        ];
        if let Some(policy) = report.environments.iter().find_map(fitting_policy) {
            let why = format!("if these heads are intended: sets policy = \"{policy}\"");
            commands.insert(0, ("onehead init".to_owned(), why));
        }
        let width = commands
            .iter()
            .map(|(typed, _)| typed.len())
            .max()
            .unwrap_or_default();
        for (at, (typed, why)) in commands.iter().enumerate() {
            let lead = if at == 0 { "next:" } else { "     " };
            self.line(&format!("{lead} {typed:<width$}   # {why}"));
        }
    }

    fn parting(&mut self, point: &BranchPoint) {
        let line = format!(
            "  branch point {}  {}",
            point.id,
            first_line(&point.message)
        );
        self.line(line.trim_end());
        self.line(&format!("      {}", point.path));
    }

    fn head(&mut self, head: &Head) {
        let line = format!("  {}  {}", head.id, first_line(&head.message));
        self.line(line.trim_end());
        let line = head.line.map(|line| format!(":{line}")).unwrap_or_default();
        let parents: Vec<&str> = head.down_revisions.iter().map(|id| id.as_str()).collect();
        let parents = if head.parents_unknown {
            "parent unknown".to_owned()
        } else if parents.is_empty() {
            "no parent".to_owned()
        } else {
            format!("parent {}", parents.join(", "))
        };
        self.line(&format!("      {}{line}, {parents}", head.path));
        let who = match &head.attribution {
            None => "not committed yet".to_owned(),
            Some(known) => {
                let day = words::day(&known.date);
                let request = known
                    .pull_request
                    .map(|number| format!(", #{number}"))
                    .unwrap_or_default();
                format!(
                    "{} <{}>, {day}, commit {}{request}",
                    known.author,
                    known.email,
                    words::short_id(&known.commit)
                )
            }
        };
        self.line(&format!("      {who}"));
    }

    /// What landing on the target would bring, each head under the holder that has it.
    fn landing(&mut self, landing: &ForecastReport) {
        let target = &landing.target;
        if landing.all_findings().next().is_none() {
            return self.line(&match landing.verdict {
                onehead_model::Verdict::Fine => {
                    format!("ok  merging into {target} adds no problem")
                }
                _ => format!(
                    "unknown  what comes of landing on {target}: something here could not be read"
                ),
            });
        }
        for finding in &landing.findings {
            self.finding(finding);
        }
        for environment in &landing.environments {
            for finding in &environment.findings {
                if finding.code != Code::TargetCollision {
                    self.finding(finding);
                    continue;
                }
                self.line(&format!(
                    "{}[{}] {}: {}",
                    finding.severity, finding.code, environment.name, finding.message
                ));
                for (holder, title) in [
                    (Holder::Here, "only here:".to_owned()),
                    (Holder::Target, format!("only on {target}:")),
                    (Holder::Both, "on both:".into()),
                ] {
                    let mut heads = environment
                        .heads
                        .iter()
                        .filter(|one| {
                            one.held_by == holder && finding.revisions.contains(&one.head.id)
                        })
                        .peekable();
                    if heads.peek().is_some() {
                        self.line(&format!("  {title}"));
                    }
                    heads.for_each(|one| self.head(&one.head));
                }
                for point in &environment.branch_points {
                    self.parting(point);
                }
                environment.sides.iter().for_each(|sides| self.sides(sides));
                if let Some(people) = whom_to_talk_to(environment) {
                    self.line(&format!("  talk to: {people}"));
                }
                if let Some(hint) = &finding.hint {
                    self.line(&format!("  hint: {hint}"));
                }
            }
        }
    }
}

/// `a.py:3: a call of x`, or `a.py:3 and b.py:4: both write to table t`.
fn because(unknown: &SidesUnknown) -> String {
    let places: Vec<String> = unknown
        .operations
        .iter()
        .map(|one| one.location.to_string())
        .collect();
    let why = match unknown.operations.as_slice() {
        [only] => &only.operation,
        _ => &unknown.why,
    };
    format!("{}: {why}", places.join(" and "))
}

/// The authors of the heads that only the target has.
fn whom_to_talk_to(environment: &ForecastEnvironment) -> Option<String> {
    let theirs = environment
        .heads
        .iter()
        .filter(|one| one.held_by == Holder::Target);
    let mut people: Vec<String> = theirs
        .filter_map(|one| one.head.attribution.as_ref())
        .map(|known| format!("{} <{}>", known.author, known.email))
        .collect();
    people.sort();
    people.dedup();
    (!people.is_empty()).then(|| people.join(", "))
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}
