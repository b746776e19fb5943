//! A whole state, read from its files.

use onehead_model::{Finding, ScanReport};

use crate::config::Roots;
use crate::environment::{Aside, Loaded, load};
use crate::files::Files;
use crate::finder::{Discovery, Finder};
use crate::layout::LookedFor;
use crate::parse_cache::ParseCache;
use crate::scope::Scope;
use crate::settings::Settings;
use crate::{ScanError, names};

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
    let settings = Settings::read(files)?;
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
    let may_be_none = settings.allow_none || scope.options.allow_none;
    if located.is_empty() && findings.is_empty() && !may_be_none {
        return Err(ScanError::NoEnvironment {
            root: scope.root.display().to_string(),
            left_out: left_out.len(),
        });
    }
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
    let mut looked_for = LookedFor {
        tried,
        ..LookedFor::default()
    };
    // Whether these are there decides which of them are read, in any scan.
    for path in ["onehead.toml", "pyproject.toml"] {
        looked_for.tried.files.insert(path.to_owned());
    }
    let mut environments = Vec::with_capacity(loaded.len());
    let mut asides = Vec::with_capacity(loaded.len());
    for one in loaded {
        let files = one.files.iter().map(|path| path.as_str().to_owned());
        looked_for.tried.files.extend(files);
        looked_for.modules.extend(one.modules);
        environments.push(one.environment);
        asides.push(one.aside);
    }
    let mut report = ScanReport {
        source: files.source.clone(),
        environments,
        findings,
    };
    put_findings_in_order(&mut report);
    Ok(Whole {
        settings,
        report,
        asides,
        looked_for,
    })
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
