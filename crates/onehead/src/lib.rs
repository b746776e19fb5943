//! The front command.
