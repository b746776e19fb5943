//! One file: from its text to the operations of `upgrade()`.

use std::collections::HashMap;

use onehead_python::{Module, Span, parse_functions};

use crate::arguments::Arguments;
use crate::schema::{Access, Mode, TableName};
use crate::value::Value;

/// What `upgrade()` of one file may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upgrade {
    pub(crate) operations: Vec<Operation>,
    pub(crate) unread: Vec<Unread>,
}

impl Upgrade {
    /// The operations in words, in the order of the file.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(|one| one.words.as_str())
    }

    /// What could not be read: its line and what it is, in the order of the file.
    pub fn unread(&self) -> impl Iterator<Item = (u32, &str)> {
        self.unread.iter().map(|one| (one.line, one.what.as_str()))
    }

    /// An upgrade of which nothing is known.
    #[must_use]
    pub fn unreadable(line: u32, what: impl Into<String>) -> Self {
        Self {
            operations: Vec::new(),
            unread: vec![Unread {
                line,
                what: what.into(),
            }],
        }
    }
}

/// One thing that a migration does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Line of the call, from 1.
    pub(crate) line: u32,
    pub(crate) words: String,
    pub(crate) accesses: Vec<Access>,
}

/// Something that may touch the database in a way that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// Its line, from 1.
    pub(crate) line: u32,
    pub(crate) what: String,
}

/// Reads the text of a revision file. The same text gives the same answer.
#[must_use]
pub fn read(text: &str) -> Upgrade {
    match parse_functions(text) {
        Ok(module) => Reader::new(text).upgrade(&module),
        Err(error) => {
            let line = line_at(text, error.offset);
            Upgrade::unreadable(line, format!("invalid Python: {}", error.message))
        }
    }
}

/// How many statements and expressions of one file are followed: loops are unrolled and functions
/// entered as often as they are called.
const FUEL: usize = 200_000;

/// How deep functions may call each other.
const MAX_CALLS: usize = 16;

/// Follows one file.
pub(crate) struct Reader<'t> {
    text: &'t str,
    pub(crate) frames: Vec<Frame>,
    pub(crate) batches: Vec<Batch>,
    found: Upgrade,
    fuel: usize,
    /// Whether what is done counts: at module level Alembic is not there yet.
    pub(crate) is_running: bool,
    /// Whether a column or a type is being described: making a type of the project does nothing.
    pub(crate) is_declaring: bool,
}

/// The names of the module, or of a call of a function.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) names: HashMap<String, Value>,
    pub(crate) returned: Vec<Value>,
    /// Whether it sees the names of the call below it, and not only those of the module.
    pub(crate) is_nested: bool,
}

/// A block `with op.batch_alter_table(…)`.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) table: TableName,
    pub(crate) at: Span,
    /// Whether something in it makes SQLite build the table anew.
    pub(crate) rebuilds: bool,
    /// Whether it is built from what the database tells.
    pub(crate) faithful: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            frames: vec![Frame::default()],
            batches: Vec::new(),
            found: Upgrade::default(),
            fuel: FUEL,
            is_running: false,
            is_declaring: false,
        }
    }

    fn upgrade(mut self, module: &Module) -> Upgrade {
        self.block(&module.body);
        self.is_running = true;
        match self.frames[0].names.get("upgrade").cloned() {
            Some(Value::Function(upgrade)) => {
                let at = Span::default();
                self.call_function(&upgrade, Arguments::default(), at);
            }
            Some(_) => self.unread_at(1, "an `upgrade` that is not a function of this file"),
            None => self.unread_at(1, "a file without `upgrade`"),
        }
        self.found
    }

    /// Spends a little; whether there is some left.
    pub(crate) fn spend(&mut self, at: Span) -> bool {
        if self.fuel == 0 {
            return false;
        }
        self.fuel -= 1;
        if self.fuel == 0 {
            self.is_running = true;
            self.unread(at, "more than onehead follows");
        }
        self.fuel > 0
    }

    /// Whether one more function may be entered.
    pub(crate) fn may_call(&self) -> bool {
        self.frames.len() <= MAX_CALLS
    }

    /// An operation was found.
    pub(crate) fn operation(&mut self, at: Span, words: impl Into<String>, accesses: Vec<Access>) {
        if !self.is_running {
            return;
        }
        let operation = Operation {
            line: line_at(self.text, at.start),
            words: words.into(),
            accesses,
        };
        if !self.found.operations.contains(&operation) {
            self.found.operations.push(operation);
        }
    }

    /// Something was found that cannot be read.
    pub(crate) fn unread(&mut self, at: Span, what: impl Into<String>) {
        self.unread_at(line_at(self.text, at.start), what);
    }

    fn unread_at(&mut self, line: u32, what: impl Into<String>) {
        let unread = Unread {
            line,
            what: what.into(),
        };
        if self.is_running && !self.found.unread.contains(&unread) {
            self.found.unread.push(unread);
        }
    }

    /// A piece of the file on one line, shortened, in backticks.
    pub(crate) fn quoted(&self, at: Span) -> String {
        const MOST: usize = 50;
        let whole = self.text.get(at.start..at.end).unwrap_or_default();
        format!("`{}`", shortened(whole, MOST))
    }

    /// The whole piece of the file with its white space folded, to compare it.
    pub(crate) fn folded(&self, at: Span) -> String {
        let whole = self.text.get(at.start..at.end).unwrap_or_default();
        whole.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Ends a batch block.
    pub(crate) fn end_batch(&mut self, number: usize) {
        let batch = &self.batches[number];
        if batch.rebuilds {
            let (table, at) = (batch.table.clone(), batch.at);
            let mode = Mode::Rebuild {
                faithful: batch.faithful,
            };
            self.operation(
                at,
                format!("rebuilds table {table} (in a batch block, on SQLite)"),
                vec![Access::table(&table, mode)],
            );
        }
    }
}

/// A text on one line, cut at some number of characters.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &folded[..at]),
        None => folded,
    }
}

fn line_at(text: &str, offset: usize) -> u32 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let breaks = before
        .iter()
        .enumerate()
        .filter(|&(at, &byte)| byte == b'\n' || byte == b'\r' && before.get(at + 1) != Some(&b'\n'))
        .count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}
