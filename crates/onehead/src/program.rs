//! What the five programs of this package share: the arguments of the process.

use clap::Parser;

/// The arguments that the process was started with. Ends it where they are wrong, or only ask for help.
#[must_use]
pub fn parse<C: Parser>() -> C {
    C::parse()
}
