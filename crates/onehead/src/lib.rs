//! The flows: what people and hooks call. Each composes the stages in-process and reports in the
//! words or the format that was asked for.
//!
//! ```no_run
//! use onehead::check::{CheckArgs, run};
//! use onehead::invoked_as::InvokedAs;
//! use clap::Parser;
//!
//! #[derive(Parser)]
//! struct Cli { #[command(flatten)] check: CheckArgs }
//!
//! let exit = run(&Cli::parse().check, InvokedAs::Onehead);
//! ```
//!
//! It decides what is run and how it is shown, and knows nothing of how a stage works inside.

pub mod auto_merge;
pub mod check;
pub mod ci;
pub mod cli;
pub mod doctor;
pub mod fix;
pub mod history;
pub mod hook;
pub mod init;
pub mod install;
pub mod invoked_as;
pub mod program;
pub mod radar;
pub mod tool;
pub mod verbose;
pub mod whereabouts;

mod choice;
mod completions;
mod context;
mod error;
mod failure;
mod hints;
mod hook_env;
mod next;
mod objects;
mod output;
mod programs;
mod prompt;
mod releases;
mod target;
mod worktree;

pub use history::write_page as write_history_page;
