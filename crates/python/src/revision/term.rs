use serde::{Deserialize, Serialize};

/// What a name is bound to, as far as the file itself tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// `None`
    None,
    /// A string.
    Str(String),
    /// An integer, which only indexes.
    Int(i64),
    /// A tuple or a list, in order.
    Sequence(Vec<Term>),
    /// A set: Python iterates it in an order that cannot be known.
    Set(Vec<Term>),
    /// `left + right`
    Concat(Box<Term>, Box<Term>),
    /// Something of another module: the dotted module as imported, then the names taken from it.
    Imported(Vec<String>),
    /// A known value of a type that no field takes (`a number`).
    Other(String),
    /// A value that is not known without executing, and why.
    Unknown(String),
}

impl Term {
    pub(crate) fn unknown(why: impl Into<String>) -> Self {
        Self::Unknown(why.into())
    }

    /// Whether it may be a list or a set, which can be changed in place under every name that it has.
    pub(crate) const fn is_mutable(&self) -> bool {
        !matches!(
            self,
            Self::None | Self::Str(_) | Self::Int(_) | Self::Other(_)
        )
    }
}
