//! The name of an object.

use crate::GitError;
use crate::command::subcommand;
use crate::text::string_type;

/// The hash by which a repository names its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectFormat {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
}

string_type! {
    /// The id of an object: 40 hexadecimal digits in lower case, or 64 where the repository uses SHA-256.
    ///
    /// ```
    /// # use onehead_git::Oid;
    /// let oid = Oid::new("4b825dc642cb6eb9a060e54bf8d69288fbee4904").unwrap();
    /// assert_eq!(oid.short(), "4b825dc642cb");
    /// assert!(Oid::new("main").is_none());
    /// ```
    Oid
}

impl Oid {
    /// The id, if this is one: abbreviations and names are none.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        (matches!(text.len(), 40 | 64) && text.bytes().all(is_digit)).then(|| Self(text.into()))
    }

    /// The id that these bytes spell, as tree objects hold them: 20 bytes, or 32.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = String::with_capacity(2 * bytes.len());
        for byte in bytes {
            text.push(char::from(DIGITS[usize::from(byte >> 4)]));
            text.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        Self(text.into())
    }

    /// The id that git answered to a command.
    pub(crate) fn answered<A: AsRef<std::ffi::OsStr>>(
        args: &[A],
        answer: &[u8],
    ) -> Result<Self, GitError> {
        let answer = String::from_utf8_lossy(answer);
        Self::new(answer.trim()).ok_or_else(|| GitError::Answer {
            command: subcommand(args),
            answer: answer.into_owned(),
        })
    }

    /// The id by which git says "no object": only zeros.
    #[must_use]
    pub fn zero(format: ObjectFormat) -> Self {
        let digits = match format {
            ObjectFormat::Sha1 => 40,
            ObjectFormat::Sha256 => 64,
        };
        Self("0".repeat(digits).into())
    }

    /// An id that is known to be one.
    pub(crate) fn known(text: &'static str) -> Self {
        Self(text.into())
    }

    /// Whether it is the id by which git says "no object".
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.bytes().all(|byte| byte == b'0')
    }

    /// The first twelve digits, for people.
    #[must_use]
    pub fn short(&self) -> &str {
        onehead_model::words::short_id(self)
    }
}

/// Ids as git reads them from stdin, one a line.
pub(crate) fn lines(oids: &[Oid]) -> String {
    oids.iter().map(|oid| format!("{oid}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::Oid;

    #[test]
    fn only_whole_ids_are_ids() {
        let sha1 = "0123456789abcdef0123456789abcdef01234567";
        let sha256 = format!("{sha1}0123456789abcdef01234567");
        assert_eq!(Oid::new(sha1).unwrap(), *sha1);
        assert!(Oid::new(&sha256).is_some());
        for text in [
            "",
            "HEAD",
            &sha1[1..],
            &sha1.to_uppercase(),
            &format!("{sha1}0"),
        ] {
            assert_eq!(Oid::new(text), None, "{text}");
        }
    }

    #[test]
    fn bytes_of_a_tree_object() {
        let bytes: Vec<u8> = (0..20).map(|byte| byte * 13).collect();
        let oid = Oid::of_bytes(&bytes);
        assert_eq!(oid, *"000d1a2734414e5b6875828f9ca9b6c3d0ddeaf7");
        assert_eq!(Oid::new(&oid), Some(oid));
    }

    #[test]
    fn zeros_and_short_ids() {
        assert!(Oid::new(&"0".repeat(40)).unwrap().is_zero());
        let oid = Oid::new(&("1".to_owned() + &"0".repeat(63))).unwrap();
        assert!(!oid.is_zero());
        assert_eq!(oid.short(), "100000000000");
    }
}
