//! The file with onehead's own settings: `onehead.toml`, or `[tool.onehead]` in `pyproject.toml`, at the root.

use globset::GlobSet;
use onehead_model::{Bots, HeadPolicy, RepoPath, RevisionIds};
use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

use super::declaration::{self, Declaration, RawDeclaration};
use super::error::{SettingsError, bad};
use super::globs::glob_set;
use super::nearest::nearest;
use super::published::{self, RawPublished};
use super::targets::TargetSetting;
use super::toml_text::{Keys, TomlText};
use super::{
    EnvironmentSettings, FailOn, FixSettings, HookSettings, OnCollision, Settings, Strategy,
};
use crate::bytes::contains;

/// The files that may hold the settings, both at the root. Of the second one, a table of its own.
pub const SETTINGS_FILES: [&str; 2] = ["onehead.toml", "pyproject.toml"];

/// The keys of each table, by the name of the table.
const KEYS: Keys = &[
    (
        "",
        &[
            "include",
            "exclude",
            "allow-none",
            "alembic",
            "target",
            "bots",
            "conflicting-sides",
            "fail-on",
            "hooks",
            "fix",
            "published",
            "policy",
            "revision-id",
            "environment",
            "declare",
        ],
    ),
    ("hooks", &["test", "fix", "collision", "radar", "fetch"]),
    ("fix", &["strategy", "forbid", "post-write-hooks", "python"]),
    ("published", published::KEYS),
    ("published.accept", published::ACCEPT_KEYS),
    ("policy", POLICY_KEYS),
    (
        "environment",
        &[
            "script-location",
            "config",
            "section",
            "version-locations",
            "recursive",
            "elsewhere",
            "template",
            "policy",
            "revision-id",
        ],
    ),
    ("environment.policy", POLICY_KEYS),
    ("declare", declaration::KEYS),
];
const POLICY_KEYS: &[&str] = &["allowed"];

