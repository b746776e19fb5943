//! The real Alembic, asked through `scripts/oracle/upgrades.py`: all jobs in one process.

use std::path::{Path, PathBuf};

use onehead_fixtures::states::Ids;
use onehead_fixtures::{GitSandbox, python};
use onehead_model::RevisionId;
use serde_json::{Value, json};

/// Commands on one database.
pub(crate) struct Job {
    pub(crate) scripts: PathBuf,
    pub(crate) database: PathBuf,
    pub(crate) commands: Vec<[String; 2]>,
}

/// What is in the database afterwards.
pub(crate) struct Answer {
    rows: Vec<String>,
    /// Which migrations ran, in order.
    pub(crate) log: Vec<String>,
    pub(crate) error: Option<Raised>,
}

/// What Alembic raised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Raised {
    pub(crate) kind: String,
    pub(crate) message: String,
}

impl Answer {
    pub(crate) fn rows(&self) -> Ids {
        self.rows
            .iter()
            .map(|id| RevisionId::new(id.clone()))
            .collect()
    }

    pub(crate) fn log(&self) -> Ids {
        self.log
            .iter()
            .map(|id| RevisionId::new(id.clone()))
            .collect()
    }
}

/// A Python that has Alembic.
pub(crate) struct Alembic {
    python: PathBuf,
    script: PathBuf,
}

impl Alembic {
    pub(crate) fn new() -> Self {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/oracle");
        Self {
            python: python(),
            script: scripts.join("upgrades.py"),
        }
    }

    pub(crate) fn run(&self, jobs: Vec<Job>) -> Vec<Answer> {
        let asked: Vec<Value> = jobs
            .iter()
            .map(|job| json!({"scripts": job.scripts, "database": job.database, "commands": job.commands}))
            .collect();
        let nowhere = GitSandbox::without_git();
        let ran = nowhere.run(
            &self.python,
            &[&self.script],
            &Value::from(asked).to_string(),
        );
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let said: Vec<Value> = serde_json::from_str(&ran.stdout).expect("answers");
        assert_eq!(said.len(), jobs.len());
        said.iter().map(answer).collect()
    }
}

fn answer(said: &Value) -> Answer {
    let strings = |field: &str| -> Vec<String> {
        let items = said[field].as_array().expect("a list").iter();
        items
            .map(|item| item.as_str().expect("text").to_owned())
            .collect()
    };
    let text = |field: &str| said["error"][field].as_str().unwrap_or_default().to_owned();
    Answer {
        rows: strings("rows"),
        log: strings("log"),
        error: said["error"].is_object().then(|| Raised {
            kind: text("kind"),
            message: text("message"),
        }),
    }
}
