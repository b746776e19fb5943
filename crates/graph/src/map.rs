//! The revisions with their parents, children and dependencies as numbers
//! (`RevisionMap._revision_map`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use onehead_model::{Code, Field, Finding, Location, Revision, RevisionId};

/// Characters that Alembic refuses in an id (`revision._revision_illegal_chars`).
const ILLEGAL: &[char] = &['@', '-', '+', ':'];

/// A graph over the revisions of one environment, numbered in the order in which Alembic loads them.
pub(crate) struct Map<'a> {
    revisions: &'a [Revision],
    /// The number of each id: of several files with one id, Alembic keeps the last.
    by_id: HashMap<&'a str, usize>,
    /// Whether it is the one that its id names.
    is_living: Vec<bool>,
    parents: Vec<Vec<usize>>,
    next: Vec<Vec<usize>>,
    dependencies: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
    labels: Vec<BTreeSet<&'a str>>,
}

impl<'a> Map<'a> {
    /// Links the revisions, with a finding for whatever does not fit.
    pub(crate) fn new(revisions: &'a [Revision], findings: &mut Vec<Finding>) -> Self {
        let mut by_id = HashMap::with_capacity(revisions.len());
        let mut is_living = vec![true; revisions.len()];
        for (node, revision) in revisions.iter().enumerate() {
            if let Some(before) = by_id.insert(revision.id.as_str(), node) {
                is_living[before] = false;
            }
        }
        let mut map = Self {
            revisions,
            by_id,
            is_living,
            parents: vec![Vec::new(); revisions.len()],
            next: vec![Vec::new(); revisions.len()],
            dependencies: vec![Vec::new(); revisions.len()],
            dependents: vec![Vec::new(); revisions.len()],
            labels: vec![BTreeSet::new(); revisions.len()],
        };
        map.find_duplicates(findings);
        map.find_illegal_ids(findings);
        map.link_parents(findings);
        let labelled = map.own_labels(findings);
        map.link_dependencies(&labelled, findings);
        map
    }

    fn find_duplicates(&self, findings: &mut Vec<Finding>) {
        let repeated: BTreeSet<&str> = (0..self.len())
            .filter(|&node| !self.is_living[node])
            .map(|node| self.id(node).as_str())
            .collect();
        let mut files: BTreeMap<&str, Vec<&Revision>> = BTreeMap::new();
        if !repeated.is_empty() {
            for revision in self.revisions {
                if repeated.contains(revision.id.as_str()) {
                    files
                        .entry(revision.id.as_str())
                        .or_default()
                        .push(revision);
                }
            }
        }
        for (id, files) in files {
            let paths: Vec<String> = files
                .iter()
                .map(|revision| revision.path.to_string())
                .collect();
            findings.push(
                Finding::new(Code::DuplicateRevision, format!("revision `{id}` is defined in {}", paths.join(" and in ")))
                    .at(files[0].path.clone())
                    .about([files[0].id.clone()])
                    .hint("give the newer one another id, in its `revision` and in whatever follows it; a merge revision does not mend this"),
            );
        }
    }

    fn find_illegal_ids(&self, findings: &mut Vec<Finding>) {
        for revision in self.revisions {
            if !revision.id.as_str().contains(ILLEGAL) {
                continue;
            }
            let illegal: BTreeSet<char> = revision
                .id
                .as_str()
                .chars()
                .filter(|c| ILLEGAL.contains(c))
                .collect();
            if !illegal.is_empty() {
                let shown: Vec<String> = illegal.iter().map(|c| format!("`{c}`")).collect();
                findings.push(
                    Finding::new(
                        Code::IllegalRevisionId,
                        format!(
                            "revision id `{}` holds {}, which Alembic refuses",
                            revision.id,
                            shown.join(", ")
                        ),
                    )
                    .at(revision.path.clone())
                    .about([revision.id.clone()])
                    .hint("choose an id of letters, digits and `_`"),
                );
            }
        }
    }

    fn link_parents(&mut self, findings: &mut Vec<Finding>) {
        for node in self.living().collect::<Vec<_>>() {
            let revision = &self.revisions[node];
            for parent in &revision.down_revisions {
                match self.by_id.get(parent.as_str()) {
                    Some(&parent) if parent == node => findings.push(
                        Finding::new(
                            Code::SelfLoop,
                            format!("revision `{}` names itself in `down_revision`", revision.id),
                        )
                        .at(down_revision_of(revision))
                        .about([revision.id.clone()])
                        .hint("set `down_revision` to the revision that comes before it"),
                    ),
                    Some(&parent) => {
                        if !self.parents[node].contains(&parent) {
                            self.parents[node].push(parent);
                            self.next[parent].push(node);
                        }
                    }
                    None => findings.push(missing_parent(revision, parent)),
                }
            }
        }
    }

