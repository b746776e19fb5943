//! Python text as the small syntax tree that onehead understands.
//!
//! A revision file says what it is in four module-level assignments, and a template holds short
//! expressions. This crate turns both into a tree that has exactly the constructs which the
//! reader ([`onehead-scan`]) and the renderer ([`onehead-render`]) give a meaning to; everything
//! else is there as [`ExprKind::Other`] or [`StmtKind::Other`], never dropped, so that a reader of
//! the tree can fail closed.
//!
//! It is the only place that knows the parser crate, whose interface is not stable. It never
//! executes Python, never evaluates a name and never reads a file.
//!
//! ```
//! use onehead_python::{parse_module, StmtKind, ExprKind};
//!
//! let module = parse_module("\"\"\"add users\"\"\"\nrevision = 'a1'\n").unwrap();
//! assert_eq!(module.docstring.as_deref(), Some("add users"));
//! let StmtKind::Assign { value, .. } = &module.body[1].kind else { panic!() };
//! assert_eq!(value.kind, ExprKind::Str("a1".into()));
//! ```
//!
//! [`onehead-scan`]: ../onehead_scan/index.html
//! [`onehead-render`]: ../onehead_render/index.html

mod compile;
mod decode;
mod encoding;
mod error;
mod limits;
mod parse;
pub mod revision;
mod splice;
mod tree;

pub use decode::{DecodeError, decode};
pub use encoding::Encoding;
pub use error::SyntaxError;
pub use parse::{
    CodeDifference, PARSER_VERSION, code_difference, parse_block, parse_expression,
    parse_functions, parse_module,
};
pub use splice::{Edit, splice};
pub use tree::*;
