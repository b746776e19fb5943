//! onehead's own settings: `onehead.toml`, or `[tool.onehead]` in `pyproject.toml`, at the root.

use clap::ValueEnum;
use globset::{Glob, GlobSet, GlobSetBuilder};
use onehead_model::{Bots, ConfigOrigin, HeadPolicy, LeftOutBy, RepoPath};
use serde::Deserialize;

use crate::ScanError;
use crate::declaration::{self, Declaration, RawDeclaration};
use crate::files::Files;

/// What the settings say. Without a file, what `Settings::default()` says.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    include: Option<GlobSet>,
    exclude: Option<GlobSet>,
    /// Whether a repository without any environment is as it should be.
    pub allow_none: bool,
    /// The command that runs the project's own Alembic.
    pub alembic: Option<String>,
    /// The target branch.
    pub target: Option<String>,
    /// Which authors are programs.
    pub bots: Bots,
    /// What hooks do.
    pub hooks: HookSettings,
    /// What to do about sides of a fork that collide in what they do to the schema.
    pub conflicting_sides: OnCollision,
    /// How forks are fixed.
    pub fix: FixSettings,
    /// The policy of environments that have none of their own.
    pub policy: HeadPolicy,
    /// What is said about single environments.
    pub environments: Vec<EnvironmentSettings>,
    /// What is said of single revision files.
    pub(crate) declarations: Vec<Declaration>,
    /// The file that says so.
    pub path: Option<RepoPath>,
}

/// What the settings say about hooks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HookSettings {
    /// The command that pre-push runs once everything else is well.
    pub test: Option<String>,
    /// Whether pre-merge-commit adds the merge revision to the open merge without asking.
    #[serde(default)]
    pub fix: bool,
    /// What pre-commit does about a collision with the target.
    #[serde(default)]
    pub collision: OnCollision,
    /// Whether pre-commit looks at the other branches as well.
    #[serde(default)]
    pub radar: bool,
    /// Whether hooks may fetch what a partial clone lacks; said only where it is not so.
    pub fetch: Option<bool>,
}

impl HookSettings {
    /// Whether hooks may fetch what a partial clone lacks.
    #[must_use]
    pub fn may_fetch(&self) -> bool {
        self.fetch.unwrap_or(true)
    }
}

/// What to do about a collision that is still to come, or that a merge revision would hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnCollision {
    /// Say it, and go on.
    #[default]
    Warn,
    /// Refuse.
    Error,
}

/// What the settings say about fixing.
#[derive(Debug, Clone)]
pub struct FixSettings {
    /// The strategy where nobody names one.
    pub strategy: Strategy,
    /// What is never done here.
    pub forbid: Vec<Strategy>,
    /// Whether the post-write hooks of the project are run on merge revisions.
    pub post_write_hooks: bool,
    /// The command that runs the project's Python.
    pub python: String,
    /// The branches and tags whose revisions databases may have applied, besides the target and other remote
    /// branches.
    published: GlobSet,
}

/// How to fix a fork.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// One merge revision over all heads
    #[default]
    Merge,
    /// Re-parent the unpublished side to the target's head
    Reparent,
    /// Re-parent if no one else has the side, else merge
    Auto,
}

impl Default for FixSettings {
    fn default() -> Self {
        let tags = Glob::new(DEFAULT_PUBLISHED).expect("a constant");
        Self {
            strategy: Strategy::default(),
            forbid: Vec::new(),
            post_write_hooks: false,
            python: "python3".into(),
            published: GlobSetBuilder::new().add(tags).build().expect("a constant"),
        }
    }
}

impl FixSettings {
    /// Whether the settings name a ref, given by its full name, as one that publishes: by that name, or
    /// by what people call it (`v1.0`, `release/1`, `origin/release/1`).
    #[must_use]
    pub fn publishes(&self, full_name: &str) -> bool {
        let short = ["refs/heads/", "refs/remotes/", "refs/tags/"]
            .iter()
            .find_map(|prefix| full_name.strip_prefix(prefix));
        self.published.is_match(full_name)
            || short.is_some_and(|short| self.published.is_match(short))
    }
}

/// A tag is a release unless the settings say which ones are.
const DEFAULT_PUBLISHED: &str = "refs/tags/**";

