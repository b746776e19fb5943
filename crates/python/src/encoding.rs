//! The encodings of source text, by the names that Python knows them by.

use std::borrow::Cow;

use encoding_rs::mem::{decode_latin1, encode_latin1_lossy, is_str_latin1};

/// An encoding that holds ASCII as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8; a byte order mark is not its business.
    Utf8,
    /// ASCII.
    Ascii,
    /// Python's latin-1, which maps every byte to the code point of the same number. What the web calls
    /// latin-1 does not.
    Latin1,
    /// One of the web's encodings.
    Web(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// The encoding that Python means by `name`, if it is known here.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        match name.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" => Some(Self::Utf8),
            // A package registers it, and Python cannot load the file without.
            "future-fstrings" => Some(Self::Utf8),
            // Python looks no further than this.
            other if other.starts_with("utf-8-") => Some(Self::Utf8),
            "ascii" | "us-ascii" | "646" => Some(Self::Ascii),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "l1" | "cp819" => {
                Some(Self::Latin1)
            }
            other => {
                let label = other
                    .strip_prefix("cp")
                    .map_or_else(|| other.to_owned(), |number| format!("windows-{number}"));
                encoding_rs::Encoding::for_label(label.as_bytes())
                    .or_else(|| encoding_rs::Encoding::for_label(other.as_bytes()))
                    .filter(|encoding| encoding.is_ascii_compatible())
                    .map(Self::Web)
            }
        }
    }

    /// Whether every character is one byte, so that readers can only disagree about which one.
    #[must_use]
    pub fn is_single_byte(self) -> bool {
        match self {
            Self::Utf8 => false,
            Self::Ascii | Self::Latin1 => true,
            Self::Web(encoding) => encoding.is_single_byte(),
        }
    }

    /// Bytes as text.
    ///
    /// # Errors
    /// The offset of the first byte that does not fit, as far as it is known.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
        match self {
            Self::Ascii if !bytes.is_ascii() => {
                Err(bytes.iter().take_while(|byte| byte.is_ascii()).count())
            }
            Self::Utf8 | Self::Ascii => std::str::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|error| error.valid_up_to()),
            Self::Latin1 => Ok(decode_latin1(bytes)),
            Self::Web(encoding) => {
                let text = encoding
                    .decode_without_bom_handling_and_without_replacement(bytes)
                    .ok_or(0_usize)?;
                match undefined(encoding, &text) {
                    Some(offset) => Err(offset),
                    None => Ok(text),
                }
            }
        }
    }

    /// Text as bytes; `None` if it holds a character that the encoding does not.
    #[must_use]
    pub fn encode(self, text: &str) -> Option<Cow<'_, [u8]>> {
        match self {
            Self::Utf8 => Some(Cow::Borrowed(text.as_bytes())),
            Self::Ascii => text.is_ascii().then_some(Cow::Borrowed(text.as_bytes())),
            Self::Latin1 => is_str_latin1(text).then(|| encode_latin1_lossy(text)),
            Self::Web(encoding) => {
                let (bytes, _, is_lossy) = encoding.encode(text);
                (!is_lossy).then_some(bytes)
            }
        }
    }
}

/// The first byte that Python's code page has no character for: the web reads it as a control character.
fn undefined(encoding: &'static encoding_rs::Encoding, text: &str) -> Option<usize> {
    let is_code_page = encoding.name().starts_with("windows-") && encoding.is_single_byte();
    let is_control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    is_code_page.then(|| text.chars().position(is_control))?
}
