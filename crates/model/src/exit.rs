use std::process::{ExitCode, Termination};

/// How a command ends. The one table of exit codes: `docs/contract.md` repeats it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// 0: nothing to say against it (a stage: the document is on stdout).
    Clean = 0,
    /// 1: there are findings of severity error.
    Findings = 1,
    /// 2: the question could not be answered; the reason is on stderr.
    CouldNotRun = 2,
}

impl Exit {
    /// The worse of two ends.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        self.into()
    }
}
