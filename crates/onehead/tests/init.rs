//! Every case of `fixtures/init`: what `onehead init` says about a repository and what it leaves behind; that
//! a dry run shows exactly that and changes nothing; and that a second run changes nothing either.
//!
//! `UPDATE=1` rewrites the expected documents; read them before you commit them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use onehead_fixtures::{
    Case, Expected, GitSandbox, Order, Ran, Snapshot, Suite, Tests, binary, same,
};

fn main() -> ExitCode {
    Tests::default().cases(Suite::Init, is_as_expected).run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    let sandbox = case.sandbox(Order::Sorted);
    let before = State::of(&sandbox);
    let shown = init(case, &sandbox, true);
    expected.also(same(
        "after a dry run",
        &before.text(),
        &State::of(&sandbox).text(),
    ));

    let told = init(case, &sandbox, false);
    let after = State::of(&sandbox);
    expected.is("init.txt", &without_version(&told.transcript()));
    if told.code == Some(2) {
        expected.also(same("after a failure", &before.text(), &after.text()));
        let while_writing = told.stderr.contains("nothing was changed");
        if !while_writing {
            expected.also(same("a dry run", &told.transcript(), &shown.transcript()));
        }
        return expected.finish(Case::INPUTS);
    }
    expected.also(shows_what_is_written(case, &shown, &after));

    let again = init(case, &sandbox, false);
    expected.also(same(
        "a second run",
        &after.text(),
        &State::of(&sandbox).text(),
    ));
    if again.code != told.code || !again.stdout.contains("\nnothing to write") {
        expected.also(Err(format!("a second run says\n{}", again.transcript())));
    }
    expected.is("left.txt", &without_version(&left(&sandbox, &before)));
    expected.finish(Case::INPUTS)
}

/// The command of the case, or what it would do.
fn init(case: &Case, sandbox: &GitSandbox, dry: bool) -> Ran {
    let args = case.args.iter().map(String::as_str);
    let args = args.map(|arg| {
        if dry && arg == "--yes" {
            "--dry-run"
        } else {
            arg
        }
    });
    let args: Vec<&str> = ["init"].into_iter().chain(args).collect();
    case.run(sandbox, binary("onehead"), &args)
}

/// The diff of the dry run, applied by git to the repository of the case, makes the working tree that was left.
fn shows_what_is_written(case: &Case, shown: &Ran, after: &State) -> Result<(), String> {
    let sandbox = case.sandbox(Order::Sorted);
    if let Some(start) = shown.stdout.find("diff --git ") {
        let diff = &shown.stdout[start..];
        let end = diff.rfind("nothing was written").expect("it says so");
        let ran = sandbox.run("git", &["apply", "--whitespace=nowarn"], &diff[..end]);
        if ran.code != Some(0) {
            return Err(format!("git does not apply the diff: {}", ran.stderr));
        }
    }
    let tree = format!("{:#?}", Snapshot::of(&sandbox).tree);
    same(
        "what a dry run shows",
        &format!("{:#?}", after.snapshot.tree),
        &tree,
    )
}

/// What a repository holds, and the names of its hooks.
struct State {
    snapshot: Snapshot,
    hooks: BTreeSet<String>,
}

impl State {
    fn of(sandbox: &GitSandbox) -> Self {
        Self {
            snapshot: Snapshot::of(sandbox),
            hooks: names(&sandbox.root().join(".git/hooks")),
        }
    }

    fn text(&self) -> String {
        format!("{:?}hooks: {:?}", self.snapshot, self.hooks)
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let listing = fs::read_dir(folder).into_iter().flatten();
    let names = listing.map(|entry| entry.expect("a folder that is ours").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

/// What is there now that was not, as git shows it.
fn left(sandbox: &GitSandbox, before: &State) -> String {
    let now = State::of(sandbox);
    let mut text = sandbox
        .run("git", &["status", "--porcelain", "-uall"], "")
        .stdout;
    let _ = writeln!(text);
    for (path, what) in &now.snapshot.tree {
        if before.snapshot.tree.get(path) == Some(what) || what == "folder" {
            continue;
        }
        let was_there = before.snapshot.tree.contains_key(path);
        let old = if was_there { "HEAD" } else { "/dev/null" };
        let args = match old {
            "HEAD" => vec!["diff", "HEAD", "--", path],
            _ => vec!["diff", "--no-index", "/dev/null", path],
        };
        let _ = writeln!(text, "{}", sandbox.run("git", &args, "").stdout);
    }
    let hooks: Vec<&str> = now
        .hooks
        .difference(&before.hooks)
        .map(String::as_str)
        .collect();
    let _ = writeln!(text, "hooks: {}", hooks.join(" "));
    text
}

/// So that a release changes no case.
fn without_version(text: &str) -> String {
    let version = concat!("onehead==", env!("CARGO_PKG_VERSION"));
    text.replace(version, "onehead==VERSION")
}
