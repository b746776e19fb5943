//! Reads one file statically: bytes in, what its module-level names are bound to out. A pure
//! function, so that what it says of some bytes can be remembered.

mod evaluate;
mod facts;
mod resolve;
mod term;

pub(crate) use facts::Position;
pub use facts::{FieldFact, Reading, RevisionFacts, read};
pub(crate) use resolve::{Imports, Value, resolve};
pub use term::Term;

/// Names what the reader understands: kept readings are dropped when it changes.
pub(crate) const READER_VERSION: u32 = 1;
