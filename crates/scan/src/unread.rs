//! Where the files belong that look like revisions and that no environment loads: to an environment, to what the
//! settings leave out, or to neither. Each ends in exactly one of these.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use onehead_configuration::Settings;
use onehead_model::words::counted;
use onehead_model::{
    Code, Environment, Finding, LeftOutBy, LeftOutFolder, RepoPath, Severity, SuggestedEnvironment,
    UnreadFile,
};

use crate::files::Files;
use crate::foreign::is_sample;
use crate::strays::Stray;
use crate::suggestion;

/// What is said of all of them.
#[derive(Default)]
pub(crate) struct Unread {
    pub(crate) files: Vec<UnreadFile>,
    pub(crate) left_out: Vec<LeftOutFolder>,
    /// With the place of an environment, or of none.
    pub(crate) findings: Vec<(Option<usize>, Finding)>,
    pub(crate) suggested: Vec<SuggestedEnvironment>,
}

impl Unread {
    pub(crate) fn has_error(&self) -> bool {
        self.findings.iter().any(|(_, finding)| finding.is_error())
    }
}

/// What the judgement needs to know.
pub(crate) struct Judge<'a> {
    pub(crate) files: &'a Files,
    pub(crate) settings: &'a Settings,
    pub(crate) environments: &'a [&'a Environment],
    /// The folders that the settings leave out, each with its version locations.
    pub(crate) left_out: &'a BTreeMap<RepoPath, Vec<RepoPath>>,
    /// Whether only some environments were asked for, so that what belongs to no environment does not count.
    pub(crate) only_some: bool,
}

/// Strays of one environment.
#[derive(Default)]
struct Belonging<'s> {
    /// Those that its revisions follow or precede.
    linked: Vec<&'s Stray>,
    /// One of them and what it names that the environment has, or the other way round.
    link: Option<String>,
    /// Those that lie in its script location and have to do with one another, but not with its revisions.
    apart: Vec<Vec<&'s Stray>>,
}

