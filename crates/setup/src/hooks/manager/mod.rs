//! Programs that manage the hooks of a repository ([`onehead_model::HookManager`] lists them). Where one is used,
//! onehead is an entry in its configuration and leaves the hooks folder to it.

mod calls;
mod file;
mod husky;
mod lefthook;
mod managed;
mod pre_commit;
pub(crate) mod yaml;

pub(crate) use calls::calls;
pub(crate) use managed::{Managed, wrote};
