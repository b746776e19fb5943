//! How it is said that databases of a release do not go on.

use onehead_model::{
    Code, Environment, EnvironmentGraph, Finding, Location, Node, RevisionId, Severity, words,
};

use super::going_on::{Fate, GoingOn, Ids, Stuck};

/// One environment of a release and of the first target.
pub(crate) struct Said<'a> {
    /// What people call the release.
    pub(crate) release: &'a str,
    /// What people call the first target.
    pub(crate) onto: &'a str,
    pub(crate) own: &'a EnvironmentGraph,
    pub(crate) there: &'a EnvironmentGraph,
    /// The files of both.
    pub(crate) files: (&'a Environment, &'a Environment),
}

impl Said<'_> {
    /// What is said of databases that skip or repeat something on the first target, or are refused there.
    pub(crate) fn out_of_order(&self, going_on: &GoingOn) -> Vec<Finding> {
        let is_located = |one: &&Stuck| one.fate != Fate::Lost;
        let stuck: Vec<&Stuck> = going_on.stuck.iter().filter(is_located).collect();
        let mut findings = Vec::new();
        let mut told: Vec<&Fate> = Vec::new();
        for one in &stuck {
            if !told.contains(&&one.fate) {
                told.push(&one.fate);
                let same = stuck.iter().filter(|other| other.fate == one.fate).count();
                findings.push(self.placed(self.one_out_of_order(going_on, one, same - 1)));
            }
        }
        if stuck.is_empty() && !matches!(going_on.at_the_end, Fate::Exact | Fate::Lost) {
            findings.push(self.at_the_end(&going_on.at_the_end));
        }
        findings
    }

    /// A finding at the place where the release declares the parents of the only revision that it is about.
    fn placed(&self, finding: Finding) -> Finding {
        let place = match &finding.revisions[..] {
            [only] => node(self.own, only).map(|node| Location {
                line: node.down_revision_at.map(|span| span.line),
                ..Location::from(node.path.clone())
            }),
            _ => None,
        };
        Finding {
            location: place,
            ..finding
        }
    }

    /// What is said of revisions that the first target has not; none if there are none.
    pub(crate) fn cut_off(&self, lost: &Ids, going_on: &GoingOn) -> Option<Finding> {
        let (release, onto) = (self.release, self.onto);
        let first = lost.first()?;
        let message = match lost.len() {
            1 => format!(
                "{onto} has no `{first}`, which {release} has: there a database at it ends with `Can't locate revision identified by '{first}'`"
            ),
            count => format!(
                "{onto} lacks {} that {release} has, {}: there a database at one of them ends with `Can't locate revision identified by …`",
                words::counted(count, "revision"),
                listed(lost)
            ),
        };
        let twin = lost.iter().find_map(|id| Some((id, self.twin(id)?)));
        let hint = match twin {
            // A database at the end of the release goes on all the same.
            None if going_on.at_the_end == Fate::Exact => self.upgrade_first(),
            None => format!(
                "bring {} to {onto} in a file with the same id",
                match lost.len() {
                    1 => "it",
                    _ => "each",
                }
            ),
            Some((id, twin)) => format!(
                "`{twin}` on {onto} has the same message and date as `{id}`; a backport keeps the id, so use `{twin}` on {release} while no database has `{id}`"
            ),
        };
        let finding = Finding::new(Code::ReleaseCutOff, message).hint(hint);
        Some(self.placed(finding.about(lost.iter().cloned())))
    }

    /// The revision of the first target alone that a revision of the release alone seems to be a copy of.
    fn twin(&self, id: &RevisionId) -> Option<&RevisionId> {
        let (own, there) = self.files;
        let is_own = |id: &RevisionId| own.revisions.iter().any(|one| one.id == *id);
        let copy = own.revisions.iter().find(|one| one.id == *id)?;
        let mut only_there = there.revisions.iter().filter(|one| !is_own(&one.id));
        let twin = only_there.find(|one| {
            copy.create_date.is_some()
                && one.create_date == copy.create_date
                && one.message == copy.message
        })?;
        Some(&twin.id)
    }

    /// A revision that lies behind others than on the first target.
    fn one_out_of_order(&self, going_on: &GoingOn, stuck: &Stuck, later: usize) -> Finding {
        let (release, onto, id) = (self.release, self.onto, &stuck.at);
        let databases = match later {
            0 => format!("databases at `{id}` of {release}"),
            _ => format!(
                "databases at `{id}` of {release} or {} behind it",
                words::counted(later, "other revision")
            ),
        };
        let message = format!(
            "{}{}",
            self.parents_of(id),
            effect(&databases, onto, &stuck.fate)
        );
        let is_passing = going_on.at_the_end == Fate::Exact;
        let hint = match is_passing {
            true => self.upgrade_first(),
            false => self.way_out(going_on, stuck),
        };
        let finding = Finding::new(Code::ReleaseOutOfOrder, message)
            .hint(hint)
            .about([id.clone()]);
        match is_passing {
            true => Finding {
                severity: Severity::Warning,
                ..finding
            },
            false => finding,
        }
    }

    fn upgrade_first(&self) -> String {
        let release = self.release;
        format!("upgrade such a database to the head of {release} before it goes on")
    }

    fn way_out(&self, going_on: &GoingOn, stuck: &Stuck) -> String {
        let (release, onto) = (self.release, self.onto);
        let back = match going_on.way_back(self.own, &stuck.at) {
            Some(Some(id)) => format!("run `alembic downgrade {id}` on {release}"),
            Some(None) => format!("run `alembic downgrade base` on {release}"),
            None => "downgrade it to where both have the same revisions".to_owned(),
        };
        match &stuck.fate {
            Fate::Ran { skips, .. } if !skips.is_empty() => format!(
                "while no database has `{}`, bring {} to {release} before it; else {back} before a database goes on to {onto}",
                stuck.at,
                listed(skips)
            ),
            _ => format!("{back} before a database goes on to {onto}"),
        }
    }

    /// A database with all of the release, where each of its revisions alone would go on.
    fn at_the_end(&self, fate: &Fate) -> Finding {
        let databases = format!("databases with all of {}", self.release);
        let heads = self.own.heads.iter().cloned();
        Finding::new(Code::ReleaseOutOfOrder, effect(&databases, self.onto, fate))
            .hint("make one head of both in the same order")
            .about(heads)
    }

    fn parents_of(&self, id: &RevisionId) -> String {
        let parents = |graph: &EnvironmentGraph| -> Option<Ids> {
            Some(node(graph, id)?.down_revisions.iter().cloned().collect())
        };
        match (parents(self.own), parents(self.there)) {
            (Some(own), Some(there)) if own != there => format!(
                "`{id}` follows {} on {} and {} on {}: ",
                or_none(&own),
                self.release,
                or_none(&there),
                self.onto
            ),
            _ => String::new(),
        }
    }

    /// What is said of revisions that do something else.
    pub(crate) fn bodies(&self, ids: &Ids) -> Finding {
        let do_or_does = match ids.len() {
            1 => format!("{} does", listed(ids)),
            _ => format!("{} do", listed(ids)),
        };
        let message = format!(
            "{do_or_does} something else on {} than on {}, and databases run either of the two",
            self.release, self.onto
        );
        let hint = format!(
            "let both do the same, or level the difference in a new revision on {}",
            self.onto
        );
        let finding = Finding::new(Code::ReleaseBodyDiffers, message).hint(hint);
        self.placed(finding.about(ids.iter().cloned()))
    }
}

