//! Everything onehead asks of git, through the git command line.
//!
//! Repository discovery, what the working tree, the index or a commit holds, the contents of
//! objects, who brought a file, adding and committing exact paths. Each question is one git process
//! (or a constant number), whatever the number of files.
//!
//! It never parses Python, holds no policy, never touches the network but through
//! [`Connection::fetch`], and never changes anything but through the few functions of `write` and
//! `index` (the index, a commit) and of `integrate` (a merge or a rebase that somebody asked for).
//! Predicting a merge writes objects that
//! no ref names, which git itself clears away.
//!
//! ```no_run
//! let repository = onehead_git::Connection::discover(".".as_ref(), onehead_git::Inherit::Yes)?
//!     .expect("inside a git repository");
//! for entry in repository.worktree_entries()? {
//!     println!("{}", entry.path);
//! }
//! # Ok::<(), onehead_git::GitError>(())
//! ```

mod ancestry;
mod attributes;
mod attribution;
mod branches;
mod command;
mod commit_object;
mod commits;
mod config;
mod connection;
mod differences;
mod entries;
mod entry;
mod error;
mod fetch;
mod file_log;
mod forge_messages;
pub mod hints;
mod index;
mod index_file;
mod integrate;
mod layout;
mod line;
mod listing;
mod memory;
mod merge;
mod merge_files;
mod merge_queue;
mod messages;
mod objects;
mod oid;
mod ref_files;
mod ref_name;
mod refs;
mod replacement;
mod scratch;
mod search;
mod state;
mod stream;
mod tags;
mod text;
mod tree;
mod walk;
mod write;

pub use attribution::{FileOrigin, Touches};
pub use branches::Branch;
pub use command::{Inherit, LOCAL_VARIABLES};
pub use commits::{Commit, Contact};
pub use connection::Connection;
pub use differences::{Change, Difference, Differences, Object};
pub use entry::{Entry, EntryKind};
pub use error::GitError;
pub use forge_messages::named_request;
pub use index::IndexEntry;
pub use index_file::IndexFile;
pub use integrate::Integrated;
pub use line::ChangedCommit;
pub use memory::{Blob, MergedTree};
pub use merge_files::{FileVersions, MergedFiles};
pub use messages::Message;
pub use oid::{ObjectFormat, Oid};
pub use ref_name::RefName;
pub use refs::{Unfinished, staged_since_head};
pub use replacement::{Mode, Replacement, write_file};
pub use search::{From, LostCommits, Ref, Version, Versions, VersionsBeyond};
