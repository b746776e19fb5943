//! A text with more at its end.

/// How the lines of a text end.
pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The text with more lines behind an empty one. They end with `\n`, and then as its own do.
pub(super) fn with_more(old: &str, more: &str) -> String {
    let newline = newline(old);
    let gap = match old {
        "" => String::new(),
        old if old.ends_with('\n') => newline.to_owned(),
        _ => newline.repeat(2),
    };
    format!("{old}{gap}{}", more.replace('\n', newline))
}
