//! The job that looks at every pull request. A workflow of its own at GitHub; at GitLab, where one file has
//! all jobs, an entry at its end.

use std::fs;
use std::path::Path;

use onehead_model::PlannedFile;

use super::error::{InitError, Part};
use super::look::Here;
use super::options::Forge;
use super::part::{PartPlan, new_file};
use crate::hooks::Step;
use crate::hooks::block;
use crate::hooks::manager::yaml;

const WORKFLOWS: &str = ".github/workflows";
const WORKFLOW: &str = ".github/workflows/onehead.yml";
const PIPELINE: &str = ".gitlab-ci.yml";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What is to be written.
pub(super) fn plan(here: &Here, named: Option<Forge>) -> Result<PartPlan, InitError> {
    match named.or_else(|| forge(here)) {
        Some(Forge::Github) => github(here),
        Some(Forge::Gitlab) => gitlab(here),
        Some(Forge::None) => Ok(PartPlan::nothing(PlannedFile::NotWanted)),
        None => Ok(PartPlan::nothing(PlannedFile::NotKnown)),
    }
}

/// Where the remote is, else what is configured here.
fn forge(here: &Here) -> Option<Forge> {
    let host = here.remote.as_deref().map(host).unwrap_or_default();
    let root = here.root();
    let signs = [
        (host.contains("github"), Forge::Github),
        (host.contains("gitlab"), Forge::Gitlab),
        (root.join(".github").is_dir(), Forge::Github),
        (root.join(PIPELINE).exists(), Forge::Gitlab),
    ];
    let found = signs.into_iter().find(|(is_there, _)| *is_there);
    found.map(|(_, forge)| forge)
}

/// The host of a remote's address; empty for a path.
fn host(url: &str) -> &str {
    let rest = match url.split_once("://") {
        Some(("file", _)) => "",
        Some((_, rest)) => rest.split('/').next().unwrap_or_default(),
        // git's short form, `user@host:path`: what stands before the colon of a path has a slash in it.
        None => url.split_once(':').map_or("", |(host, _)| host),
    };
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    if host.contains('/') { "" } else { host }
}

fn github(here: &Here) -> Result<PartPlan, InitError> {
    let root = here.root();
    let folder = fs::read_dir(root.join(WORKFLOWS)).into_iter().flatten();
    let mut names: Vec<String> = folder
        .flatten()
        .map(|entry| format!("{WORKFLOWS}/{}", entry.file_name().to_string_lossy()))
        .filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"))
        .collect();
    names.sort();
    if let Some(name) = names.iter().find(|name| names_onehead(&root.join(name))) {
        return Ok(PartPlan::nothing(PlannedFile::Present(name.clone())));
    }
    let template = include_str!("templates/github.yml").replace("{version}", VERSION);
    let text = match &here.target {
        Some(target) => template.replace("{branch}", &as_pattern(target.branch())),
        // Which branch is the target is not known, so every push is checked.
        None => template.replace("    branches: [\"{branch}\"]\n", ""),
    };
    Ok(PartPlan {
        says: PlannedFile::Created(WORKFLOW.into(), Vec::new()),
        steps: new_file(root, WORKFLOW, text, Part::Ci)?,
    })
}

/// A branch as a pattern in double quotes: GitHub's `*`, `?` and `[` are in no name of a branch.
fn as_pattern(branch: &str) -> String {
    let mut pattern = String::new();
    for character in branch.chars() {
        match character {
            '"' => pattern.push_str("\\\""),
            '+' | '!' => {
                pattern.push_str("\\\\");
                pattern.push(character);
            }
            other => pattern.push(other),
        }
    }
    pattern
}

