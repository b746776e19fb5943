//! Reads one revision file statically: bytes in, what its module-level names are bound to out. A
//! pure function, so that what it says of some bytes can be remembered.

mod conflict;
mod effects;
mod evaluate;
mod facts;
mod read;
mod scope;
mod term;
mod value;
mod walk;
mod written;

pub use conflict::{agreed, in_conflict};
pub use facts::{FieldFact, Position, Reading, RevisionFacts, bindings};
pub use read::read;
pub use term::Term;
pub use written::{Literal, NotWritten, Source, Written};

/// Names what the reader understands: kept readings are dropped when it changes.
pub const READER_VERSION: u32 = 6;
