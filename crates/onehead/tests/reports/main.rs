//! What each format says of a verdict.

mod hostile;
mod said;
mod situations;
