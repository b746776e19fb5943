//! What became of the files of published revisions: which differ, which id they have, what their code does.
//!
//! Only files whose object ids differ are read.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use onehead_git::EntryKind;
use onehead_model::{Environment, Field, RepoPath, Revision, RevisionId};
use onehead_python::{CodeDifference, code_difference};
use onehead_scan::{ScanError, Snapshot};

use super::change::Renamed;

/// An environment in two states.
#[derive(Clone, Copy)]
pub(crate) struct Files<'a> {
    pub(crate) before: &'a Snapshot,
    pub(crate) after: &'a Snapshot,
    pub(crate) published: &'a Environment,
    /// None if it is gone.
    pub(crate) left: Option<&'a Environment>,
}

/// A revision that is in both states.
type Both<'a> = (&'a Revision, &'a Revision);

impl<'a> Files<'a> {
    /// Whether every published revision is declared as it was, in a file with the same content.
    pub(crate) fn are_untouched(&self) -> bool {
        let left: HashMap<&RevisionId, &Revision> = self.left().map(|one| (&one.id, one)).collect();
        self.published.revisions.iter().all(|one| {
            let same = left.get(&one.id);
            same.is_some_and(|same| {
                // States that are made from one another share what neither of them changed.
                std::ptr::eq(*same, &**one)
                    || **same == **one && self.is_same(&one.path, &same.path)
            })
        })
    }

    /// Whether every published revision is declared once and as it was, whatever its code does, and none depends on
    /// another one than by its parents: then what lies before each is what it was.
    pub(crate) fn are_declared_the_same(&self) -> bool {
        let (before, after) = (by_id(&self.published.revisions), by_id_of(self.left()));
        before.iter().all(|(id, files)| {
            let left = after.get(id).map(|left| &left[..]);
            let (&[one], Some(&[other])) = (&files[..], left) else {
                return false;
            };
            one.down_revisions == other.down_revisions
                && one.depends_on.is_empty()
                && other.depends_on.is_empty()
                && one.branch_labels == other.branch_labels
                && one.unknown.is_empty()
                && other.unknown.is_empty()
        })
    }

