//! The hook in the text of a `pyproject.toml`.

use super::super::end_of_text::with_more;
use super::hook::{Added, ByHand, NAME, OPTIONS, is_ours};

const LIST: &str = "post_write_hooks";

/// Whether it has `[tool.alembic]`.
pub(super) fn is_alembic(text: &str) -> bool {
    let table: Option<toml::Table> = text.parse().ok();
    let tool = table
        .as_ref()
        .and_then(|table| table.get("tool")?.get("alembic"));
    tool.is_some_and(toml::Value::is_table)
}

/// The text with the hook as the last entry of the list.
pub(super) fn with_hook(old: &str) -> Result<Added, ByHand> {
    let by_hand = |why: &str, text: String| ByHand {
        why: why.to_owned(),
        text,
    };
    let mut expected: toml::Table = old
        .parse()
        .map_err(|_| by_hand("it is not TOML", entry()))?;
    let hooks = list(&mut expected)
        .ok_or_else(|| by_hand("`tool.alembic.post_write_hooks` is not a list", entry()))?;
    if hooks.iter().any(is_it) {
        return Ok(Added::Present);
    }
    hooks.push(own().into());
    let new = with_more(old, &entry());
    match new.parse::<toml::Table>() {
        Ok(read) if read == expected => Ok(Added::Text(new, entry())),
        _ => Err(by_hand(
            "`tool.alembic.post_write_hooks` cannot get an entry at the end of the file",
            in_one_line(),
        )),
    }
}

/// The list of hooks, which is made where there is none.
fn list(table: &mut toml::Table) -> Option<&mut Vec<toml::Value>> {
    let alembic = table.get_mut("tool")?.get_mut("alembic")?.as_table_mut()?;
    let list = alembic
        .entry(LIST)
        .or_insert_with(|| toml::Value::Array(Vec::new()));
    list.as_array_mut()
}

fn is_it(hook: &toml::Value) -> bool {
    let values = hook.as_table().into_iter().flat_map(toml::Table::values);
    is_ours(values.filter_map(toml::Value::as_str))
}

fn own() -> toml::Table {
    let options = pairs().map(|(key, value)| (key.to_owned(), value.into()));
    options.collect()
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    [("name", NAME)].into_iter().chain(OPTIONS)
}

fn in_one_line() -> String {
    let pairs = pairs().map(|(key, value)| format!("{key} = {}", toml::Value::from(value)));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn entry() -> String {
    let lines = pairs().map(|(key, value)| format!("{key} = {}\n", toml::Value::from(value)));
    format!("[[tool.alembic.{LIST}]]\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn nothing_else_changes() {
        for old in [
            "[tool.alembic]\nscript_location = \"m\"  # here\n",
            "[tool.alembic]\nscript_location = \"m\"",
            "[tool.alembic]\n[[tool.alembic.post_write_hooks]]\nname = \"black\"\n[tool.x]\n",
        ] {
            let Ok(Added::Text(new, _)) = with_hook(old) else {
                panic!("{old}");
            };
            let gap = if old.ends_with('\n') { "\n" } else { "\n\n" };
            assert_eq!(new, format!("{old}{gap}{}", entry()));
            assert!(matches!(with_hook(&new), Ok(Added::Present)), "{new}");
            let crlf = old.replace('\n', "\r\n");
            let Ok(Added::Text(new, _)) = with_hook(&crlf) else {
                panic!("{crlf}");
            };
            assert!(!new.replace("\r\n", "").contains('\n'), "{new}");
        }
    }

    #[test]
    fn what_cannot_be_added_to_is_left() {
        for old in [
            "[tool.alembic]\npost_write_hooks = []\n",
            "[tool.alembic]\npost_write_hooks = [\n  { name = \"black\" },\n]\n",
            "[tool.alembic]\npost_write_hooks = 1\n",
            "tool = { alembic = {} }\n",
            "[tool]\nalembic = 1\n",
            "nonsense\n",
        ] {
            assert!(with_hook(old).is_err(), "{old}");
        }
    }
}
