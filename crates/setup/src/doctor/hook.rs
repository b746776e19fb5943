//! One check: what runs there, and does it lead to onehead?

use std::path::{Path, PathBuf};

use onehead_model::{HookManager, HookReport};

use crate::hooks::git_hook::GitHook;
use crate::hooks::manager::{Managed, calls, wrote};
use crate::hooks::plain::{installed, is_program};
use crate::hooks::script::{before, called, is_ours};

/// What is known about the clone.
pub(super) struct Look<'a> {
    pub(super) root: &'a Path,
    pub(super) hooks: &'a Path,
    pub(super) managers: &'a [Managed],
    /// The command that installs hooks.
    pub(super) install: &'a str,
}

/// What was found at a check.
struct Found {
    covered: bool,
    by: Option<&'static str>,
    says: String,
    hint: Option<String>,
}

impl Found {
    fn covered(by: &'static str, says: String) -> Self {
        Self {
            covered: true,
            by: Some(by),
            says,
            hint: None,
        }
    }

    fn open(by: Option<&'static str>, says: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            covered: false,
            by,
            says: says.into(),
            hint: Some(hint.into()),
        }
    }
}

impl Look<'_> {
    /// Whether onehead is to be called there, to go by the hook or by the configuration of a manager.
    pub(super) fn is_installed(&self, hook: GitHook) -> bool {
        installed(self.hooks, hook).is_some() || self.managers.iter().any(|one| one.covers(hook))
    }

    pub(super) fn at(&self, hook: GitHook) -> HookReport {
        let found = self.find(hook);
        HookReport {
            hook: hook.name().to_owned(),
            refuses: hook.refuses(),
            covered: found.covered,
            by: found.by.map(str::to_owned),
            says: found.says,
            hint: found.hint,
        }
    }

    fn find(&self, hook: GitHook) -> Found {
        let path = self.hooks.join(hook.name());
        let runs = is_program(&path);
        if path.is_file() && !runs {
            return Found::open(
                None,
                format!("{} is not executable, so git ignores it", path.display()),
                format!("chmod +x {}", shell_words::quote(&path.to_string_lossy())),
            );
        }
        if let Some(script) = installed(self.hooks, hook) {
            return self.try_ours(&script, hook);
        }
        let theirs = |managed: &&Managed| runs && wrote(managed.manager, &path);
        if let Some(managed) = self.managers.iter().find(theirs) {
            return self.try_entry(managed, hook);
        }
        if let Some(managed) = self.managers.iter().find(|managed| managed.covers(hook)) {
            return Found::open(
                None,
                format!(
                    "{} has an entry, but {} has installed no hook",
                    self.short(&managed.path),
                    managed.manager.name()
                ),
                managed.manager.activate(hook == GitHook::PostCheckout),
            );
        }
        if !runs {
            return Found::open(None, "no hook", self.install);
        }
        let text = std::fs::read(&path).unwrap_or_default();
        if calls(&String::from_utf8_lossy(&text), hook) {
            return match on_path() {
                Some(program) => Found::covered(
                    "other",
                    format!("a hook of the project, which calls {}", named(&program)),
                ),
                None => none_on_path("other"),
            };
        }
        Found::open(
            Some("other"),
            format!("{} does not call onehead", self.short(&path)),
            self.install,
        )
    }

    /// A script of ours is known by its text. Nothing is run: the folder of the hooks may be part of the repository.
    fn try_ours(&self, script: &Path, hook: GitHook) -> Found {
        let text = std::fs::read(script).unwrap_or_default();
        let Some(first) = called(&text, hook) else {
            return Found::open(
                Some("onehead"),
                format!(
                    "{} carries the mark of onehead, but is not what this onehead writes",
                    self.short(script)
                ),
                format!("read it, then {}", self.install),
            );
        };
        let program = Some(first)
            .filter(|first| is_program(first))
            .or_else(on_path);
        let Some(program) = program else {
            return Found::open(
                Some("onehead"),
                "the onehead that it calls is gone, and none is on PATH",
                format!("install onehead again, then {}", self.install),
            );
        };
        let also = match is_program(&self.hooks.join(before(hook))) {
            true => format!(", after {}", before(hook)),
            false => String::new(),
        };
        Found::covered("onehead", format!("calls {}{also}", named(&program)))
    }

    fn try_entry(&self, managed: &Managed, hook: GitHook) -> Found {
        let name = managed.manager.name();
        // pre-commit moves the hook that was there, and runs it first.
        let legacy = self.hooks.join(format!("{}.legacy", hook.name()));
        let moved = managed.manager == HookManager::PreCommit
            && is_program(&legacy)
            && std::fs::read(&legacy).is_ok_and(|bytes| is_ours(&bytes));
        if moved {
            let found = self.try_ours(&legacy, hook);
            return Found {
                by: Some(name),
                says: format!(
                    "{name} runs the hook of onehead first, which {}",
                    found.says
                ),
                ..found
            };
        }
        if !managed.covers(hook) {
            return Found::open(
                Some(name),
                format!(
                    "{name} runs here, but {} has no entry for onehead",
                    self.short(&managed.path)
                ),
                self.install,
            );
        }
        if managed.brings_onehead(hook) {
            return Found::covered(
                name,
                format!(
                    "{name} runs the hook in {}, with its own onehead",
                    self.short(&managed.path)
                ),
            );
        }
        match on_path() {
            Some(program) => Found::covered(
                name,
                format!(
                    "{name} runs the entry in {}, which calls {}",
                    self.short(&managed.path),
                    named(&program)
                ),
            ),
            None => none_on_path(name),
        }
    }

    fn short(&self, path: &Path) -> String {
        let path = path.strip_prefix(self.root).unwrap_or(path);
        path.display().to_string()
    }
}

fn none_on_path(by: &'static str) -> Found {
    Found::open(
        Some(by),
        "the hook calls onehead, and none is on PATH",
        "put onehead on PATH",
    )
}

/// The `onehead` that a shell would find. Folders that are relative depend on where it is asked from, and do not count.
fn on_path() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "what a hook would call is found there"
    )]
    let path = std::env::var_os("PATH")?;
    let name = format!("onehead{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| is_program(program))
}

/// A program by its place, and by its version where it is this one: others are not run.
fn named(program: &Path) -> String {
    let this = std::env::current_exe().and_then(std::fs::canonicalize);
    let there = std::fs::canonicalize(program);
    match (this, there) {
        (Ok(this), Ok(there)) if this == there => {
            format!(
                "onehead {} at {}",
                env!("CARGO_PKG_VERSION"),
                program.display()
            )
        }
        _ => format!("the onehead at {}", program.display()),
    }
}