/// What an upgrade with the first target makes of these databases.
fn effect(databases: &str, onto: &str, fate: &Fate) -> String {
    match fate {
        Fate::Exact => format!("{databases} go on to {onto}"),
        Fate::Lost => format!("{databases} are not located on {onto}"),
        Fate::Refused(why) => format!("Alembic refuses to upgrade {databases} with {onto}: {why}"),
        Fate::Ran { skips, repeats } => {
            let mut effects = Vec::new();
            if !skips.is_empty() {
                let them = match skips.len() {
                    1 => "it",
                    _ => "them",
                };
                effects.push(format!(
                    "take {} for applied on {onto} and never run {them}",
                    listed(skips)
                ));
            }
            if !repeats.is_empty() {
                effects.push(format!("run {} again on {onto}", listed(repeats)));
            }
            format!("{databases} {}", effects.join(", and "))
        }
    }
}

fn node<'a>(graph: &'a EnvironmentGraph, id: &RevisionId) -> Option<&'a Node> {
    graph.revisions.iter().rfind(|node| node.id == *id)
}

fn or_none(ids: &Ids) -> String {
    match ids.is_empty() {
        true => "no revision".to_owned(),
        false => listed(ids),
    }
}

/// How many ids a line holds.
const MOST: usize = 4;

fn listed(ids: &Ids) -> String {
    let shown: Vec<String> = ids.iter().take(MOST).map(|id| format!("`{id}`")).collect();
    match ids.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