/// What the settings say about one environment.
#[derive(Debug, Clone)]
pub struct EnvironmentSettings {
    /// The folder with `env.py`, where it is said; else `config` leads to it.
    pub script_location: Option<RepoPath>,
    /// The configuration that leads to it.
    pub config: Option<RepoPath>,
    /// The section of the ini file that leads to it.
    pub section: Option<String>,
    /// Its version locations, where the project sets them only in code.
    pub version_locations: Option<Vec<RepoPath>>,
    /// Whether the sub-folders of its version locations are read, whatever the configuration says.
    pub recursive: Option<bool>,
    /// What lies outside of the repository: version locations, revision ids, labels, or globs.
    pub elsewhere: Vec<String>,
    /// Its template, where it is not `script.py.mako` in the script location.
    pub template: Option<RepoPath>,
    /// Its policy.
    pub policy: Option<HeadPolicy>,
}

const TOP_KEYS: &[&str] = &[
    "include",
    "exclude",
    "allow-none",
    "alembic",
    "target",
    "bots",
    "conflicting-sides",
    "hooks",
    "fix",
    "policy",
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
];
const HOOK_KEYS: &[&str] = &["test", "fix", "collision", "radar", "fetch"];
const FIX_KEYS: &[&str] = &[
    "strategy",
    "forbid",
    "published",
    "post-write-hooks",
    "python",
];
const POLICY_KEYS: &[&str] = &["allowed"];

impl Settings {
    /// Reads the settings of a repository.
    ///
    /// # Errors
    /// A file that is not TOML, a key that is not known, a value of the wrong kind.
    pub(crate) fn read(files: &Files) -> Result<Self, ScanError> {
        let own = RepoPath::root().join("onehead.toml");
        if let Some(bytes) = files.read(&own)? {
            return Self::parse(&own, &bytes);
        }
        let shared = RepoPath::root().join("pyproject.toml");
        if let Some(bytes) = files.read(&shared)?
            && contains(&bytes, b"onehead")
        {
            let mut table = parse(&shared, &bytes)?;
            let tool = table.remove("tool").and_then(|tool| match tool {
                toml::Value::Table(mut tool) => tool.remove("onehead"),
                _ => None,
            });
            match tool {
                Some(toml::Value::Table(table)) => {
                    return Self::from_table(shared, table, "tool.onehead.");
                }
                Some(_) => return Err(bad(&shared, "`tool.onehead` is not a table")),
                None => {}
            }
        }
        Ok(Self::default())
    }

    /// Reads the bytes of an `onehead.toml`.
    ///
    /// # Errors
    /// They are not TOML, a key is not known, a value is of the wrong kind.
    pub fn parse(path: &RepoPath, bytes: &[u8]) -> Result<Self, ScanError> {
        Self::from_table(path.clone(), parse(path, bytes)?, "")
    }

    fn from_table(path: RepoPath, table: toml::Table, prefix: &str) -> Result<Self, ScanError> {
        check_keys(&path, prefix, &table, TOP_KEYS)?;
        for (name, known) in [("hooks", HOOK_KEYS), ("fix", FIX_KEYS)] {
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
        let raw: Raw = toml::Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| {
                bad(&path, &format!("{prefix}{}", error.message()))
            })?;
        let globs = |patterns: Option<Vec<String>>| {
            patterns
                .map(|patterns| glob_set(&path, &patterns))
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
            fix: raw.fix.check(&path)?,
            policy: raw
                .policy
                .map(|policy| policy.check(&path))
                .transpose()?
                .unwrap_or_default(),
            environments: environments.collect::<Result<_, _>>()?,
            declarations: declarations(&path, raw.declare)?,
            path: Some(path),
        })
    }

    /// Whether the settings want an environment in this folder to be looked at.
    #[must_use]
    pub fn wants(&self, folder: &RepoPath) -> bool {
        self.leaves_out(folder).is_none()
    }

    /// The setting that leaves out what lies in this folder.
    pub(crate) fn leaves_out(&self, folder: &RepoPath) -> Option<LeftOutBy> {
        let name = folder.to_string();
        let matches = |set: &GlobSet| set.is_match(&name);
        if self.exclude.as_ref().is_some_and(matches) {
            return Some(LeftOutBy::Exclude);
        }
        (!self.include.as_ref().is_none_or(matches)).then_some(LeftOutBy::Include)
    }

    /// What is declared of a file.
    pub(crate) fn declaration_of(&self, file: &RepoPath) -> Option<&Declaration> {
        self.declarations.iter().find(|one| one.file == *file)
    }

    /// Whether the settings leave out this very file, rather than all that lies in its folder.
    #[must_use]
    pub fn excludes_file(&self, path: &RepoPath) -> bool {
        let matches = |path: &RepoPath| {
            let exclude = self.exclude.as_ref();
            exclude.is_some_and(|set| set.is_match(path.to_string()))
        };
        matches(path) && !matches(&path.parent())
    }

    /// What is said about the environments in this folder to which this configuration leads: several may share it, each
    /// with version locations of its own. What is said about the configuration counts more than what is said about the
    /// folder.
    pub(crate) fn of(
        &self,
        script_location: &RepoPath,
        origin: Option<&ConfigOrigin>,
    ) -> Vec<EnvironmentSettings> {
        let fits = |one: &&EnvironmentSettings| one.fits(script_location, origin);
        let fitting: Vec<&EnvironmentSettings> = self.environments.iter().filter(fits).collect();
        let is_exact = fitting.iter().any(|one| one.names_a_configuration());
        fitting
            .into_iter()
            .filter(|one| one.names_a_configuration() == is_exact)
            .cloned()
            .collect()
    }
}

