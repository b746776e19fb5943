//! The arguments of a call.

use onehead_python::Span;

use crate::value::Value;

/// A value and the expression that gave it.
#[derive(Debug, Clone)]
pub(crate) struct Argument {
    pub(crate) value: Value,
    pub(crate) at: Span,
}

/// The arguments of a call, stars unpacked as far as they are known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments {
    pub(crate) positional: Vec<Argument>,
    pub(crate) keywords: Vec<(String, Argument)>,
    /// Whether a star stands for arguments that are not known.
    pub(crate) open: bool,
}

impl Arguments {
    /// Every value.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        let keywords = self.keywords.iter().map(|(_, one)| one);
        self.positional.iter().chain(keywords).map(|one| &one.value)
    }

    /// The argument of that name.
    pub(crate) fn keyword(&self, name: &str) -> Option<&Argument> {
        self.keywords
            .iter()
            .find_map(|(known, one)| (known == name).then_some(one))
    }

    /// The argument that a parameter gets, given by place or by name.
    pub(crate) fn get(&self, place: usize, name: &str) -> Option<&Argument> {
        self.positional.get(place).or_else(|| self.keyword(name))
    }

    /// The text that a parameter gets, if it is known.
    pub(crate) fn text(&self, place: usize, name: &str) -> Option<&str> {
        match self.get(place, name)?.value {
            Value::Str(ref text) => Some(text),
            _ => None,
        }
    }

    /// Whether a keyword is there and is not plainly false.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.keyword(name)
            .is_some_and(|one| !matches!(one.value, Value::None | Value::Bool(false)))
    }
}
