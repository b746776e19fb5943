//! After a merge or a rebase: too late to refuse, early enough to say so.

use clap::Args;
use onehead_model::{Exit, stdio};
use onehead_scan::SourceSpec;

use crate::context::{Context, Place};
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
pub(super) fn run(context: &Context<'_>) -> Exit {
    if let Err(error) = look(context) {
        stdio::say(&format!(
            "note: the heads were not checked: {}",
            words(error.as_ref())
        ));
    }
    Exit::Clean
}

fn look(context: &Context<'_>) -> Result<(), Box<dyn std::error::Error>> {
    let repository = context.repository()?;
    let Some(head) = repository.commit("HEAD")? else {
        return Ok(());
    };
    let looked = Analysis::at(&context.options(SourceSpec::Commit(head)))?;
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
            context.command("auto-merge")
        )
    } else {
        "next: mend what is said above and commit it".to_owned()
    });
    Ok(())
}