impl Judge<'_> {
    pub(crate) fn judge(&self, strays: &[Stray]) -> Unread {
        let mut unread = Unread::default();
        let mut counts: BTreeMap<(RepoPath, LeftOutBy), usize> = BTreeMap::new();
        for folder in self.left_out.keys() {
            let by = self.settings.leaves_out(folder);
            counts.insert((folder.clone(), by.unwrap_or(LeftOutBy::Exclude)), 0);
        }
        let mut wanted = Vec::new();
        for stray in strays {
            let left_out = self.leaves_out(stray);
            match &left_out {
                Some((folder, by)) => *counts.entry((folder.clone(), *by)).or_default() += 1,
                None => wanted.push(stray),
            }
            unread.files.push(UnreadFile {
                path: stray.path.clone(),
                revision: stray.id.clone(),
                left_out_by: left_out.map(|(_, by)| by),
            });
        }
        let left_out = counts.into_iter();
        unread.left_out = left_out
            .map(|((folder, by), files)| LeftOutFolder { folder, by, files })
            .collect();
        self.settle(&wanted, &mut unread);
        unread.suggested.sort();
        unread
    }

    /// The folder by which the settings leave a stray out: that of its environment, or its own.
    fn leaves_out(&self, stray: &Stray) -> Option<(RepoPath, LeftOutBy)> {
        let holds = |(folder, locations): &(&RepoPath, &Vec<RepoPath>)| {
            let is_below =
                |folder: &RepoPath| *folder != RepoPath::root() && stray.path.is_within(folder);
            is_below(folder) || locations.iter().any(is_below)
        };
        if let Some((folder, _)) = self.left_out.iter().find(holds) {
            let by = self.settings.leaves_out(folder);
            return Some((folder.clone(), by.unwrap_or(LeftOutBy::Exclude)));
        }
        let folder = stray.path.parent();
        let by = self.settings.leaves_out(&folder)?;
        Some((folder, by))
    }

    /// Gives each stray to an environment, or says that it belongs to none.
    fn settle(&self, strays: &[&Stray], unread: &mut Unread) {
        let mut of_environments: BTreeMap<usize, Belonging<'_>> = BTreeMap::new();
        let mut of_none = Vec::new();
        for part in parts(strays) {
            if let Some((owner, link)) = self.owner(&part) {
                let belonging = of_environments.entry(owner).or_default();
                belonging.linked.extend(part);
                belonging.link.get_or_insert(link);
                continue;
            }
            let mut by_home: BTreeMap<Option<usize>, Vec<&Stray>> = BTreeMap::new();
            for stray in part {
                by_home.entry(self.home_of(stray)).or_default().push(stray);
            }
            for (home, part) in by_home {
                match home {
                    Some(home) => of_environments.entry(home).or_default().apart.push(part),
                    None => of_none.push(part),
                }
            }
        }
        for (owner, belonging) in of_environments {
            self.of_environment(owner, belonging, unread);
        }
        if !self.only_some {
            of_none
                .iter()
                .for_each(|part| of_no_environment(part, unread));
        }
    }

    /// The environment whose revisions these follow or precede, with the link.
    fn owner(&self, part: &[&Stray]) -> Option<(usize, String)> {
        let own: HashSet<&str> = part
            .iter()
            .filter_map(|one| Some(one.id.as_ref()?.as_str()))
            .collect();
        for (index, environment) in self.environments.iter().enumerate() {
            let revisions = &environment.revisions;
            let ids: HashSet<&str> = revisions.iter().map(|one| one.id.as_str()).collect();
            for stray in part {
                let mut names = stray.names.iter().map(String::as_str);
                if let Some(name) = names.find(|name| !own.contains(name) && ids.contains(name)) {
                    return Some((
                        index,
                        link(stray.id.as_ref().map_or("it", |id| id.as_str()), name),
                    ));
                }
            }
            for revision in revisions {
                let parents = revision.down_revisions.iter().map(|id| id.as_str());
                let mut names = parents.chain(revision.depends_on.iter().map(String::as_str));
                if let Some(name) = names.find(|name| !ids.contains(name) && own.contains(name)) {
                    return Some((index, link(revision.id.as_str(), name)));
                }
            }
        }
        None
    }

    /// The environment in whose script location a stray lies.
    fn home_of(&self, stray: &Stray) -> Option<usize> {
        let folder = |one: &Environment| one.script_location.clone();
        let holds = |one: &&Environment| {
            folder(one) != RepoPath::root() && stray.path.is_within(&one.script_location)
        };
        let mut homes = self.environments.iter().enumerate();
        homes.find(|(_, one)| holds(one)).map(|(index, _)| index)
    }

    fn of_environment(&self, owner: usize, belonging: Belonging<'_>, unread: &mut Unread) {
        let environment = self.environments[owner];
        let Belonging {
            mut linked,
            link,
            apart,
        } = belonging;
        let (samples, mut apart): (Vec<_>, Vec<_>) = apart.into_iter().partition(|part| {
            let folder =
                |stray: &Stray| relative(&environment.script_location, &stray.path).to_owned();
            part.iter().all(|stray| is_sample(&folder(stray)))
        });
        for part in samples {
            let finding = stray_finding(&part, None, leave_out(&folders(&part)));
            let finding = Finding {
                severity: Severity::Notice,
                ..finding
            };
            unread.findings.push((Some(owner), finding));
        }
        if environment.revisions.is_empty() && linked.is_empty() && apart.len() == 1 {
            linked = apart.remove(0);
        }
        let shares_folder =
            |one: &&&Environment| one.script_location == environment.script_location;
        let is_alone = self.environments.iter().filter(shares_folder).count() == 1;
        let mut suggest = |suggested: &SuggestedEnvironment,
                           strays: &[&Stray],
                           link: Option<&str>| {
            let way_out = match is_alone {
                true if suggestion::can_be_added(self.settings, suggested) => format!(
                    "{} (`onehead init` writes it)",
                    suggestion::shown(suggested)
                ),
                true if link.is_some() => suggestion::lacking(suggested),
                true => suggestion::shown(suggested),
                false => {
                    "name all `version-locations` under `[[environment]]` in `onehead.toml`".into()
                }
            };
            let hint = format!("{way_out}, or {}", leave_out(&folders(strays)));
            let finding = stray_finding(strays, link, hint);
            unread.findings.push((Some(owner), finding));
        };
        let mut suggested = Vec::new();
        if !linked.is_empty() {
            let all = suggestion::joined(self.files, environment, &linked);
            suggest(&all, &linked, link.as_deref());
            suggested.push(all);
        } else if !apart.is_empty() && !environment.revisions.is_empty() {
            // Beside entries for others, it needs one of its own.
            suggested.push(suggestion::unchanged(environment));
        }
        for part in apart {
            let own = suggestion::apart(environment, &folders(&part));
            suggest(&own, &part, None);
            suggested.push(own);
        }
        if is_alone {
            unread.suggested.extend(suggested);
        }
    }
}

