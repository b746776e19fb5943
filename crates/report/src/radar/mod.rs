//! `onehead.radar`: tables for people, a drawing.

mod mermaid;
mod text;

pub use mermaid::mermaid;
pub use text::{names, text};
