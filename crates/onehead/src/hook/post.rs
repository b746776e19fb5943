//! After a merge or a rebase: too late to refuse, early enough to say so.

use clap::Args;
use onehead_model::{Exit, stdio};
use onehead_scan::SourceSpec;

use crate::door::{Door, Place};
use crate::error::words;
use onehead_forecast::Analysis;

/// What git hands to the hook.
#[derive(Debug, Clone, Args)]
pub struct PostArgs {
    #[command(flatten)]
    pub(super) place: Place,

    /// What git hands over; it changes nothing here
    #[arg(value_name = "ARG")]
    _rest: Vec<String>,
}

/// Warns. Whatever happens, git has done its work by now, and nothing is refused.
pub(super) fn run(door: &Door<'_>) -> Exit {
    if let Err(error) = look(door) {
        stdio::say(&format!(
            "note: the heads were not checked: {}",
            words(error.as_ref())
        ));
    }
    Exit::Clean
}

fn look(door: &Door<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let repository = door.repository()?;
    let Some(head) = repository.commit("HEAD")? else {
        return Ok(());
    };
    let looked = Analysis::at(&door.options(SourceSpec::Commit(head)))?;
    let verdict = looked.report();
    if verdict.ok {
        return Ok(());
    }
    stdio::say(&onehead_report::check::verdict(&verdict));
    let mendable = |looked: &Analysis| {
        let environments = &looked.graph.environments;
        environments.iter().any(|one| !one.mends.is_empty())
    };
    stdio::say("HEAD is not well, and a push of it will be refused");
    stdio::say(&if mendable(&looked) {
        format!(
            "next: `{}` writes and commits the merge revision",
            door.command(door.via.auto_merge())
        )
    } else {
        "next: mend what is said above and commit it".to_owned()
    });
    Ok(())
}
