//! How a change of published revisions is said.

use onehead_git::RefName;
use onehead_model::{Code, EnvironmentGraph, Finding, Location, Node, RevisionId, words};
use onehead_python::CodeDifference;

use super::change::{Change, Concerned, Kind};
use super::two_places::InTwoPlaces;

/// The environment before and after.
pub(crate) struct Said<'a> {
    pub(crate) before: &'a EnvironmentGraph,
    /// None if it is gone.
    pub(crate) after: Option<&'a EnvironmentGraph>,
}

impl Said<'_> {
    /// What is said of one revision that is still there.
    pub(crate) fn change(&self, change: &Change) -> Finding {
        let id = &change.revision;
        let (code, message, hint) = match &change.kind {
            Kind::Renamed(new) => (
                Code::PublishedRenamed,
                format!("the published `{id}` has the id `{new}` now; {}", lost(id)),
                format!("set `revision` back to `{id}`"),
            ),
            Kind::Removed => return self.removed(std::slice::from_ref(id)),
            Kind::Inserted => (
                Code::InsertedBeforePublished,
                format!(
                    "{} before the published `{id}`; {}",
                    self.new_ones(change),
                    effects(change)
                ),
                format!(
                    "{}, and put what is new on top of {}",
                    self.follow_again(id),
                    self.head()
                ),
            ),
            Kind::Swapped(later) => (
                Code::PublishedReparented,
                format!(
                    "the published `{id}` {}, and so comes after {}, which came after it; {}",
                    self.follows(id),
                    listed(later),
                    effects(change)
                ),
                format!(
                    "{}; if new databases need the other order, let `{id}` do what it needs of {} where that is not there yet",
                    self.follow_again(id),
                    listed(later)
                ),
            ),
            Kind::Joined => (
                Code::PublishedReparented,
                format!(
                    "the published `{id}` {}; {}",
                    self.follows(id),
                    effects(change)
                ),
                format!("{}, and merge the heads instead", self.follow_again(id)),
            ),
            Kind::Parted => (
                Code::PublishedReparented,
                format!(
                    "the published `{id}` {}; {}",
                    self.follows(id),
                    effects(change)
                ),
                self.follow_again(id),
            ),
            Kind::Lowered(gone) => (
                Code::PublishedParentRemoved,
                format!(
                    "the published `{id}` {}, since {} gone; databases at `{id}` keep what {} did",
                    self.follows(id),
                    is_or_are(gone),
                    it_or_they(gone.len())
                ),
                format!(
                    "restore {}, and undo what {} did in a new revision on top of {}",
                    listed(gone),
                    it_or_they(gone.len()),
                    self.head()
                ),
            ),
            Kind::Depends => (
                Code::PublishedDependencyChanged,
                format!(
                    "the published `{id}` has another `depends_on`; {}",
                    effects(change)
                ),
                format!(
                    "restore `depends_on` of `{id}`, and let a new revision on top depend on what it needs"
                ),
            ),
        };
        let finding = Finding::new(code, message).hint(hint).about([id.clone()]);
        self.placed(finding, &change.kind, id)
    }

    /// What is said of changes that have one cause: of those that are gone together.
    pub(crate) fn all(&self, changes: &[&Change]) -> impl Iterator<Item = Finding> {
        let (removed, others): (Vec<&Change>, Vec<&Change>) = changes
            .iter()
            .partition(|change| change.kind == Kind::Removed);
        let ids: Vec<RevisionId> = removed.iter().map(|one| one.revision.clone()).collect();
        let removed = (!ids.is_empty()).then(|| self.removed(&ids));
        let others: Vec<Finding> = others.iter().map(|change| self.change(change)).collect();
        removed.into_iter().chain(others)
    }

    /// What is said of revisions that are gone.
    pub(crate) fn removed(&self, ids: &[RevisionId]) -> Finding {
        let hint = match ids {
            [_] => "restore its file, and undo what it does in a new revision on top",
            _ => "restore their files, and undo what they do in a new revision on top",
        };
        let finding = Finding::new(Code::PublishedRemoved, removed(ids))
            .hint(hint)
            .about(ids.iter().cloned());
        match ids {
            [id] => self.placed(finding, &Kind::Removed, id),
            _ => finding,
        }
    }

    /// What is said of other branch labels.
    pub(crate) fn labels(&self, id: &RevisionId, lost: &[String], gained: &[String]) -> Finding {
        let quoted = |labels: &[String]| {
            let labels: Vec<String> = labels.iter().map(|label| format!("`{label}`")).collect();
            labels.join(", ")
        };
        let message = match (lost, gained) {
            ([], _) => format!(
                "the published `{id}` has the new branch label {}",
                quoted(gained)
            ),
            _ => format!(
                "the published `{id}` has lost the branch label {}; commands that name it end with an error",
                quoted(lost)
            ),
        };
        let hint = "restore `branch_labels`; a new revision on top can carry another label";
        let finding = Finding::new(Code::PublishedLabelChanged, message).hint(hint);
        self.placed(finding.about([id.clone()]), &Kind::Depends, id)
    }

    /// What is said of a body that does something else.
    pub(crate) fn body(&self, id: &RevisionId, difference: &CodeDifference) -> Finding {
        let message = body(id, difference);
        let finding = Finding::new(Code::PublishedBodyChanged, message).hint(format!(
            "put the change into a new revision on top of {}",
            self.head()
        ));
        self.placed(finding.about([id.clone()]), &Kind::Depends, id)
    }

    /// The same of many.
    pub(crate) fn bodies(&self, ids: &[RevisionId]) -> Finding {
        Finding::new(Code::PublishedBodyChanged, bodies(ids))
            .hint(format!(
                "put the change into a new revision on top of {}",
                self.head()
            ))
            .about(ids.iter().cloned())
    }

    fn placed(&self, finding: Finding, kind: &Kind, id: &RevisionId) -> Finding {
        let now = match kind {
            Kind::Renamed(new) => new,
            _ => id,
        };
        let after = self.after.and_then(|after| node(after, now));
        match after.or_else(|| node(self.before, id)) {
            Some(node) => finding.at(Location {
                line: after.and(node.down_revision_at).map(|span| span.line),
                ..Location::from(node.path.clone())
            }),
            None => finding,
        }
    }

    /// The new revisions that lie before a published one.
    fn new_ones(&self, change: &Change) -> String {
        let is_new = |id: &&RevisionId| node(self.before, id).is_none();
        let new: Vec<RevisionId> = change
            .skipped
            .revisions
            .iter()
            .filter(is_new)
            .cloned()
            .collect();
        match new.len() {
            1 => format!("the new {} lies", listed(&new)),
            _ => format!("the new {} lie", listed(&new)),
        }
    }

    /// What a revision follows now and followed.
    fn follows(&self, id: &RevisionId) -> String {
        let followed = |graph: Option<&EnvironmentGraph>| {
            graph
                .and_then(|graph| node(graph, id))
                .map_or_else(String::new, parents)
        };
        format!(
            "follows {} instead of {}",
            followed(self.after),
            followed(Some(self.before))
        )
    }

    fn follow_again(&self, id: &RevisionId) -> String {
        let parents = node(self.before, id).map_or_else(String::new, parents);
        format!("let `{id}` follow {parents} again")
    }

    /// The head on which a new revision goes.
    fn head(&self) -> String {
        match &self.before.heads[..] {
            [only] => format!("`{only}`"),
            _ => "the published head".to_owned(),
        }
    }
}

