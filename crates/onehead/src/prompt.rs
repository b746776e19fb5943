//! A question at the terminal.
//!
//! In a hook, stdin is a pipe from git, so the question goes to the controlling terminal itself. It is
//! only asked where what was said before can be seen there.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};

use onehead_model::escape::for_terminal;

#[cfg(unix)]
const TERMINAL: (&str, &str) = ("/dev/tty", "/dev/tty");
#[cfg(not(unix))]
const TERMINAL: (&str, &str) = ("CONIN$", "CONOUT$");

/// Whether there is a person to ask.
pub(crate) fn possible() -> bool {
    io::stderr().is_terminal() && OpenOptions::new().read(true).open(TERMINAL.0).is_ok()
}

/// Whether the person agrees. Anything but a clear yes is a no, the end of input too; Ctrl-C ends the
/// program with 1. `None` if there is no terminal to ask at.
pub(crate) fn agreed(question: &str) -> Option<bool> {
    if !io::stderr().is_terminal() {
        return None;
    }
    let input = OpenOptions::new().read(true).open(TERMINAL.0).ok()?;
    let mut output = OpenOptions::new().write(true).open(TERMINAL.1).ok()?;
    let _interrupt = Interrupt::ends_with_findings();
    write!(output, "{} [y/N] ", for_terminal(question)).ok()?;
    output.flush().ok()?;
    let mut line = String::new();
    match BufReader::new(input).read_line(&mut line) {
        Ok(read) => {
            if read == 0 {
                let _ = writeln!(output);
            }
            let answer = line.trim().to_lowercase();
            Some(answer == "y" || answer == "yes")
        }
        Err(_) => None,
    }
}

/// While this lives, Ctrl-C ends the program with 1: nothing was changed, and findings remain.
struct Interrupt {
    #[cfg(unix)]
    handler: Option<signal_hook::SigId>,
}

impl Interrupt {
    #[cfg(unix)]
    fn ends_with_findings() -> Self {
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        let always = Arc::new(AtomicBool::new(true));
        let status = onehead_model::Exit::Findings as i32;
        Self {
            handler: signal_hook::flag::register_conditional_shutdown(
                signal_hook::consts::SIGINT,
                status,
                always,
            )
            .ok(),
        }
    }

    #[cfg(not(unix))]
    fn ends_with_findings() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Interrupt {
    fn drop(&mut self) {
        if let Some(handler) = self.handler.take() {
            signal_hook::low_level::unregister(handler);
        }
    }
}
