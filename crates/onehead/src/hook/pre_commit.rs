//! Before a commit: what the index holds, and what landing it would bring.

use onehead_git::{Connection, Unfinished, staged_since_head};
use onehead_model::{Exit, Landing, Severity, stdio};
use onehead_scan::{OnCollision, SourceSpec};

use super::Done;
use super::relevant::{matters, may_matter};
use crate::door::Door;
use crate::looked::Looked;
use crate::merge_heads::Fixed;
use crate::target::Target;
use crate::{predict, radar, report};

pub(super) fn run(door: &Door<'_>) -> Done {
    let options = door.scan().options();
    if staged_since_head(&options.directory, options.inherit)
        .is_ok_and(|staged| !may_matter(&staged))
    {
        return Ok(Exit::Clean);
    }
    let repository = door.repository()?;
    let head = repository.commit("HEAD")?;
    let staged = repository.staged_since(head.as_deref())?;
    if !may_matter(&staged) {
        return Ok(Exit::Clean);
    }
    let index = Looked::at(&door.options(SourceSpec::Index))?;
    if !matters(&staged, &index) {
        return Ok(Exit::Clean);
    }
    let verdict = index.report(&Fixed::NotAsked);
    if !verdict.ok {
        stdio::say(&report::verdict(&verdict));
        stdio::say("commit refused: this is what it would record");
        stdio::say(&next(door, &index));
        return Ok(Exit::Findings);
    }
    let coming = match Coming::of(&repository, &index, head) {
        Ok(Some(coming)) => coming,
        Ok(None) => return Ok(Exit::Clean),
        Err(error) => return Ok(not_foretold("the landing on the target", error.as_ref())),
    };
    if index.scanned.settings.hooks.radar {
        beside_others(door, &repository, &coming);
    }
    match prediction(door, &repository, &index, &coming) {
        Ok(Some(landing)) => Ok(collision(&index, landing)),
        Ok(None) => Ok(Exit::Clean),
        Err(error) => Ok(not_foretold("the landing on the target", error.as_ref())),
    }
}

/// The commit itself is well; what cannot be foretold is looked at again when it is pushed.
fn not_foretold(what: &str, error: &dyn std::error::Error) -> Exit {
    stdio::say(&format!("note: {what} could not be predicted: {error}"));
    Exit::Clean
}

/// Warns of branches that will collide with this work.
fn beside_others(door: &Door<'_>, repository: &Connection, coming: &Coming) {
    let found = coming
        .commit(repository)
        .and_then(|commit| radar::staged(door, repository, &coming.target, &commit));
    match found {
        Ok(Some(warning)) => {
            stdio::say(&warning);
            let radar = door.command(door.via.radar());
            stdio::say(&format!(
                "note: `{radar}` shows who collides with whom, and an order of landing"
            ));
        }
        Ok(None) => {}
        Err(error) => drop(not_foretold(
            "the meeting with other branches",
            error.as_ref(),
        )),
    }
}

/// What to do about an index that is refused: the working tree may be well already.
pub(super) fn next(door: &Door<'_>, index: &Looked) -> String {
    let worktree = Looked::at(&door.options(SourceSpec::Worktree));
    let is_well = worktree.is_ok_and(|worktree| worktree.report(&Fixed::NotAsked).ok);
    let mendable = index
        .graph
        .environments
        .iter()
        .any(|environment| !environment.mends.is_empty());
    if is_well {
        "next: the working tree is well, so `git add` what is missing, then commit again".into()
    } else if mendable {
        let fix = door.command(&format!("{} --fix", door.via.check()));
        format!("next: `{fix}` writes and stages the merge revision, then commit again")
    } else {
        "next: mend what is said above, `git add` it, then commit again".into()
    }
}

/// The commit that is about to be made, and where it will land.
struct Coming {
    parents: Vec<String>,
    target: Target,
}

impl Coming {
    /// `None` if there is no target, or no commit yet to go on from.
    fn of(
        repository: &Connection,
        index: &Looked,
        head: Option<String>,
    ) -> Result<Option<Self>, Box<dyn std::error::Error>> {
        let Some(head) = head else { return Ok(None) };
        let setting = index.scanned.settings.target.as_deref();
        let Some(target) = Target::find(repository, None, setting)? else {
            return Ok(None);
        };
        let mut parents = vec![head];
        if let Some(Unfinished::Merge(others)) = repository.unfinished() {
            parents.extend(others);
        }
        Ok(Some(Self { parents, target }))
    }

    /// An object that stands for it.
    fn commit(&self, repository: &Connection) -> Result<String, Box<dyn std::error::Error>> {
        Ok(repository.commit_of_tree(&repository.index_tree()?, &self.parents)?)
    }
}

/// Its merge with the target.
fn prediction(
    door: &Door<'_>,
    repository: &Connection,
    index: &Looked,
    coming: &Coming,
) -> Result<Option<Landing>, Box<dyn std::error::Error>> {
    // What holds the target already lands as it is, and nothing has to be built to know that.
    for parent in &coming.parents {
        if repository.is_ancestor(&coming.target.oid, parent)? {
            return Ok(None);
        }
    }
    let options = door.options(SourceSpec::Index);
    Ok(Some(predict::landing(
        repository,
        index,
        &coming.commit(repository)?,
        &coming.target,
        &options,
        &door.command(door.via.fix()),
    )?))
}

/// A collision is still to come: the settings say how much that weighs here.
fn collision(index: &Looked, mut landing: Landing) -> Exit {
    let refuse = index.scanned.settings.hooks.collision == OnCollision::Error;
    let inner = landing
        .environments
        .iter_mut()
        .flat_map(|one| &mut one.findings);
    let mut exit = Exit::Clean;
    let mut anything = false;
    for finding in landing.findings.iter_mut().chain(inner) {
        anything |= finding.severity >= Severity::Warning;
        if finding.is_error() && refuse {
            exit = Exit::Findings;
        } else if finding.is_error() {
            finding.severity = Severity::Warning;
        }
    }
    if anything {
        stdio::say(&report::landing(&landing));
    }
    if exit != Exit::Clean {
        stdio::say(
            "commit refused: `hooks.collision` is \"error\" in the settings\nnext: do what the hint says, then commit again",
        );
    }
    exit
}
