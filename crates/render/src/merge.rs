//! One merge revision: id, name, bytes.

use std::collections::BTreeMap;

use onehead_model::{
    Change, Code, Content, EnvironmentGraph, Field, Finding, Location, PlannedMerge, RepoPath,
    RevisionId,
};
use onehead_python::Encoding;
use onehead_python::revision::{Reading, RevisionFacts, Term, read};

use crate::identity::Identity;
use crate::mako::{Config, Context, Value};
use crate::options::RenderOptions;
use crate::{date, mako, name, names};

/// Renders a fix.
///
/// # Errors
/// Why it is not rendered, as a finding.
pub(crate) fn merge(
    environment: &EnvironmentGraph,
    fix: &PlannedMerge,
    options: &RenderOptions,
    identity: Result<Identity, String>,
) -> Result<Change, Finding> {
    let refuse = |message: String| {
        let finding = Finding::new(Code::NotRenderable, message)
            .about(fix.parents.iter().map(|parent| parent.id.clone()));
        match &environment.merge.template {
            Some(template) => finding.at(template.path.clone()),
            None => finding.at(environment.script_location.clone()),
        }
    };
    let Identity {
        id: revision,
        message,
    } = identity.map_err(refuse)?;
    if environment.revisions.iter().any(|node| node.id == revision) {
        return Err(refuse(format!("revision id `{revision}` is taken")));
    }
    let (instant, create_date) = date::of_merge(environment, fix, options).map_err(refuse)?;
    let parts = name::Parts {
        rev: revision.as_str(),
        message: &message,
        date: &create_date,
        epoch: instant.as_second(),
        truncate_slug_length: environment.merge.truncate_slug_length,
    };
    let file_name = names::of_merge(environment, &parts).map_err(refuse)?;
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
        message: &message,
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
        message,
        content: Content::from(bytes),
        revision,
        path,
        replaces: None,
    })
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
            fact.written()
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
