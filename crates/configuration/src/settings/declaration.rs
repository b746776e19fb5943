//! `[[declare]]` of the settings: what a revision file says that only its execution would show.

use onehead_model::{Field, RepoPath};
use serde::Deserialize;

/// What the settings say of one revision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The file.
    pub file: RepoPath,
    values: [Option<Vec<String>>; 4],
}

impl Declaration {
    /// What a name is declared to be: ids or labels, none of them for `None`.
    #[must_use]
    pub fn of(&self, field: Field) -> Option<&[String]> {
        self.values[field as usize].as_deref()
    }
}

/// The keys of a declaration.
pub(crate) const KEYS: &[&str] = &[
    "file",
    "revision",
    "down-revision",
    "depends-on",
    "branch-labels",
];

/// A declaration as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "a table")]
pub(crate) struct RawDeclaration {
    file: String,
    revision: Option<String>,
    down_revision: Option<Names>,
    depends_on: Option<Names>,
    branch_labels: Option<Names>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "it is a string or a list of strings")]
enum Names {
    One(String),
    Several(Vec<String>),
}

impl RawDeclaration {
    /// # Errors
    /// Why it is none, in words.
    pub(crate) fn check(self) -> Result<Declaration, String> {
        let file = RepoPath::root()
            .resolve(&self.file)
            .filter(|path| *path != RepoPath::root())
            .ok_or_else(|| format!("`{}` is not a file inside the repository", self.file))?;
        let names = |names: Option<Names>| {
            names.map(|names| match names {
                Names::One(name) => vec![name],
                Names::Several(names) => names,
            })
        };
        let mut values = [const { None }; 4];
        values[Field::Revision as usize] = self.revision.map(|id| vec![id]);
        values[Field::DownRevision as usize] = names(self.down_revision);
        values[Field::DependsOn as usize] = names(self.depends_on);
        values[Field::BranchLabels as usize] = names(self.branch_labels);
        if values.iter().all(Option::is_none) {
            return Err(format!(
                "`[[declare]]` of `{file}` declares nothing; add `revision`, `down-revision`, `depends-on` or `branch-labels`"
            ));
        }
        Ok(Declaration { file, values })
    }
}
