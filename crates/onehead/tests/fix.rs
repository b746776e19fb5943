//! Every case of `fixtures/fix`: what `onehead fix` says about a history and what it leaves behind; and
//! what happens if two do it at once.
//!
//! `UPDATE=1` rewrites the expected documents; read them before you commit them.

use std::fmt::Write;
use std::process::{Child, ExitCode, Stdio};

use onehead_fixtures::{
    Case, Expected, GitSandbox, Order, Ran, Snapshot, Suite, Tests, binary, same,
};
use onehead_model::{Document, FixReport};
use onehead_schemas::validate;

fn main() -> ExitCode {
    Tests::default()
        .cases(Suite::Fix, is_as_expected)
        .test(
            "of_two_at_once_one_fixes_and_nothing_is_broken",
            of_two_at_once_one_fixes_and_nothing_is_broken,
        )
        .run()
}

fn is_as_expected(case: &Case) -> Result<(), String> {
    let mut expected = Expected::of(&case.folder);
    let sandbox = case.sandbox(Order::Sorted);
    let before = Snapshot::of(&sandbox);
    let told = fix(case, &sandbox, &[]);
    let after = Snapshot::of(&sandbox);
    expected.is("fix.txt", &told.transcript());
    expected.is("left.txt", &left(case, &sandbox, &before, &after));

    let other = case.sandbox(Order::Reversed);
    let answered = fix(case, &other, &["--format", "json"]);
    let report = document(&answered, &told, &mut expected);
    let left_by_both = format!("{:?}", Snapshot::of(&other));
    expected.also(same("what is left", &format!("{after:?}"), &left_by_both));

    if is_refusal(report.as_ref()) {
        let (before, after) = (format!("{before:?}"), format!("{after:?}"));
        expected.also(same("after a refusal", &before, &after));
    }
    if told.code == Some(0) {
        expected.also(there_is_nothing_left_to_do(case, &sandbox));
    }
    expected.finish(Case::INPUTS)
}

/// The JSON of a run that ended as the other one did.
fn document(answered: &Ran, told: &Ran, expected: &mut Expected) -> Option<FixReport> {
    let end = |ran: &Ran| format!("{}exit {:?}", ran.stderr, ran.code);
    expected.also(same("stderr and end with JSON", &end(told), &end(answered)));
    if answered.stdout.is_empty() {
        return None;
    }
    expected.is("fix.json", &answered.stdout);
    expected.also(validate("fix", &answered.stdout));
    let report = FixReport::from_json(&answered.stdout).map_err(|error| error.to_string());
    expected.also(report.as_ref().map(drop).map_err(String::clone));
    report.ok()
}

/// Whether nothing may have moved: neither was anything written, nor is a conflict left open on purpose.
fn is_refusal(report: Option<&FixReport>) -> bool {
    report.is_none_or(|report| {
        let open = |report: &FixReport| {
            let target = report.target.as_ref();
            target.is_some_and(|target| !target.conflicts.is_empty())
        };
        report.done.is_none() && !open(report)
    })
}

/// What has been fixed stays as it is when it is fixed again.
fn there_is_nothing_left_to_do(case: &Case, sandbox: &GitSandbox) -> Result<(), String> {
    let fixed = format!("{:?}", Snapshot::of(sandbox));
    let again = fix(case, sandbox, &[]);
    let now = format!("{:?}", Snapshot::of(sandbox));
    same(
        "the end of the same again",
        "exit 0",
        &format!("exit {}", again.code.unwrap_or(-1)),
    )?;
    same("what the same again leaves", &fixed, &now)
}

fn fix(case: &Case, sandbox: &GitSandbox, more: &[&str]) -> Ran {
    let args = case.args.iter().map(String::as_str);
    let args: Vec<&str> = ["fix"]
        .into_iter()
        .chain(args)
        .chain(more.iter().copied())
        .collect();
    case.run(sandbox, binary("onehead"), &args)
}

/// What is there now, as git and the check show it.
fn left(case: &Case, sandbox: &GitSandbox, before: &Snapshot, after: &Snapshot) -> String {
    if format!("{before:?}") == format!("{after:?}") {
        return "all is as it was\n".into();
    }
    let old = before.head.lines().last().unwrap_or("HEAD");
    let questions: [&[&str]; 3] = [
        &["log", "--graph", "--topo-order", "--format=%s%d", "--all"],
        &["status", "--porcelain", "--branch"],
        &["diff", "--no-renames", old],
    ];
    let mut text = String::new();
    for question in questions {
        let answer = case.run(sandbox, "git", question).stdout;
        let command = question.join(" ").replace(old, "BEFORE");
        let _ = writeln!(text, "$ git {command}\n{answer}");
    }
    if !after.open.is_empty() {
        let _ = writeln!(text, "open: {}\n", after.open.join(" "));
    }
    let check = case
        .run(sandbox, binary("onehead"), &["check"])
        .transcript();
    let _ = writeln!(text, "$ onehead check\n{check}");
    text
}

fn of_two_at_once_one_fixes_and_nothing_is_broken() {
    for name in ["merge-here", "reparent-here", "target-merge"] {
        let case = &Case::named(Suite::Fix, name);
        let alone = case.sandbox(Order::Sorted);
        assert_eq!(fix(case, &alone, &[]).code, Some(0), "{name} alone");
        let fixed = files(&alone);
        for _ in 0..3 {
            let sandbox = case.sandbox(Order::Sorted);
            let before = files(&sandbox);
            let started: Vec<Child> = (0..2).map(|_| start(case, &sandbox)).collect();
            let ends = started.into_iter().map(Child::wait_with_output);
            let ran: Vec<Ran> = ends
                .map(|end| Ran::new(&end.expect("it was started")))
                .collect();
            let now = files(&sandbox);
            let one_did_it = ran.iter().any(|ran| ran.code == Some(0));
            let expected = if one_did_it { &fixed } else { &before };
            assert_eq!(&now, expected, "{name}: {ran:#?}");
            assert_eq!(
                Snapshot::of(&sandbox).open,
                Vec::<String>::new(),
                "{name}: {ran:#?}"
            );
            let again = fix(case, &sandbox, &[]);
            assert_eq!(again.code, Some(0), "{name}: {again:#?} after {ran:#?}");
            assert_eq!(files(&sandbox), fixed, "{name}");
        }
    }
}

fn start(case: &Case, sandbox: &GitSandbox) -> Child {
    let mut command = sandbox.command(binary("onehead"));
    command.arg("fix").args(&case.args).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it was built")
}

/// The files of the working tree and what is staged of them.
fn files(sandbox: &GitSandbox) -> String {
    let Snapshot { tree, index, .. } = Snapshot::of(sandbox);
    format!("{tree:#?}\n{index}")
}
