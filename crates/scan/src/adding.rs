//! A commit with new revision files in it, told from its scan: what most branches do, so nothing else is read
//! again.

use onehead_git::{EntryKind, Object};
use onehead_model::{Environment, RepoPath, Revision, ScanReport, Source};
use onehead_python::revision::{Reading, read};

use crate::declared::{Outcome, revision};
use crate::files::Files;
use crate::ground::Ground;
use crate::imports::Imports;
use crate::listing::{FileKind, kind_of};
use crate::memo::key_of_oid;
use crate::{Overlay, ScanError};

impl Ground {
    /// What [`Ground::scan`] would report of these files and whatever else cannot matter to it, given what it
    /// reports of the commit alone. `None` if that takes a scan: a file is not new or lies elsewhere than right in
    /// one version location, or what it says is wrong or needs another file.
    ///
    /// # Errors
    /// git failed.
    pub fn with_added(
        &mut self,
        report: &ScanReport,
        added: &Overlay,
    ) -> Result<Option<ScanReport>, ScanError> {
        if self.has_links() || !added.unknown.is_empty() {
            return Ok(None);
        }
        let mut report = report.clone();
        for (path, object) in &added.entries {
            let place = self.place(&report, path, object.as_ref());
            let Some((environment, path, oid)) = place else {
                return Ok(None);
            };
            let Some(revision) = self.revision(&path, oid)? else {
                return Ok(None);
            };
            insert(&mut report.environments[environment], revision);
        }
        Ok(Some(report))
    }

    /// The environment that a file belongs to, if it is new there and nowhere else.
    fn place<'a>(
        &self,
        report: &ScanReport,
        path: &str,
        object: Option<&'a Object>,
    ) -> Option<(usize, RepoPath, &'a str)> {
        let object = object.filter(|object| object.kind == EntryKind::File)?;
        let path = RepoPath::new(path).ok()?;
        let folder = path.parent();
        let mut holding =
            (0..report.environments.len()).filter(|&at| holds(&report.environments[at], &path));
        let (Some(at), None) = (holding.next(), holding.next()) else {
            return None;
        };
        let environment = &report.environments[at];
        let mut locations = environment.version_locations.iter();
        let is_compiled = |path: &str| path.ends_with(".pyc") || path.ends_with(".pyo");
        let is_plain = locations.clone().filter(|one| **one == folder).count() == 1
            && locations.all(|one| one == &folder || !path.is_within(one))
            && !environment.merge.recursive
            && !environment.revisions.is_empty()
            && matches!(kind_of(path.name(), false), FileKind::Revision)
            && path.name() != "env.py"
            && self.entry(path.as_str()).is_none()
            && !self.below(folder.as_str()).any(is_compiled);
        is_plain.then_some((at, path, object.oid.as_str()))
    }

    /// What a file says, if it says everything itself and nothing wrong.
    fn revision(&mut self, path: &RepoPath, oid: &str) -> Result<Option<Revision>, ScanError> {
        let Some(key) = key_of_oid(oid) else {
            return Ok(None);
        };
        let reading = match self.memo().get(&key) {
            Some(known) => known,
            None => {
                let blobs = self.repository().blobs(&[oid.to_owned()])?;
                let Some(bytes) = blobs.into_iter().flatten().next() else {
                    return Ok(None);
                };
                let new: Reading = read(&bytes);
                self.memo_mut().learn(&[(key, new.clone())]);
                new
            }
        };
        let nothing = Files::from_entries(Source::Index, None, self.repository(), Vec::new())?;
        let imports = Imports::new(&nothing, vec![RepoPath::root()]);
        let mut findings = Vec::new();
        let revision = revision(path, &Outcome::Read(reading), &imports, &mut findings);
        let is_plain = findings.is_empty() && imports.paths().is_empty();
        Ok(revision.filter(|_| is_plain))
    }
}

/// Whether a file is any business of an environment.
fn holds(environment: &Environment, path: &RepoPath) -> bool {
    let mut locations = environment.version_locations.iter();
    path.is_within(&environment.script_location)
        || locations.any(|location| path.is_within(location))
}

/// Puts a revision where the listing of the version locations would have it.
fn insert(environment: &mut Environment, revision: Revision) {
    let locations = &environment.version_locations;
    let place = |path: &RepoPath| {
        let folder = path.parent();
        locations.iter().position(|location| *location == folder)
    };
    let new = (place(&revision.path), revision.path.as_str());
    let at = environment
        .revisions
        .partition_point(|one| (place(&one.path), one.path.as_str()) < new);
    environment.revisions.insert(at, revision);
}
