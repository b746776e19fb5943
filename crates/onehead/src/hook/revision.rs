//! Right after `alembic revision`, as a post-write hook of Alembic: whether others go on from the same parent.

use std::path::PathBuf;

use clap::Args;
use onehead_forecast::beside_file;
use onehead_model::{Exit, RevisionId, stdio};
use onehead_scan::{Snapshot, SourceSpec};

use crate::context::{Context, Place};
use crate::error::{Answered, words};

/// What Alembic hands to the hook.
#[derive(Debug, Clone, Args)]
pub struct RevisionArgs {
    #[command(flatten)]
    pub(super) place: Place,

    /// The revision file that was written
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Says it. The file is written by now, and Alembic would end with a traceback.
pub(super) fn run(context: &Context<'_>, args: &RevisionArgs) -> Exit {
    if let Err(error) = look(context, args) {
        stdio::say(&format!(
            "note: the new revision was not compared with other branches: {}",
            words(error.as_ref())
        ));
    }
    Exit::Clean
}

fn look(context: &Context<'_>, args: &RevisionArgs) -> Answered<()> {
    let repository = context.repository()?;
    let target = context.target(&repository, None)?;
    let here = Snapshot::open(&repository, &context.options(), &SourceSpec::Worktree)?;
    let file = std::fs::canonicalize(&args.file)?;
    let root = std::fs::canonicalize(here.root())?;
    let Some(path) = file.strip_prefix(&root).ok().and_then(|path| path.to_str()) else {
        return Ok(());
    };
    let Some(beside) = beside_file(&repository, &context.options(), &here, &target, path)? else {
        return Ok(());
    };
    if !beside.passed.is_empty() {
        stdio::say(&format!(
            "note: `{}` goes on from {}, but {} has {} on it already: merging it will leave several heads",
            beside.revision,
            listed(&beside.parents),
            target.name,
            listed(&beside.passed)
        ));
        stdio::say(&format!(
            "hint: merge or rebase onto {} first, or run `{}` later",
            target.name,
            context.command("fix") + " --target"
        ));
    }
    for (branch, id) in &beside.branches {
        stdio::say(&format!(
            "note: {branch} has `{id}` on the same parent: whichever is merged second needs a fix"
        ));
    }
    Ok(())
}

fn listed(ids: &[RevisionId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    match names.is_empty() {
        true => "no revision".into(),
        false => names.join(", "),
    }
}
