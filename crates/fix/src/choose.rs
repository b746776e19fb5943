//! Which fix each fork gets, and why.

use onehead_configuration::{FixSettings, Strategy};
use onehead_graph::{CannotReparent, Reparented, reparent};
use onehead_model::{Choice, Code, EnvironmentGraph, Finding, FixKind, HeadGroup, RevisionId};

use crate::refusal::Refusal;
use onehead_published::Publication;

/// The strategy, and what the settings say about it.
pub(crate) struct StrategyChoice<'a> {
    pub(crate) strategy: Strategy,
    /// Whether that was asked for, not only set.
    asked: bool,
    pub(crate) settings: &'a FixSettings,
}

/// The fix of one group of heads.
pub(crate) enum Chosen {
    /// One merge revision over all of them.
    Merge(Choice),
    /// These revisions get other parents.
    Reparent(Choice, Vec<Reparented>),
    /// Nothing, and why.
    Refused(Finding),
}

impl<'a> StrategyChoice<'a> {
    /// What was asked for, else what is set.
    pub(crate) fn of(asked: Option<Strategy>, settings: &'a FixSettings) -> Result<Self, Refusal> {
        let choice = Self {
            strategy: asked.unwrap_or(settings.strategy),
            asked: asked.is_some(),
            settings,
        };
        match choice.forbids(choice.strategy) {
            true => Err(Refusal::Forbidden),
            false => Ok(choice),
        }
    }

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
        Chosen::Merge(choice(environment, group, FixKind::Merge, why))
    }

    /// Who chose the strategy, in words.
    fn whose(&self) -> &'static str {
        if self.asked {
            "as asked"
        } else {
            "strategy of this repository"
        }
    }
}

/// Chooses for one group that has several heads. `publication` is none where there is no git.
pub(crate) fn choose(
    publication: Option<&Publication>,
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    strategy: &StrategyChoice<'_>,
) -> Chosen {
    let choice = |fix, why| choice(environment, group, fix, why);
    let automatic = strategy.strategy == Strategy::Auto;
    if strategy.strategy == Strategy::Merge {
        return Chosen::Merge(choice(FixKind::Merge, strategy.whose().into()));
    }
    let moves = match publication {
        _ if strategy.forbids(Strategy::Reparent) => Err(FORBIDDEN.into()),
        Some(publication) => reparenting(publication, environment, group, automatic),
        None => Err(NO_GIT.into()),
    };
    match moves {
        Ok(moves) => {
            let why = if automatic {
                UNPUBLISHED
            } else {
                strategy.whose()
            };
            Chosen::Reparent(choice(FixKind::Reparent, why.into()), moves)
        }
        Err(why) if strategy.may_merge_instead() => {
            StrategyChoice::merge_instead(environment, group, why)
        }
        Err(why) => Chosen::Refused(refused(environment, group, strategy, &why)),
    }
}

fn choice(environment: &EnvironmentGraph, group: &HeadGroup, fix: FixKind, why: String) -> Choice {
    Choice {
        environment: environment.name.clone(),
        group: group.name.clone(),
        fix,
        why,
        heads: group.heads.clone(),
    }
}

const FORBIDDEN: &str = "the settings forbid re-parenting";
const NO_GIT: &str = "without git it is not known which revisions are published";
const UNPUBLISHED: &str =
    "the side is a line of unpublished revisions, and no other branch has them";

/// The re-parenting that joins the sides, or why there is none. `careful` leaves alone what another local
/// branch has as well.
fn reparenting(
    publication: &Publication,
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    careful: bool,
) -> Result<Vec<Reparented>, String> {
    if let Some(gap) = publication.gap() {
        return Err(gap.into());
    }
    if let Some(branch) = publication.release().filter(|_| careful) {
        return Err(format!(
            "branch {branch} is a release: `published` in the settings names it"
        ));
    }
    let is_published = |id: &RevisionId| publication.publisher(id).is_some();
    let moves =
        reparent(environment, group, &is_published).map_err(|why| in_words(&why, publication))?;
    let sides = group.sides.iter().flat_map(|side| &side.revisions);
    for id in sides.filter(|id| careful && !is_published(id)) {
        if let Some(branch) = publication.builder(id) {
            return Err(format!("branch {branch} also has `{id}`"));
        }
    }
    Ok(moves)
}

/// Why not, with the ref that publishes it.
fn in_words(why: &CannotReparent, publication: &Publication) -> String {
    let by = |id: &RevisionId| {
        publication
            .publisher(id)
            .unwrap_or("another branch")
            .to_owned()
    };
    match why {
        CannotReparent::Published(id) => format!(
            "`{id}` is published by {}: a database that has applied it would silently skip its new parent",
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
            format!("{why}; name the target branch with --target")
        }
        other => other.to_string(),
    }
}

fn refused(
    environment: &EnvironmentGraph,
    group: &HeadGroup,
    strategy: &StrategyChoice<'_>,
    why: &str,
) -> Finding {
    let hint = if strategy.forbids(Strategy::Merge) {
        "remove `merge` from `fix.forbid` in the settings, or fix it by hand"
    } else {
        "run `onehead fix --strategy merge` to write a merge revision instead, which is always safe"
    };
    let finding = Finding::new(
        Code::FixRefused,
        format!("{}: cannot re-parent: {why}", environment.name),
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