fn gitlab(here: &Here) -> Result<PartPlan, InitError> {
    let path = here.root().join(PIPELINE);
    if names_onehead(&path) {
        return Ok(PartPlan::nothing(PlannedFile::Present(PIPELINE.into())));
    }
    let mut job = include_str!("templates/gitlab.yml").replace("{version}", VERSION);
    if here.values.target.is_some() || here.settings.is_some() {
        // The settings name the branch where no merge request does.
        job = job.replace(DEFAULT_TARGET, "");
    }
    let Ok(old) = fs::read_to_string(&path) else {
        return Ok(PartPlan {
            says: PlannedFile::Created(PIPELINE.into(), Vec::new()),
            steps: new_file(here.root(), PIPELINE, job, Part::Ci)?,
        });
    };
    let text = added(&old, &mut job).map_err(|why| InitError::ByHand {
        path: PIPELINE.into(),
        why,
        part: Part::Ci,
        text: job,
    })?;
    Ok(PartPlan {
        says: PlannedFile::Extended(PIPELINE.into(), Vec::new()),
        steps: vec![Step::Write {
            path: fs::canonicalize(&path).unwrap_or(path),
            bytes: text.into_bytes(),
            executable: false,
        }],
    })
}

/// What the template says where no merge request names the target.
const DEFAULT_TARGET: &str =
    " --target \"origin/${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-$CI_DEFAULT_BRANCH}\"";
const RULES: &str = "    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n";

/// A pipeline with the job at its end, made to fit into it.
fn added(old: &str, job: &mut String) -> Result<String, String> {
    let before = yaml::parse(old)?;
    // A pipeline for merge requests with this one job in it would stand in front of those with all others.
    if !old.contains("merge_request") && !old.contains("MERGE_REQUEST") {
        *job = job.replace(RULES, "    - if: $CI_COMMIT_BRANCH\n");
    }
    if let Some(stages) = yaml::get(&before, "stages").and_then(|list| list.data.as_sequence()) {
        let mut names = stages.iter().filter_map(|stage| stage.data.as_str());
        let first = names.clone().next().unwrap_or_default();
        // Without a word a job is of the stage `test`.
        if !names.any(|name| name == "test") {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_ ".contains(c);
            if first.is_empty() || !first.chars().all(is_plain) {
                return Err("its `stages` contain no `test`".into());
            }
            *job = job.replace("  image:", &format!("  stage: \"{first}\"\n  image:"));
        }
    }
    let (line, indent) =
        yaml::end(old, &before).ok_or("it does not have one line for each entry")?;
    let new = block::insert(old, line, indent, job);
    if yaml::is_old_plus(&before, &yaml::parse(&new)?, &[], &yaml::parse(job)?) {
        Ok(new)
    } else {
        Err("a job at its end would change other jobs".into())
    }
}

/// Whether a line that is no comment names onehead.
fn names_onehead(path: &Path) -> bool {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut lines = text.lines();
    lines.any(|line| {
        line.split(" #")
            .next()
            .is_some_and(|code| !code.trim_start().starts_with('#') && code.contains("onehead"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_paths() {
        for (url, is) in [
            ("https://github.com/a/b.git", "github.com"),
            (
                "https://user:word@github.example.com:8443/a/b",
                "github.example.com:8443",
            ),
            (
                "ssh://git@gitlab.example.com:2222/a/b",
                "gitlab.example.com:2222",
            ),
            ("git@gitlab.com:a/b.git", "gitlab.com"),
            ("gitlab.com:a/b", "gitlab.com"),
            ("../github/b.git", ""),
            ("/srv/github:1/b.git", ""),
            ("file:///srv/github.com/b.git", ""),
        ] {
            assert_eq!(host(url), is, "{url}");
        }
    }

    #[test]
    fn a_branch_is_a_pattern_of_itself() {
        assert_eq!(as_pattern("release/1.x"), "release/1.x");
        assert_eq!(as_pattern("c++\"!"), "c\\\\+\\\\+\\\"\\\\!");
    }

    #[test]
    fn the_templates_hold_what_is_replaced() {
        let gitlab = include_str!("templates/gitlab.yml");
        assert!(gitlab.contains(DEFAULT_TARGET) && gitlab.contains(RULES));
        assert!(include_str!("templates/github.yml").contains("    branches: [\"{branch}\"]\n"));
    }
}
