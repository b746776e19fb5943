//! A whole state, read from its files.

use std::collections::{BTreeMap, BTreeSet};

use onehead_configuration::named_paths::Roots;
use onehead_configuration::{Declaration, Settings};
use onehead_model::{Code, Environment, Finding, RepoPath, ScanReport};

use crate::environment::{Aside, Loaded, load};
use crate::files::Files;
use crate::finder::{Discovery, Finder};
use crate::layout::{LookedFor, Tried};
use crate::located::Located;
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
    let settings = files.settings()?;
    let finder = Finder {
        files,
        settings: &settings,
        options: &scope.options,
        roots: Roots::at(scope.root.to_str()),
    };
    let Discovery {
        located,
        mut findings,
        left_out,
        mut tried,
        ..
    } = finder.discover(&scope.named)?;
    let loaded = load_all(files, &settings, cache, located)?;
    let (strays, unread) = unread(scope, files, cache, &settings, &left_out, &loaded)?;
    let may_be_none = settings.allow_none || scope.options.allow_none;
    if loaded.is_empty() && findings.is_empty() && !unread.has_error() && !may_be_none {
        return Err(no_environment(scope, &unread));
    }
    findings.extend(idle_declarations(&settings, &loaded));
    let settings_files = files.settings_files().map(|path| path.to_string());
    tried.files.extend(settings_files);
    let looked_for = looked_for(tried, &loaded, &strays);
    let (environments, asides) = loaded
        .into_iter()
        .map(|one| (one.environment, one.aside))
        .unzip();
    let mut report = ScanReport {
        source: files.source.clone(),
        environments,
        findings,
        unread: unread.files,
        left_out: unread.left_out,
        suggested: unread.suggested,
    };
    add_findings(&mut report, unread.findings);
    put_findings_in_order(&mut report);
    Ok(Whole {
        settings,
        report,
        asides,
        looked_for,
    })
}

/// The environments with their revisions, by name.
fn load_all<'a>(
    files: &'a Files,
    settings: &Settings,
    cache: &ParseCache,
    located: Vec<Located>,
) -> Result<Vec<Loaded<'a>>, ScanError> {
    let loaded = located
        .into_iter()
        .map(|one| load(files, settings, cache, one));
    let mut loaded = loaded.collect::<Result<Vec<Loaded<'_>>, _>>()?;
    names::tell_apart(loaded.iter_mut().map(|one| &mut one.environment));
    loaded.sort_by_cached_key(|one| {
        let environment = &one.environment;
        (environment.name.clone(), environment.config.clone())
    });
    Ok(loaded)
}

/// Files that look like revisions and that no environment loads, and what is said of them.
fn unread(
    scope: &Scope,
    files: &Files,
    cache: &ParseCache,
    settings: &Settings,
    left_out: &BTreeMap<RepoPath, Vec<RepoPath>>,
    loaded: &[Loaded<'_>],
) -> Result<(Vec<Stray>, Unread), ScanError> {
    let environments: Vec<&Environment> = loaded.iter().map(|one| &one.environment).collect();
    let nearby = Nearby::of(environments.iter().copied());
    let read = loaded.iter().flat_map(|one| one.read.iter().copied());
    let strays = strays::find(files, cache, &nearby, &read.collect())?;
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
    unread
        .suggested
        .retain(|one| suggestion::can_be_added(settings, one));
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
fn idle_declarations(settings: &Settings, loaded: &[Loaded<'_>]) -> Vec<Finding> {
    let is_read = |file: &RepoPath| {
        let mut read = loaded.iter().flat_map(|one| &one.read);
        read.any(|path| *path == file.as_str())
    };
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

/// What a later state has to be asked about before it can be said that nothing is other there.
fn looked_for(mut tried: Tried, loaded: &[Loaded<'_>], strays: &[Stray]) -> LookedFor {
    let files = loaded.iter().flat_map(|one| &one.files);
    tried
        .files
        .extend(files.map(|path| path.as_str().to_owned()));
    let modules = loaded.iter().flat_map(|one| &one.modules);
    let ids = strays.iter().filter_map(|one| one.id.as_ref());
    let names = strays.iter().flat_map(|one| &one.names);
    LookedFor {
        tried,
        has_strays: !strays.is_empty(),
        stray_names: ids.map(ToString::to_string).chain(names.cloned()).collect(),
        modules: modules.cloned().collect(),
    }
}

/// Adds what is said of unread files, each to its environment, or to the repository.
fn add_findings(report: &mut ScanReport, of_unread: Vec<(Option<usize>, Finding)>) {
    for (environment, finding) in of_unread {
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
