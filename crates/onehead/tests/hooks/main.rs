//! The doors through which a second head may come, with real git in temporary repositories.
#![cfg(unix)]

mod auto_merge;
mod ci;
mod doors;
mod support;
