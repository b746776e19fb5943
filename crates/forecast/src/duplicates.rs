//! Several files with one revision id: who brought each, and which is newer.

use std::collections::HashMap;

use jiff::Timestamp;
use onehead_model::{Attribution, Code, EnvironmentGraph, Finding, Node, RepoPath, words};

/// What is known of the files of a state.
pub(crate) struct Origins<'a> {
    /// The commits that added files, by path.
    pub(crate) known: &'a HashMap<String, Attribution>,
    /// Whether a file without such a commit is in no commit; not so where history is cut.
    pub(crate) complete: bool,
}

/// The files of each id that several have.
pub(crate) fn files(environment: &EnvironmentGraph) -> impl Iterator<Item = &[Node]> {
    let by_id = environment.revisions.chunk_by(|a, b| a.id == b.id);
    by_id.filter(|files| files.len() > 1)
}

impl Origins<'_> {
    /// The file that came last: the only one that is in no commit, else that of the youngest commit.
    pub(crate) fn newest<'n>(&self, files: &[&'n Node]) -> Option<&'n Node> {
        let date = |node: &Node| -> Option<Option<Timestamp>> {
            match self.known.get(node.path.as_str()) {
                Some(origin) => Some(Some(origin.date.parse().ok()?)),
                None if self.complete => Some(None),
                None => None,
            }
        };
        let dates: Vec<Option<Timestamp>> =
            files.iter().map(|node| date(node)).collect::<Option<_>>()?;
        // What is in no commit is younger than every commit.
        let age = |at: usize| (dates[at].is_none(), dates[at]);
        let newest = (0..files.len()).max_by_key(|&at| age(at))?;
        let is_alone = (0..files.len()).all(|at| at == newest || age(at) != age(newest));
        is_alone.then(|| files[newest])
    }

    /// Who brought a file, in a few words.
    fn who(&self, path: &RepoPath) -> String {
        match self.known.get(path.as_str()) {
            Some(origin) => {
                let day = origin.date.get(..10).unwrap_or(&origin.date);
                let request = origin.pull_request.map(|number| format!(", #{number}"));
                format!(
                    "{}, {day}, commit {}{}",
                    origin.author,
                    words::short_id(&origin.commit),
                    request.unwrap_or_default()
                )
            }
            None if self.complete => "not committed".into(),
            None => "origin unknown".into(),
        }
    }

    /// Says of each duplicate id who brought the files and which is newer.
    pub(crate) fn tell(&self, environment: &EnvironmentGraph, findings: &mut [Finding], fix: &str) {
        for files in files(environment) {
            let files: Vec<&Node> = files.iter().collect();
            let changes = self.newest(&files).map(|node| (node, "the newer file"));
            if let Some(finding) = finding_about(&files, findings) {
                *finding = self.told(finding, &files, changes, fix);
            }
        }
    }

    /// What a finding says of files with one id: who brought each, and the one to change, with the reason.
    pub(crate) fn told(
        &self,
        finding: &Finding,
        files: &[&Node],
        changes: Option<(&Node, &str)>,
        fix: &str,
    ) -> Finding {
        let place = |node: &&Node| {
            let why = changes.filter(|(one, _)| one.path == node.path);
            let why = why.map_or_else(String::new, |(_, why)| format!("{why}; "));
            format!("{} ({why}{})", node.path, self.who(&node.path))
        };
        let places: Vec<String> = files.iter().map(place).collect();
        let message = format!(
            "revision `{}` is defined in {}",
            files[0].id,
            places.join(" and in ")
        );
        let mut told = Finding {
            message,
            ..finding.clone()
        };
        if let Some((node, _)) = changes {
            told.location = Some(node.path.clone().into());
            told.hint = Some(format!(
                "run `{fix}`, which gives {} another id unless it is published; a merge revision does not fix this",
                node.path
            ));
        }
        told
    }
}

/// The finding about the id that some files share.
pub(crate) fn finding_about<'f>(
    files: &[&Node],
    findings: &'f mut [Finding],
) -> Option<&'f mut Finding> {
    findings.iter_mut().find(|finding| {
        finding.code == Code::DuplicateRevision && finding.revisions.contains(&files[0].id)
    })
}
