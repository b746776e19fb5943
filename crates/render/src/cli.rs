//! How the merge revision should look: the arguments that `onehead-render` and `onehead check --fix`
//! share.

use clap::Args;

use crate::options::{DEFAULT_MESSAGE, RenderOptions};

/// How the merge revision should look.
#[derive(Debug, Clone, Default, Args)]
pub struct RenderArgs {
    /// The message of the merge revision
    #[arg(short, long, value_name = "TEXT", help = format!("The message of the merge revision [default: {DEFAULT_MESSAGE}]"))]
    pub message: Option<String>,

    /// The revision id [default: made from the ids of the heads]
    #[arg(long, value_name = "ID")]
    pub rev_id: Option<String>,

    /// The creation date, in UTC unless it has an offset [default: the latest of the heads]
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,

    /// A branch label for the merge revision (repeatable)
    #[arg(long = "branch-label", value_name = "LABEL")]
    pub branch_labels: Vec<String>,
}

impl RenderArgs {
    /// The arguments as options.
    #[must_use]
    pub fn options(&self) -> RenderOptions {
        RenderOptions {
            message: self.message.clone(),
            rev_id: self.rev_id.clone(),
            date: self.date.clone(),
            branch_labels: self.branch_labels.clone(),
        }
    }
}
