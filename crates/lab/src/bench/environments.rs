//! The repositories that are measured: a real one, and generated ones of any size.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::workspace::Fallible;

/// A committed repository with one environment at one head.
pub(crate) struct Repo {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    /// The folder with the revision files, relative to the repository.
    pub(crate) versions: String,
    pub(crate) revisions: usize,
    pub(crate) imports: Imports,
}

/// What the revision files import.
pub(crate) enum Imports {
    /// Alembic and SQLAlchemy.
    Alembic,
    /// The project and all that it depends on, for which `alembic heads` is given stubs.
    Project,
}

impl Repo {
    /// The migrations of Apache Superset, from a folder of unpacked packages or the package itself.
    pub(crate) fn superset(parent: &Path, corpus: &Path) -> Fallible<Self> {
        let found = "superset/migrations";
        let package = match fs::exists(corpus.join(found))? {
            true => corpus.to_owned(),
            false => newest(corpus, "apache-superset-", found)?,
        };
        let folder = parent.join("superset");
        let shell = Shell::new()?;
        shell.create_dir(folder.join("superset"))?;
        let (from, to) = (package.join(found), folder.join("superset"));
        cmd!(shell, "cp -r {from} {to}").quiet().run()?;
        fs::write(
            folder.join("alembic.ini"),
            "[alembic]\nscript_location = superset/migrations\n",
        )?;
        commit(&folder)?;
        let versions = folder.join(found).join("versions");
        Ok(Self {
            name: "Superset".into(),
            versions: format!("{found}/versions"),
            revisions: revision_files(&versions)?,
            imports: Imports::Project,
            folder,
        })
    }

    /// A line of revisions in which every fiftieth begins a short side branch that is merged again.
    pub(crate) fn generated(parent: &Path, size: usize) -> Fallible<Self> {
        let folder = parent.join(format!("generated-{size}"));
        let versions = folder.join("migrations/versions");
        fs::create_dir_all(&versions)?;
        fs::write(
            folder.join("alembic.ini"),
            "[alembic]\nscript_location = migrations\n",
        )?;
        fs::write(
            folder.join("migrations/env.py"),
            "from alembic import context\n",
        )?;
        fs::write(folder.join("migrations/script.py.mako"), TEMPLATE)?;
        for number in 0..size {
            let (name, text) = revision(number, size);
            fs::write(versions.join(name), text)?;
        }
        commit(&folder)?;
        Ok(Self {
            name: "generated".into(),
            folder,
            versions: "migrations/versions".into(),
            revisions: size,
            imports: Imports::Alembic,
        })
    }
}

const TEMPLATE: &str = "\"\"\"${message}\"\"\"\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n";

fn newest(corpus: &Path, prefix: &str, holding: &str) -> Fallible<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(corpus)? {
        let entry = entry?;
        let is_meant = entry.file_name().to_string_lossy().starts_with(prefix);
        if is_meant && fs::exists(entry.path().join(holding))? {
            found.push(entry.path());
        }
    }
    found.sort();
    let missing = || format!("{} holds no {prefix}*/{holding}", corpus.display());
    found.pop().ok_or_else(|| missing().into())
}

fn revision_files(folder: &Path) -> Fallible<usize> {
    let mut count = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        count += usize::from(name.ends_with(".py") && !name.starts_with("__init__"));
    }
    Ok(count)
}

fn commit(folder: &Path) -> Fallible<()> {
    git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    git(folder, &["config", "user.name", "Bench"])?;
    git(folder, &["config", "user.email", "bench@example.com"])?;
    git(folder, &["config", "gc.auto", "0"])?;
    // Straight into one pack, not into a file for each blob.
    git(folder, &["-c", "core.bigFileThreshold=1", "add", "--all"])?;
    git(folder, &["commit", "--quiet", "--message", "bench"])
}

/// Runs git there, with nobody's settings.
pub(crate) fn git(folder: &Path, args: &[&str]) -> Fallible<()> {
    git_says(folder, args).map(drop)
}

