//! What a connection says, held against what git itself says in real repositories.

mod ancestry;
mod attribution;
mod discovery;
mod merge;
mod objects;
mod old;
mod refs;
mod trees;

use onehead_fixtures::GitSandbox;
use onehead_git::{Connection, Inherit, Oid};

fn connect(sandbox: &GitSandbox) -> Connection {
    Connection::discover(sandbox.root(), Inherit::No)
        .expect("git works")
        .expect("it is a repository")
}

fn oid(sandbox: &GitSandbox, name: &str) -> Oid {
    let text = sandbox.git(&["rev-parse", name]);
    Oid::new(&text).expect("git prints whole ids")
}
