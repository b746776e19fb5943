use serde::{Deserialize, Serialize};

/// A program that manages the hooks of a repository. Everything that is known about one is a row of the table below:
/// setting up, examining and telling the history of a repository all read it, and so do the options that take its name.
/// How an entry is added to its configuration is a file of `onehead-setup`, under `hooks/manager`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookManager {
    /// pre-commit or prek.
    PreCommit,
    /// lefthook.
    Lefthook,
    /// husky.
    Husky,
    /// overcommit. Nothing is added to its configuration; a history tells when it began to name onehead.
    Overcommit,
}

/// What is known about a manager.
struct Row {
    name: &'static str,
    /// The programs that read its configuration, in words.
    programs: &'static str,
    /// Configuration files, the ones that can be added to first; or the folder of its scripts.
    files: &'static [&'static str],
    activate: &'static str,
    /// Words in the hooks that it writes.
    signs: &'static [&'static str],
}

const PRE_COMMIT: Row = Row {
    name: "pre-commit",
    programs: "pre-commit or prek",
    files: &[
        ".pre-commit-config.yaml",
        ".pre-commit-config.yml",
        "prek.toml",
    ],
    activate: "pre-commit install -t pre-commit -t pre-merge-commit -t pre-push -t post-merge -t post-rewrite",
    signs: &["pre-commit.com", "pre_commit", "prek"],
};

const LEFTHOOK: Row = Row {
    name: "lefthook",
    programs: "lefthook",
    files: &[
        "lefthook.yml",
        "lefthook.yaml",
        ".lefthook.yml",
        ".lefthook.yaml",
        ".config/lefthook.yml",
        ".config/lefthook.yaml",
        "lefthook.toml",
        ".lefthook.toml",
        "lefthook.json",
        ".lefthook.json",
    ],
    activate: "lefthook install",
    signs: &["lefthook"],
};

const HUSKY: Row = Row {
    name: "husky",
    programs: "husky",
    files: &[".husky"],
    activate: "npx husky",
    signs: &["husky", "/h\""],
};

const OVERCOMMIT: Row = Row {
    name: "overcommit",
    programs: "overcommit",
    files: &[".overcommit.yml"],
    activate: "overcommit --install",
    signs: &["overcommit"],
};

impl HookManager {
    /// Every manager.
    pub const ALL: [Self; 4] = [
        Self::PreCommit,
        Self::Lefthook,
        Self::Husky,
        Self::Overcommit,
    ];

    /// Those to whose configuration onehead can be added.
    pub const INSTALLABLE: [Self; 3] = [Self::PreCommit, Self::Lefthook, Self::Husky];

    fn row(self) -> &'static Row {
        match self {
            Self::PreCommit => &PRE_COMMIT,
            Self::Lefthook => &LEFTHOOK,
            Self::Husky => &HUSKY,
            Self::Overcommit => &OVERCOMMIT,
        }
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The programs that read its configuration, in words.
    #[must_use]
    pub fn programs(self) -> &'static str {
        self.row().programs
    }

    /// Its configuration, relative to the root of the working tree with `/`: files, or one folder of scripts.
    #[must_use]
    pub fn files(self) -> &'static [&'static str] {
        self.row().files
    }

    /// The command that puts the manager itself into git's hooks folder; post-checkout is installed only where it is asked for.
    #[must_use]
    pub fn activate(self, post_checkout: bool) -> String {
        let more = match self {
            Self::PreCommit if post_checkout => " -t post-checkout",
            _ => "",
        };
        format!("{}{more}", self.row().activate)
    }

    /// Words of which a hook that it wrote has at least one.
    #[must_use]
    pub fn signs(self) -> &'static [&'static str] {
        self.row().signs
    }

    /// The manager that a file of the repository configures.
    ///
    /// ```
    /// use onehead_model::HookManager;
    ///
    /// assert_eq!(HookManager::of("lefthook.yml"), Some(HookManager::Lefthook));
    /// assert_eq!(HookManager::of(".husky/pre-push"), Some(HookManager::Husky));
    /// assert_eq!(HookManager::of("app/lefthook.yml"), None);
    /// ```
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let is_its = |file: &str| match path.strip_prefix(file) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        Self::ALL
            .into_iter()
            .find(|manager| manager.files().iter().any(|file| is_its(file)))
    }
}
