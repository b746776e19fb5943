//! Where on the line tags were made.

use std::collections::HashMap;

use onehead_configuration::PublishedSettings;
use onehead_git::{Connection, GitError, Oid, Ref};
use onehead_model::AffectedTags;

use crate::ancestry::Ancestry;

/// The tags that publish, each with the place of the newest commit of the line that it has, by that place.
pub(crate) struct Tags(Vec<(usize, String)>);

impl Tags {
    /// Those that the settings name. One git process.
    pub(crate) fn named(
        repository: &Connection,
        settings: &PublishedSettings,
    ) -> Result<Vec<Ref>, GitError> {
        let mut tags = repository.refs()?;
        tags.retain(|one| one.name.starts_with("refs/tags/") && settings.publishes(&one.name));
        Ok(tags)
    }

    /// Finds their places.
    pub(crate) fn placed(tags: &[Ref], ancestry: &Ancestry) -> Self {
        let mut places = Places {
            ancestry,
            known: HashMap::new(),
        };
        let mut found: Vec<(usize, String)> = tags
            .iter()
            .filter_map(|tag| Some((places.of(&tag.commit)?, tag.name.short().to_owned())))
            .collect();
        found.sort();
        Self(found)
    }

    /// Those that have what came to the line at the first place and not what came at the second.
    pub(crate) fn between(&self, arrived: usize, at: usize) -> Option<AffectedTags> {
        let from = self.0.partition_point(|(place, _)| *place < arrived);
        let to = self.0.partition_point(|(place, _)| *place < at);
        let affected = self.0.get(from..to)?;
        Some(AffectedTags {
            count: affected.len(),
            oldest: affected.first()?.1.clone(),
            newest: affected.last()?.1.clone(),
        })
    }
}

/// The newest commit of the line that each of some commits has.
struct Places<'a> {
    ancestry: &'a Ancestry,
    known: HashMap<&'a Oid, Option<usize>>,
}

impl<'a> Places<'a> {
    fn of(&mut self, commit: &'a Oid) -> Option<usize> {
        let mut open = vec![commit];
        while let Some(&next) = open.last() {
            if self.known.contains_key(next) {
                open.pop();
                continue;
            }
            if let Some(place) = self.ancestry.place(next) {
                self.known.insert(next, Some(place));
                continue;
            }
            let commit = self.ancestry.commit(next);
            let parents = commit.map_or(&[][..], |commit| &commit.parents);
            let missing = parents
                .iter()
                .filter(|parent| !self.known.contains_key(parent));
            let missing: Vec<&Oid> = missing.collect();
            match missing.is_empty() {
                true => {
                    let places = parents.iter().filter_map(|parent| self.known[parent]);
                    let newest = places.max();
                    self.known.insert(next, newest);
                }
                false => open.extend(missing),
            }
        }
        self.known[commit]
    }
}
