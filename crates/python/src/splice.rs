//! New text into the bytes of a source file, which stay as they are everywhere else.

use crate::decode::{declared, split_mark};
use crate::{Span, decode};

/// New text for a part of a source file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The part, as a range of the decoded text.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// Carries out edits on the bytes of a source file, in its own encoding, which may have several spellings
/// of the same text: bytes outside of the edits are kept, not written anew.
///
/// The edits come in the order of the file and do not overlap.
///
/// # Errors
/// What cannot be done, in words: the bytes are no source text, the encoding lacks a character, or
/// other bytes than those of the edits would change.
pub fn splice(bytes: &[u8], edits: &[Edit]) -> Result<Vec<u8>, String> {
    let text = decode(bytes).map_err(|error| error.to_string())?;
    let (mark, mut rest) = split_mark(bytes);
    let (encoding, name) = declared(rest).map_err(|error| error.to_string())?;
    let encode = |text: Option<&str>| {
        text.and_then(|text| Some(encoding.encode(text)?.into_owned()))
            .ok_or_else(|| format!("`{name}` cannot express it"))
    };
    // What the encoding says of some text must be what lies there.
    let mut pass = |text: Option<&str>| {
        let expected = encode(text)?;
        rest = rest
            .strip_prefix(expected.as_slice())
            .ok_or_else(|| format!("`{name}` has several spellings of the bytes around it"))?;
        Ok::<_, String>(expected)
    };
    let mut new = mark.to_vec();
    let mut at = 0;
    for edit in edits {
        new.extend(pass(text.get(at..edit.span.start))?);
        pass(text.get(edit.span.start..edit.span.end))?;
        new.extend(encode(Some(&edit.text))?);
        at = edit.span.end;
    }
    new.extend(pass(text.get(at..))?);
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn put(bytes: &[u8], start: usize, end: usize, text: &str) -> Result<Vec<u8>, String> {
        let span = Span { start, end };
        let text = text.to_owned();
        splice(bytes, &[Edit { span, text }])
    }

    #[test]
    fn offsets_are_those_of_the_text() {
        assert_eq!(
            put(b"\xef\xbb\xbfx = 1", 4, 5, "2").unwrap(),
            b"\xef\xbb\xbfx = 2"
        );
        let latin = b"# coding: latin-1 \xe9\xe9\nx = 1\n";
        assert_eq!(
            put(latin, 27, 28, "'\u{e8}'").unwrap(),
            b"# coding: latin-1 \xe9\xe9\nx = '\xe8'\n"
        );
        assert!(put(latin, 27, 28, "\u{20ac}").is_err());
    }

    #[test]
    fn what_cannot_be_written_back_is_refused() {
        // Some characters stand in Shift_JIS twice, and only one of the places is written.
        let twice = b"# coding: shift_jis \xee\xef\nx = 1\n";
        let text = decode(twice).unwrap();
        let at = text.len() - 2;
        assert!(
            put(twice, at, at + 1, "2")
                .unwrap_err()
                .contains("spellings")
        );
        assert!(put(b"x = 1", 4, 9, "2").is_err());
    }
}
