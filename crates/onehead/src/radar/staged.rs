//! The work that is staged now beside the other branches: a word of warning before a commit.

use onehead_git::Connection;
use onehead_scan::SourceSpec;

use super::branches::{self, Work};
use super::lines::{self, Line};
use super::people::People;
use super::sky::{self, Sky};
use crate::door::Door;
use crate::report;
use crate::target::Target;

/// What people call the commit that is about to be made.
const THIS: &str = "this commit";

/// With whom a commit, which no branch names yet, will collide besides the target; `None` if with nobody.
pub(crate) fn staged(
    door: &Door<'_>,
    repository: &Connection,
    target: &Target,
    commit: &str,
) -> Result<Option<String>, Box<dyn std::error::Error>> {
    let mut works = branches::choose(repository, target, &[], None)?.works;
    // What the commit goes on from is the same work, and so is what is remembered of it on the remote.
    let own: Vec<String> = works
        .iter()
        .filter(|work| work.current)
        .flat_map(|work| work.full_names.iter().chain(&work.upstream).cloned())
        .collect();
    works.retain(|work| {
        let mut names = work.full_names.iter();
        !work.current && !names.any(|name| own.contains(name))
    });
    let this = works.len();
    works.push(Work::unnamed(THIS, commit.to_owned()));
    let options = door.options(SourceSpec::Index);
    let (landings, meetings) = sky::look(&options, repository, target, &works, Some(this))?;
    let sky = Sky::new(target, &works, &landings, &meetings);
    let mut meetings = lines::meetings(&sky);
    meetings.retain(|meeting| {
        let mut lines = meeting.lines.iter();
        let is_other = |line: &Line| !line.target && !line.holders.contains(this);
        lines.any(|line| line.holders.contains(this)) && meeting.lines.iter().any(is_other)
    });
    let people = People::of(repository, &sky, &meetings);
    let words = meetings.iter().map(|meeting| {
        let others = meeting
            .lines
            .iter()
            .filter(|line| !line.target && !line.holders.contains(this));
        let others: Vec<String> = others
            .map(|line| {
                let names: Vec<&str> = line
                    .holders
                    .ones()
                    .map(|one| sky.all[one].name.as_str())
                    .collect();
                match people.of_line(&sky, line) {
                    Some(who) => format!("{} ({})", names.join(", "), who.author),
                    None => names.join(", "),
                }
            })
            .collect();
        let place = meeting.environment.as_ref();
        let place = place.map(|name| format!("{name}: ")).unwrap_or_default();
        let parent = meeting.parent.as_ref();
        let parent = parent.map(|id| format!(" on {id}")).unwrap_or_default();
        format!(
            "warning: {place}{THIS} collides{parent} with {}",
            report::names(&others)
        )
    });
    let words: Vec<String> = words.collect();
    Ok((!words.is_empty()).then(|| words.join("\n")))
}
