//! Errors at the edge: in which words each is reported. Every error of this program ends it with 2.
//!
//! Libraries say what is wrong and name no option of a command line. What kind an error is and what to do about it is
//! found by its type, in [`hints`].

use std::error::Error;
use std::fmt;

use onehead_fix::{FixError, Refusal};
use onehead_model::{Exit, stdio};
use onehead_report::explanation;

use crate::failure::Kind;
use crate::hints;

/// What a command comes to: how it ends, or what it has to say.
pub(crate) type Answered<T> = Result<T, Box<dyn Error>>;

/// What is said of an error.
pub(crate) struct Words {
    /// What is wrong, with every cause.
    pub(crate) text: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl fmt::Display for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)?;
        match &self.hint {
            Some(hint) => write!(out, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Says why there is no answer.
#[must_use]
pub(crate) fn could_not_run(error: &(dyn Error + 'static)) -> Exit {
    let mut text = format!("error: {}", words(error));
    if hints::of(error).kind == Kind::Internal {
        text += "\nnote: this is a mistake in onehead itself";
    }
    stdio::say(&text);
    Exit::CouldNotRun
}

/// What is said of an error, not yet escaped.
pub(crate) fn words(error: &(dyn Error + 'static)) -> Words {
    let text = match error.downcast_ref() {
        Some(FixError::Refused(Refusal::Unsafe(explained))) => {
            format!("{error}\n{}", explanation::text(explained).trim_end())
        }
        _ => error.to_string(),
    };
    Words {
        text: stdio::with_causes(text, error),
        hint: hints::of(error).hint,
    }
}

#[cfg(test)]
mod tests {
    use onehead_configuration::SettingsError;
    use onehead_forecast::{ForecastError, TargetError};
    use onehead_scan::ScanError;
    use onehead_setup::hooks::InstallError;

    use super::*;
    use crate::failure::Failure;

    fn said(error: impl Into<Box<dyn Error>>) -> String {
        words(error.into().as_ref()).to_string()
    }

    #[test]
    fn an_error_is_told_with_its_causes_and_its_hint() {
        let failure = Failure::new(Kind::User, "that is wrong").hint("do this");
        assert_eq!(said(failure), "that is wrong\nhint: do this");
        assert!(said(TargetError::NoneFound).starts_with("no target branch found\nhint: name one"));
        let io = std::io::Error::other("no disk");
        assert_eq!(
            said(InstallError::Unknown(io)),
            "cannot find the path of this program: no disk"
        );
    }

    #[test]
    fn an_error_that_passes_another_on_has_its_hint() {
        let wrong = || {
            ScanError::Settings(SettingsError {
                path: "onehead.toml".into(),
                reason: "unknown key `x`".into(),
            })
        };
        let plain = said(wrong());
        assert!(plain.starts_with("onehead.toml: unknown key `x`\nhint: correct"));
        assert_eq!(said(FixError::from(wrong())), plain);
        assert_eq!(said(ForecastError::from(wrong())), plain);
        assert_eq!(hints::of(&FixError::from(wrong())).kind, Kind::Settings);
    }
}
