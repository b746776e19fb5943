//! Revision ids that follow one another: `0001`, `0002`; `2026_03_01_0001`; `0001_users`, `0002_orders`.

mod detect;
mod pattern;
mod shape;

pub use detect::Coverage;
pub use pattern::{IdEnding, IdNumber, IdPattern, Stamp};
pub use shape::{Date, IdPlace};