    /// The label of each revision that defines one, with a finding for a label used twice
    /// (`RevisionMap._map_branch_labels`).
    fn own_labels(&mut self, findings: &mut Vec<Finding>) -> HashMap<&'a str, usize> {
        let mut labelled: HashMap<&str, usize> = HashMap::new();
        for node in self.living().collect::<Vec<_>>() {
            let revision = &self.revisions[node];
            for label in &revision.branch_labels {
                let taken = labelled
                    .get(label.as_str())
                    .or_else(|| self.by_id.get(label.as_str()));
                if let Some(&other) = taken {
                    let what = if labelled.contains_key(label.as_str()) {
                        "label"
                    } else {
                        "id"
                    };
                    findings.push(
                        Finding::new(
                            Code::DuplicateLabel,
                            format!(
                                "branch label `{label}` of `{}` is already the {what} of `{}`",
                                revision.id,
                                self.id(other)
                            ),
                        )
                        .at(revision.path.clone())
                        .about([revision.id.clone(), self.id(other).clone()])
                        .hint("give one of them another label"),
                    );
                } else {
                    labelled.insert(label, node);
                }
                self.labels[node].insert(label);
            }
        }
        labelled
    }

    fn link_dependencies(&mut self, labelled: &HashMap<&str, usize>, findings: &mut Vec<Finding>) {
        for node in self.living().collect::<Vec<_>>() {
            let revision = &self.revisions[node];
            for name in &revision.depends_on {
                let found = labelled
                    .get(name.as_str())
                    .or_else(|| self.by_id.get(name.as_str()));
                match found {
                    Some(&other) if other == node => findings.push(
                        Finding::new(Code::SelfLoop, format!("revision `{}` names itself in `depends_on`", revision.id))
                            .at(revision.path.clone())
                            .about([revision.id.clone()])
                            .hint("remove it from `depends_on`"),
                    ),
                    Some(&other) => {
                        if !self.dependencies[node].contains(&other) {
                            self.dependencies[node].push(other);
                            self.dependents[other].push(node);
                        }
                    }
                    None => findings.push(
                        Finding::new(
                            Code::MissingDependency,
                            format!("`depends_on` of `{}` names `{name}`, which is neither a revision nor a branch label", revision.id),
                        )
                        .at(revision.path.clone())
                        .about([revision.id.clone()])
                        .hint(format!("restore the file that defines `{name}`, or correct `depends_on`")),
                    ),
                }
            }
        }
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.revisions.len()
    }

    /// The revisions that count, in Alembic's order: of several files with one id, the last.
    pub(crate) fn living(&self) -> impl Iterator<Item = usize> + use<'a, '_> {
        (0..self.len()).filter(|&node| self.is_living[node])
    }

    pub(crate) fn revision(&self, node: usize) -> &'a Revision {
        &self.revisions[node]
    }

    pub(crate) fn id(&self, node: usize) -> &'a RevisionId {
        &self.revisions[node].id
    }

    /// The revision that an id names.
    pub(crate) fn node(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(crate) fn parents(&self, node: usize) -> &[usize] {
        &self.parents[node]
    }

    /// Revisions that name it in `down_revision`.
    pub(crate) fn next(&self, node: usize) -> &[usize] {
        &self.next[node]
    }

    pub(crate) fn dependencies(&self, node: usize) -> &[usize] {
        &self.dependencies[node]
    }

    /// How many revisions name it as parent or dependency (`Revision._all_nextrev`).
    pub(crate) fn all_next(&self, node: usize) -> usize {
        let more = self.dependents[node]
            .iter()
            .filter(|other| !self.next[node].contains(other));
        self.next[node].len() + more.count()
    }

    pub(crate) fn labels(&self, node: usize) -> Vec<String> {
        self.labels[node]
            .iter()
            .map(|label| (*label).to_owned())
            .collect()
    }

    pub(crate) fn labels_mut(&mut self, node: usize) -> &mut BTreeSet<&'a str> {
        &mut self.labels[node]
    }

    /// Revisions that no `down_revision` names, in Alembic's order.
    pub(crate) fn heads(&self) -> Vec<usize> {
        self.living()
            .filter(|&node| self.next[node].is_empty())
            .collect()
    }

    /// Heads that no `depends_on` names either.
    pub(crate) fn effective_heads(&self) -> Vec<usize> {
        self.living()
            .filter(|&node| self.next[node].is_empty() && self.dependents[node].is_empty())
            .collect()
    }

    /// Revisions without parent, in Alembic's order.
    pub(crate) fn bases(&self) -> Vec<usize> {
        let is_base = |revision: &Revision| {
            revision.down_revisions.is_empty() && !revision.unknown.contains(&Field::DownRevision)
        };
        self.living()
            .filter(|&node| is_base(&self.revisions[node]))
            .collect()
    }
}

pub(crate) fn down_revision_of(revision: &Revision) -> Location {
    Location {
        path: revision.path.clone(),
        line: revision.down_revision_at.map(|span| span.line),
        column: revision.down_revision_at.map(|span| span.column),
    }
}

fn missing_parent(revision: &Revision, parent: &RevisionId) -> Finding {
    let place = down_revision_of(revision);
    let hint = if parent.as_str().is_empty() {
        format!("write `down_revision = None` at {place} if nothing comes before it")
    } else {
        format!("restore the file that defines `{parent}`, or correct `down_revision` at {place}")
    };
    Finding::new(
        Code::MissingParent,
        format!("parent `{parent}` of `{}` is not there", revision.id),
    )
    .at(place)
    .about([revision.id.clone()])
    .hint(hint)
}
