//! The project's own Alembic, for templates that are not rendered natively.
//!
//! It runs a program of the project, so it is only used if the settings name the command. What it
//! writes is read and taken away again at once: the file is then checked like any other.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use onehead_forecast::Analysis;
use onehead_model::{
    Change, Content, EnvironmentGraph, PlannedMerge, RenderReport, RepoPath, RevisionId,
};
use onehead_render::{Identity, RenderOptions, check_merge, identities, new_file_diff};
use xshell::{Shell, cmd};

/// Why the project's Alembic did not render.
#[derive(Debug, thiserror::Error)]
pub enum AlembicError {
    /// The setting is no command line.
    #[error("the setting `alembic` is `{0}`, which is not a command line")]
    Command(String),
    /// There is nothing to call Alembic with.
    #[error("environment `{0}` has no configuration file for Alembic")]
    NoConfig(String),
    /// The merge revision has no id.
    #[error("{0}")]
    NoIdentity(String),
    /// The command failed.
    #[error("`{command}` failed: {reason}")]
    Failed {
        /// What was run.
        command: String,
        /// What it said.
        reason: String,
    },
    /// It wrote something else than one file.
    #[error("`{command}` wrote {count} new files instead of one; they were removed")]
    Unexpected {
        /// What was run.
        command: String,
        /// How many files it wrote.
        count: usize,
    },
    /// What it wrote cannot be read, or not be removed.
    #[error("cannot read what Alembic wrote: {0}")]
    Io(#[from] std::io::Error),
    /// What it wrote is something else.
    #[error("the file that Alembic wrote is not the planned merge revision: {0}")]
    Wrong(String),
}

/// Renders every fix that has no change yet.
pub(crate) fn render_instead(
    command: &str,
    analysis: &Analysis,
    options: &RenderOptions,
    plan: &mut RenderReport,
) -> Result<(), AlembicError> {
    for environment in &analysis.graph.environments {
        let identities = identities(environment, options);
        for (fix, identity) in environment.fixes.iter().zip(identities) {
            let parents: Vec<_> = fix.parents.iter().map(|parent| parent.id.clone()).collect();
            if plan.changes.iter().any(|change| {
                change.environment == environment.name && change.down_revisions == parents
            }) {
                continue;
            }
            plan.changes.push(merge(
                command,
                analysis.snapshot.root(),
                environment,
                fix,
                identity.map_err(AlembicError::NoIdentity)?,
                options,
            )?);
        }
    }
    plan.findings.clear();
    plan.changes.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}

fn merge(
    command: &str,
    root: &Path,
    environment: &EnvironmentGraph,
    fix: &PlannedMerge,
    Identity {
        id: revision,
        message,
    }: Identity,
    options: &RenderOptions,
) -> Result<Change, AlembicError> {
    let words = shell_words::split(command)
        .ok()
        .filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| AlembicError::Command(command.to_owned()))?;
    let config = environment
        .config
        .as_ref()
        .ok_or_else(|| AlembicError::NoConfig(environment.name.clone()))?;

    let mut args: Vec<String> = words[1..].to_vec();
    let flask = is_flask(&words);
    if let (Some(section), false) = (&config.section, flask) {
        args.extend([
            "-c".into(),
            config.path.name().to_owned(),
            "-n".into(),
            section.clone(),
        ]);
    }
    let merge_at = args.len();
    args.extend(["merge", "--rev-id", revision.as_str(), "-m", &message].map(str::to_owned));
    for label in &options.branch_labels {
        args.extend(["--branch-label".to_owned(), label.clone()]);
    }
    args.extend(fix.parents.iter().map(|parent| parent.id.to_string()));

    let mut folder = config.path.parent();
    if flask {
        // Flask finds the application where it is started, and the migrations below.
        let migrations = environment.script_location.clone();
        folder = migrations.parent();
        args.insert(merge_at + 1, migrations.name().to_owned());
        args.insert(merge_at + 1, "--directory".to_owned());
    }

