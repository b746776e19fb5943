//! Everything onehead asks of git.
