//! Plain text for people: no colour, nothing raw from the repository.

use onehead_model::escape::for_log;
use onehead_model::words::{counted, day, duration, short_id};
use onehead_model::{
    Caught, EnvironmentHistory, HistoryReport, Incident, IncidentSide, LineCommit, Outage,
    PublishedChange, Totals,
};

use super::{published, words};

/// So many causes of an outage are shown; the document has all of them.
const CAUSES: usize = 3;

/// So many changes of published revisions are shown of an environment, and so many of their authors.
const CHANGES: usize = 10;
const AUTHORS: usize = 3;

/// The whole story.
#[must_use]
pub fn text(report: &HistoryReport) -> String {
    let mut page = Page(String::new());
    page.opening(report);
    for environment in &report.environments {
        page.environment(environment);
    }
    if !report.unknown {
        page.totals(report);
    }
    page.0
}

struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(&for_log(text.trim_end()));
        self.0.push('\n');
    }

    fn opening(&mut self, report: &HistoryReport) {
        let since = report.since.as_ref();
        let since = since.map(|day| format!(" since {day}")).unwrap_or_default();
        match &report.line {
            Some(line) => self.line(&format!(
                "history of {}{since}: {} from {} to {}, {} touch migrations",
                report.target.name,
                counted(line.commits, "commit"),
                day(&line.first.date),
                day(&line.last.date),
                line.touched
            )),
            None => self.line(&format!(
                "history of {}{since}: {}",
                report.target.name,
                if report.unknown {
                    "not known"
                } else {
                    "no commit"
                }
            )),
        }
        for limit in &report.limits {
            self.line(&format!("note: {}", limit.message));
            if let Some(hint) = &limit.hint {
                self.line(&format!("hint: {hint}"));
            }
        }
    }

    fn environment(&mut self, environment: &EnvironmentHistory) {
        self.line("");
        let now = environment.steps.last();
        let state = match (&environment.gone, now) {
            (Some(gone), _) => format!("gone since {}", day(&gone.date)),
            (None, Some(now)) => format!(
                "{} now, {}",
                words::heads(now),
                counted(now.revisions, "revision")
            ),
            (None, None) => "nothing known".into(),
        };
        let outages = match environment.outages.len() {
            0 => String::new(),
            count => format!(", {}", counted(count, "outage")),
        };
        self.line(&format!(
            "{}: {state}, {}{outages}",
            environment.name,
            counted(environment.incidents.len(), "incident")
        ));
        for former in &environment.formerly {
            self.line(&format!(
                "  was {} until {} ({})",
                former.name,
                day(&former.until.date),
                short_id(&former.until.commit)
            ));
        }
        let mut outages = environment.outages.iter().peekable();
        for incident in &environment.incidents {
            while let Some(outage) =
                outages.next_if(|outage| outage.began.position <= incident.began.position)
            {
                self.outage(outage);
            }
            self.incident(incident);
        }
        for outage in outages {
            self.outage(outage);
        }
        self.published_changes(&environment.published_changes);
    }

    /// The newest changes of published revisions; other bodies are common, and only counted.
    fn published_changes(&mut self, changes: &[PublishedChange]) {
        let (bodies, others): (Vec<&PublishedChange>, Vec<&PublishedChange>) = changes
            .iter()
            .partition(|change| published::is_of_a_body(change));
        if changes.is_empty() {
            return;
        }
        let mut counts = Vec::new();
        if !others.is_empty() {
            counts.push(counted(others.len(), "change"));
        }
        if !bodies.is_empty() {
            counts.push(published::other_bodies(bodies.len()));
        }
        self.line(&format!("  published revisions: {}", counts.join(", ")));
        let hidden = others.len().saturating_sub(CHANGES);
        if hidden > 0 {
            self.line(&format!("    {} before these", counted(hidden, "change")));
        }
        for change in &others[hidden..] {
            self.published_change(change);
        }
    }

    fn published_change(&mut self, change: &PublishedChange) {
        let finding = &change.finding;
        self.line(&format!(
            "    {}  {} {}",
            day(&change.commit.date),
            finding.code.code(),
            finding.message
        ));
        let tags = change.tags.as_ref();
        let tags = tags.map(|tags| format!("; as it was in {}", published::tags(tags)));
        self.line(&format!(
            "        {}{}",
            published::by(change),
            tags.unwrap_or_default()
        ));
        if let Some(since) = &change.unseen_since {
            self.line(&format!(
                "        or in a commit since {}, which cannot be read",
                short_id(&since.commit)
            ));
        }
    }

    fn outage(&mut self, outage: &Outage) {
        let so_far = match outage.ended {
            Some(_) => "",
            None => " so far",
        };
        self.line(&format!(
            "  {}  {} for {}{so_far} ({})",
            words::since(&outage.began, outage.at_boundary),
            words::outage(outage.kind),
            words::lasted(outage.seconds, outage.at_boundary),
            counted(outage.commits, "commit")
        ));
        for cause in outage.causes.iter().take(CAUSES) {
            self.line(&format!("    {}", words::cause(cause)));
        }
        if outage.causes.len() > CAUSES {
            let more = outage.causes.len() - CAUSES;
            self.line(&format!("    and {}", counted(more, "more error")));
        }
        match outage.at_boundary {
            true => self.at_boundary(&outage.began),
            false => self.line(&format!("    from {}", commit(&outage.began))),
        }
        if let Some(ended) = &outage.ended {
            self.line(&format!("    to {}", commit(ended)));
        }
    }

    /// Since when the heads had not been known before something was seen.
    fn unseen(&mut self, since: Option<&LineCommit>, what: &str) {
        if let Some(since) = since {
            self.line(&format!(
                "      heads not known from {} ({}) until then: it may have {what} earlier",
                day(&since.date),
                short_id(&since.commit)
            ));
        }
    }

    /// Where something was first seen that may have begun before the history of this clone does.
    fn at_boundary(&mut self, first: &LineCommit) {
        self.line(&format!(
            "    first seen in {}, the oldest commit of this shallow clone: it began there or earlier",
            short_id(&first.commit)
        ));
    }

    fn incident(&mut self, incident: &Incident) {
        let long = words::lasted(incident.seconds, incident.at_boundary);
        let lasted = match &incident.ended {
            Some(_) => format!("for {long}"),
            None => format!("for {long} so far"),
        };
        let group = match incident.group.as_str() {
            "" => String::new(),
            group => format!(" in {group}"),
        };
        self.line(&format!(
            "  {}  {}{group}, {lasted} ({})",
            words::since(&incident.began, incident.at_boundary),
            counted(incident.most_heads, "head"),
            counted(incident.commits, "commit")
        ));
        let points: Vec<&str> = incident
            .branch_points
            .iter()
            .map(|point| point.id.as_str())
            .collect();
        if !points.is_empty() {
            self.line(&format!("    branch point {}", points.join(", ")));
        }
        for side in &incident.sides {
            self.side(side);
        }
        match incident.at_boundary {
            true => self.at_boundary(&incident.began),
            false => self.line(&format!("    began in {}", commit(&incident.began))),
        }
        self.unseen(incident.unseen_since.as_ref(), "begun");
        if let Some(ended) = &incident.ended {
            let ids: Vec<&str> = ended.revisions.iter().map(|id| id.as_str()).collect();
            let ids = match ids.as_slice() {
                [] => String::new(),
                ids => format!(" ({})", ids.join(", ")),
            };
            self.line(&format!(
                "    ended by {}{ids} in {}",
                words::ending(ended.how),
                commit(&ended.commit)
            ));
            self.unseen(ended.unseen_since.as_ref(), "ended");
            if let Some(by) = &ended.by {
                self.line(&format!(
                    "      {} {}, {}",
                    short_id(&by.commit),
                    by.author,
                    by.subject
                ));
            }
        }
        self.checks(incident);
    }

    fn checks(&mut self, incident: &Incident) {
        for (verdict, what) in [(Caught::Caught, "caught by"), (Caught::Missed, "missed by")] {
            let checks = words::checks(incident, verdict);
            if !checks.is_empty() {
                self.line(&format!("    {what}: {}", checks.join(", ")));
            }
        }
    }

    fn side(&mut self, side: &IncidentSide) {
        let head = side
            .revisions
            .iter()
            .find(|revision| revision.id == side.head);
        let message = head.map(|head| head.message.lines().next().unwrap_or_default());
        self.line(&format!(
            "    {}  {}",
            side.head,
            message.unwrap_or_default()
        ));
        let mut who = vec![words::who(side)];
        who.extend(side.pull_request.map(|number| format!("#{number}")));
        who.extend(side.branch.clone());
        if side.revisions.len() > 1 {
            who.push(counted(side.revisions.len(), "revision"));
        }
        self.line(&format!(
            "        {}, on the target since {}",
            who.join(", "),
            words::since(&side.arrived, side.at_boundary)
        ));
    }

    fn totals(&mut self, report: &HistoryReport) {
        let totals = &report.totals;
        self.line("");
        self.line(&format!("in all: {}", summary(totals)));
        self.line(&format!(
            "  {} added, {} of them merge revisions",
            counted(totals.revisions, "revision"),
            totals.merge_revisions
        ));
        if !totals.published_changes.is_empty() {
            self.line(&format!(
                "  published revisions changed: {}",
                published::by_kind(&totals.published_changes)
            ));
        }
        for one in totals.published_by.iter().take(AUTHORS) {
            self.line(&format!(
                "    by {}: {}",
                one.author.name,
                counted(one.changes, "time")
            ));
        }
        for pair in &totals.author_pairs {
            self.line(&format!(
                "  {} and {}: {}",
                pair.left.name,
                pair.right.name,
                counted(pair.incidents, "time")
            ));
        }
        for pair in &totals.branch_pairs {
            self.line(&format!(
                "  branches: {} and {}, {}",
                words::branch_kind(pair.left),
                words::branch_kind(pair.right),
                counted(pair.incidents, "time")
            ));
        }
        for check in totals.checks.iter().filter(|_| totals.incidents > 0) {
            self.line(&format!(
                "  {}: {} caught, {} missed, {} not passed, {} not known",
                words::check(check.check),
                check.caught,
                check.missed,
                check.not_passed,
                check.unknown
            ));
        }
        for hook in &report.hooks {
            self.line(&format!(
                "  onehead was added {} with {}: {} in {}",
                words::since(&hook.commit, hook.at_boundary),
                words::hook(hook.kind),
                hook.path,
                short_id(&hook.commit.commit)
            ));
        }
        if !report.hooks.is_empty() {
            self.line(&format!(
                "  {} before, {} after",
                counted(totals.before_hooks, "incident"),
                totals.after_hooks
            ));
        }
        if let Some(last) = &totals.since_last_incident {
            self.line(&format!(
                "  no incident{} since {}, for {}",
                or_outage(totals),
                day(&last.since.date),
                duration(last.seconds)
            ));
        }
    }
}

/// Outages are named where there are any.
pub(super) fn or_outage(totals: &Totals) -> &'static str {
    match totals.outages {
        0 => "",
        _ => " and no outage",
    }
}

/// How many, how long.
pub(super) fn summary(totals: &Totals) -> String {
    let mut parts = vec![counted(totals.incidents, "incident")];
    if totals.open > 0 {
        parts.push(format!("{} not over", totals.open));
    }
    if totals.outages > 0 {
        parts.push(counted(totals.outages, "outage"));
    }
    if totals.open_outages > 0 {
        parts.push(format!("{} not over", totals.open_outages));
    }
    if let (Some(median), Some(worst)) = (totals.median_seconds, totals.worst_seconds) {
        parts.push(format!("half of them fixed within {}", duration(median)));
        parts.push(format!("the slowest after {}", duration(worst)));
    }
    parts.join(", ")
}

fn commit(commit: &LineCommit) -> String {
    format!(
        "{} {}, {}",
        short_id(&commit.commit),
        commit.author.name,
        commit.subject
    )
}
