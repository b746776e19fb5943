//! Source bytes to text, by Python's rules: a byte order mark, a coding cookie, else UTF-8
//! (PEP 263, PEP 3120).

use std::borrow::Cow;

use crate::Encoding;

/// Why bytes are not Python source text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The cookie names an encoding that is not known.
    #[error("unknown encoding `{0}`")]
    UnknownEncoding(String),
    /// A byte sequence that the encoding does not allow.
    #[error("not valid {encoding} at byte {offset}")]
    Invalid {
        /// The encoding that was tried.
        encoding: String,
        /// Offset of the first byte that does not fit, as far as it is known.
        offset: usize,
    },
    /// The byte order mark says UTF-8, and the cookie something else.
    #[error("its byte order mark says UTF-8, and its coding line says `{0}`")]
    Contradiction(String),
    /// Python refuses source text with a NUL in it.
    #[error("it contains a NUL at byte {0}")]
    Nul(usize),
}

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Decodes a source file.
///
/// A byte order mark is dropped from the text, so that offsets start behind it.
///
/// # Errors
/// The encoding is unknown, or the bytes do not fit it, or hold a NUL.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, DecodeError> {
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(DecodeError::Nul(offset));
    }
    let (mark, body) = split_mark(bytes);
    if let Some(name) = cookie(body).filter(|name| !mark.is_empty() && !is_utf_8(name)) {
        return Err(DecodeError::Contradiction(name));
    }
    let (encoding, name) = declared(body)?;
    encoding
        .decode(body)
        .map_err(|offset| DecodeError::Invalid {
            encoding: name,
            offset,
        })
}

/// Whether Python takes the name for that of the mark; `utf8` it does not.
fn is_utf_8(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    name == "utf-8" || name.starts_with("utf-8-")
}

/// A byte order mark, if there is one, and the rest.
pub(crate) fn split_mark(bytes: &[u8]) -> (&[u8], &[u8]) {
    let length = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
    bytes.split_at(length)
}

/// The encoding that the bytes behind a byte order mark declare, and its name as written.
pub(crate) fn declared(body: &[u8]) -> Result<(Encoding, String), DecodeError> {
    let Some(name) = cookie(body) else {
        return Ok((Encoding::Utf8, "utf-8".into()));
    };
    match Encoding::named(&name) {
        // Messages name the two best known ones alike, however the file spells them.
        Some(encoding @ Encoding::Utf8) => Ok((encoding, "utf-8".into())),
        Some(encoding @ Encoding::Ascii) => Ok((encoding, "ascii".into())),
        Some(encoding) => Ok((encoding, name)),
        None => Err(DecodeError::UnknownEncoding(name)),
    }
}

/// The encoding named in the first two lines: `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`,
/// the second line counting only if the first is blank or a comment.
fn cookie(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    for _ in 0..2 {
        let end = rest
            .iter()
            .position(|byte| matches!(byte, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let (line, behind) = rest.split_at(end);
        rest = behind
            .strip_prefix(b"\r\n")
            .or(behind.get(1..))
            .unwrap_or_default();
        let text = line.trim_ascii_start();
        if text.is_empty() {
            continue;
        }
        if text[0] != b'#' {
            return None;
        }
        if let Some(name) = cookie_in(text) {
            return Some(name);
        }
    }
    None
}

fn cookie_in(comment: &[u8]) -> Option<String> {
    let at = comment
        .windows(7)
        .position(|window| &window[..6] == b"coding" && matches!(window[6], b':' | b'='))?;
    let name: Vec<u8> = comment[at + 7..]
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b' ' | b'\t'))
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        .collect();
    String::from_utf8(name).ok().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_and_marks() {
        assert_eq!(decode(b"\xef\xbb\xbfx = 1").unwrap(), "x = 1");
        assert_eq!(
            decode(b"# -*- coding: latin-1 -*-\n\xe9")
                .unwrap()
                .chars()
                .last(),
            Some('\u{e9}')
        );
        assert_eq!(
            decode(b"#!/usr/bin/python\r\n# vim: fileencoding=cp1252\r\n\x80")
                .unwrap()
                .chars()
                .last(),
            Some('\u{20ac}')
        );
        assert_eq!(
            decode(b"x = 1\n# coding: latin-1\n").unwrap(),
            "x = 1\n# coding: latin-1\n"
        );
        assert_eq!(
            decode(b"# coding: klingon\n"),
            Err(DecodeError::UnknownEncoding("klingon".into()))
        );
        assert_eq!(
            decode(b"\xef\xbb\xbf# coding: UTF_8\n"),
            Ok("# coding: UTF_8\n".into())
        );
        for name in ["utf8", "latin-1", "future_fstrings"] {
            let source = format!("\u{feff}# coding: {name}\n");
            assert_eq!(
                decode(source.as_bytes()),
                Err(DecodeError::Contradiction(name.into()))
            );
        }
        assert_eq!(decode(b"a\x00"), Err(DecodeError::Nul(1)));
        // Python's cp1252 has no character for five bytes; the web's has.
        assert_eq!(
            decode(b"# coding: cp1252\n'\x80\x81'"),
            Err(DecodeError::Invalid {
                encoding: "cp1252".into(),
                offset: 19
            })
        );
        assert!(decode("# coding: future_fstrings\n'\u{e9}'".as_bytes()).is_ok());
        assert!(matches!(
            decode(b"x = '\xe9'"),
            Err(DecodeError::Invalid { offset: 5, .. })
        ));
    }
}
