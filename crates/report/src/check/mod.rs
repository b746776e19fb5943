//! `onehead.check`: one module for each format, all of them on the same verdict.

mod answer;
mod codequality;
mod comment;
mod coverage;
mod forks;
mod github;
mod heads;
mod junit;
mod markdown;
mod merge_forecast;
mod mermaid;
mod notes;
mod sarif;
mod short;
mod text;

pub use answer::Answer;
pub use codequality::codequality;
pub use comment::comment;
pub use github::workflow_commands;
pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub use text::{forecast, plan, text, verdict, written};
