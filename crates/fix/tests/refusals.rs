//! Every way to record a fix, in every situation in which git may be: how far it goes, or why not. The reasons are the
//! same for every command.

use onehead_configuration::Strategy;
use onehead_fix::{FixError, FixOptions, Record, Refusal, Step, integrate, propose};
use onehead_fixtures::GitSandbox;
use onehead_forecast::{Analysis, Target};
use onehead_git::{Inherit, Unfinished};
use onehead_model::RepoPath;
use onehead_scan::{ScanOptions, SourceSpec};
use pretty_assertions::assert_eq;

const TEMPLATE: &str = "\"\"\"${message}\"\"\"\n
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
";

const AUTHOR: &str = "Ada <ada@example.org>";

fn migration(sandbox: &GitSandbox, id: &str, parent: &str) {
    let text = format!("revision = '{id}'\ndown_revision = {parent}\n");
    sandbox.write(format!("migrations/versions/{id}.py"), text);
}

/// `a`, and `b` and `c` on top of it, all committed on `main`.
fn forked() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("migrations/env.py", "");
    sandbox.write("migrations/script.py.mako", TEMPLATE);
    migration(&sandbox, "a", "None");
    migration(&sandbox, "b", "'a'");
    migration(&sandbox, "c", "'a'");
    sandbox.commit_all(AUTHOR, "two heads");
    sandbox
}

fn options(sandbox: &GitSandbox, record: Record) -> FixOptions {
    FixOptions {
        record,
        ..FixOptions::merge_heads(ScanOptions {
            inherit: Inherit::No,
            remember: false,
            ..ScanOptions::in_directory(sandbox.root())
        })
    }
}

/// How far a fix goes.
fn step(sandbox: &GitSandbox, record: Record) -> Result<Step, Refusal> {
    let options = options(sandbox, record);
    let analysis = Analysis::at(&options.scan, &SourceSpec::Worktree).expect("it can be scanned");
    let proposal = propose(&analysis, None, &options).expect("it can be planned");
    assert_eq!(proposal.plan.findings, []);
    assert!(!proposal.plan.is_empty());
    match proposal.step() {
        Ok(step) => Ok(step),
        Err(FixError::Refused(refusal)) => Err(refusal),
        Err(other) => panic!("{other}"),
    }
}

const COMMIT: Step = Step::Commit { detached: false };

#[test]
fn where_nothing_is_open_it_goes_as_far_as_asked() {
    let sandbox = forked();
    assert_eq!(step(&sandbox, Record::Nothing), Ok(Step::Stage));
    assert_eq!(step(&sandbox, Record::Stage), Ok(Step::Stage));
    assert_eq!(step(&sandbox, Record::Commit), Ok(COMMIT));
    assert_eq!(step(&sandbox, Record::CommitOrJoinMerge), Ok(COMMIT));
    sandbox.git(&["switch", "--quiet", "--detach"]);
    let detached = Step::Commit { detached: true };
    assert_eq!(step(&sandbox, Record::Commit), Ok(detached));
}

#[test]
fn a_head_that_is_not_committed_is_staged_and_not_committed() {
    let sandbox = forked();
    migration(&sandbox, "d", "'a'");
    assert_eq!(step(&sandbox, Record::Stage), Ok(Step::Stage));
    let why = Refusal::NotCommitted("`d` is".into());
    for record in [Record::Commit, Record::CommitOrJoinMerge] {
        assert_eq!(step(&sandbox, record), Err(why.clone()));
    }
}

/// An open merge of a branch that adds no migration.
fn merging() -> GitSandbox {
    let sandbox = forked();
    sandbox.git(&["switch", "--quiet", "-c", "other", "HEAD"]);
    sandbox.write("other.txt", "other");
    sandbox.commit_all(AUTHOR, "other");
    sandbox.git(&["switch", "--quiet", "-"]);
    sandbox.write("main.txt", "main");
    sandbox.commit_all(AUTHOR, "main");
    sandbox.git(&["merge", "--quiet", "--no-ff", "--no-commit", "other"]);
    sandbox
}

#[test]
fn an_open_merge_takes_the_fix_where_that_was_asked() {
    let sandbox = merging();
    assert_eq!(step(&sandbox, Record::Stage), Ok(Step::Stage));
    assert_eq!(step(&sandbox, Record::Commit), Err(Refusal::OpenMerge));
    assert_eq!(
        step(&sandbox, Record::CommitOrJoinMerge),
        Ok(Step::JoinMerge)
    );
    migration(&sandbox, "d", "'a'");
    let why = Refusal::NotInMerge("`d` is".into());
    assert_eq!(step(&sandbox, Record::CommitOrJoinMerge), Err(why));
}

#[test]
fn an_open_revert_takes_no_commit() {
    let sandbox = forked();
    sandbox.write("note.txt", "one");
    sandbox.commit_all(AUTHOR, "note");
    sandbox.git(&["revert", "--no-commit", "HEAD"]);
    assert_eq!(step(&sandbox, Record::Stage), Ok(Step::Stage));
    for record in [Record::Commit, Record::CommitOrJoinMerge] {
        assert_eq!(
            step(&sandbox, record),
            Err(Refusal::Open(Unfinished::Revert))
        );
    }
}

#[test]
fn a_strategy_that_the_settings_forbid_is_forbidden_to_every_command() {
    let sandbox = forked();
    let settings = "[fix]\nstrategy = \"reparent\"\nforbid = [\"merge\"]\n";
    sandbox.write("onehead.toml", settings);
    let options = options(&sandbox, Record::Nothing);
    assert_eq!(options.strategy, Some(Strategy::Merge));
    let analysis = Analysis::at(&options.scan, &SourceSpec::Worktree).expect("it can be scanned");
    let proposed = propose(&analysis, None, &options);
    let why = proposed.err();
    assert!(matches!(why, Some(FixError::Refused(Refusal::Forbidden))));
}

/// Why the target is not integrated.
fn refused(sandbox: &GitSandbox) -> Refusal {
    let mut options = options(sandbox, Record::Commit);
    options.scan.allow_none = true;
    let analysis = Analysis::at(&options.scan, &SourceSpec::Worktree).expect("it can be scanned");
    let connection = analysis.snapshot.git().expect("there is git");
    let target = Target::named(connection, "other").expect("git works");
    let target = target.expect("the target is there");
    match integrate(&analysis, &target, false, &options) {
        Err(FixError::Refused(refusal)) => refusal,
        Err(other) => panic!("{other}"),
        Ok(report) => panic!("{report:?}"),
    }
}

#[test]
fn the_target_is_integrated_into_commits_alone() {
    let sandbox = merging();
    assert!(matches!(
        refused(&sandbox),
        Refusal::Open(Unfinished::Merge(_))
    ));
    sandbox.git(&["merge", "--abort"]);
    sandbox.write("main.txt", "changed");
    assert_eq!(refused(&sandbox), Refusal::UncommittedChanges);
    migration(&sandbox, "d", "'a'");
    let path = RepoPath::new("migrations/versions/d.py").expect("it is a path");
    assert_eq!(refused(&sandbox), Refusal::UncommittedRevision(path));
    sandbox.git(&["restore", "main.txt"]);
    sandbox.git(&["switch", "--quiet", "--orphan", "lonely"]);
    assert_eq!(refused(&sandbox), Refusal::NoCommit);
}
