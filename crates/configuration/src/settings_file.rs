//! The file with onehead's own settings: `onehead.toml`, or `[tool.onehead]` in `pyproject.toml`, at the root.

use globset::GlobSet;
use onehead_model::{Bots, HeadPolicy, RepoPath, RevisionIds};
use serde::Deserialize;

use crate::bytes::{NOT_UTF_8, contains, text};
use crate::declaration::{self, Declaration, RawDeclaration};
use crate::globs::glob_set;
use crate::published::{self, RawPublished};
use crate::settings::{
    EnvironmentSettings, FailOn, FixSettings, HookSettings, OnCollision, Settings, Strategy,
};
use crate::targets::TargetSetting;

/// Why settings cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct SettingsError {
    /// The file.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// The files that may hold the settings, both at the root. Of the second one, a table of its own.
pub const SETTINGS_FILES: [&str; 2] = ["onehead.toml", "pyproject.toml"];

const TOP_KEYS: &[&str] = &[
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
];
const ENVIRONMENT_KEYS: &[&str] = &[
    "script-location",
    "config",
    "section",
    "version-locations",
    "recursive",
    "elsewhere",
    "template",
    "policy",
    "revision-id",
];
const HOOK_KEYS: &[&str] = &["test", "fix", "collision", "radar", "fetch"];
const FIX_KEYS: &[&str] = &["strategy", "forbid", "post-write-hooks", "python"];
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
        let mut table = parse(path, bytes)?;
        let tool = table.remove("tool").and_then(|tool| match tool {
            toml::Value::Table(mut tool) => tool.remove("onehead"),
            _ => None,
        });
        match tool {
            Some(toml::Value::Table(table)) => {
                Self::from_table(path.clone(), table, "tool.onehead.").map(Some)
            }
            Some(_) => Err(bad(path, "`tool.onehead` is not a table")),
            None => Ok(None),
        }
    }

    /// Reads the bytes of an `onehead.toml`.
    ///
    /// # Errors
    /// They are not TOML, a key is not known, a value is of the wrong kind.
    pub fn parse(path: &RepoPath, bytes: &[u8]) -> Result<Self, SettingsError> {
        Self::from_table(path.clone(), parse(path, bytes)?, "")
    }

    fn from_table(path: RepoPath, table: toml::Table, prefix: &str) -> Result<Self, SettingsError> {
        check_keys(&path, prefix, &table, TOP_KEYS)?;
        let has = |name: &str, key: &str| matches!(table.get(name), Some(toml::Value::Table(inner)) if inner.contains_key(key));
        if has("fix", "published") {
            let reason =
                format!("`{prefix}fix.published` is `refs` under `[{prefix}published]` now");
            return Err(bad(&path, &reason));
        }
        for (name, known) in [
            ("hooks", HOOK_KEYS),
            ("fix", FIX_KEYS),
            ("published", published::KEYS),
        ] {
            if let Some(toml::Value::Table(inner)) = table.get(name) {
                check_keys(&path, &format!("{prefix}{name}."), inner, known)?;
            }
        }
        for (name, known) in [
            ("environment", ENVIRONMENT_KEYS),
            ("declare", declaration::KEYS),
        ] {
            let entries = table.get(name).and_then(toml::Value::as_array);
            for (index, one) in entries.into_iter().flatten().enumerate() {
                if let toml::Value::Table(one) = one {
                    check_keys(&path, &format!("{prefix}{name}[{index}]."), one, known)?;
                }
            }
        }
        let accept = table
            .get("published")
            .and_then(|published| published.get("accept"));
        for (index, one) in accept
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            if let toml::Value::Table(one) = one {
                let prefix = format!("{prefix}published.accept[{index}].");
                check_keys(&path, &prefix, one, published::ACCEPT_KEYS)?;
            }
        }
        let raw: Raw = toml::Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| {
                bad(&path, &format!("{prefix}{}", error.message()))
            })?;
        let globs = |patterns: Option<Vec<String>>| {
            patterns
                .map(|patterns| globs_of(&path, &patterns))
                .transpose()
        };
        let environments = raw.environment.into_iter().map(|one| one.check(&path));
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
            fix: raw.fix.check(&path)?,
            published: raw
                .published
                .check()
                .map_err(|reason| bad(&path, &reason))?,
            policy: raw
                .policy
                .map(|policy| policy.check(&path))
                .transpose()?
                .unwrap_or_default(),
            revision_id: raw.revision_id,
            environments: environments.collect::<Result<_, _>>()?,
            declarations: declarations(&path, raw.declare)?,
            path: Some(path),
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
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
#[serde(rename_all = "kebab-case")]
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
#[serde(rename_all = "kebab-case")]
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
    expecting = "`policy` is \"single\", \"per-label\", \"per-location\" or { allowed = [\"revision or label\", …] }"
)]
enum RawPolicy {
    Name(String),
    Table(toml::Table),
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
            Self::Table(table) => {
                check_keys(path, "policy.", &table, POLICY_KEYS)?;
                let heads = table
                    .get("allowed")
                    .cloned()
                    .unwrap_or(toml::Value::Boolean(false));
                heads.try_into().map(HeadPolicy::Allowed).map_err(|_| {
                    bad(
                        path,
                        "`policy.allowed` is not a list of revision ids or branch labels",
                    )
                })
            }
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

fn parse(path: &RepoPath, bytes: &[u8]) -> Result<toml::Table, SettingsError> {
    let text = text(bytes).map_err(|line| bad(path, &format!("line {line}: {NOT_UTF_8}")))?;
    text.parse().map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        bad(path, &format!("line {line}: {}", error.message()))
    })
}

fn check_keys(
    path: &RepoPath,
    prefix: &str,
    table: &toml::Table,
    known: &[&str],
) -> Result<(), SettingsError> {
    match table.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => {
            let near = nearest(key, known);
            Err(bad(
                path,
                &format!("unknown key `{prefix}{key}`; did you mean `{prefix}{near}`?"),
            ))
        }
    }
}

fn nearest<'a>(word: &str, known: &[&'a str]) -> &'a str {
    known
        .iter()
        .max_by(|a, b| strsim::jaro_winkler(word, a).total_cmp(&strsim::jaro_winkler(word, b)))
        .copied()
        .unwrap_or_default()
}

fn globs_of(path: &RepoPath, patterns: &[String]) -> Result<GlobSet, SettingsError> {
    glob_set(patterns).map_err(|reason| bad(path, &reason))
}

fn bad(path: &RepoPath, reason: &str) -> SettingsError {
    SettingsError {
        path: path.to_string(),
        reason: reason.to_owned(),
    }
}
