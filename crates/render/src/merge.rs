//! One merge revision: id, name, bytes.

use std::collections::BTreeMap;

use jiff::Timestamp;
use onehead_model::{
    Change, Code, Content, EnvironmentGraph, Field, Finding, Location, PlannedMerge, RepoPath,
    RevisionId,
};
use onehead_python::Encoding;
use onehead_python::revision::{Reading, RevisionFacts, Term, read};
use sha2::{Digest, Sha256};

use crate::mako::{self, Config, Context, Value};
use crate::options::{DEFAULT_MESSAGE, RenderOptions};
use crate::{date, name};

/// Renders a fix.
///
/// # Errors
/// Why it is not rendered, as a finding.
pub(crate) fn merge(
    environment: &EnvironmentGraph,
    fix: &PlannedMerge,
    options: &RenderOptions,
    given_date: Option<Timestamp>,
) -> Result<Change, Finding> {
    let refuse = |message: String| {
        let finding = Finding::new(Code::NotRenderable, message)
            .about(fix.parents.iter().map(|parent| parent.id.clone()));
        match &environment.merge.template {
            Some(template) => finding.at(template.path.clone()),
            None => finding.at(environment.script_location.clone()),
        }
    };
    let revision = options
        .rev_id
        .as_deref()
        .map_or_else(|| default_id(fix, options), RevisionId::new);
    if environment.revisions.iter().any(|node| node.id == revision) {
        return Err(refuse(format!("revision id `{revision}` is taken")));
    }
    let message = options.message.as_deref().unwrap_or(DEFAULT_MESSAGE);
    let instant = given_date.unwrap_or_else(|| date::latest(&fix.parents));
    let create_date =
        date::create_date(instant, environment.merge.timezone.as_deref()).map_err(refuse)?;
    let parts = name::Parts {
        rev: revision.as_str(),
        message,
        date: &create_date,
        epoch: instant.as_second(),
        truncate_slug_length: environment.merge.truncate_slug_length,
    };
    let file_name = name::file_name(&environment.merge.file_template, &parts).map_err(refuse)?;
    let path = fix
        .directory
        .resolve(&file_name)
        .filter(|path| path.is_within(&fix.directory))
        .ok_or_else(|| {
            refuse(format!(
                "`file_template` gives `{file_name}`, which is outside the version location"
            ))
        })?;

    if !environment.merge.recursive && path.parent() != fix.directory {
        return Err(refuse(format!(
            "`file_template` puts the revision into `{}`, where Alembic does not look",
            path.parent()
        ))
        .hint("set `recursive_version_locations = true`, or remove the `/` from `file_template`"));
    }

    let template = environment.merge.template.as_ref().ok_or_else(|| {
        refuse("`script.py.mako` is missing or not UTF-8, so no merge revision can be rendered".into())
            .hint("restore it from `alembic init`, or set `template` under `[[environment]]` in `onehead.toml`")
    })?;
    let names = Names {
        environment,
        fix,
        options,
        revision: &revision,
        message,
        create_date,
    };
    let text = mako::render(&template.text, &names.context()).map_err(|refusal| {
        let place = Location { path: template.path.clone(), line: u32::try_from(refusal.line).ok(), column: None };
        refuse(format!("the template cannot be rendered: {}", refusal.construct))
            .at(place)
            .hint("simplify the template at that line, or set `alembic = \"uv run alembic\"` (or similar) in `onehead.toml` to render with the project's own Alembic")
    })?;
    let bytes = encode(&text, &environment.merge.output_encoding).map_err(refuse)?;
    let down_revisions: Vec<RevisionId> =
        fix.parents.iter().map(|parent| parent.id.clone()).collect();
    check_merge(&bytes, &revision, &down_revisions, options).map_err(refuse)?;
    Ok(Change {
        environment: environment.name.clone(),
        version_locations: environment.version_locations.clone(),
        diff: new_file_diff(&path, &text),
        down_revisions,
        message: message.to_owned(),
        content: Content::from(bytes),
        revision,
        path,
        replaces: None,
    })
}

/// The id of a merge revision that was not given one: twelve hexadecimal digits, as Alembic's own ids look,
/// made from the ids of the parents: people who merge the same heads get the same id.
///
/// A message, date or label that was given makes another file, so it makes another id: the files of
/// two people are then two heads for the next merge, and not two files with one id.
#[must_use]
pub fn default_id(fix: &PlannedMerge, options: &RenderOptions) -> RevisionId {
    let mut ids: Vec<&str> = fix
        .parents
        .iter()
        .map(|parent| parent.id.as_str())
        .collect();
    ids.sort_unstable();
    let message = options
        .message
        .as_deref()
        .filter(|text| *text != DEFAULT_MESSAGE);
    let date = options.date.as_deref();
    let labels = options.branch_labels.iter().map(String::as_str);
    let mut hash = Sha256::new();
    hash.update(b"onehead merge 1");
    let parts = ids.into_iter().map(|id| (0, id));
    let given = message.map(|text| (1, text)).into_iter();
    let given = given.chain(date.map(|text| (2, text)));
    for (kind, part) in parts.chain(given).chain(labels.map(|label| (3, label))) {
        hash.update([kind]);
        hash.update(part);
    }
    twelve_digits(hash)
}

