//! Several targets: whether databases of the others, the releases, can go on to the first one.

use std::error::Error;

use onehead_configuration::{TargetEntry, TargetSetting};
use onehead_forecast::{Analysis, FirstTarget, Release, Target, Targets};
use onehead_git::{Connection, Oid};
use onehead_model::CheckReport;
use onehead_published::Accepted;
use onehead_scan::ScanOptions;

use crate::error::{Answered, Words, words};
use crate::failure::{Failure, Kind};
use crate::target;

/// Where to look, and how.
pub(crate) struct Place<'a> {
    pub(crate) repository: &'a Connection,
    pub(crate) options: &'a ScanOptions,
    pub(crate) setting: &'a TargetSetting,
    /// Whether to fetch the first target where this clone lacks it.
    pub(crate) fetch: bool,
    /// The text of the request, if it is known.
    pub(crate) request: Option<&'a str>,
}

impl Place<'_> {
    /// Adds to the check of a commit whether databases of the release that it is merged into can go on with it. What the
    /// release has already is inherited, unless its own state is asked for.
    pub(crate) fn add_of_target(
        &self,
        report: &mut CheckReport,
        here: &Analysis,
        commit: &Oid,
        release: &Target,
    ) {
        if !self.is_release(release) {
            return;
        }
        let looked = self.of_target(here, commit, release);
        let looked = looked.unwrap_or_else(|error| {
            let Words { text, hint } = words(error.as_ref());
            Release::unknown(
                &release.name,
                commit,
                self.first_entry().text(),
                &text,
                hint,
            )
        });
        looked.add_to(report);
    }

    fn of_target(&self, here: &Analysis, commit: &Oid, release: &Target) -> Answered<Release> {
        let target = self.first()?;
        let first = FirstTarget::read(self.repository, self.options, &target)?;
        let state = (commit, &here.snapshot);
        let looked = first.beside_state(&release.name, state, None)?;
        if *commit == release.oid || !looked.has_findings() {
            return Ok(looked);
        }
        let messages = self
            .repository
            .messages(std::slice::from_ref(commit), &release.oid)?;
        let mut meant = Accepted::by_request(self.request.unwrap_or_default());
        meant.extend(Accepted::by_messages(&messages));
        let before = first.beside(&release.name, &release.oid)?;
        let first = first.accepting(meant);
        Ok(first.beside_state(&release.name, state, Some(&before))?)
    }

    /// Adds the same of every release, as it is.
    pub(crate) fn add_all(&self, report: &mut CheckReport) -> Answered<()> {
        if self.setting.list().is_empty() {
            let text = "`target` of the settings names no release";
            let hint = "list the targets, the one to which databases go on first: `target = [\"main\", \"release/*\"]`";
            return Err(Failure::new(Kind::User, text).hint(hint).into());
        }
        if self.fetch {
            target::fetch_listed(self.repository, self.setting)?;
        }
        let targets = Targets::listed(self.repository, self.setting)?;
        let [target, releases @ ..] = targets.all() else {
            return Ok(());
        };
        if releases.is_empty() {
            let text = format!("there is no release beside {}", target.name);
            return Err(Failure::new(Kind::User, text)
                .hint("run `git fetch` to get remote branches, or `git branch --all` to list them")
                .into());
        }
        let first = FirstTarget::read(self.repository, self.options, target)?;
        for release in releases {
            let looked = first
                .beside(&release.name, &release.oid)
                .unwrap_or_else(|error| {
                    let Words { text, hint } = words(&error);
                    Release::unknown(&release.name, &release.oid, &target.name, &text, hint)
                });
            looked.add_beside(report);
        }
        Ok(())
    }

    /// Whether the list names it behind the first entry.
    fn is_release(&self, target: &Target) -> bool {
        let [first, others @ ..] = self.setting.list() else {
            return false;
        };
        let branch = target.name.strip_prefix("origin/").unwrap_or(&target.name);
        let branch = match target.remote_branch() {
            Some((_, branch)) => branch,
            None => branch,
        };
        let is = |entry: &TargetEntry| {
            entry.names(branch)
                || entry.names(&target.name)
                || entry.names(&format!("origin/{branch}"))
        };
        let is_first = is(first)
            && (!first.is_glob() || self.first().is_ok_and(|one| one.name == target.name));
        !is_first && (is(first) || others.iter().any(is))
    }

    fn first_entry(&self) -> &TargetEntry {
        &self.setting.list()[0]
    }

    /// The first target: of a list whose first entry is a glob, the first branch that it names.
    fn first(&self) -> Result<Target, Box<dyn Error>> {
        let entry = self.first_entry();
        let found = Targets::of_one(self.repository, entry);
        if self.fetch && !entry.is_glob() && found.is_err() {
            let branch = entry.text().strip_prefix("origin/").unwrap_or(entry.text());
            target::fetch(self.repository, &format!("origin/{branch}"))?;
            return Ok(Targets::of_one(self.repository, entry)?);
        }
        Ok(found?)
    }
}