    let before = files_in(root, environment);
    let failed = |reason: String| AlembicError::Failed {
        command: format!("{command} merge"),
        reason,
    };
    let shell = Shell::new().map_err(|error| failed(error.to_string()))?;
    shell.change_dir(root.join(folder.as_str()));
    let program = &words[0];
    let output = cmd!(shell, "{program} {args...}")
        .quiet()
        .ignore_status()
        .output();
    let new: Vec<PathBuf> = files_in(root, environment)
        .difference(&before)
        .cloned()
        .collect();
    let contents: Result<Vec<Vec<u8>>, _> = new.iter().map(fs::read).collect();
    for path in &new {
        fs::remove_file(path)?;
    }
    let output = output.map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(said(&output.stdout, &output.stderr)));
    }
    let (Some(path), Some(bytes), 1) = (new.first(), contents?.pop(), new.len()) else {
        return Err(AlembicError::Unexpected {
            command: format!("{command} merge"),
            count: new.len(),
        });
    };
    let down_revisions: Vec<RevisionId> =
        fix.parents.iter().map(|parent| parent.id.clone()).collect();
    check_merge(&bytes, &revision, &down_revisions, options).map_err(AlembicError::Wrong)?;
    let relative = path
        .strip_prefix(root)
        .ok()
        .and_then(Path::to_str)
        .unwrap_or_default();
    let path = RepoPath::new(relative).map_err(|error| AlembicError::Wrong(error.to_string()))?;
    let text =
        String::from_utf8(bytes).map_err(|_| AlembicError::Wrong("it is not UTF-8".into()))?;
    Ok(Change {
        environment: environment.name.clone(),
        version_locations: environment.version_locations.clone(),
        diff: new_file_diff(&path, &text),
        path,
        replaces: None,
        revision,
        down_revisions,
        message,
        content: Content::Text(text),
    })
}

/// Whether a command is that of Flask-Migrate: `flask db`, however flask is started.
fn is_flask(words: &[String]) -> bool {
    let program = |word: &str| word.rsplit('/').next().map(str::to_owned);
    let mut pairs = words.windows(2);
    pairs.any(|pair| program(&pair[0]).as_deref() == Some("flask") && pair[1] == "db")
}

/// What a command said about its failure. Alembic prints `FAILED: …` on stdout.
fn said(stdout: &[u8], stderr: &[u8]) -> String {
    let (stdout, stderr) = (
        String::from_utf8_lossy(stdout),
        String::from_utf8_lossy(stderr),
    );
    let failed = stdout
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("FAILED:"));
    let lines: Vec<&str> = failed.chain([stderr.trim()]).collect();
    lines.join("\n").trim().to_owned()
}

/// Every Python file below the version locations.
fn files_in(root: &Path, environment: &EnvironmentGraph) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders: Vec<PathBuf> = environment
        .version_locations
        .iter()
        .map(|path| root.join(path.as_str()))
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_)
                    if entry
                        .path()
                        .extension()
                        .is_some_and(|extension| extension == "py") =>
                {
                    files.insert(entry.path());
                }
                _ => {}
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::{is_flask, said};

    #[test]
    fn flask_is_known_however_it_is_started() {
        let words = |line: &str| shell_words::split(line).unwrap();
        assert!(is_flask(&words("flask db")));
        assert!(is_flask(&words("poetry run flask db")));
        assert!(is_flask(&words(".venv/bin/flask db")));
        assert!(is_flask(&words("python -m flask db")));
        assert!(!is_flask(&words("uv run alembic")));
        assert!(!is_flask(&words("alembic -c flask.ini")));
    }

    #[test]
    fn a_failure_on_stdout_is_shown() {
        let text = said(b"INFO  [x] y\n  FAILED: No such revision\n", b"warning\n");
        assert_eq!(text, "FAILED: No such revision\nwarning");
        assert_eq!(said(b"INFO", b"broken\n"), "broken");
    }
}
