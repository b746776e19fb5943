//! The program that people typed, for the commands that they are told to type next.

use clap::ValueEnum;

/// What people typed before the name of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InvokedAs {
    /// `onehead …`
    Onehead,
    /// `cargo xtask …`
    CargoXtask,
}

impl InvokedAs {
    /// A command to type next.
    #[must_use]
    pub fn command(self, name: &str) -> String {
        match (self, name) {
            (Self::Onehead, name) => format!("onehead {name}"),
            (Self::CargoXtask, "check") => "cargo xtask check-heads".to_owned(),
            (Self::CargoXtask, name) => format!("cargo xtask {name}"),
        }
    }
}
