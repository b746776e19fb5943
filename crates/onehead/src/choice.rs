//! An option that takes one of a few names.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// A name, what it stands for, and what that is in a few words.
pub(crate) type Choice<T> = (&'static str, T, &'static str);

/// Takes one of these names.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    choices: &'static [Choice<T>],
) -> impl TypedValueParser<Value = T> {
    let values = choices.iter();
    let values = values.map(|(name, _, help)| PossibleValue::new(*name).help(*help));
    PossibleValuesParser::new(values).try_map(move |given| {
        let mut choices = choices.iter();
        let found = choices.find(|(name, ..)| *name == given);
        found.map(|(_, value, _)| *value).ok_or("no such name")
    })
}
