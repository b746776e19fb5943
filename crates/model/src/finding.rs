use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Origin, RepoPath, RevisionId};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes no exit code.
    Notice,
    /// Likely to hurt; changes no exit code.
    Warning,
    /// The environment is not at one head, or cannot be read: exit code 1.
    Error,
}

impl Severity {
    /// As documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Declares every code once: variant, code, name, severity, and what it means in a line.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $name:literal, $severity:ident;)+) => {
        /// What a finding is about. A code is never used for anything else, even after it is retired.
        /// `docs/findings.md` has a section for each.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $variant,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// `OH001`
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// `multiple-heads`
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it means, in a line.
            #[must_use]
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }

            /// How much it weighs unless the settings say otherwise.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }
        }
    };
}

codes! {
    /// More heads than the policy allows.
    MultipleHeads = "OH001", "multiple-heads", Error;
    /// Two files define the same revision id.
    DuplicateRevision = "OH002", "duplicate-revision", Error;
    /// `down_revision` names a revision that no file defines.
    MissingParent = "OH003", "missing-parent", Error;
    /// `depends_on` names neither a revision nor a branch label.
    MissingDependency = "OH004", "missing-dependency", Error;
    /// A revision names itself as its parent or dependency.
    SelfLoop = "OH005", "self-loop", Error;
    /// Revisions follow one another in a circle.
    Cycle = "OH006", "cycle", Error;
    /// Two revisions define the same branch label, or a label equals a revision id.
    DuplicateLabel = "OH007", "duplicate-label", Error;
    /// A revision id holds a character that Alembic refuses.
    IllegalRevisionId = "OH008", "illegal-revision-id", Error;
    /// The settings allow a head that is none.
    StaleAllowedHead = "OH009", "stale-allowed-head", Notice;
    /// One head here, several after merging into the target.
    TargetCollision = "OH010", "target-collision", Error;
    /// The sides of a fork collide in what they do to the schema.
    ConflictingSides = "OH011", "conflicting-sides", Warning;
    /// There is no answer: a commit, a ref or an object is not here, or git failed.
    NoAnswer = "OH012", "no-answer", Error;
    /// The order of the revision ids contradicts the order of the graph.
    OutOfOrder = "OH013", "out-of-order", Notice;

    /// The file is not Python that can be parsed.
    SyntaxError = "OH020", "syntax-error", Error;
    /// The file cannot be read or decoded.
    UnreadableFile = "OH021", "unreadable-file", Error;
    /// The file gives no `revision`.
    MissingRevision = "OH022", "missing-revision", Error;
    /// The file gives no `down_revision`.
    MissingDownRevision = "OH023", "missing-down-revision", Error;
    /// `revision`, `down_revision` or `depends_on` is computed, so it is not known without executing.
    NotStatic = "OH024", "not-static", Error;
    /// `branch_labels` is computed. The heads are known all the same.
    LabelNotStatic = "OH025", "label-not-static", Warning;
    /// A value is neither `None`, a string nor a sequence of strings.
    WrongType = "OH026", "wrong-type", Error;
    /// The path is in conflict in the index.
    Unmerged = "OH027", "unmerged", Error;
    /// A compiled revision without its source, which cannot be read statically.
    CompiledOnly = "OH028", "compiled-only", Error;
    /// The object of the file is not in this clone.
    MissingObject = "OH029", "missing-object", Error;

    /// A configuration file cannot be read as Alembic reads it.
    BadConfiguration = "OH040", "bad-configuration", Error;
    /// The script location is not in the repository.
    MissingScriptLocation = "OH041", "missing-script-location", Error;
    /// The environment has no revision.
    EmptyEnvironment = "OH042", "empty-environment", Notice;
    /// A file looks like a revision of an environment but is in none of its version locations.
    StrayRevision = "OH043", "stray-revision", Error;
    /// A version location is not there; Alembic skips it.
    MissingVersionLocation = "OH044", "missing-version-location", Notice;
    /// A file is reached through two version locations; Alembic loads it once.
    LoadedTwice = "OH045", "loaded-twice", Warning;
    /// A revision file that git ignores: Alembic loads it here and nowhere else.
    IgnoredRevision = "OH046", "ignored-revision", Notice;
    /// Files look like revisions, but no configuration leads to them.
    UnreadRevisions = "OH047", "unread-revisions", Error;
    /// A version location lies outside of the repository, so what it holds is not known.
    OutsideLocation = "OH048", "outside-location", Error;
    /// A parent or dependency lies outside of the repository, as the settings say.
    Elsewhere = "OH049", "elsewhere", Notice;

    /// The settings declare a value of a revision file that the file gives otherwise.
    DeclarationDiffers = "OH050", "declaration-differs", Error;
    /// The settings declare a value of a revision file that needs no declaration.
    DeclarationNotNeeded = "OH051", "declaration-not-needed", Notice;

    /// The merge revision cannot be rendered.
    NotRenderable = "OH060", "not-renderable", Error;
    /// A revision file cannot be edited as planned.
    NotEditable = "OH061", "not-editable", Error;
    /// The fix that was asked for would be unsafe, or is not possible.
    FixRefused = "OH062", "fix-refused", Error;

    /// A new revision lies before a published one, so databases that have that one never run it.
    InsertedBeforePublished = "OH070", "inserted-before-published", Error;
    /// A published revision follows other published revisions than before.
    PublishedReparented = "OH071", "published-reparented", Error;
    /// A published revision lies lower than before, since what it followed is gone.
    PublishedParentRemoved = "OH072", "published-parent-removed", Error;
    /// A published revision has another id.
    PublishedRenamed = "OH073", "published-renamed", Error;
    /// A published revision is gone.
    PublishedRemoved = "OH074", "published-removed", Error;
    /// A published revision has another `depends_on`.
    PublishedDependencyChanged = "OH075", "published-dependency-changed", Error;
    /// A published revision has other branch labels.
    PublishedLabelChanged = "OH076", "published-label-changed", Error;
    /// A published revision does something else than before.
    PublishedBodyChanged = "OH077", "published-body-changed", Warning;
    /// A change of a published revision is accepted that is not made.
    AcceptanceNotNeeded = "OH078", "acceptance-not-needed", Notice;
    /// A new revision lies elsewhere in the graph of a release that has it.
    PublishedElsewhere = "OH079", "published-elsewhere", Error;

    /// A release has revisions that the first target lacks, so a database at one of them is not located there.
    ReleaseCutOff = "OH080", "release-cut-off", Warning;
    /// A revision of a release lies behind others than on the first target, so databases skip or repeat some there.
    ReleaseOutOfOrder = "OH081", "release-out-of-order", Error;
    /// A revision does something else on a release than on the first target.
    ReleaseBodyDiffers = "OH082", "release-body-differs", Warning;

    /// A new revision lies elsewhere in the graph of another remote branch that has it.
    ElsewhereOnBranch = "OH083", "elsewhere-on-branch", Notice;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Code {
    /// Whether it means that something could not be read, so that heads are not known: the verdict is then
    /// [`Verdict::Unknown`](crate::Verdict::Unknown).
    #[must_use]
    pub const fn is_unknown(self) -> bool {
        matches!(
            self,
            Self::NoAnswer
                | Self::SyntaxError
                | Self::UnreadableFile
                | Self::NotStatic
                | Self::Unmerged
                | Self::CompiledOnly
                | Self::MissingObject
                | Self::BadConfiguration
                | Self::MissingScriptLocation
                | Self::StrayRevision
                | Self::UnreadRevisions
                | Self::OutsideLocation
        )
    }

    /// Whether it is a change of a published revision, which can be meant.
    #[must_use]
    pub const fn is_about_published(self) -> bool {
        matches!(
            self,
            Self::InsertedBeforePublished
                | Self::PublishedReparented
                | Self::PublishedParentRemoved
                | Self::PublishedRenamed
                | Self::PublishedRemoved
                | Self::PublishedDependencyChanged
                | Self::PublishedLabelChanged
                | Self::PublishedBodyChanged
                | Self::PublishedElsewhere
        )
    }

    /// Whether it says that databases of a release do not go on.
    #[must_use]
    pub const fn is_about_releases(self) -> bool {
        matches!(
            self,
            Self::ReleaseCutOff | Self::ReleaseOutOfOrder | Self::ReleaseBodyDiffers
        )
    }

    /// Whether the repository or its settings can change it. What is missing from the clone, or what git does not
    /// answer, they cannot.
    #[must_use]
    pub const fn is_liftable(self) -> bool {
        !matches!(self, Self::NoAnswer | Self::MissingObject)
    }
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// The file.
    pub path: RepoPath,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u32>,
    /// Column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<u32>,
}

impl From<RepoPath> for Location {
    fn from(path: RepoPath) -> Self {
        Self {
            path,
            line: None,
            column: None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// Something that is to be said about an environment or the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What it is about.
    pub code: Code,
    /// The code in words.
    pub name: String,
    /// How much it weighs.
    pub severity: Severity,
    /// Where it comes from, if it was compared with the state that the change starts from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub origin: Option<Origin>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<Location>,
    /// What and why, in a line.
    pub message: String,
    /// The way out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hint: Option<String>,
    /// The revisions that it concerns.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub revisions: Vec<RevisionId>,
}

impl Finding {
    /// A finding of the code's own severity.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            name: code.name().into(),
            severity: code.severity(),
            origin: None,
            location: None,
            message: message.into(),
            hint: None,
            revisions: Vec::new(),
        }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, location: impl Into<Location>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Says the way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says which revisions it concerns.
    #[must_use]
    pub fn about(mut self, revisions: impl IntoIterator<Item = RevisionId>) -> Self {
        self.revisions = revisions.into_iter().collect();
        self
    }

    /// Whether it makes a check fail.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The same, of this origin.
    #[must_use]
    pub fn of_origin(self, origin: Origin) -> Self {
        Self {
            origin: Some(origin),
            ..self
        }
    }

    /// The same as a notice: it fails nothing here. The severity alone says what fails, so no format can tell otherwise.
    #[must_use]
    pub fn lowered(self) -> Self {
        Self {
            severity: Severity::Notice,
            ..self
        }
    }

    /// Whether it weighs less here than it would if the change introduced it.
    #[must_use]
    pub fn is_lowered(&self) -> bool {
        matches!(self.origin, Some(Origin::Inherited | Origin::Fixed))
            && self.severity == Severity::Notice
            && self.code.severity() > Severity::Notice
    }

    /// What a line about it begins with: its severity, or why it has none here.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.origin {
            Some(origin) if self.is_lowered() => origin.name(),
            _ => self.severity.name(),
        }
    }
}
