//! Whatever goes wrong, the working tree, the index and the history are as they were: tried with the
//! program itself and with real git.

mod bench;
mod commit;
mod documents;
#[cfg(unix)]
mod interrupt;
mod race;
mod refused;
mod replaced;
mod shifted;
mod undone;
mod without_git;
