//! Which sections of an ini file lead to an environment.

use crate::alembic_options::OF_ALEMBIC_ALONE;
use crate::bytes::contains_in_any_case;
use crate::ini::Ini;

/// The section that Alembic reads unless it is told another one.
pub const USUAL: &str = "alembic";

/// Whether these bytes can be an ini file that leads to an environment.
pub(crate) fn may_lead(bytes: &[u8]) -> bool {
    // `configparser` reads the names of options in any case, and those of sections as they are.
    contains_in_any_case(bytes, b"script_location") || contains_in_any_case(bytes, b"[alembic]")
}

/// The sections that lead to an environment, in the order of the file: those that give a script location, and of those
/// that inherit it from `[DEFAULT]` the ones that are meant for Alembic. `is_named` tells which ones the settings name.
///
/// `[alembic]` is among them in any case: `pyproject.toml` may give the script location, or the folder in which the file
/// lies may be it.
#[must_use]
pub fn leading(ini: &Ini, is_named: impl Fn(&str) -> bool) -> Vec<&str> {
    let inherits = ini.defaults_give("script_location");
    let is_meant = |section: &str| {
        let mut own = ini.own_options(section);
        section == USUAL
            || is_named(section)
            || own.any(|name| OF_ALEMBIC_ALONE.contains(&name) || name.starts_with("sqlalchemy."))
    };
    let leading: Vec<&str> = ini
        .sections()
        .filter(|section| {
            ini.gives(section, "script_location")
                || *section == USUAL
                || inherits && is_meant(section)
        })
        .collect();
    match leading.is_empty() && inherits {
        // Alembic can be told to read any of them, and each leads to the same place.
        true => ini.sections().take(1).collect(),
        false => leading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn sections_that_lead_to_an_environment() {
        let table: &[(&str, &[&str])] = &[
            ("[alembic]\nscript_location = m", &["alembic"]),
            ("[a]\nscript_location = m\n[loggers]\nkeys = root", &["a"]),
            ("[a]\nSCRIPT_LOCATION = m\n[alembic]\n", &["a", "alembic"]),
            (
                "[DEFAULT]\nscript_location = m\n[a]\nversion_locations = v\n[b]\nkeys = c",
                &["a"],
            ),
            (
                "[DEFAULT]\nscript_location = m\n[a]\nsqlalchemy.url = v\n[named]\n[b]\n",
                &["a", "named"],
            ),
            ("[DEFAULT]\nscript_location = m\n[a]\n[b]\n", &["a"]),
            ("[DEFAULT]\nversion_locations = m\n[a]\n[b]\n", &[]),
            ("[named]\ntimezone = UTC", &[]),
        ];
        for (text, expected) in table {
            let ini = Ini::parse(text).unwrap();
            let found = leading(&ini, |section| section == "named");
            assert_eq!(found, *expected, "{text}");
        }
    }
}
