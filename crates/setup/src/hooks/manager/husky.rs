//! husky: a few lines at the top of its script for each check.

use std::fs;
use std::path::Path;

use super::calls::calls;
use super::file::{read, without, write};
use crate::hooks::block::{self, WHOLE};
use crate::hooks::error::InstallError;
use crate::hooks::git_hook::GitHook;
use crate::hooks::planned::Planned;
use crate::hooks::steps::Step;

const SHEBANG: &str = "#!/usr/bin/env sh\n";

/// What a colleague reads who has no onehead: husky's script is theirs as well.
const NOT_INSTALLED: &str = "command -v onehead >/dev/null || { echo 'onehead checks the migrations here and is not installed: run `pip install onehead`, or `uv tool install onehead`' >&2; exit 1; }\n";

/// Refuses if onehead does, and leaves to the rest of the script what git says on stdin. git has switched by the time of
/// post-checkout, and ends with what the hook ends with.
fn lines(check: GitHook) -> String {
    let name = check.name();
    if check == GitHook::PostCheckout {
        return format!("if command -v onehead >/dev/null; then onehead hook {name} \"$@\"; fi\n");
    }
    if !check.has_stdin() {
        return format!("{NOT_INSTALLED}onehead hook {name} \"$@\" || exit\n");
    }
    format!(
        "{NOT_INSTALLED}onehead_input=$(cat && echo .)\n\
         printf %s \"${{onehead_input%.}}\" | onehead hook {name} \"$@\" || exit\n\
         if [ \"$onehead_input\" = . ]; then exec </dev/null; else exec <<ONEHEAD\n\
         ${{onehead_input%?.}}\n\
         ONEHEAD\n\
         fi\n"
    )
}

pub(super) fn install(folder: &Path, checks: &[GitHook]) -> Result<Vec<Planned>, InstallError> {
    checks.iter().map(|&check| one(folder, check)).collect()
}

fn one(folder: &Path, check: GitHook) -> Result<Planned, InstallError> {
    let path = folder.join(check.name());
    let planned = |says: &str, steps| {
        Ok(Planned {
            name: check.name().to_owned(),
            says: says.to_owned(),
            steps,
        })
    };
    if fs::symlink_metadata(&path).is_err() {
        let text = block::insert(SHEBANG, 1, 0, &lines(check)).replace(block::BEGIN, WHOLE);
        let create = Step::Write {
            path,
            bytes: text.into_bytes(),
            executable: true,
        };
        return planned("is created", vec![create]);
    }
    let text = read(&path)?;
    if calls(&text, check) {
        return planned("has the lines already", Vec::new());
    }
    let base = block::remove(&text).unwrap_or(text);
    if !is_shell(&base) {
        return Err(InstallError::ByHand {
            path,
            why: "it is not a shell script".into(),
            text: format!("onehead hook {}", check.name()),
        });
    }
    let added = block::insert(&base, opening(&base), 0, &lines(check));
    planned("gets a few lines", vec![write(&path, added)])
}

/// How many lines come first: the shebang, and what older versions of husky ask for.
fn opening(text: &str) -> usize {
    let husky = text.lines().position(|line| {
        line.contains("husky.sh") && (line.starts_with(". ") || line.starts_with("source "))
    });
    husky.map_or(usize::from(text.starts_with("#!")), |line| line + 1)
}

fn is_shell(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let words = first.split(['/', ' ', '\t']);
    !first.starts_with("#!")
        || words
            .into_iter()
            .any(|word| matches!(word, "sh" | "bash" | "dash" | "zsh" | "ksh" | "ash"))
}

pub(super) fn uninstall(folder: &Path) -> Result<Vec<Planned>, InstallError> {
    let mut plan = Vec::new();
    for check in GitHook::WORK_AND_CHECKOUT {
        let path = folder.join(check.name());
        if !path.is_file() {
            continue;
        }
        let text = read(&path)?;
        let whole = text.lines().any(|line| line == WHOLE);
        if whole && block::remove(&text).as_deref() == Some(SHEBANG) {
            plan.push(Planned {
                name: check.name().to_owned(),
                says: "is removed".into(),
                steps: vec![Step::Remove(path)],
            });
        } else {
            plan.extend(without(&path)?);
        }
    }
    Ok(plan)
}
