use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What crosses a pipe: a JSON object that opens with its schema and version.
pub trait Document: Serialize + DeserializeOwned {
    /// `onehead.scan`
    const SCHEMA: &'static str;
    /// Counts up whenever a reader of the last version would misread the new one.
    const VERSION: u32;

    /// The document as text: two spaces of indentation, a line break at the end.
    fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Envelope<'a, T> {
            schema: &'a str,
            version: u32,
            #[serde(flatten)]
            body: &'a T,
        }
        let envelope = Envelope {
            schema: Self::SCHEMA,
            version: Self::VERSION,
            body: self,
        };
        let mut text = serde_json::to_string_pretty(&envelope)
            .expect("documents hold only text, numbers, lists and maps with text keys");
        text.push('\n');
        text
    }

    /// Reads a document.
    ///
    /// # Errors
    /// It is not JSON, not this schema, or not a version that this program knows.
    fn from_json(text: &str) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Header {
            schema: String,
            version: u32,
        }
        let wrap = |source| DocumentError::Malformed {
            expected: Self::SCHEMA,
            source,
        };
        if text.trim().is_empty() {
            return Err(DocumentError::Empty {
                expected: Self::SCHEMA,
            });
        }
        let header: Header = serde_json::from_str(text).map_err(wrap)?;
        if header.schema != Self::SCHEMA {
            return Err(DocumentError::Schema {
                expected: Self::SCHEMA,
                found: header.schema,
            });
        }
        if header.version != Self::VERSION {
            return Err(DocumentError::Version {
                schema: Self::SCHEMA,
                known: Self::VERSION,
                found: header.version,
            });
        }
        serde_json::from_str(text).map_err(wrap)
    }
}

/// Why a text is not the document that a stage expects.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Nothing came.
    #[error("stdin is empty, expected a `{expected}` document; did the previous stage fail?")]
    Empty {
        /// The schema that was expected.
        expected: &'static str,
    },
    /// Not JSON, or a field is missing or of another type.
    #[error("stdin is not a `{expected}` document: {source}")]
    Malformed {
        /// The schema that was expected.
        expected: &'static str,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A document of another stage.
    #[error("stdin is a `{found}` document, expected `{expected}`")]
    Schema {
        /// The schema that was expected.
        expected: &'static str,
        /// The schema that came.
        found: String,
    },
    /// A version that this program does not know.
    #[error(
        "stdin is version {found} of `{schema}`, this program knows version {known}; \
         use stages of one release"
    )]
    Version {
        /// The schema.
        schema: &'static str,
        /// The version that is known here.
        known: u32,
        /// The version that came.
        found: u32,
    },
}
