//! Plain text for people: no colour, nothing raw from the repository.

use onehead_model::{
    Change, CheckReport, CheckedEnvironment, Code, Finding, FixOutcome, ForecastReport, Head,
    HeadGroup, NextCommand, Origin, OwnTarget, Relation, ReleaseReport, RevisionId, Severity,
    Source, StageReport, words,
};

use super::answer::Answer;
use super::coverage::covered;
use super::heads::people;
use super::merge_forecast;
use super::short::{self, Block};
use crate::page::Page;
use crate::target;

/// How many heads of one fork are shown where not everything is.
const MOST_HEADS: usize = 3;

/// The verdict: what is right, what is wrong, whom it concerns. A long one is short, and the rest is counted.
pub fn verdict(report: &CheckReport) -> String {
    short_verdict(report, Some("onehead check --all"))
}

/// The verdict, cut short if there is a command that shows `all` of it.
fn short_verdict(report: &CheckReport, all: Option<&str>) -> String {
    let whole = blocks(report, usize::MAX);
    let said = match all {
        Some(_) if short::is_long(&whole) => short::text(blocks(report, MOST_HEADS), all),
        _ => short::text(whole, None),
    };
    said + &covered(report)
}

/// Everything that a verdict says, with so many heads of each fork.
fn blocks(report: &CheckReport, most: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = report.findings.iter().map(Block::finding).collect();
    if report.environments.is_empty() && report.findings.is_empty() {
        blocks.push(Block::line(
            "ok  no Alembic environment, allowed by the settings",
        ));
    }
    for environment in &report.environments {
        blocks.extend(environment_blocks(environment, most));
    }
    if let Some(forecast) = &report.forecast {
        blocks.extend(merge_forecast::blocks(forecast));
    }
    if let Some(OwnTarget { target, chosen }) = &report.own_target {
        blocks.push(Block::line(&format!(
            "target  {target}: {}",
            target::words(chosen)
        )));
    }
    blocks.extend(report.releases.iter().filter_map(release));
    blocks
}

/// That databases of a release go on; findings say it where they do not.
fn release(report: &ReleaseReport) -> Option<Block> {
    let mut environments = report.environments.iter();
    let databases = match environments.all(|one| one.relation == Relation::Prefix) {
        true => "databases",
        false => "databases at the head",
    };
    report.goes_on().then(|| {
        Block::line(&format!(
            "ok  {databases} of {} can go on to {}",
            report.release, report.onto
        ))
    })
}

/// What merging into the target would add.
pub fn forecast(forecast: &ForecastReport) -> String {
    short::text(
        merge_forecast::blocks(forecast),
        Some("onehead check --all"),
    )
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
        all,
        ..
    } = answer;
    let mut out = Page::new();
    let show_all = command.with("--all");
    out.push(&short_verdict(report, (!all).then_some(show_all.as_str())));
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

/// An environment in a line if nothing is wrong, then its findings, the cause before what may only follow from it.
fn environment_blocks(environment: &CheckedEnvironment, most: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    if environment.is_ok() && !environment.findings.iter().any(says_it) {
        blocks.push(Block::line(&fine(environment)));
    }
    let others = environment
        .findings
        .iter()
        .filter(|finding| !is_shown_as_fork(finding));
    let (errors, lesser): (Vec<_>, Vec<_>) = others.partition(|finding| finding.is_error());
    blocks.extend(errors.into_iter().map(Block::finding));
    let forked = environment
        .groups
        .iter()
        .filter(|group| group.heads.len() > 1);
    blocks.extend(forked.map(|group| fork(environment, group, most)));
    blocks.extend(lesser.into_iter().map(|finding| match finding.code {
        Code::MultipleHeads => Block::fixed_fork(&environment.name, finding),
        _ => Block::finding(finding),
    }));
    blocks
}

/// Whether something is wrong with the environment, though that fails nothing here.
fn says_it(finding: &Finding) -> bool {
    finding.is_lowered() && finding.origin == Some(Origin::Inherited)
}

