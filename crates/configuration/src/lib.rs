//! What configuration files say, from their bytes alone: onehead's own [`Settings`], and the [`Config`] of an Alembic
//! environment, which an ini file holds, `[tool.alembic]` of a `pyproject.toml`, or both.
//!
//! ```
//! use onehead_configuration::config_file::named_config;
//! use onehead_model::RepoPath;
//!
//! let path = RepoPath::new("db/alembic.ini").unwrap();
//! let config = named_config(&path, b"[alembic]\nscript_location = %(here)s/m\n", None, None).unwrap();
//! let script_location = config.script_location().unwrap().unwrap();
//! assert_eq!(onehead_configuration::named_paths::shown(&script_location), "db/m");
//! ```
//!
//! It reads no file and knows no git: whether a folder that a configuration names is there is for `onehead-scan`.

mod alembic_options;
pub mod bytes;
mod config;
pub mod config_file;
pub mod ini;
pub mod named_paths;
pub mod sections;
mod settings;
mod write_hooks;

pub use alembic_options::FileOptions;
pub use config::{Config, Table, bad};
pub use settings::{
    AcceptedChange, Declaration, EnvironmentSettings, FailOn, FixSettings, HookSettings,
    OnBodyChange, OnCollision, PublishedSettings, SETTINGS_FILES, Settings, SettingsError,
    Strategy, TargetEntry, TargetSetting,
};