/// What is said of a new revision that a release has with other ancestors: of these two graphs, the first is the release's.
pub(crate) fn elsewhere(release: &RefName, found: &InTwoPlaces) -> Finding {
    let InTwoPlaces {
        revision: id,
        moved,
        there,
        here,
    } = found;
    let kind = match release.starts_with("refs/tags/") {
        true => "tag ",
        false => "",
    };
    let release = format!("{kind}`{}`", release.short());
    let followed = |graph| node(graph, id).map_or_else(String::new, parents);
    let skips = |ids: &[RevisionId]| {
        format!(
            "{} for applied and never run {}",
            listed(ids),
            it_or_them(ids.len())
        )
    };
    let mut effects = Vec::new();
    if !moved.gained.is_empty() {
        effects.push(format!(
            "databases that ran it in the release take {} here",
            skips(&moved.gained)
        ));
    }
    if !moved.lost.is_empty() {
        effects.push(format!(
            "databases that run it here take {} there",
            skips(&moved.lost)
        ));
    }
    let message = format!(
        "`{id}` follows {} here and {} in {release}; {}",
        followed(here),
        followed(there),
        effects.join(", and ")
    );
    let has_parents = node(there, id).is_some_and(|one| {
        let mut parents = one.down_revisions.iter();
        parents.all(|parent| node(here, parent).is_some())
    });
    let hint = match has_parents {
        true => format!(
            "let `{id}` follow {} as in the release, and merge the heads",
            followed(there)
        ),
        false => format!(
            "give what was picked an id of its own, and let each of the two do nothing where the other one ran; or bring {} first",
            followed(there)
        ),
    };
    let finding = Finding::new(Code::PublishedElsewhere, message).hint(hint);
    at_its_parent(finding.about([id.clone()]), here, id)
}