/// The heads of an environment without errors.
fn fine(environment: &CheckedEnvironment) -> String {
    let name = &environment.name;
    if !environment.heads_are_known() {
        return format!("unknown  {name}  its configuration could not be read");
    }
    let ids: Vec<&str> = environment
        .heads
        .iter()
        .map(|head| head.id.as_str())
        .collect();
    match ids.as_slice() {
        [] => format!("ok  {name}  no revision"),
        [only] => format!("ok  {name}  head {only}"),
        several => format!(
            "ok  {name}  {} heads, allowed by the policy: {}",
            several.len(),
            several.join(", ")
        ),
    }
}

/// Whether the heads that it is about are shown, with their authors.
fn is_shown_as_fork(finding: &Finding) -> bool {
    finding.code == Code::MultipleHeads && finding.origin != Some(Origin::Fixed)
}

/// A group with several heads, each with what people need to find its author.
fn fork(environment: &CheckedEnvironment, group: &HeadGroup, most: usize) -> Block {
    let mut page = Page::new();
    let finding = environment
        .findings
        .iter()
        .find(|finding| finding.code == Code::MultipleHeads && finding.revisions == group.heads);
    let which = finding.map_or_else(
        || format!("{} heads", group.heads.len()),
        |finding| finding.message.clone(),
    );
    page.line(&format!(
        "{}[{}] {}: {which}",
        finding.map_or(Severity::Error.name(), Finding::word),
        Code::MultipleHeads,
        environment.name
    ));
    let heads: Vec<&Head> = environment
        .heads
        .iter()
        .filter(|head| group.heads.contains(&head.id))
        .collect();
    heads.iter().take(most).for_each(|head| page.head(head));
    if heads.len() > most {
        page.line(&format!(
            "  and {} more heads; `--all` shows them",
            heads.len() - most
        ));
    }
    for point in environment
        .branch_points
        .iter()
        .filter(|point| group.branch_points.contains(&point.id))
    {
        page.parting(point);
    }
    if group.branch_points.is_empty() {
        page.line("  no common ancestor");
    }
    if let Some(policy) = fitting_policy(environment) {
        let declared = match environment.labels_to_declare.is_empty() {
            true => "",
            false => " once their branch labels are declared",
        };
        page.line(&format!(
            "  if these heads are intended: policy = \"{policy}\" allows them{declared}"
        ));
    }
    let sides = environment
        .sides
        .iter()
        .find(|sides| sides.group == group.name);
    sides.into_iter().for_each(|sides| page.sides(sides));
    if let Some(finding) = finding.filter(|finding| finding.is_lowered()) {
        let people = people(heads.iter().copied());
        let people = people.map(|people| format!("  talk to: {people}"));
        let hint = finding.hint.as_ref().map(|hint| format!("  hint: {hint}"));
        people.iter().chain(&hint).for_each(|line| page.line(line));
    }
    let severity = finding.map_or(Severity::Error, |finding| finding.severity);
    Block::of(severity, Code::MultipleHeads, page)
}

impl Page {
    /// What to do about a fork. Where its heads look intended, that comes first.
    fn next_commands(&mut self, report: &CheckReport, command: &NextCommand) {
        let fix = |why: &str| (command.with("--fix"), why.to_owned());
        let merge = "write and stage the merge revision";
        let mut lead = "next:";
        let mut environments = report.environments.iter();
        let mut commands = match environments.find_map(|one| Some((one, fitting_policy(one)?))) {
            None => vec![fix(merge)],
            Some((one, policy)) if one.labels_to_declare.is_empty() => {
                let why = format!("if these heads are intended: sets policy = \"{policy}\"");
                vec![("onehead init".to_owned(), why), fix(merge)]
            }
            Some((_, policy)) => {
                self.line(&format!(
                    "{lead} if these heads are intended, declare their branch labels (OH025) with `[[declare]]` in the settings, under policy = \"{policy}\""
                ));
                lead = "     ";
                vec![fix(&format!("otherwise: {merge}"))]
            }
        };
        commands.push((command.with("--fix --dry-run"), "only show it".to_owned()));
        let width = commands
            .iter()
            .map(|(typed, _)| typed.len())
            .max()
            .unwrap_or_default();
        for (typed, why) in &commands {
            self.line(&format!("{lead} {typed:<width$}   # {why}"));
            lead = "     ";
        }
    }
}