/// The same, with what it says.
pub(crate) fn git_says(folder: &Path, args: &[&str]) -> Fallible<String> {
    let shell = Shell::new()?;
    shell.change_dir(folder);
    shell.set_var("GIT_CONFIG_GLOBAL", "/dev/null");
    shell.set_var("GIT_CONFIG_NOSYSTEM", "1");
    Ok(cmd!(shell, "git {args...}").quiet().read()?)
}

/// One more revision behind a generated environment.
pub(crate) fn next_revision(number: usize) -> (String, String) {
    revision(number, 0)
}

/// Twelve hexadecimal digits that look as random as Alembic's, always the same for a number.
fn id(number: usize) -> String {
    let mut x = (number as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .wrapping_add(0x1234_5678_9ABC_DEF1);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    format!("{:012x}", (x ^ (x >> 31)) & 0xFFFF_FFFF_FFFF)
}

/// What comes before a revision: in each fifty, numbers 10 to 12 are a side branch on 9, and 20
/// merges it.
fn parents(number: usize, size: usize) -> Vec<usize> {
    let start = number - number % 50;
    let has_branch = start + 20 < size;
    match number % 50 {
        _ if number == 0 => vec![],
        13 if has_branch => vec![start + 9],
        20 if has_branch => vec![number - 1, start + 12],
        _ => vec![number - 1],
    }
}

pub(crate) fn revision(number: usize, size: usize) -> (String, String) {
    numbered_revision(number, &parents(number, size))
}

/// A revision file by its number and those of its parents.
pub(crate) fn numbered_revision(number: usize, parents: &[usize]) -> (String, String) {
    const WORDS: [&str; 12] = [
        "account",
        "invoice",
        "order",
        "payment",
        "product",
        "session",
        "team",
        "token",
        "upload",
        "user",
        "webhook",
        "workspace",
    ];
    let word = |salt: usize| WORDS[(number * 7 + salt * 5 + number / 12) % WORDS.len()];
    let own = id(number);
    let ids: Vec<String> = parents.iter().map(|&parent| id(parent)).collect();
    let down = match ids.as_slice() {
        [] => "None".to_owned(),
        [one] => format!("'{one}'"),
        more => format!("('{}')", more.join("', '")),
    };
    let (table, date) = (
        format!("{}_{}", word(1), word(2)),
        format!(
            "20{:02}-{:02}-{:02} {:02}:33:44.123456",
            10 + number % 15,
            1 + number % 12,
            1 + number % 28,
            number % 24
        ),
    );
    let title = if ids.len() > 1 {
        "merge heads".to_owned()
    } else {
        format!("add {table} to {}", word(3))
    };
    // Half of all files are annotated, as newer templates of Alembic write them.
    let (string, many) = match number % 2 {
        0 => ("", ""),
        _ => (": str", ": Union[str, Sequence[str], None]"),
    };
    let mut text = format!(
        "\"\"\"{title}\n\nRevision ID: {own}\nRevises: {}\nCreate Date: {date}\n\n\"\"\"\n\
         from typing import Sequence, Union\n\nfrom alembic import op\nimport sqlalchemy as sa\n\n\n\
         # revision identifiers, used by Alembic.\nrevision{string} = '{own}'\n\
         down_revision{many} = {down}\nbranch_labels{many} = None\ndepends_on{many} = None\n\n\n\
         def upgrade() -> None:\n",
        ids.join(", ")
    );
    let columns = if ids.len() > 1 { 0 } else { 1 + number % 16 };
    match columns {
        0 => text.push_str("    pass\n"),
        _ => {
            let _ = writeln!(text, "    op.create_table(\n        '{table}_{number}',");
            for column in 0..columns {
                let _ = writeln!(
                    text,
                    "        sa.Column('{}_{column}', sa.String(length=255), nullable={}),",
                    word(column + 4),
                    if column % 3 == 0 { "False" } else { "True" }
                );
            }
            text.push_str("        sa.PrimaryKeyConstraint('id'),\n    )\n");
        }
    }
    text.push_str("\n\ndef downgrade() -> None:\n");
    match columns {
        0 => text.push_str("    pass\n"),
        _ => {
            let _ = writeln!(text, "    op.drop_table('{table}_{number}')");
        }
    }
    (format!("{own}_{}.py", title.replace(' ', "_")), text)
}
