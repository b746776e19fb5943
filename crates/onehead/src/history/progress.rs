//! How far it is, for somebody who waits at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use onehead_history::Progress;

/// A bar on stderr; nothing where that is no terminal. It is gone when the answer comes, and Ctrl-C leaves nothing
/// behind but the bar.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}");
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    pub(super) fn show(&self, at: Progress) {
        match at {
            Progress::Listing => self.0.set_message("listing commits"),
            Progress::Replaying(done, all) => {
                self.0.set_message("replaying commits");
                self.0.set_length(all as u64);
                self.0.set_position(done as u64);
            }
            Progress::Asking => self.0.set_message("reading authors"),
        }
        self.0.tick();
    }

    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}
