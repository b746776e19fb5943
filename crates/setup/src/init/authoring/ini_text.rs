//! The hook in the text of an ini file.

use onehead_configuration::ini::Ini;

use super::super::end_of_text::{newline, with_more};
use super::hook::{Added, ByHand, NAME, OPTIONS, is_ours};

const SECTION: &str = "post_write_hooks";
const HOOKS: &str = "hooks";

/// Whether it has the section, even an empty one.
pub(super) fn has_section(text: &str) -> bool {
    Ini::parse(text).is_ok_and(|ini| ini.has_section(SECTION))
}

/// The section with the hook alone.
pub(super) fn section(newline: &str) -> String {
    let lines = [format!("[{SECTION}]"), format!("{HOOKS} = {NAME}")];
    let lines = lines.into_iter().chain(options());
    lines.map(|line| line + newline).collect()
}

fn options() -> impl Iterator<Item = String> {
    OPTIONS
        .map(|(option, value)| format!("{NAME}.{option} = {value}"))
        .into_iter()
}

/// The text with the hook behind those that it has.
pub(super) fn with_hook(old: &str) -> Result<Added, ByHand> {
    let by_hand = |why: &str| ByHand {
        why: why.to_owned(),
        text: section("\n"),
    };
    let ini = Ini::parse(old).map_err(|error| by_hand(&error.message))?;
    if runs_it(&ini) {
        return Ok(Added::Present);
    }
    let of_the_name = format!("{NAME}.");
    if ini
        .options(SECTION)
        .any(|option| option.starts_with(&of_the_name))
    {
        return Err(by_hand(
            "it has a hook of that name, which does something else or is not in `hooks`",
        ));
    }
    let newline = newline(old);
    let (new, hooks) = match (ini.has_section(SECTION), ini.raw_text(SECTION, HOOKS)) {
        (false, _) => (with_more(old, &section("\n")), NAME.to_owned()),
        (true, None) => {
            let new = below_the_header(old, newline)
                .ok_or_else(|| by_hand("its section is not found"))?;
            (new, NAME.to_owned())
        }
        (true, Some(_)) if !ini.gives(SECTION, HOOKS) => {
            return Err(by_hand("`hooks` is in `[DEFAULT]`"));
        }
        (true, Some(hooks)) if hooks.contains('\n') => {
            return Err(by_hand("`hooks` goes over several lines"));
        }
        (true, Some(hooks)) => {
            let line = ini.line_of(SECTION, HOOKS).unwrap_or_default();
            let hooks = if hooks.is_empty() {
                NAME.to_owned()
            } else {
                format!("{hooks}, {NAME}")
            };
            (behind_the_hooks(old, newline, line), hooks)
        }
    };
    let mut expected = contents(&ini);
    expected.retain(|(section, option, _)| (section.as_str(), option.as_str()) != (SECTION, HOOKS));
    let added = OPTIONS.map(|(option, value)| (format!("{NAME}.{option}"), value.to_owned()));
    let added = added
        .into_iter()
        .chain([(HOOKS.to_owned(), hooks), Default::default()]);
    expected.extend(added.map(|(option, value)| (SECTION.to_owned(), option, value)));
    expected.sort();
    expected.dedup();
    let read = Ini::parse(&new).map(|ini| contents(&ini));
    if read.as_ref() != Ok(&expected) {
        return Err(by_hand("another option would change"));
    }
    let lines = lines_that_came(old, &new);
    Ok(Added::Text(new, lines))
}

/// Whether one of the hooks that run is this one.
fn runs_it(ini: &Ini) -> bool {
    let hooks = ini.raw_text(SECTION, HOOKS).unwrap_or_default();
    let mut names = hooks.split([',', ' ']).filter(|name| !name.is_empty());
    names.any(|name| {
        let value =
            |option: &str| ini.raw_text(SECTION, &format!("{name}.{option}").to_lowercase());
        is_ours(
            ["executable", "entrypoint", "module", "options"]
                .into_iter()
                .filter_map(value),
        )
    })
}

/// Every option with its section and its text, and every section, sorted.
fn contents(ini: &Ini) -> Vec<(String, String, String)> {
    let of = |section: &str, option: &str| {
        let text = ini.raw_text(section, option).unwrap_or_default();
        (section.to_owned(), option.to_owned(), text.to_owned())
    };
    let defaults = ini.options("").map(|option| of("", option));
    let sections = ini.sections().flat_map(|section| {
        let own = ini
            .own_options(section)
            .map(move |option| of(section, option));
        own.chain([(section.to_owned(), String::new(), String::new())])
    });
    let mut all: Vec<_> = defaults.chain(sections).collect();
    all.sort();
    all
}

