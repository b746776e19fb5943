//! What a migration does to the schema, read from its text, and whether two lines of migrations
//! collide.
//!
//! [`read`] follows `upgrade()` of one file without executing it and says which [operations](Upgrade)
//! it may run; whatever could touch the database in a way that is not understood is listed as such,
//! with its line. [`compare`] holds the operations of sides against one another.
//!
//! The reading takes every branch: an operation under `if` or `try` counts as one that may run, and a
//! question put to the database (a query, an inspector) counts as a touch of what it asks about. So a
//! verdict of *independent* holds for whatever the conditions turn out to be: if neither side touches
//! what the other touches, both decide alike in either order.
//!
//! It never executes Python or SQL, never reads a file, and knows no database but by what most of them
//! have in common; where they differ, the answer is *unknown*. What it cannot see: triggers, rules and
//! defaults of the database that act on other tables, and columns or names that only the database
//! chooses.
//!
//! ```
//! let upgrade = onehead_operations::read("
//! from alembic import op
//! def upgrade():
//!     op.drop_column('users', 'name')
//! ");
//! let words: Vec<&str> = upgrade.operations().collect();
//! assert_eq!(words, ["drops column `users.name`"]);
//! ```

mod alchemy;
mod alembic;
mod arguments;
mod call;
mod clash;
mod clash_words;
mod columns;
mod compare;
mod expression;
mod meet;
mod names;
mod operation;
mod reader;
mod schema;
mod scope;
mod sql;
mod statement;
mod value;

pub use compare::{Migration, compare};
pub use reader::{Upgrade, read};
