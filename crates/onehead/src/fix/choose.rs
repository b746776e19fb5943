//! Which mend each fork gets, and why.

use onehead_graph::{CannotReparent, Reparented, reparent};
use onehead_model::{Choice, Code, EnvironmentGraph, Finding, HeadGroup, MendKind, RevisionId};
use onehead_scan::{FixSettings, Strategy};

use super::published::Known;

/// What the user wants, and what the settings say about it.
pub(crate) struct Wish<'a> {
    pub(crate) strategy: Strategy,
    /// Whether that was typed, not only set.
    pub(crate) typed: bool,
    pub(crate) settings: &'a FixSettings,
}

/// The mend of one group of heads.
pub(crate) enum Chosen {
    /// One merge revision over all of them.
    Merge(Choice),
    /// These revisions get other parents.
    Reparent(Choice, Vec<Reparented>),
    /// Nothing, and why.
    Refused(Finding),
}

impl Wish<'_> {
    fn forbids(&self, strategy: Strategy) -> bool {
        self.settings.forbid.contains(&strategy)
    }

    /// Whether a group that cannot be re-parented gets a merge revision.
    pub(crate) fn may_merge_instead(&self) -> bool {
        self.strategy == Strategy::Auto && !self.forbids(Strategy::Merge)
    }

    /// That merge revision.
    pub(crate) fn merge_instead(
        environment: &EnvironmentGraph,
        group: &HeadGroup,
        why: String,
    ) -> Chosen {
        Chosen::Merge(choice(environment, group, MendKind::Merge, why))
    }

    /// Whose wish it is, in words.
    fn whose(&self) -> &'static str {
        if self.typed {
            "as asked"
        } else {
            "the strategy of this repository"
        }
    }
}

/// Chooses for one group that has several heads. `known` is none where there is no git.
pub(crate) fn choose(
    known: Option<&Known>,
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    wish: &Wish<'_>,
) -> Chosen {
    let choice = |mend, why| choice(environment, group, mend, why);
    let automatic = wish.strategy == Strategy::Auto;
    if wish.strategy == Strategy::Merge {
        return Chosen::Merge(choice(MendKind::Merge, wish.whose().into()));
    }
    let moves = match known {
        _ if wish.forbids(Strategy::Reparent) => Err(FORBIDDEN.into()),
        Some(known) => hang(known, environment, group, automatic),
        None => Err(NO_GIT.into()),
    };
    match moves {
        Ok(moves) => {
            let why = if automatic { UNPUBLISHED } else { wish.whose() };
            Chosen::Reparent(choice(MendKind::Reparent, why.into()), moves)
        }
        Err(why) if wish.may_merge_instead() => Wish::merge_instead(environment, group, why),
        Err(why) => Chosen::Refused(refused(environment, group, wish, &why)),
    }
}

fn choice(
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    mend: MendKind,
    why: String,
) -> Choice {
    Choice {
        environment: environment.name.clone(),
        group: group.name.clone(),
        mend,
        why,
        heads: group.heads.clone(),
    }
}

const FORBIDDEN: &str = "the settings forbid to give a revision another parent";
const NO_GIT: &str =
    "without git nobody can say which revisions are published, so none may get another parent";
const UNPUBLISHED: &str =
    "the arm is a line of unpublished revisions, and no other branch builds on it";

/// The re-parenting that joins the arms, or why there is none. `careful` leaves alone what another local
/// branch has as well.
fn hang(
    known: &Known,
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    careful: bool,
) -> Result<Vec<Reparented>, String> {
    if let Some(gap) = known.gap() {
        return Err(gap.into());
    }
    let is_published = |id: &RevisionId| known.publisher(id).is_some();
    let moves = reparent(environment, group, &is_published).map_err(|why| in_words(&why, known))?;
    let arms = group.arms.iter().flat_map(|arm| &arm.revisions);
    for id in arms.filter(|id| careful && !is_published(id)) {
        if let Some(branch) = known.builder(id) {
            return Err(format!("the branch {branch} has `{id}` as well"));
        }
    }
    Ok(moves)
}

/// Why not, with the ref that publishes it.
fn in_words(why: &CannotReparent, known: &Known) -> String {
    let by = |id: &RevisionId| known.publisher(id).unwrap_or("another branch").to_owned();
    match why {
        CannotReparent::Published(id) => format!(
            "`{id}` is published by {}: a database that has applied it would skip without a word what then came before it",
            by(id)
        ),
        CannotReparent::SeveralPublished(heads) => {
            let each: Vec<String> = heads
                .iter()
                .map(|id| format!("`{id}` by {}", by(id)))
                .collect();
            format!("several heads are published: {}", each.join(", "))
        }
        CannotReparent::NothingPublished(_) => {
            format!("{why}; --target names the branch that work lands on")
        }
        other => other.to_string(),
    }
}

fn refused(
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    wish: &Wish<'_>,
    why: &str,
) -> Finding {
    let hint = if wish.forbids(Strategy::Merge) {
        "`fix.forbid` in the settings rules out the merge revision that would mend it; take `merge` out of it, or mend it by hand"
    } else {
        "`onehead fix --strategy merge` mends it with a merge revision, after which no database skips anything"
    };
    let finding = Finding::new(
        Code::MendRefused,
        format!("{}: nothing is re-parented: {why}", environment.name),
    )
    .about(group.heads.iter().cloned())
    .hint(hint);
    let first = environment
        .revisions
        .iter()
        .find(|node| group.heads.contains(&node.id));
    match first {
        Some(node) => finding.at(node.path.clone()),
        None => finding,
    }
}