/// Below the header of the section and the comments that belong to it.
fn below_the_header(old: &str, newline: &str) -> Option<String> {
    let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
    let header = lines
        .iter()
        .position(|line| line.trim() == format!("[{SECTION}]"))?;
    let rest = &lines[header + 1..];
    let comments = rest
        .iter()
        .take_while(|line| line.trim_start().starts_with(['#', ';']));
    let at = header + 1 + comments.count();
    end_line(&mut lines[at - 1], newline);
    let added = [format!("{HOOKS} = {NAME}")].into_iter().chain(options());
    lines.splice(at..at, added.map(|line| line + newline));
    Some(lines.concat())
}

/// In the line of the hooks, counted from 1, and below it.
fn behind_the_hooks(old: &str, newline: &str, number: u32) -> String {
    let mut lines: Vec<String> = old.split_inclusive('\n').map(str::to_owned).collect();
    let at = usize::try_from(number)
        .unwrap_or_default()
        .saturating_sub(1);
    let Some(line) = lines.get_mut(at) else {
        return old.to_owned();
    };
    let end = line.trim_end().len();
    let is_first = line[..end].ends_with(['=', ':']);
    line.insert_str(end, &format!("{} {NAME}", if is_first { "" } else { "," }));
    end_line(line, newline);
    let indent = line[..line.len() - line.trim_start().len()].to_owned();
    let added = options().map(|line| format!("{indent}{line}{newline}"));
    lines.splice(at + 1..=at, added);
    lines.concat()
}

fn end_line(line: &mut String, newline: &str) {
    if !line.ends_with('\n') {
        line.push_str(newline);
    }
}

/// The lines of a text that another one has not, in their order.
fn lines_that_came(old: &str, new: &str) -> String {
    let old: Vec<&str> = old.lines().collect();
    let lines = new
        .lines()
        .filter(|line| !line.is_empty() && !old.contains(line));
    lines.map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    const OWN: &str = "onehead.type = exec\nonehead.executable = sh\nonehead.options = -c 'command -v onehead >/dev/null || exit 0; onehead hook revision \"$0\" || true' REVISION_SCRIPT_FILENAME\n";

    fn added(old: &str) -> Result<String, String> {
        match with_hook(old) {
            Ok(Added::Text(new, _)) => Ok(new),
            Ok(Added::Present) => Err("it is there".into()),
            Err(ByHand { why, .. }) => Err(why),
        }
    }

    #[test]
    fn nothing_else_changes() {
        let table = [
            (
                "[alembic]\na = b\n",
                "[alembic]\na = b\n\n[post_write_hooks]\nhooks = onehead\nOWN",
            ),
            (
                "[alembic]\na = b",
                "[alembic]\na = b\n\n[post_write_hooks]\nhooks = onehead\nOWN",
            ),
            (
                "[post_write_hooks]\n# About it.\n\n# hooks = black\n[x]\n",
                "[post_write_hooks]\n# About it.\nhooks = onehead\nOWN\n# hooks = black\n[x]\n",
            ),
            (
                "[post_write_hooks]",
                "[post_write_hooks]\nhooks = onehead\nOWN",
            ),
            (
                "[post_write_hooks]\nhooks = black, ruff  \nblack.type = exec\n",
                "[post_write_hooks]\nhooks = black, ruff, onehead  \nOWNblack.type = exec\n",
            ),
            (
                "[post_write_hooks]\nHooks:black",
                "[post_write_hooks]\nHooks:black, onehead\nOWN",
            ),
            (
                "[post_write_hooks]\nhooks =\n",
                "[post_write_hooks]\nhooks = onehead\nOWN",
            ),
        ];
        for (old, expected) in table {
            assert_eq!(added(old), Ok(expected.replace("OWN", OWN)), "{old:?}");
            let crlf = |text: &str| text.replace('\n', "\r\n");
            if old.contains('\n') {
                assert_eq!(
                    added(&crlf(old)),
                    Ok(crlf(&expected.replace("OWN", OWN))),
                    "{old:?}"
                );
            }
            let again = with_hook(&added(old).expect("it was added"));
            assert!(matches!(again, Ok(Added::Present)), "{old:?}");
        }
    }

    #[test]
    fn what_cannot_be_added_to_is_left() {
        for old in [
            "[alembic]\na = b\n[post_write_hooks]\n  x = y\n",
            "[post_write_hooks]\nhooks = a\n  b\n",
            "[post_write_hooks]\nhooks =\n  a\n",
            "[DEFAULT]\nhooks = a\n[post_write_hooks]\n",
            "[post_write_hooks]\nonehead.type = exec\n",
            "[a]\nx = y\n  [post_write_hooks]\n[post_write_hooks]\n",
            "nonsense\n",
        ] {
            assert!(with_hook(old).is_err(), "{old:?}");
        }
    }

    #[test]
    fn the_hook_is_known_in_other_words() {
        let old = "[post_write_hooks]\nhooks = black, mine\nblack.type = exec\nmine.type = exec\nmine.executable = onehead\nmine.options = hook revision REVISION_SCRIPT_FILENAME\n";
        assert!(matches!(with_hook(old), Ok(Added::Present)));
        // It is there and does not run.
        let _ = added(&old.replace("black, mine", "black")).expect("it is added");
    }
}