/// That a new revision lies elsewhere on remote branches.
pub(crate) fn on_another_branch(branches: &[RefName], found: &InTwoPlaces) -> Finding {
    let InTwoPlaces {
        revision: id,
        there,
        here,
        ..
    } = found;
    let followed = |graph| node(graph, id).map_or_else(String::new, parents);
    let first = branches.first().map_or("", |one| one.short());
    let others = match branches.len().saturating_sub(1) {
        0 => String::new(),
        1 => " and 1 other branch".to_owned(),
        more => format!(" and {} other branches", words::number(more)),
    };
    let message = format!(
        "`{id}` follows {} here and {} on `{first}`{others}",
        followed(here),
        followed(there),
    );
    let hint = format!(
        "agree on one of the two before either is merged; `onehead where {id}` says who has it"
    );
    let finding = Finding::new(Code::ElsewhereOnBranch, message).hint(hint);
    at_its_parent(finding.about([id.clone()]), here, id)
}

/// A finding, at the line where a revision says what it follows.
fn at_its_parent(finding: Finding, here: &EnvironmentGraph, id: &RevisionId) -> Finding {
    match node(here, id) {
        Some(node) => finding.at(Location {
            line: node.down_revision_at.map(|span| span.line),
            ..Location::from(node.path.clone())
        }),
        None => finding,
    }
}

/// That revisions are gone.
pub(crate) fn removed(ids: &[RevisionId]) -> String {
    match ids {
        [id] => format!("the published `{id}` was removed; {}", lost(id)),
        _ => format!(
            "{} published revisions were removed: {}; databases at one of them end with `Can't locate revision identified by …`",
            words::number(ids.len()),
            listed(ids)
        ),
    }
}

/// That the body of a revision does something else.
pub(crate) fn body(id: &RevisionId, difference: &CodeDifference) -> String {
    let only_downgrade = !difference.elsewhere && difference.functions == ["downgrade"];
    let mut parts: Vec<String> = difference
        .functions
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    if difference.elsewhere {
        parts.push("code outside of functions".into());
    }
    let meaning = match only_downgrade {
        true => "it only counts for downgrades",
        false => "databases that have applied it do not run the change",
    };
    format!(
        "the published `{id}` does something else in {}; {meaning}",
        parts.join(", ")
    )
}

/// That the bodies of revisions do something else.
pub(crate) fn bodies(ids: &[RevisionId]) -> String {
    match ids {
        [id] => format!(
            "the published `{id}` does something else; databases that have applied it do not run the change"
        ),
        _ => format!(
            "{} published revisions do something else: {}; databases that have applied them do not run the change",
            words::number(ids.len()),
            listed(ids)
        ),
    }
}

fn node<'a>(graph: &'a EnvironmentGraph, id: &RevisionId) -> Option<&'a Node> {
    graph.revisions.iter().rfind(|node| node.id == *id)
}

fn parents(node: &Node) -> String {
    match node.down_revisions.is_empty() {
        true => "no revision".to_owned(),
        false => listed(&node.down_revisions),
    }
}

/// What happens to a database at a revision that is not there.
fn lost(id: &RevisionId) -> String {
    format!("a database at it ends with `Can't locate revision identified by '{id}'`")
}

/// Which databases skip what, and which run what again.
fn effects(change: &Change) -> String {
    let mut effects = Vec::new();
    if !change.skipped.revisions.is_empty() {
        let (what, it) = (
            listed(&change.skipped.revisions),
            it_or_them(change.skipped.revisions.len()),
        );
        let databases = databases(change, &change.skipped);
        effects.push(match change.kind {
            Kind::Swapped(_) | Kind::Joined => {
                format!(
                    "{databases} that have not run {what} take {it} for applied and never run {it}"
                )
            }
            _ => format!("{databases} take {what} for applied and never run {it}"),
        });
    }
    if !change.repeated.revisions.is_empty() {
        effects.push(format!(
            "{} run {} again",
            databases(change, &change.repeated),
            listed(&change.repeated.revisions)
        ));
    }
    match effects.is_empty() {
        true => "an upgrade may run them in another order".to_owned(),
        false => effects.join(", and "),
    }
}

fn databases(change: &Change, concerned: &Concerned) -> String {
    let others = concerned
        .at
        .iter()
        .filter(|id| **id != change.revision)
        .count();
    match others {
        0 => format!("databases at `{}`", change.revision),
        _ => format!(
            "databases at `{}` or {}",
            change.revision,
            words::counted(others, "other published revision")
        ),
    }
}

/// How many ids a line holds.
const MOST: usize = 4;

fn listed(ids: &[RevisionId]) -> String {
    let shown = ids.iter().take(MOST).map(|id| format!("`{id}`"));
    let shown: Vec<String> = shown.collect();
    match ids.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn is_or_are(ids: &[RevisionId]) -> String {
    match ids.len() {
        1 => format!("{} is", listed(ids)),
        _ => format!("{} are", listed(ids)),
    }
}

fn it_or_they(count: usize) -> &'static str {
    match count {
        1 => "it",
        _ => "they",
    }
}

fn it_or_them(count: usize) -> &'static str {
    match count {
        1 => "it",
        _ => "them",
    }
}