fn stray_finding(strays: &[&Stray], link: Option<&str>, hint: String) -> Finding {
    let link = link.map(|link| format!("; {link}")).unwrap_or_default();
    let message = match strays {
        [_, more @ ..] if !more.is_empty() => format!(
            "this and {} in {} look like revisions but are in no version location{link}",
            counted(more.len(), "more file"),
            counted(folders(strays).len(), "folder"),
        ),
        _ => format!("the file looks like a revision but is in no version location{link}"),
    };
    Finding::new(Code::StrayRevision, message)
        .at(strays[0].path.clone())
        .hint(hint)
}

/// Strays that no configuration leads to, and that nothing read has to do with.
fn of_no_environment(strays: &[&Stray], unread: &mut Unread) {
    let folders = folders(strays);
    let is_sample = folders.iter().all(|folder| is_sample(folder.as_str()));
    let shown: Vec<String> = folders
        .iter()
        .take(3)
        .map(|one| format!("`{one}`"))
        .collect();
    let more = match folders.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(" and {} more", counted(more, "folder")),
    };
    let (verb, what) = match strays.len() {
        1 => ("looks", "a revision"),
        _ => ("look", "revisions"),
    };
    let message = format!(
        "{} in {}{more} {} like {}, but no configuration leads there",
        counted(strays.len(), "file"),
        shown.join(", "),
        verb,
        what,
    );
    let suggested = suggestion::alone(&folders);
    let hint = format!(
        "{} (`onehead init` writes it), or {}",
        suggestion::shown(&suggested),
        leave_out(&folders)
    );
    let finding = Finding {
        severity: match is_sample {
            true => Severity::Notice,
            false => Severity::Error,
        },
        ..Finding::new(Code::UnreadRevisions, message)
    };
    unread
        .findings
        .push((None, finding.at(strays[0].path.clone()).hint(hint)));
    if !is_sample {
        unread.suggested.push(suggested);
    }
}

/// Strays that have to do with one another: those of one folder, and those that name one another.
fn parts<'s>(strays: &[&'s Stray]) -> Vec<Vec<&'s Stray>> {
    let mut by_folder: BTreeMap<RepoPath, Vec<&Stray>> = BTreeMap::new();
    let mut homes: HashMap<&str, BTreeSet<RepoPath>> = HashMap::new();
    for stray in strays {
        let folder = stray.path.parent();
        if let Some(id) = &stray.id {
            homes.entry(id.as_str()).or_default().insert(folder.clone());
        }
        by_folder.entry(folder).or_default().push(stray);
    }
    // Each folder with those that it names something of, until nothing is added.
    let mut part_of: BTreeMap<&RepoPath, usize> = by_folder.keys().zip(0..).collect();
    for (folder, strays) in &by_folder {
        for name in strays.iter().flat_map(|stray| &stray.names) {
            let Some(there) = homes
                .get(name.as_str())
                .filter(|there| !there.contains(folder))
            else {
                continue;
            };
            let mine = part_of[folder];
            let theirs: Vec<usize> = there.iter().map(|folder| part_of[folder]).collect();
            for part in part_of.values_mut().filter(|part| theirs.contains(part)) {
                *part = mine;
            }
        }
    }
    let mut parts: BTreeMap<usize, Vec<&Stray>> = BTreeMap::new();
    for (folder, strays) in &by_folder {
        parts.entry(part_of[folder]).or_default().extend(strays);
    }
    let mut parts: Vec<Vec<&Stray>> = parts.into_values().collect();
    for part in &mut parts {
        part.sort_by(|a, b| a.path.cmp(&b.path));
    }
    parts.sort_by(|a, b| a[0].path.cmp(&b[0].path));
    parts
}

fn folders(strays: &[&Stray]) -> BTreeSet<RepoPath> {
    strays.iter().map(|stray| stray.path.parent()).collect()
}

fn link(child: &str, name: &str) -> String {
    format!("`{child}` names `{name}`")
}

fn relative<'p>(folder: &RepoPath, path: &'p RepoPath) -> &'p str {
    let rest = path.as_str().strip_prefix(folder.as_str());
    let rest = rest.unwrap_or(path.as_str());
    rest.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn leave_out(folders: &BTreeSet<RepoPath>) -> String {
    format!(
        "leave them out with `exclude = {}`",
        suggestion::list(folders)
    )
}
