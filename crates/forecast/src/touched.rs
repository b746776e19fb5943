//! Which environments a head changes: a problem of the target is no business of a head that leaves its environment alone.

use onehead_git::{Difference, Differences, EntryKind};
use onehead_model::{Code, Finding, RepoPath};

use crate::forecast::{Forecast, Outcome};
use crate::view::{View, is_fork};
use onehead_scan::file_names::{leads, leads_by_content};

/// A change, and the state that comes of it.
#[derive(Clone, Copy)]
pub(crate) struct Touch<'a> {
    /// What it changes; none where that is not known, and then it may touch everything.
    pub(crate) changes: Option<&'a Differences>,
    /// The state.
    pub(crate) view: &'a View,
}

impl Touch<'_> {
    /// Whether it changes anything in an environment, its configuration, or what values are taken from.
    pub(crate) fn environment(&self, name: &str) -> bool {
        let Some(environment) = self.view.environment(name) else {
            return false;
        };
        self.any(&|path| {
            environment.places.concern(path)
                || self.view.imported.contains(path)
                || path.name() == "onehead.toml"
        })
    }

    /// Whether it changes the very file of something that cannot be read outside of the environments that are known, or
    /// something that looks like migrations and belongs to none of them.
    pub(crate) fn elsewhere(&self, unread: &Finding) -> bool {
        let place = unread.location.as_ref();
        self.any(&|path| {
            place.is_some_and(|place| *path == place.path) || may_concern(unread, self.view, path)
        })
    }

    /// Whether an error keeps the change from being judged, wherever it comes from: something cannot be read, or is wrong
    /// in a way that leaves open which heads there are.
    pub(crate) fn keeps_unknown(&self, environment: Option<&str>, finding: &Finding) -> bool {
        let is_unread = finding.code.is_unknown();
        finding.is_error()
            && match environment {
                None => is_unread && self.elsewhere(finding),
                Some(name) => {
                    (is_unread || !is_fork(finding) && !self.view.heads_are_known(environment))
                        && self.environment(name)
                }
            }
    }

    fn any(&self, matters: &dyn Fn(&RepoPath) -> bool) -> bool {
        let Some(changes) = self.changes else {
            return true;
        };
        let mut changes = changes.paths.iter();
        changes.any(|change| {
            is_link(change) || RepoPath::new(&change.path).map_or(true, |path| matters(&path))
        })
    }
}

impl Forecast {
    /// What a head changes, and what comes of it; none where that is not known.
    pub(crate) fn touch(&self, head: usize) -> Option<Touch<'_>> {
        let view = match &self.heads[head].outcome {
            Outcome::Merged(view) => view,
            Outcome::AlreadyMerged => &self.view,
            Outcome::Unknown(_) => return None,
        };
        let changes = self.heads[head].changes.as_ref();
        Some(Touch { changes, view })
    }

    /// What cannot be read in the environments that a head changes, once it is merged.
    pub fn unread(&self, head: usize) -> impl Iterator<Item = &Finding> {
        self.unread_where(head, |environment| environment.is_some())
    }

    /// What cannot be read outside of the environments that are known then, and keeps the head from being judged.
    pub fn unread_elsewhere(&self, head: usize) -> impl Iterator<Item = &Finding> {
        self.unread_where(head, |environment| environment.is_none())
    }

    fn unread_where(
        &self,
        head: usize,
        wanted: fn(Option<&str>) -> bool,
    ) -> impl Iterator<Item = &Finding> {
        let touch = self.touch(head).into_iter();
        let unread = touch.flat_map(move |touch| {
            let errors = touch.view.errors();
            errors.filter(move |(environment, finding)| {
                wanted(*environment) && touch.keeps_unknown(*environment, finding)
            })
        });
        unread.map(|(_, finding)| finding)
    }
}

/// Whether a path looks like one of migrations and what cannot be read may be what is to be known of them: no environment
/// has the path, or the configuration of the one that has it may be what cannot be read.
fn may_concern(unread: &Finding, view: &View, path: &RepoPath) -> bool {
    let leads = leads(path.name()) && !leads_by_content(path.name());
    let is_configuration = matches!(
        unread.code,
        Code::BadConfiguration | Code::MissingScriptLocation
    );
    let mut known = view.environments.iter();
    (leads || path.parts().any(|part| part == "versions"))
        && !known.any(|one| one.places.concern(path) && (one.is_configured || !is_configuration))
}

/// A link may lead to anything.
fn is_link(change: &Difference) -> bool {
    let mut objects = change.before.iter().chain(&change.after);
    objects.any(|object| object.kind == EntryKind::Symlink)
}
