//! Which environments a head changes: a problem of the target is no business of a head that leaves its environment alone.

use onehead_git::{Difference, EntryKind};
use onehead_model::{Code, Finding, RepoPath};

use crate::forecast::{Forecast, Outcome};
use crate::view::View;
use onehead_scan::file_names::{leads, leads_by_content};

impl Forecast {
    /// Whether a head changes anything in an environment, its configuration, or what values are taken from. Where its
    /// changes are not known, it does.
    pub(crate) fn touches(&self, head: usize, environment: &str) -> bool {
        let Outcome::Merged(view) = &self.heads[head].outcome else {
            return false;
        };
        let Some(environment) = view.environment(environment) else {
            return false;
        };
        self.changes_any(head, &|path| {
            environment.places.concern(path)
                || view.imported.contains(path)
                || path.name() == "onehead.toml"
        })
    }

    /// What cannot be read outside of the environments that are known then, and keeps the head from being judged: it
    /// changes that very file, or something that looks like migrations and belongs to none of them.
    pub(crate) fn unread_elsewhere(&self, head: usize) -> impl Iterator<Item = &Finding> {
        let view = match &self.heads[head].outcome {
            Outcome::Merged(view) => Some(view),
            Outcome::AlreadyMerged | Outcome::Unknown(_) => None,
        };
        let findings = view.into_iter().flat_map(|view| &view.findings);
        findings
            .filter(|finding| finding.is_error() && finding.code.is_unknown())
            .filter(move |finding| {
                let place = finding.location.as_ref();
                self.changes_any(head, &|path| {
                    place.is_some_and(|place| *path == place.path)
                        || may_concern(finding, view, path)
                })
            })
    }

    fn changes_any(&self, head: usize, matters: &dyn Fn(&RepoPath) -> bool) -> bool {
        let Some(changes) = &self.heads[head].changes else {
            return true;
        };
        let mut changes = changes.paths.iter();
        changes.any(|change| {
            is_link(change) || RepoPath::new(&change.path).map_or(true, |path| matters(&path))
        })
    }
}

/// Whether a path looks like one of migrations and what cannot be read may be what is to be known of them: no environment
/// has the path, or the configuration of the one that has it may be what cannot be read.
fn may_concern(unread: &Finding, view: Option<&View>, path: &RepoPath) -> bool {
    let leads = leads(path.name()) && !leads_by_content(path.name());
    let is_configuration = matches!(
        unread.code,
        Code::BadConfiguration | Code::MissingScriptLocation
    );
    let mut known = view.into_iter().flat_map(|view| &view.environments);
    (leads || path.parts().any(|part| part == "versions"))
        && !known.any(|one| one.places.concern(path) && (one.is_configured || !is_configuration))
}

/// A link may lead to anything.
fn is_link(change: &Difference) -> bool {
    let mut objects = change.before.iter().chain(&change.after);
    objects.any(|object| object.kind == EntryKind::Symlink)
}
