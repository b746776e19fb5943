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

    /// Arguments of git, which are ignored
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
    let looked = Analysis::at(&context.options(), &SourceSpec::Commit(head.into()))?;
    let verdict = looked.report();
    if verdict.ok {
        return Ok(());
    }
    stdio::say(&onehead_report::check::verdict(&verdict));
    let fixable = |looked: &Analysis| {
        let environments = &looked.graph.environments;
        environments.iter().any(|one| !one.fixes.is_empty())
    };
    stdio::say("HEAD has migration errors; pushing it will be refused");
    stdio::say(&if fixable(&looked) {
        format!(
            "next: run `{}` to write and commit the merge revision",
            context.command("auto-merge")
        )
    } else {
        "next: fix the findings above and commit".to_owned()
    });
    Ok(())
}
