//! The values that an expression can have, and the names that a template is given.

use std::collections::BTreeMap;
use std::sync::Arc;

/// How deep containers may nest, so that walking and dropping them stays shallow.
const MAX_DEPTH: u8 = 16;

/// Why an expression has no value, in words; the caller adds the line.
pub(super) type Reason = String;
/// The value of an expression, or why there is none.
pub(super) type Eval<T = Value> = Result<T, Reason>;

/// Keyword or positional argument of a method here: its name and value.
pub(super) type Arg = (Option<String>, Value);

/// The items of a container.
#[derive(Debug, Clone)]
pub struct Items {
    values: Arc<[Value]>,
    depth: u8,
}

impl Items {
    pub(super) fn new(values: Vec<Value>) -> Eval<Self> {
        let depth = 1 + values.iter().map(Value::depth).max().unwrap_or(0);
        if depth > MAX_DEPTH {
            return Err("containers nested too deeply".into());
        }
        if values
            .iter()
            .any(|value| matches!(value, Value::Iterator(_)))
        {
            return Err("iterator inside a container".into());
        }
        Ok(Self {
            values: values.into(),
            depth,
        })
    }

    fn flat(values: Arc<[Value]>) -> Self {
        Self { values, depth: 1 }
    }
}

impl std::ops::Deref for Items {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.values
    }
}

/// A value as a template sees it. All are immutable here: what would change one in place is
/// refused.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Value {
    /// `None`
    None,
    /// A bool.
    Bool(bool),
    /// An integer that fits 64 bits.
    Int(i64),
    /// A string.
    Str(Arc<str>),
    /// A tuple.
    Tuple(Items),
    /// A list.
    List(Items),
    /// A set, each item once.
    Set(Items),
    /// A dict: keys and values in turn.
    Dict(Items),
    /// What can be iterated once: a generator, `reversed(…)` and the like.
    Iterator(Items),
    /// A `datetime.datetime`.
    DateTime(DateTime),
    /// Alembic's `Config`.
    Config(Arc<Config>),
    /// Mako's `UNDEFINED`: false, and an error as a string.
    Undefined,
    /// A function or a type that is modelled, by its name.
    Function(&'static str),
    /// The module `re`.
    Re,
    /// A match object: the whole match and its groups.
    Match(Arc<[Option<Arc<str>>]>),
    /// Mako's `context`.
    Context,
    /// Mako's `loop` inside a loop: the position and, if known, the number of items.
    Loop {
        /// Position of the current item, from 0.
        index: usize,
        /// Number of items, `None` if the iterable has no length.
        len: Option<usize>,
    },
    /// Something that exists in Python and is not modelled: any use of it is refused.
    Opaque(Arc<str>),
}

impl Value {
    /// A tuple of strings.
    pub fn strings<I, S>(items: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: Into<Arc<str>>,
    {
        let values = items.into_iter().map(|item| Self::Str(item.into()));
        Self::Tuple(Items::flat(values.collect()))
    }

    /// The function that Alembic gives as `comma`: nothing for `None`, a string as it is, the
    /// items of anything else joined by `, `.
    pub fn comma() -> Self {
        Self::Function("comma")
    }

    pub(super) fn list(values: Vec<Self>) -> Eval {
        Items::new(values).map(Self::List)
    }

    pub(super) fn tuple(values: Vec<Self>) -> Eval {
        Items::new(values).map(Self::Tuple)
    }

    pub(super) fn iterator(values: Vec<Self>) -> Eval {
        Items::new(values).map(Self::Iterator)
    }

    pub(super) fn int(number: usize) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn depth(&self) -> u8 {
        match self {
            Self::Tuple(items)
            | Self::List(items)
            | Self::Set(items)
            | Self::Dict(items)
            | Self::Iterator(items) => items.depth,
            _ => 0,
        }
    }

    /// What it is, for a refusal.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Str(_) => "str",
            Self::Tuple(_) => "tuple",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Dict(_) => "dict",
            Self::Iterator(_) => "iterator",
            Self::DateTime(_) => "datetime",
            Self::Config(_) => "config",
            Self::Undefined => "undefined name",
            Self::Function(_) => "function",
            Self::Re => "module",
            Self::Match(_) => "match",
            Self::Context => "context",
            Self::Loop { .. } => "loop",
            Self::Opaque(_) => "unknown object",
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Str(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Str(text.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<DateTime> for Value {
    fn from(value: DateTime) -> Self {
        Self::DateTime(value)
    }
}

impl From<Config> for Value {
    fn from(config: Config) -> Self {
        Self::Config(Arc::new(config))
    }
}

/// A point in time as a clock on the wall shows it, with an offset from UTC if it has a time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateTime {
    /// 1000 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 0 to 999 999.
    pub microsecond: u32,
    /// Seconds east of UTC; `None` for a naive value.
    pub offset: Option<i32>,
    /// What `%Z` gives, such as `CEST`, if it is known.
    pub zone: Option<String>,
}

/// What a template can ask of Alembic's `Config`: options of the ini file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// The section that `get_main_option` reads, `alembic` unless `--name` was given.
    pub main_section: String,
    /// Sections to options (names in lower case, those of `[DEFAULT]` and `here` included) to
    /// values after interpolation. A value of `None` is there but not known: asking is refused.
    pub sections: BTreeMap<String, BTreeMap<String, Option<String>>>,
}

/// The names that a template is given.
#[derive(Debug, Clone, Default)]
pub struct Context {
    names: BTreeMap<String, Value>,
}

impl Context {
    /// Gives `value` the name `name`.
    pub fn set(&mut self, name: impl Into<String>, value: Value) {
        self.names.insert(name.into(), value);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.names.get(name)
    }
}