impl EnvironmentSettings {
    /// Whether it is about one configuration, and not about whatever leads to a folder.
    pub(crate) fn names_a_configuration(&self) -> bool {
        self.config.is_some() || self.section.is_some()
    }

    /// Whether it is about the environment in this folder to which this configuration leads.
    pub(crate) fn fits(&self, script_location: &RepoPath, origin: Option<&ConfigOrigin>) -> bool {
        let folder = self.script_location.as_ref();
        let config = self.config.as_ref();
        let section = self.section.as_ref();
        let of_origin = origin.and_then(|origin| origin.section.as_ref());
        folder.is_none_or(|folder| folder == script_location)
            && config.is_none_or(|config| origin.is_some_and(|origin| origin.path == *config))
            && section.is_none_or(|section| of_origin == Some(section))
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
    target: Option<String>,
    #[serde(default)]
    bots: Vec<String>,
    #[serde(default)]
    hooks: HookSettings,
    #[serde(default)]
    conflicting_sides: OnCollision,
    #[serde(default)]
    fix: RawFix,
    policy: Option<RawPolicy>,
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
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct RawFix {
    strategy: Option<Strategy>,
    #[serde(default)]
    forbid: Vec<Strategy>,
    published: Option<Vec<String>>,
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
    fn check(self, path: &RepoPath) -> Result<EnvironmentSettings, ScanError> {
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
        })
    }
}

impl RawFix {
    fn check(self, path: &RepoPath) -> Result<FixSettings, ScanError> {
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
            published: match self.published {
                Some(patterns) => glob_set(path, &patterns)?,
                None => usual.published,
            },
        })
    }
}

impl RawPolicy {
    fn check(self, path: &RepoPath) -> Result<HeadPolicy, ScanError> {
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

fn declarations(path: &RepoPath, raw: Vec<RawDeclaration>) -> Result<Vec<Declaration>, ScanError> {
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

fn parse(path: &RepoPath, bytes: &[u8]) -> Result<toml::Table, ScanError> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(path, "the file is not UTF-8"))?;
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
) -> Result<(), ScanError> {
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

fn glob_set(path: &RepoPath, patterns: &[String]) -> Result<GlobSet, ScanError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        // A folder's pattern stands for everything below it as well.
        let pattern = pattern.trim_end_matches('/');
        for text in [pattern.to_owned(), format!("{pattern}/**")] {
            let glob = Glob::new(&text).map_err(|error| {
                bad(
                    path,
                    &format!("`{pattern}` is not a valid glob: {}", error.kind()),
                )
            })?;
            set.add(glob);
        }
    }
    set.build().map_err(|error| bad(path, &error.to_string()))
}

fn bad(path: &RepoPath, reason: &str) -> ScanError {
    ScanError::Settings {
        path: path.to_string(),
        reason: reason.to_owned(),
    }
}

pub(crate) fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}
