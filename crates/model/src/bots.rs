//! Which authors are programs: robots of a forge and coding agents. They wrote something, and there is nobody to talk to.

use crate::{Attribution, ByProgram, Person, glob_matches};

/// Names and addresses of programs, in lower case.
const KNOWN: &[&str] = &[
    // Every app on GitHub.
    "*[bot]",
    "*[bot]@*",
    // Robots that commit under a name of their own.
    "*@dependabot.com",
    "bot@renovateapp.com",
    "bot@pyup.io",
    "snyk-bot@*",
    "noreply@weblate.org",
    "hosted@weblate.org",
    // Coding agents, as they name themselves in `Co-authored-by`.
    "noreply@anthropic.com",
    "noreply@openai.com",
    "codex@openai.com",
    "cursoragent@cursor.com",
    "*@aider.chat",
    "openhands@all-hands.dev",
    "*+copilot@users.noreply.github.com",
    "*+gemini-cli@users.noreply.github.com",
];

/// What tells programs from people: the known ones and those that the settings name.
#[derive(Debug, Clone, Default)]
pub struct Bots {
    own: Vec<String>,
}

impl Bots {
    /// The known ones, and whoever has a name or an address that one of these patterns matches.
    #[must_use]
    pub fn and(patterns: &[String]) -> Self {
        Self {
            own: patterns.iter().map(|one| one.to_lowercase()).collect(),
        }
    }

    /// Whether an author is a program.
    #[must_use]
    pub fn has(&self, person: &Person) -> bool {
        let names = [person.name.to_lowercase(), person.email.to_lowercase()];
        let is_named = |pattern: &str| names.iter().any(|name| glob_matches(pattern, name));
        KNOWN.iter().any(|pattern| is_named(pattern)) || self.own.iter().any(|own| is_named(own))
    }

    /// What is known of who let a program write a commit; `None` of what a person wrote, and of what is not known.
    #[must_use]
    pub fn by_program(&self, attribution: Option<&Attribution>) -> Option<ByProgram> {
        let attribution = attribution?;
        let author = attribution.author();
        self.has(&author).then(|| ByProgram {
            person: self.person(attribution),
        })
    }

    /// The person behind a commit: its author, or the first co-author where that is a program.
    #[must_use]
    pub fn person(&self, attribution: &Attribution) -> Option<Person> {
        let author = attribution.author();
        let mut all = std::iter::once(author).chain(attribution.co_authors.iter().cloned());
        all.find(|one| !self.has(one))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_and_people() {
        let bots = Bots::and(&["CI of Acme".to_owned(), "*@robots.acme.com".to_owned()]);
        for (name, email, is_bot) in [
            (
                "dependabot[bot]",
                "49699333+dependabot[bot]@users.noreply.github.com",
                true,
            ),
            ("Claude", "noreply@anthropic.com", true),
            (
                "Copilot",
                "198982749+Copilot@users.noreply.github.com",
                true,
            ),
            ("ci of acme", "ci@acme.com", true),
            ("Deploy", "deploy@robots.acme.com", true),
            ("Claude Monet", "claude@example.com", false),
            ("Abbot", "abbot@example.com", false),
            ("Ann Bee", "12345+annbee@users.noreply.github.com", false),
        ] {
            let person = Person {
                name: name.into(),
                email: email.into(),
            };
            assert_eq!(bots.has(&person), is_bot, "{name} <{email}>");
        }
    }
}
