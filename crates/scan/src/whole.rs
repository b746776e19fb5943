//! A whole state, read from its files.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use onehead_configuration::named_paths::Roots;
use onehead_configuration::{Declaration, SETTINGS_FILES, Settings};
use onehead_model::{Code, Environment, Finding, RepoPath, ScanReport};

use crate::environment::{Aside, Loaded, load};
use crate::files::Files;
use crate::finder::{Discovery, Finder};
use crate::layout::LookedFor;
use crate::parse_cache::ParseCache;
use crate::scope::Scope;
use crate::strays::{self, Nearby, Stray};
use crate::unread::{Judge, Unread};
use crate::{ScanError, names, suggestion};

/// What the files of a state say.
pub(crate) struct Whole {
    pub(crate) settings: Settings,
    pub(crate) report: ScanReport,
    /// For each environment of the report what it does not say.
    pub(crate) asides: Vec<Aside>,
    pub(crate) looked_for: LookedFor,
}

/// Reads a whole state.
///
/// # Errors
/// git, the settings or what was asked for do not allow it, or there is no environment at all. Whatever is wrong
/// inside an environment is a finding of the report instead.
pub(crate) fn read(scope: &Scope, files: &Files, cache: &ParseCache) -> Result<Whole, ScanError> {
    let settings = Settings::read(|path| files.read(path))?;
    let finder = Finder {
        files,
        settings: &settings,
        options: &scope.options,
        roots: Roots::at(scope.root.to_str()),
    };
    let Discovery {
        located,
        findings,
        left_out,
        tried,
        ..
    } = finder.discover(&scope.named)?;
    let is_nothing = located.is_empty() && findings.is_empty();
    let mut loaded = Vec::with_capacity(located.len());
    for one in located {
        loaded.push(load(files, &settings, cache, one)?);
    }
    names::tell_apart(loaded.iter_mut().map(|one| &mut one.environment));
    let by_name = |one: &Loaded| {
        let environment = &one.environment;
        (environment.name.clone(), environment.config.clone())
    };
    loaded.sort_by_cached_key(by_name);
    let (strays, unread) = unread(scope, files, cache, &settings, &left_out, &loaded)?;
    let may_be_none = settings.allow_none || scope.options.allow_none;
    let is_said = |(_, finding): &(_, Finding)| finding.is_error();
    if is_nothing && !may_be_none && !unread.findings.iter().any(is_said) {
        return Err(no_environment(scope, &unread));
    }
    let mut looked_for = LookedFor {
        tried,
        ..LookedFor::default()
    };
    // Whether these are there decides which of them are read, in any scan.
    for path in SETTINGS_FILES {
        looked_for.tried.files.insert(path.to_owned());
    }
    let ids = strays.iter().filter_map(|one| one.id.as_ref());
    let names = strays.iter().flat_map(|one| one.names.iter().cloned());
    looked_for.stray_names = ids.map(ToString::to_string).chain(names).collect();
    looked_for.has_strays = !strays.is_empty();
    let mut environments = Vec::with_capacity(loaded.len());
    let mut read: HashSet<String> = HashSet::new();
    let mut asides = Vec::with_capacity(loaded.len());
    for one in loaded {
        let files = one.files.iter().map(|path| path.as_str().to_owned());
        looked_for.tried.files.extend(files);
        looked_for.modules.extend(one.modules);
        read.extend(one.read);
        environments.push(one.environment);
        asides.push(one.aside);
    }
    let mut report = ScanReport {
        source: files.source.clone(),
        environments,
        findings,
        unread: unread.files,
        left_out: unread.left_out,
        suggested: unread.suggested,
    };
    for (environment, finding) in unread.findings {
        let findings = match environment {
            Some(index) => &mut report.environments[index].findings,
            None => &mut report.findings,
        };
        if finding.is_error() {
            // That it reads nothing is then no news.
            findings.retain(|one| one.code != Code::EmptyEnvironment);
        }
        findings.push(finding);
    }
    report.findings.extend(idle_declarations(&settings, &read));
    put_findings_in_order(&mut report);
    Ok(Whole {
        settings,
        report,
        asides,
        looked_for,
    })
}

/// Files that look like revisions and that no environment loads, and what is said of them.
fn unread(
    scope: &Scope,
    files: &Files,
    cache: &ParseCache,
    settings: &Settings,
    left_out: &BTreeMap<RepoPath, Vec<RepoPath>>,
    loaded: &[Loaded],
) -> Result<(Vec<Stray>, Unread), ScanError> {
    let environments: Vec<&Environment> = loaded.iter().map(|one| &one.environment).collect();
    let nearby = Nearby::of(environments.iter().copied());
    let read = loaded.iter().flat_map(|one| &one.read);
    let strays = strays::find(files, cache, &nearby, &read.map(String::as_str).collect())?;
    let named = &scope.named;
    let judge = Judge {
        files,
        settings,
        environments: &environments,
        left_out,
        only_some: !named.configs.is_empty() || named.script_location.is_some(),
    };
    let mut unread = judge.judge(&strays);
    let outside = loaded.iter().filter(|one| !one.outside.is_empty());
    suggestion::add_elsewhere(
        &mut unread.suggested,
        outside.map(|one| (&one.environment, one.outside.as_slice())),
    );
    Ok((strays, unread))
}

/// That there is nothing to check, with the folders of what looks like revisions all the same.
fn no_environment(scope: &Scope, unread: &Unread) -> ScanError {
    let folders: BTreeSet<RepoPath> = unread
        .files
        .iter()
        .filter(|file| file.left_out_by.is_none())
        .map(|file| file.path.parent())
        .collect();
    ScanError::NoEnvironment {
        root: scope.root.display().to_string(),
        left_out: unread.left_out.len(),
        folders: folders.into_iter().collect(),
    }
}

/// What is declared of files that no environment reads.
fn idle_declarations(settings: &Settings, read: &HashSet<String>) -> Vec<Finding> {
    let is_read = |file: &RepoPath| read.contains(file.as_str());
    let idle = settings
        .declarations
        .iter()
        .filter(|one| !is_read(&one.file));
    let finding = |one: &Declaration| {
        let message = format!(
            "`[[declare]]` names `{}`, which no environment reads",
            one.file
        );
        Finding::new(Code::DeclarationNotNeeded, message)
            .at(settings.path.clone().unwrap_or_default())
            .hint("remove the entry, or correct its `file`")
    };
    idle.map(finding).collect()
}

fn put_findings_in_order(report: &mut ScanReport) {
    let place = |finding: &Finding| {
        (
            finding.location.clone(),
            finding.code,
            finding.message.clone(),
        )
    };
    report.findings.sort_by_cached_key(place);
    for one in &mut report.environments {
        one.findings.sort_by_cached_key(place);
    }
}
