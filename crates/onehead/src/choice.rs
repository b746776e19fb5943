//! An option that takes one of a few names.

use std::sync::Arc;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use onehead_model::HookManager;

/// A name, what it stands for, and what that is in a few words.
pub(crate) type Choice<T> = (&'static str, T, &'static str);

/// Takes one of these names.
pub(crate) fn one_of<T: Copy + Send + Sync + 'static>(
    choices: impl IntoIterator<Item = Choice<T>>,
) -> impl TypedValueParser<Value = T> {
    let choices: Arc<[Choice<T>]> = choices.into_iter().collect();
    let values = choices.iter();
    let values = values.map(|(name, _, help)| PossibleValue::new(*name).help(*help));
    PossibleValuesParser::new(values).try_map(move |given| {
        let mut choices = choices.iter();
        let found = choices.find(|(name, ..)| *name == given);
        found.map(|(_, value, _)| *value).ok_or("no such name")
    })
}

/// The hook managers to whose configuration onehead can be added.
pub(crate) fn hook_managers<T>(chosen: fn(HookManager) -> T) -> impl Iterator<Item = Choice<T>> {
    let managers = HookManager::INSTALLABLE.into_iter();
    managers.map(move |manager| (manager.name(), chosen(manager), manager.programs()))
}