/// The id of a revision that has to give up its own to another file: twelve hexadecimal digits, made from
/// the id and the bytes of its file, so that each person who fixes it gets the same.
#[must_use]
pub fn new_id(id: &RevisionId, content: &[u8]) -> RevisionId {
    let mut hash = Sha256::new();
    hash.update(b"onehead new id 1");
    hash.update([0]);
    hash.update(id.as_str());
    hash.update([0]);
    hash.update(content);
    twelve_digits(hash)
}

fn twelve_digits(hash: Sha256) -> RevisionId {
    let bytes = hash.finalize();
    let hex: String = bytes
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    RevisionId::new(hex)
}

/// What `command.merge` gives to the template.
struct Names<'a> {
    environment: &'a EnvironmentGraph,
    fix: &'a PlannedMerge,
    options: &'a RenderOptions,
    revision: &'a RevisionId,
    message: &'a str,
    create_date: mako::DateTime,
}

impl Names<'_> {
    fn context(&self) -> Context {
        let mut context = Context::default();
        let parents = self.fix.parents.iter().map(|parent| parent.id.as_str());
        let labels = self.options.branch_labels.iter().map(String::as_str);
        context.set("up_revision", Value::from(self.revision.as_str()));
        context.set("down_revision", Value::strings(parents));
        context.set(
            "branch_labels",
            if self.options.branch_labels.is_empty() {
                Value::None
            } else {
                Value::strings(labels)
            },
        );
        context.set("depends_on", Value::None);
        context.set("create_date", Value::DateTime(self.create_date.clone()));
        context.set("comma", Value::comma());
        context.set("message", Value::from(self.message));
        context.set("refresh", Value::Bool(true));
        context.set("config", Value::from(self.config()));
        context
    }

    fn config(&self) -> Config {
        let section = self
            .environment
            .config
            .as_ref()
            .and_then(|config| config.section.clone());
        let section = section.unwrap_or_else(|| "alembic".into());
        let options = self.environment.merge.options.clone();
        Config {
            main_section: section.clone(),
            sections: BTreeMap::from([(section, options)]),
        }
    }
}

/// `text.encode(output_encoding)`
fn encode(text: &str, name: &str) -> Result<Vec<u8>, String> {
    let encoding = Encoding::named(name)
        .filter(|encoding| *encoding == Encoding::Utf8 || encoding.is_single_byte())
        .ok_or_else(|| format!("`output_encoding` is `{name}`, which is unknown"))?;
    let bytes = encoding
        .encode(text)
        .ok_or_else(|| format!("the revision cannot be encoded as `{name}`"))?;
    let has_mark = name.to_ascii_lowercase().replace('_', "-") == "utf-8-sig";
    let mark: &[u8] = if has_mark { b"\xef\xbb\xbf" } else { b"" };
    Ok([mark, &bytes].concat())
}

/// Reads a new file as anyone would: if it does not declare what was planned, the template is at
/// fault (one in the field quotes `"${down_revision}"`), and writing it would break the graph.
///
/// # Errors
/// What it declares instead, in words.
pub fn check_merge(
    bytes: &[u8],
    revision: &RevisionId,
    down_revisions: &[RevisionId],
    options: &RenderOptions,
) -> Result<(), String> {
    let facts = match read(bytes) {
        Reading::Module(facts) => facts,
        Reading::Broken { message, .. } => {
            return Err(format!(
                "the template gives a file that is not Python: {message}"
            ));
        }
    };
    let strings = |items: Vec<&str>| {
        Some(Term::Sequence(
            items
                .into_iter()
                .map(|item| Term::Str(item.into()))
                .collect(),
        ))
    };
    let parents = strings(down_revisions.iter().map(RevisionId::as_str).collect());
    expect(
        &facts,
        Field::Revision,
        &Some(Term::Str(revision.as_str().into())),
    )?;
    expect(&facts, Field::DownRevision, &parents)?;
    if !options.branch_labels.is_empty() {
        let labels = strings(options.branch_labels.iter().map(String::as_str).collect());
        expect(&facts, Field::BranchLabels, &labels)?;
    }
    Ok(())
}

fn expect(facts: &RevisionFacts, field: Field, expected: &Option<Term>) -> Result<(), String> {
    match facts.field(field) {
        Some(fact) if Some(&fact.term) == expected.as_ref() => Ok(()),
        Some(fact) => Err(format!(
            "the template gives `{field}` as `{}`, which differs from the plan",
            fact.text
        )),
        None => Err(format!("the template does not give `{field}`")),
    }
}

/// A new file as a unified diff.
#[must_use]
pub fn new_file_diff(path: &RepoPath, text: &str) -> String {
    similar::TextDiff::from_lines("", text)
        .unified_diff()
        .header("/dev/null", &format!("b/{path}"))
        .to_string()
}
