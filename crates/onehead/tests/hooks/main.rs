//! The doors through which a second head may come, with real git in temporary repositories.
#![cfg(unix)]

mod auto_merge;
mod ci;
mod doctor;
mod doors;
mod init;
mod install;
mod managers;
mod scripts;
mod sides;
mod support;
