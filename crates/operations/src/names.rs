//! Which names are known without executing anything: what is imported, and what Python brings.

/// Modules that reach no database by themselves. What they make is data, types, or expressions.
const HARMLESS_MODULES: &[&str] = &[
    "base64",
    "collections",
    "copy",
    "datetime",
    "decimal",
    "enum",
    "hashlib",
    "itertools",
    "json",
    "logging",
    "loguru",
    "math",
    "operator",
    "os",
    "oslo_log",
    "oslo_serialization",
    "oslo_utils",
    "pathlib",
    "random",
    "re",
    "secrets",
    "sqlalchemy",
    "string",
    "structlog",
    "sys",
    "textwrap",
    "time",
    "typing",
    "uuid",
    "warnings",
    "zoneinfo",
];

/// What in those modules does more than that.
const NOT_HARMLESS: &[&str] = &[
    "os.system",
    "os.popen",
    "os.execv",
    "os.spawnv",
    "sqlalchemy.create_engine",
    "sqlalchemy.event",
    "sqlalchemy.ext.automap",
    "operator.methodcaller",
    "operator.attrgetter",
];

/// Functions of Python that give a value and do nothing else, given data.
const HARMLESS_BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "chr",
    "dict",
    "enumerate",
    "float",
    "format",
    "frozenset",
    "hasattr",
    "int",
    "isinstance",
    "issubclass",
    "len",
    "list",
    "max",
    "min",
    "next",
    "iter",
    "ord",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
    "Exception",
    "KeyError",
    "NotImplementedError",
    "RuntimeError",
    "TypeError",
    "ValueError",
];

/// What importing this dotted name gives that is known: `None` for the project's own modules.
pub(crate) fn is_harmless_module(dotted: &str) -> bool {
    let inside = |name: &str| {
        dotted
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    HARMLESS_MODULES.iter().any(|name| inside(name))
        && !NOT_HARMLESS.iter().any(|name| inside(name))
}

pub(crate) fn is_harmless_builtin(name: &str) -> bool {
    HARMLESS_BUILTINS.contains(&name)
}
