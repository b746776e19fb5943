//! The plan as exact file bytes.

pub mod mako;