impl Settings {
    /// Reads the settings of a repository; `read` gives the bytes of a file that is there.
    ///
    /// # Errors
    /// Those of `read`; a file that is not TOML, a key that is not known, a value of the wrong kind.
    pub fn read<E: From<SettingsError>>(
        read: impl Fn(&RepoPath) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Self, E> {
        let [own, shared] = SETTINGS_FILES.map(|name| RepoPath::root().join(name));
        if let Some(bytes) = read(&own)? {
            return Ok(Self::parse(&own, &bytes)?);
        }
        let settings = match read(&shared)? {
            Some(bytes) if contains(&bytes, b"onehead") => Self::parse_shared(&shared, &bytes)?,
            _ => None,
        };
        Ok(settings.unwrap_or_default())
    }

    fn parse_shared(path: &RepoPath, bytes: &[u8]) -> Result<Option<Self>, SettingsError> {
        let file = TomlText::new(path, "tool.onehead.", bytes)?;
        let tool = file.table()?.into_inner().remove("tool");
        let own = tool.and_then(|tool| match tool.into_inner() {
            DeValue::Table(mut tool) => tool.remove("onehead"),
            _ => None,
        });
        own.map(|own| Self::from_value(&file, own)).transpose()
    }

    /// Reads the bytes of an `onehead.toml`.
    ///
    /// # Errors
    /// They are not TOML, a key is not known, a value is of the wrong kind.
    pub fn parse(path: &RepoPath, bytes: &[u8]) -> Result<Self, SettingsError> {
        let file = TomlText::new(path, "", bytes)?;
        let table = file.table()?;
        let whole = table.span();
        Self::from_value(
            &file,
            Spanned::new(whole, DeValue::Table(table.into_inner())),
        )
    }

    fn from_value(file: &TomlText<'_>, own: Spanned<DeValue<'_>>) -> Result<Self, SettingsError> {
        let path = file.path;
        let DeValue::Table(table) = own.get_ref() else {
            let name = file.prefix.trim_end_matches('.');
            return Err(file.at(own.span(), &format!("`{name}` is not a table")));
        };
        file.check_keys(KEYS, table)?;
        let raw: Raw = file.values(own)?;
        let globs = |patterns: Option<Vec<String>>| {
            patterns
                .map(|patterns| globs_of(path, &patterns))
                .transpose()
        };
        let environments = raw.environment.into_iter().map(|one| one.check(path));
        Ok(Self {
            include: globs(raw.include)?,
            exclude: globs(raw.exclude)?,
            allow_none: raw.allow_none,
            alembic: raw.alembic,
            target: raw.target,
            bots: Bots::and(&raw.bots),
            hooks: raw.hooks,
            conflicting_sides: raw.conflicting_sides,
            fail_on: raw.fail_on,
            fix: raw.fix.check(path)?,
            published: raw.published.check().map_err(|reason| bad(path, &reason))?,
            policy: raw
                .policy
                .map(|policy| policy.check(path))
                .transpose()?
                .unwrap_or_default(),
            revision_id: raw.revision_id,
            environments: environments.collect::<Result<_, _>>()?,
            declarations: declarations(path, raw.declare)?,
            path: Some(path.clone()),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
struct Raw {
    include: Option<Vec<String>>,
    exclude: Option<Vec<String>>,
    #[serde(default)]
    allow_none: bool,
    alembic: Option<String>,
    #[serde(default)]
    target: TargetSetting,
    #[serde(default)]
    bots: Vec<String>,
    #[serde(default)]
    hooks: HookSettings,
    #[serde(default)]
    conflicting_sides: OnCollision,
    #[serde(default)]
    fail_on: FailOn,
    #[serde(default)]
    fix: RawFix,
    #[serde(default)]
    published: RawPublished,
    policy: Option<RawPolicy>,
    revision_id: Option<RevisionIds>,
    #[serde(default)]
    environment: Vec<RawEnvironment>,
    #[serde(default)]
    declare: Vec<RawDeclaration>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
struct RawEnvironment {
    script_location: Option<String>,
    config: Option<String>,
    section: Option<String>,
    version_locations: Option<Vec<String>>,
    recursive: Option<bool>,
    #[serde(default)]
    elsewhere: Vec<String>,
    template: Option<String>,
    policy: Option<RawPolicy>,
    revision_id: Option<RevisionIds>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
struct RawFix {
    strategy: Option<Strategy>,
    #[serde(default)]
    forbid: Vec<Strategy>,
    #[serde(default)]
    post_write_hooks: bool,
    python: Option<String>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "it is \"single\", \"per-label\", \"per-location\" or { allowed = [\"revision or label\", …] }"
)]
enum RawPolicy {
    Name(String),
    Allowed { allowed: Vec<String> },
}

impl RawEnvironment {
    fn check(self, path: &RepoPath) -> Result<EnvironmentSettings, SettingsError> {
        let folder = |text: &str| {
            RepoPath::root().resolve(text).ok_or_else(|| {
                bad(
                    path,
                    &format!("`{text}` is not a path inside the repository"),
                )
            })
        };
        let locations = self
            .version_locations
            .map(|list| list.iter().map(|text| folder(text)).collect());
        if self.script_location.is_none() && self.config.is_none() {
            return Err(bad(
                path,
                "`environment` without `script-location` and without `config`; it needs one of them",
            ));
        }
        Ok(EnvironmentSettings {
            script_location: self.script_location.as_deref().map(folder).transpose()?,
            config: self.config.as_deref().map(folder).transpose()?,
            section: self.section,
            version_locations: locations.transpose()?,
            recursive: self.recursive,
            elsewhere: self.elsewhere,
            template: self.template.as_deref().map(folder).transpose()?,
            policy: self.policy.map(|policy| policy.check(path)).transpose()?,
            revision_id: self.revision_id,
        })
    }
}

impl RawFix {
    fn check(self, path: &RepoPath) -> Result<FixSettings, SettingsError> {
        let usual = FixSettings::default();
        if self.forbid.contains(&Strategy::Auto) {
            return Err(bad(
                path,
                "`fix.forbid` takes `merge` and `reparent`; `auto` chooses between them",
            ));
        }
        let strategy = self.strategy.unwrap_or(usual.strategy);
        if self.forbid.contains(&strategy) {
            return Err(bad(
                path,
                "`fix.forbid` forbids the `fix.strategy`; choose another strategy",
            ));
        }
        Ok(FixSettings {
            strategy,
            forbid: self.forbid,
            post_write_hooks: self.post_write_hooks,
            python: self.python.unwrap_or(usual.python),
        })
    }
}

impl RawPolicy {
    fn check(self, path: &RepoPath) -> Result<HeadPolicy, SettingsError> {
        match self {
            Self::Name(name) => match name.as_str() {
                "single" => Ok(HeadPolicy::Single),
                "per-label" => Ok(HeadPolicy::PerLabel),
                "per-location" => Ok(HeadPolicy::PerLocation),
                other => {
                    let near = nearest(other, &["single", "per-label", "per-location"]);
                    Err(bad(
                        path,
                        &format!("unknown policy `{other}`; did you mean `{near}`?"),
                    ))
                }
            },
            Self::Allowed { allowed } => Ok(HeadPolicy::Allowed(allowed)),
        }
    }
}

fn declarations(
    path: &RepoPath,
    raw: Vec<RawDeclaration>,
) -> Result<Vec<Declaration>, SettingsError> {
    let mut all: Vec<Declaration> = Vec::with_capacity(raw.len());
    for one in raw {
        let one = one.check().map_err(|reason| bad(path, &reason))?;
        if all.iter().any(|other| other.file == one.file) {
            let reason = format!("`{}` has two entries of `[[declare]]`", one.file);
            return Err(bad(path, &reason));
        }
        all.push(one);
    }
    Ok(all)
}

fn globs_of(path: &RepoPath, patterns: &[String]) -> Result<GlobSet, SettingsError> {
    glob_set(patterns).map_err(|reason| bad(path, &reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn error(name: &str, text: &str) -> String {
        let path = RepoPath::new(name).expect("a path");
        let read = |path: &RepoPath| -> Result<_, SettingsError> {
            Ok((path.as_str() == name).then(|| text.as_bytes().to_vec()))
        };
        let parsed = Settings::read(read).map(|settings| settings.path);
        assert!(parsed.is_err() || parsed == Ok(Some(path)));
        parsed.expect_err("it is wrong").to_string()
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_line() {
        assert_eq!(
            error("onehead.toml", "target = 'main'\n\n[hooks]\nfix = 'yes'\n"),
            "onehead.toml: line 4: `hooks.fix`: invalid type: string \"yes\", expected a boolean"
        );
        assert_eq!(
            error("pyproject.toml", "[tool.onehead]\nexclude = 'a'\n"),
            "pyproject.toml: line 2: `tool.onehead.exclude`: invalid type: string \"a\", expected a sequence"
        );
        assert_eq!(
            error(
                "onehead.toml",
                "[[environment]]\nconfig = 'a'\n[[environment]]\nconfig = 1\n"
            ),
            "onehead.toml: line 4: `environment[1].config`: invalid type: integer `1`, expected a string"
        );
        assert_eq!(
            error("onehead.toml", "[policy]\nallowed = 'a'\n"),
            "onehead.toml: line 1: `policy`: it is \"single\", \"per-label\", \"per-location\" or { allowed = [\"revision or label\", …] }"
        );
        assert_eq!(
            error("pyproject.toml", "[tool]\nonehead = 1\n"),
            "pyproject.toml: line 2: `tool.onehead` is not a table"
        );
        assert_eq!(
            error("onehead.toml", "hooks = true\n"),
            "onehead.toml: line 1: `hooks`: invalid type: boolean `true`, expected a table"
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_in_every_table() {
        let at = |text: &str, expected: &str| {
            assert_eq!(
                error("onehead.toml", text),
                format!("onehead.toml: {expected}")
            );
        };
        at(
            "\ntarge = 'main'\n",
            "line 2: unknown key `targe`; did you mean `target`?",
        );
        at(
            "[[environment]]\nconfig = 'a'\npolicy = { allow = [] }\n",
            "line 3: unknown key `environment[0].policy.allow`; did you mean `environment[0].policy.allowed`?",
        );
        at(
            "[policy]\nallow = []\n",
            "line 2: unknown key `policy.allow`; did you mean `policy.allowed`?",
        );
        at(
            "[[published.accept]]\nid = 'b1'\n",
            "line 2: unknown key `published.accept[0].id`; did you mean `published.accept[0].kind`?",
        );
    }
}
