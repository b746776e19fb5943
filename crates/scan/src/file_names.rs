//! What the name of a file tells, before anything is read: which names lead to an environment. `candidates` sorts files
//! by these names, `discover` is the way from there to environments, and whether the content of a configuration leads
//! anywhere is told by `onehead_configuration::config_file`.

pub(crate) use onehead_configuration::config_file::{ALEMBIC_INI, PYPROJECT};

/// onehead's own settings.
pub(crate) const SETTINGS: &str = "onehead.toml";

/// What makes a folder an environment.
pub(crate) const ENV: &str = "env.py";

/// What makes a folder a virtual environment of Python.
pub(crate) const VIRTUAL_ENVIRONMENT: &str = "pyvenv.cfg";

/// The template of an environment.
pub(crate) const TEMPLATE: &str = "script.py.mako";

/// The name of the file at a path.
#[must_use]
pub fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether a file of this name may lead to an environment wherever it lies, or away from one: configuration, what
/// makes a folder an environment, what makes one a virtual environment of Python.
#[must_use]
pub fn leads(name: &str) -> bool {
    is_configuration(name) || matches!(name, ENV | TEMPLATE)
}

/// Whether only its content tells whether a file of this name leads to an environment. Most of them do not.
#[must_use]
pub fn leads_by_content(name: &str) -> bool {
    is_configuration(name) && !matches!(name, ALEMBIC_INI | SETTINGS | VIRTUAL_ENVIRONMENT)
}

/// Whether a change of a file of this name can change what a scan says, before anything is read: revision files,
/// what they may take values from, templates, configuration. A symbolic link can, whatever its name is.
#[must_use]
pub fn may_matter(name: &str) -> bool {
    leads(name)
        || [".py", ".pyc", ".pyo", ".mako"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// Whether a file of this name may be configuration, of Alembic or of onehead.
#[must_use]
pub fn is_configuration(name: &str) -> bool {
    matches!(name, PYPROJECT | SETTINGS) || [".ini", ".cfg"].iter().any(|end| name.ends_with(end))
}