    fn left(&self) -> impl Iterator<Item = &'a Revision> {
        let left = self.left.into_iter();
        left.flat_map(|left| left.revisions.iter().map(Arc::as_ref))
    }

    /// Whether git has the same content at both paths. What a link leads to may differ all the same.
    pub(crate) fn is_same(&self, before: &RepoPath, after: &RepoPath) -> bool {
        let before = self.before.object(before.as_str());
        before
            .as_ref()
            .is_some_and(|one| one.kind == EntryKind::File)
            && before == self.after.object(after.as_str())
    }

    /// The published revisions that are still there, but for ids that several files have.
    fn both(&self) -> Vec<Both<'a>> {
        let (before, after) = (by_id(&self.published.revisions), by_id_of(self.left()));
        let both =
            before
                .into_iter()
                .filter_map(|(id, files)| match (&files[..], &after.get(id)?[..]) {
                    ([one], [other]) => Some((*one, *other)),
                    _ => None,
                });
        both.collect()
    }

    /// The published revisions whose files have another id: they lie where the old one lay, or say the same.
    pub(crate) fn renamed(&self) -> Result<Renamed, ScanError> {
        let before = by_id(&self.published.revisions);
        let after = by_id_of(self.left());
        let mut new: Vec<&Revision> = self
            .left()
            .filter(|one| !before.contains_key(&one.id))
            .collect();
        let gone = before
            .iter()
            .filter(|(id, files)| !after.contains_key(*id) && files.len() == 1)
            .map(|(_, files)| files[0]);
        let mut renamed = Renamed::new();
        for one in gone {
            let mut same = None;
            for (at, other) in new.iter().enumerate() {
                if other.path == one.path || self.says_the_same(one, other)? {
                    same = Some(at);
                    break;
                }
            }
            if let Some(at) = same {
                renamed.insert(one.id.clone(), new.remove(at).id.clone());
            }
        }
        Ok(renamed)
    }

    /// Whether two revisions differ in nothing but their ids.
    fn says_the_same(&self, one: &Revision, other: &Revision) -> Result<bool, ScanError> {
        let alike = one.message == other.message
            && one.create_date == other.create_date
            && one.down_revisions == other.down_revisions
            && one.depends_on == other.depends_on;
        if !alike || self.after.holds(one.path.as_str()) {
            return Ok(false);
        }
        let difference = self.code_differences(&[(one, other)])?;
        Ok(difference.is_empty())
    }

    /// Whether upgrading to one new revision does what upgrading to another does. What only a downgrade runs may differ.
    pub(crate) fn upgrades_alike(
        &self,
        one: &RevisionId,
        other: &RevisionId,
    ) -> Result<bool, ScanError> {
        let path = |id: &RevisionId| {
            let mut files = self.left().filter(|left| left.id == *id);
            let only = files.next().filter(|_| files.next().is_none());
            only.map(|one| one.path.clone())
        };
        let (Some(one), Some(other)) = (path(one), path(other)) else {
            return Ok(false);
        };
        let aside: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
        let texts = self.after.texts(&[one, other])?;
        Ok(match &texts[..] {
            [Ok(one), Ok(other)] => code_difference(one, other, &aside).is_ok_and(|difference| {
                !difference.elsewhere && difference.functions.iter().all(|name| name == "downgrade")
            }),
            _ => false,
        })
    }

    /// The revisions that are in both states with other labels: those that went, and those that came.
    pub(crate) fn labels(&self) -> BTreeMap<&'a RevisionId, (Vec<String>, Vec<String>)> {
        let labels =
            |one: &Revision| -> BTreeSet<String> { one.branch_labels.iter().cloned().collect() };
        let known = |one: &Revision| !one.unknown.contains(&Field::BranchLabels);
        let changed = self.both().into_iter().filter_map(|(one, other)| {
            let (before, after) = (labels(one), labels(other));
            let minus =
                |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect();
            (known(one) && known(other) && before != after)
                .then(|| (&one.id, (minus(&before, &after), minus(&after, &before))))
        });
        changed.collect()
    }

    /// The revisions that are in both states and whose code does something else.
    pub(crate) fn bodies(&self) -> Result<BTreeMap<&'a RevisionId, CodeDifference>, ScanError> {
        let mut both = self.both();
        both.retain(|(one, other)| !self.is_same(&one.path, &other.path));
        self.code_differences(&both)
    }

    /// What the code of each of these does otherwise, beside what its four names say. A version that is not Python has a
    /// finding of its own.
    fn code_differences(
        &self,
        pairs: &[Both<'a>],
    ) -> Result<BTreeMap<&'a RevisionId, CodeDifference>, ScanError> {
        let before: Vec<RepoPath> = pairs.iter().map(|(one, _)| one.path.clone()).collect();
        let after: Vec<RepoPath> = pairs.iter().map(|(_, other)| other.path.clone()).collect();
        let texts = std::iter::zip(self.before.texts(&before)?, self.after.texts(&after)?);
        let mut differences = BTreeMap::new();
        for (&(one, other), (before, after)) in std::iter::zip(pairs, texts) {
            let (Ok(before), Ok(after)) = (before, after) else {
                continue;
            };
            let known = |field: &Field| ![one, other].iter().any(|one| one.unknown.contains(field));
            let aside: Vec<&str> = Field::ALL
                .iter()
                .filter(|field| known(field))
                .map(|field| field.name())
                .collect();
            match code_difference(&before, &after, &aside) {
                Ok(difference) if !difference.is_none() => {
                    differences.insert(&one.id, difference);
                }
                Ok(_) | Err(_) => {}
            }
        }
        Ok(differences)
    }
}

fn by_id(revisions: &[Arc<Revision>]) -> BTreeMap<&RevisionId, Vec<&Revision>> {
    by_id_of(revisions.iter().map(Arc::as_ref))
}

fn by_id_of<'a>(
    revisions: impl Iterator<Item = &'a Revision>,
) -> BTreeMap<&'a RevisionId, Vec<&'a Revision>> {
    let mut files: BTreeMap<&RevisionId, Vec<&Revision>> = BTreeMap::new();
    for one in revisions {
        files.entry(&one.id).or_default().push(one);
    }
    files
}
