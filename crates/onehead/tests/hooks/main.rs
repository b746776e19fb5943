//! The git commands through which a second head may come, with real git in temporary repositories.
#![cfg(unix)]

mod auto_merge;
mod checkout;
mod ci;
mod commits;
mod doctor;
mod init;
mod install;
mod managers;
mod objects;
mod origin;
mod published;
mod pushes;
mod releases;
mod repositories;
mod scripts;
mod shallow;
mod sides;
mod started;
mod support;
mod targets;
mod ways_in;
