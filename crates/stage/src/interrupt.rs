//! Ctrl-C between two steps, not within one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::StageError;

/// While this lives, Ctrl-C, a hang-up and a request to end only set a flag.
pub struct Interrupt {
    pressed: Arc<AtomicBool>,
    #[cfg(unix)]
    handlers: Vec<signal_hook::SigId>,
}

impl Interrupt {
    /// Begins to watch.
    #[cfg(unix)]
    #[must_use]
    pub fn watch() -> Self {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        let pressed = Arc::new(AtomicBool::new(false));
        let register = |signal| signal_hook::flag::register(signal, Arc::clone(&pressed)).ok();
        let handlers = [SIGINT, SIGTERM, SIGHUP]
            .into_iter()
            .filter_map(register)
            .collect();
        Self { pressed, handlers }
    }

    /// Begins to watch.
    #[cfg(not(unix))]
    #[must_use]
    pub fn watch() -> Self {
        Self {
            pressed: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Why something failed: whoever wants the process to end, ends what it runs as well.
    pub(crate) fn or(&self, failure: StageError) -> StageError {
        match failure {
            StageError::Git(_) => self.check().err().unwrap_or(failure),
            other => other,
        }
    }

    /// Whether anybody has asked to end.
    ///
    /// # Errors
    /// [`StageError::Interrupted`], if so.
    pub fn check(&self) -> Result<(), StageError> {
        if self.pressed.load(Ordering::SeqCst) {
            Err(StageError::Interrupted)
        } else {
            Ok(())
        }
    }
}

#[cfg(unix)]
impl Drop for Interrupt {
    fn drop(&mut self) {
        for handler in self.handlers.drain(..) {
            signal_hook::low_level::unregister(handler);
        }
    }
}
