//! The project's post-write hooks (`alembic/script/write_hooks.py`), on a merge revision that is about to be
//! written.
//!
//! They are programs of the project, so they only run if that is asked for, or the settings do. They
//! get the file where it will lie, since formatters look for their settings from there; what they make of
//! it is read and taken away again, and then is checked like any other file. So a hook that fails leaves
//! nothing behind. Alembic does not look at how a hook ends; here one that fails ends the fix.

use std::fs;
use std::path::{Path, PathBuf};

use onehead_configuration::FixSettings;
use onehead_forecast::Analysis;
use onehead_model::{Change, Content, EnvironmentGraph, PostWriteHook, RenderReport, RepoPath};
use onehead_render::{RenderOptions, check_merge, new_file_diff};
use onehead_stage::{Interrupt, StageError};
use xshell::{Shell, cmd};

/// Why a hook did not run, or what it did wrong.
#[derive(Debug, thiserror::Error)]
pub enum PostWriteError {
    /// An option is not set.
    #[error("post-write hook `{hook}` has no `{hook}.{option}`")]
    Missing {
        /// The hook.
        hook: String,
        /// The option.
        option: &'static str,
    },
    /// Its type is none of Alembic's own.
    #[error("post-write hook `{hook}` has the type `{kind}`, which only Alembic can run")]
    Kind {
        /// The hook.
        hook: String,
        /// Its type.
        kind: String,
    },
    /// It is no command line.
    #[error("post-write hook `{hook}`: `{text}` is not a command line")]
    Command {
        /// The hook.
        hook: String,
        /// What it should run, or its options.
        text: String,
    },
    /// It failed.
    #[error("post-write hook `{hook}` failed: {reason}; nothing was written")]
    Failed {
        /// The hook.
        hook: String,
        /// What it said.
        reason: String,
    },
    /// What the hooks made of the file is something else.
    #[error(
        "after the post-write hooks, `{path}` is not the planned merge revision: {reason}; nothing was written"
    )]
    Wrong {
        /// The file.
        path: RepoPath,
        /// What it is not.
        reason: String,
    },
    /// A file of that name is there.
    #[error("`{0}` exists already; no file is overwritten")]
    Exists(RepoPath),
    /// It was interrupted.
    #[error(transparent)]
    Interrupted(#[from] StageError),
    /// The file cannot be written or read.
    #[error("cannot run the post-write hooks on `{path}`: {source}")]
    Io {
        /// The file.
        path: RepoPath,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Runs the hooks of its environment on each new file of the plan.
pub(crate) fn run(
    analysis: &Analysis,
    options: &RenderOptions,
    plan: &mut RenderReport,
) -> Result<(), PostWriteError> {
    let settings = &analysis.snapshot.settings().fix;
    for change in &mut plan.changes {
        let environment = analysis.environment(&change.environment);
        let hooks =
            environment.map(|environment| (environment, &environment.merge.post_write_hooks));
        if let (Some((environment, hooks)), None) = (hooks, &change.replaces)
            && !hooks.is_empty()
        {
            let bytes = formatted(analysis.snapshot.root(), environment, settings, change)?;
            check_merge(&bytes, &change.revision, &change.down_revisions, options).map_err(
                |reason| PostWriteError::Wrong {
                    path: change.path.clone(),
                    reason,
                },
            )?;
            change.diff = new_file_diff(&change.path, &String::from_utf8_lossy(&bytes));
            change.content = Content::from(bytes);
        }
    }
    Ok(())
}

/// What the hooks make of a file.
fn formatted(
    root: &Path,
    environment: &EnvironmentGraph,
    settings: &FixSettings,
    change: &Change,
) -> Result<Vec<u8>, PostWriteError> {
    let fail = |source| PostWriteError::Io {
        path: change.path.clone(),
        source,
    };
    // Ctrl-C ends the hook; the file has to go before this program does.
    let interrupt = Interrupt::watch();
    let here = Passing::write(root, change)?;
    let config = environment.config.as_ref();
    let folder = root.join(
        config
            .map_or_else(RepoPath::root, |config| config.path.parent())
            .as_str(),
    );
    for hook in &environment.merge.post_write_hooks {
        let command = command(hook, settings, &folder, &here.path)?;
        let done = execute(hook, &command, &folder);
        interrupt.check()?;
        done?;
    }
    fs::read(&here.path).map_err(fail)
}

/// A file that is gone again when this is.
struct Passing {
    path: PathBuf,
    folders: Vec<PathBuf>,
}

impl Passing {
    fn write(root: &Path, change: &Change) -> Result<Self, PostWriteError> {
        let fail = |source| PostWriteError::Io {
            path: change.path.clone(),
            source,
        };
        let path = root.join(change.path.as_str());
        let folder = path.parent().unwrap_or(root).to_owned();
        let missing = folder.ancestors().take_while(|folder| !folder.is_dir());
        let here = Self {
            folders: missing.map(Path::to_owned).collect(),
            path,
        };
        fs::create_dir_all(&folder).map_err(fail)?;
        let bytes = change.content.bytes().unwrap_or_default();
        let mut file = fs::File::create_new(&here.path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::AlreadyExists {
                PostWriteError::Exists(change.path.clone())
            } else {
                fail(error)
            }
        })?;
        std::io::Write::write_all(&mut file, &bytes).map_err(fail)?;
        Ok(here)
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
        for folder in &self.folders {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The words of a hook's command line, with the file among them.
fn command(
    hook: &PostWriteHook,
    settings: &FixSettings,
    folder: &Path,
    file: &Path,
) -> Result<Vec<String>, PostWriteError> {
    let option = |name: &'static str| {
        let value = hook.options.get(name);
        value
            .map(|value| value.replace("%(here)s", &folder.display().to_string()))
            .ok_or(PostWriteError::Missing {
                hook: hook.name.clone(),
                option: name,
            })
    };
    let split = |text: &str| {
        shell_words::split(text).map_err(|_| PostWriteError::Command {
            hook: hook.name.clone(),
            text: text.to_owned(),
        })
    };
    let mut words = match option("type")?.as_str() {
        "exec" => vec![option("executable")?],
        "module" => {
            let mut words = split(&settings.python)?;
            words.extend(["-m".to_owned(), option("module")?]);
            words
        }
        "console_scripts" => {
            let mut words = split(&settings.python)?;
            words.extend([
                "-c".to_owned(),
                ENTRY_POINT.to_owned(),
                option("entrypoint")?,
            ]);
            words
        }
        kind => {
            return Err(PostWriteError::Kind {
                hook: hook.name.clone(),
                kind: kind.to_owned(),
            });
        }
    };
    let mut options = option("options").unwrap_or_default();
    if !options.contains(TOKEN) {
        options = format!("{TOKEN} {options}");
    }
    let file = file.display().to_string();
    words.extend(
        split(&options)?
            .iter()
            .map(|word| word.replace(TOKEN, &file)),
    );
    Ok(words)
}

/// What stands for the file; in front, where it stands nowhere.
const TOKEN: &str = "REVISION_SCRIPT_FILENAME";

/// Runs an entry point by its name, which only the Python that has it can look up.
const ENTRY_POINT: &str = r#"
import sys
from importlib.metadata import entry_points
name = sys.argv.pop(1)
try:
    scripts = entry_points(group="console_scripts")
except TypeError:
    scripts = entry_points().get("console_scripts", ())
found = [script for script in scripts if script.name == name]
if not found:
    sys.exit("Could not find entrypoint console_scripts." + name)
found[0].load()()
"#;

fn execute(hook: &PostWriteHook, command: &[String], folder: &Path) -> Result<(), PostWriteError> {
    let failed = |reason: String| PostWriteError::Failed {
        hook: hook.name.clone(),
        reason,
    };
    let Some((program, args)) = command.split_first() else {
        return Err(failed("the setting `python` is empty".into()));
    };
    let shell = Shell::new().map_err(|error| failed(error.to_string()))?;
    shell.change_dir(folder);
    if let Some(cwd) = hook.options.get("cwd") {
        let folder = folder.display().to_string();
        shell.change_dir(cwd.replace("%(here)s", &folder));
    }
    let output = cmd!(shell, "{program} {args...}")
        .quiet()
        .ignore_status()
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let last = said.trim().lines().next_back().unwrap_or_default();
    Err(failed(format!("{}: {last}", output.status)))
}
