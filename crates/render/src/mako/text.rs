//! What Python's `str` does to text: which characters are space or printable, and `repr`.

use std::sync::LazyLock;

use regex::Regex;

use super::value::Eval;

/// `str.isspace` of one character, which is also `\s` of Python's `re`.
pub(super) fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\x1c'..='\x1f').contains(&char)
}

/// `\w` of Python's `re`, for the characters where that is certain.
pub(super) fn is_ascii_word(char: char) -> bool {
    char.is_ascii_alphanumeric() || char == '_'
}

/// Ends a line for `str.splitlines`.
fn is_line_end(char: char) -> bool {
    matches!(
        char,
        '\n' | '\r'
            | '\x0b'
            | '\x0c'
            | '\x1c'
            | '\x1d'
            | '\x1e'
            | '\u{85}'
            | '\u{2028}'
            | '\u{2029}'
    )
}

/// `str.splitlines()`
pub(super) fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        if !is_line_end(char) {
            continue;
        }
        lines.push(&text[start..at]);
        start = at + char.len_utf8();
        if char == '\r' && chars.peek().is_some_and(|(_, next)| *next == '\n') {
            chars.next();
            start += 1;
        }
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

/// Is a character written as it is by `repr`? Pythons differ in the Unicode version that they
/// know: certain are the characters of Unicode 11, which Python 3.7 has, and those that never
/// get a meaning.
fn is_printable(char: char) -> Eval<bool> {
    static HIDDEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"\A[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Noncharacter_Code_Point}]\z").ok()
    });
    static OLD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\A\p{Age=11.0}\z").ok());

    if char.is_ascii() {
        return Ok(!char.is_ascii_control());
    }
    let (Some(hidden), Some(old)) = (&*HIDDEN, &*OLD) else {
        return Err("no table of characters".into());
    };
    let mut buffer = [0; 4];
    let text = &*char.encode_utf8(&mut buffer);
    if !old.is_match(text) {
        let code = u32::from(char);
        return Err(format!("`repr` of the character U+{code:04X}"));
    }
    Ok(!hidden.is_match(text))
}

/// Python's `repr` of a string.
pub(super) fn repr(text: &str) -> Eval<String> {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for char in text.chars() {
        match char {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if char == quote => {
                out.push('\\');
                out.push(char);
            }
            _ if is_printable(char)? => out.push(char),
            _ => match u32::from(char) {
                code @ 0..=0xff => out.push_str(&format!("\\x{code:02x}")),
                code @ 0x100..=0xffff => out.push_str(&format!("\\u{code:04x}")),
                code => out.push_str(&format!("\\U{code:08x}")),
            },
        }
    }
    out.push(quote);
    Ok(out)
}

/// Checks that the case mapping of every character is the same in all Pythons and here.
pub(super) fn check_case(text: &str) -> Eval<()> {
    let known = |char| {
        matches!(char,
            '\0'..='\u{17f}' | '\u{400}'..='\u{4ff}' | '\u{2010}'..='\u{2027}'
            | '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fa5}' | '\u{ac00}'..='\u{d7a3}')
    };
    match text.chars().find(|char| !known(*char)) {
        None => Ok(()),
        Some(char) => Err(format!("case of the character U+{:04X}", u32::from(char))),
    }
}

/// Where a string ends whose content starts at `at`.
pub(super) fn string_close(bytes: &[u8], mut at: usize, delimiter: &[u8]) -> Option<usize> {
    while at < bytes.len() {
        if bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at..].starts_with(delimiter) {
            return Some(at + delimiter.len());
        } else {
            at += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn repr_is_python_s() {
        let cases = [
            ("", "''"),
            ("a'b", "\"a'b\""),
            ("a'b\"c", "'a\\'b\"c'"),
            ("a\"b", "'a\"b'"),
            ("\\\n\r\t\x00\x7f", "'\\\\\\n\\r\\t\\x00\\x7f'"),
            ("é€😀", "'é€😀'"),
            ("\u{a0}\u{ad}\u{200b}\u{2028}", "'\\xa0\\xad\\u200b\\u2028'"),
            ("\u{e000}\u{10ffff}\u{fffe}", "'\\ue000\\U0010ffff\\ufffe'"),
        ];
        for (text, expected) in cases {
            assert_eq!(repr(text).as_deref(), Ok(expected), "{text:?}");
        }
        assert!(repr("\u{378}").is_err());
        assert!(repr("\u{1fae8}").is_err());
    }

    #[test]
    fn lines_end_where_python_ends_them() {
        assert_eq!(
            split_lines("a\r\nb\rc\x0bd\n\ne"),
            ["a", "b", "c", "d", "", "e"]
        );
        assert_eq!(split_lines("a\n"), ["a"]);
        assert!(split_lines("").is_empty());
    }
}
