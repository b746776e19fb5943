//! `cargo xtask corpus`: real packages, read by onehead and by the real Alembic, must agree.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use onehead_model::{Exit, GraphReport, stdio};
use xshell::{Shell, cmd};

use crate::corpus_packages::{Listed, PackagesArgs, Work};
use crate::oracle::from_anywhere;
use crate::workspace::{self, Fallible};
use crate::{agree, rewritten};

/// What every merge is asked for, on both sides.
const MESSAGE: &str = "merge heads";

/// Runs the comparison.
#[must_use]
pub(crate) fn run(args: &PackagesArgs) -> Exit {
    match compare(args) {
        Ok((text, exit)) => stdio::print(&text, exit),
        Err(error) => stdio::could_not_run(error.as_ref()),
    }
}

fn compare(args: &PackagesArgs) -> Fallible<(String, Exit)> {
    let shell = Shell::new()?;
    let scripts = workspace::root().join("scripts/oracle");
    let python = &args.python;
    if cmd!(shell, "{python} -c 'import alembic'")
        .quiet()
        .ignore_status()
        .output()?
        .status
        .code()
        != Some(0)
    {
        let path = python.display();
        return Err(format!(
            "{path} has no Alembic\nhint: {path} -m pip install -r scripts/oracle/requirements.txt"
        )
        .into());
    }
    let (requests, ask) = (scripts.join("corpus_requests.py"), scripts.join("ask.py"));
    shell.set_var("PYTHONHASHSEED", "0");
    // A creation date without offset is local time to Alembic.
    shell.set_var("TZ", "UTC");
    let packages = args.fetch(&shell)?;
    let dest = &packages.dest;
    let request = cmd!(shell, "{python} {requests} {dest}").quiet().read()?;
    let mut request: serde_json::Value = serde_json::from_str(&request)?;
    for environment in request["environments"].as_array_mut().into_iter().flatten() {
        if !environment["merge"].is_null() {
            environment["merge"]["message"] = MESSAGE.into();
        }
    }
    let ask = |request: &serde_json::Value| -> Fallible<agree::Answered> {
        let answer = cmd!(shell, "{python} {ask}")
            .stdin(request.to_string())
            .quiet()
            .read()?;
        Ok(serde_json::from_str(&answer)?)
    };
    let answered = ask(&request)?;
    let asked: agree::Asked = serde_json::from_value(request.clone())?;
    let is_asked = |one: &Listed| {
        asked
            .environments
            .iter()
            .any(|request| request.name == one.name)
    };
    let works = packages.copies(is_asked)?;
    add_synthetic_heads(&works, &asked)?;
    let (mut text, mut differences) = judge(&works, &asked, &answered)?;
    let (more, again) = rewritten::judge(&works, request, ask)?;
    text.push_str(&more);
    differences += again;
    text.push_str(&over_time(&shell, python, dest)?);
    let exit = match differences {
        0 => Exit::Clean,
        _ => Exit::Findings,
    };
    Ok((text, exit))
}

/// The history of a project, as far as its releases tell it.
fn over_time(shell: &Shell, python: &Path, dest: &Path) -> Fallible<String> {
    let python = from_anywhere(shell, python);
    let _there = shell.push_dir(workspace::root());
    workspace::build(shell)?;
    let script = "scripts/oracle/releases.py";
    let onehead = workspace::program("onehead")?;
    let said = cmd!(shell, "{python} {script} {onehead} {dest}").read()?;
    Ok(said + "\n")
}

/// Writes the second heads that Alembic is asked to merge, where an environment has only one.
fn add_synthetic_heads(works: &[(Work, Vec<&Listed>)], asked: &agree::Asked) -> Fallible<()> {
    for (work, listed) in works {
        for one in listed {
            let request = asked
                .environments
                .iter()
                .find(|request| request.name == one.name);
            if let Some(head) = request.and_then(|request| request.synthetic_head.as_ref()) {
                let location = head
                    .location
                    .clone()
                    .unwrap_or_else(|| format!("{}/versions", one.script_location));
                fs::write(work.root().join(location).join(&head.file), &head.text)?;
            }
        }
    }
    Ok(())
}

fn judge(
    works: &[(Work, Vec<&Listed>)],
    asked: &agree::Asked,
    answered: &agree::Answered,
) -> Fallible<(String, usize)> {
    let mut text = String::new();
    let (mut differences, mut revisions, mut environments, mut merges) = (0, 0, 0, 0);
    for (work, listed) in works {
        let report = work.graph()?;
        for one in listed {
            let request = asked
                .environments
                .iter()
                .find(|request| request.name == one.name);
            let answer = answered
                .environments
                .iter()
                .find(|answer| answer.name == one.name);
            let (Some(request), Some(answer)) = (request, answer) else {
                return Err(format!("the oracle gave no answer for {}", one.name).into());
            };
            let wanted: BTreeSet<&str> = answer
                .version_locations
                .iter()
                .map(String::as_str)
                .collect();
            let mut said = match one.find(&report, &wanted) {
                Some(graph) => {
                    revisions += graph.revisions.len();
                    agree::differences(graph, request, answer)
                }
                None => vec![format!("not found; found {:?}", names(&report))],
            };
            environments += 1;
            merges += usize::from(answer.wrote_merge());
            differences += said.len();
            said.truncate(8);
            let verdict = if said.is_empty() { "equal" } else { "DIFFERS" };
            let _ = writeln!(text, "{verdict}  {}", one.name);
            for line in said {
                let _ = writeln!(text, "    {line}");
            }
        }
    }
    let _ = writeln!(
        text,
        "{environments} environments, {revisions} revision files, {merges} merge files of Alembic's, {differences} differences"
    );
    Ok((text, differences))
}

fn names(report: &GraphReport) -> Vec<&str> {
    report
        .environments
        .iter()
        .map(|graph| graph.name.as_str())
        .collect()
}
