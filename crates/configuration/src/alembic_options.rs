//! The options of Alembic that onehead reads, each with its type and its default.

use onehead_model::Finding;

use crate::config::{Config, bad};

/// Options that only a section which Alembic reads has a use for.
pub(crate) const OF_ALEMBIC_ALONE: &[&str] = &[
    "databases",
    "file_template",
    "output_encoding",
    "path_separator",
    "prepend_sys_path",
    "recursive_version_locations",
    "revision_environment",
    "sourceless",
    "timezone",
    "truncate_slug_length",
    "version_locations",
    "version_path_separator",
];

impl Config {
    /// Where the environment lies.
    ///
    /// # Errors
    /// The value cannot be read.
    pub fn script_location(&self) -> Result<Option<String>, Finding> {
        self.text("script_location")
    }

    /// Where its revision files lie; none for the default (`Config.get_version_locations_list`).
    ///
    /// # Errors
    /// The value cannot be read.
    pub fn version_locations(&self) -> Result<Vec<String>, Finding> {
        let separators = ["path_separator", "version_path_separator"];
        self.list("version_locations", &separators, &[])
    }

    /// The folders that are put before `sys.path` (`Config.get_prepend_sys_paths_list`).
    ///
    /// # Errors
    /// The value cannot be read.
    pub fn prepend_sys_path(&self) -> Result<Vec<String>, Finding> {
        const NAME: &str = "prepend_sys_path";
        // Python takes text where it expects a list letter by letter, which makes `"."` what people mean by it.
        match self.toml_text_alone(NAME)? {
            Some(text) => Ok(text.chars().map(String::from).collect()),
            None => self.list(NAME, &["path_separator"], &[':']),
        }
    }

    /// Whether the folders below a version location are read as well.
    ///
    /// # Errors
    /// The value cannot be read.
    pub fn recursive_version_locations(&self) -> Result<bool, Finding> {
        self.flag("recursive_version_locations")
    }

    /// Whether compiled files are read as well.
    ///
    /// # Errors
    /// The value cannot be read.
    pub fn sourceless(&self) -> Result<bool, Finding> {
        self.flag("sourceless")
    }
}

/// How Alembic writes a revision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileOptions {
    /// The pattern of its name.
    pub file_template: String,
    /// The time zone of its date.
    pub timezone: Option<String>,
    /// How its text becomes bytes.
    pub output_encoding: String,
    /// The length of the message in its name.
    pub truncate_slug_length: u32,
}

impl FileOptions {
    /// Reads them, with a finding for each that cannot be, which then has its default.
    pub fn read(config: &Config, findings: &mut Vec<Finding>) -> Self {
        let mut text = |name: &str| {
            config.text(name).unwrap_or_else(|finding| {
                findings.push(finding);
                None
            })
        };
        Self {
            file_template: text("file_template").unwrap_or_else(|| "%(rev)s_%(slug)s".into()),
            timezone: text("timezone").filter(|name| !name.is_empty()),
            output_encoding: text("output_encoding").unwrap_or_else(|| "utf-8".into()),
            truncate_slug_length: truncate_slug_length(config).unwrap_or_else(|finding| {
                findings.push(finding);
                TRUNCATE_SLUG_LENGTH
            }),
        }
    }
}

const TRUNCATE_SLUG_LENGTH: u32 = 40;

fn truncate_slug_length(config: &Config) -> Result<u32, Finding> {
    let text = config.text("truncate_slug_length")?;
    // `int(text)`, and Alembic takes 0 for its default.
    match text.as_deref().map(|text| text.trim().parse::<u32>()) {
        None | Some(Ok(0)) => Ok(TRUNCATE_SLUG_LENGTH),
        Some(Ok(length)) => Ok(length),
        Some(Err(_)) => {
            let path = config.origin().map(|origin| origin.path);
            let message = "`truncate_slug_length` is not a whole number";
            Err(bad(&path.unwrap_or_default(), None, message))
        }
    }
}
