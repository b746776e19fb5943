use clap::Args;

/// How far to go.
#[derive(Debug, Clone, Args)]
pub struct StageArgs {
    /// Write the files, but do not change the index
    #[arg(long, conflicts_with = "commit")]
    pub no_add: bool,

    /// Commit exactly these files; other staged work stays staged
    #[arg(long)]
    pub commit: bool,
}
