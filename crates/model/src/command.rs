use std::fmt;
use std::path::Path;

/// A command for people to type next: the one that they typed, at the place where they typed it.
///
/// ```
/// use onehead_model::NextCommand;
///
/// let check = NextCommand::new("onehead check").option("-c", "my db/alembic.ini");
/// assert_eq!(check.with("--fix"), "onehead check -c 'my db/alembic.ini' --fix");
/// assert_eq!(check.to_string(), "onehead check -c 'my db/alembic.ini'");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextCommand(String);

impl NextCommand {
    /// A program and its subcommand: `onehead check`.
    #[must_use]
    pub fn new(command: impl Into<String>) -> Self {
        Self(command.into())
    }

    /// The same with an option behind it; the value becomes one word of a shell.
    #[must_use]
    pub fn option(self, flag: &str, value: &str) -> Self {
        let value = shell_words::quote(value);
        Self(format!("{} {flag} {value}", self.0))
    }

    /// The same with an option that names a path, if there is one.
    #[must_use]
    pub fn path(self, flag: &str, path: Option<&Path>) -> Self {
        match path {
            Some(path) => self.option(flag, &path.display().to_string()),
            None => self,
        }
    }

    /// The same with words of a shell behind it; none for an empty text.
    #[must_use]
    pub fn with(&self, words: &str) -> String {
        match words {
            "" => self.0.clone(),
            words => format!("{} {words}", self.0),
        }
    }
}

impl fmt::Display for NextCommand {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
