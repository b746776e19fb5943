//! The names that exist without being given: those of Python and those of Mako.

/// The functions and types that are modelled.
const MODELLED: [&str; 21] = [
    "all",
    "any",
    "bool",
    "dict",
    "enumerate",
    "int",
    "isinstance",
    "len",
    "list",
    "max",
    "min",
    "range",
    "repr",
    "reversed",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "zip",
    "map",
];

/// The other lower-case names of Python's `builtins` module in all its versions, and the names
/// that Mako puts into every context.
const TAKEN: &str = " abs aiter anext ascii bin breakpoint bytearray bytes callable chr \
    classmethod compile complex copyright credits delattr dir divmod eval exec exit filter float \
    format frozenset getattr globals hasattr hash help hex id input issubclass iter license \
    locals memoryview next object oct open ord pow print property quit round setattr slice \
    staticmethod super type vars sentinel frozendict lazy_import \
    capture caller self local parent next context pageargs loop ";

/// The modelled function of that name.
pub(super) fn find(name: &str) -> Option<&'static str> {
    MODELLED.into_iter().find(|other| *other == name)
}

/// Does the name exist in Python or Mako without being modelled? Exceptions and constants start
/// with an upper-case letter; `_` is there where `gettext` is installed.
pub(super) fn is_taken(name: &str) -> bool {
    name.starts_with(|char: char| char == '_' || char.is_uppercase())
        || TAKEN.contains(&format!(" {name} "))
}
