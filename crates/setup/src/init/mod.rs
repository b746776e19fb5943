//! From a repository with migrations to one that is protected: settings where the defaults do not do, a job of the CI,
//! hooks. What names onehead already is left as it is, so that a second run changes nothing.

mod authoring;
mod ci;
mod end_of_text;
mod error;
mod look;
mod options;
mod part;
mod proposal;
mod settings;
mod settings_text;
mod values;

pub use error::{InitError, Part};
pub use look::Here;
pub use options::{Forge, HooksChoice, InitOptions, Policy};
pub use proposal::Proposal;
