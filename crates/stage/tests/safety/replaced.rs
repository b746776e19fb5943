//! A file is replaced or renamed only if it is the one that the plan knows, and comes back if a step fails.

use std::fs;
use std::thread;

use onehead_fixtures::{GitSandbox, Ran};
use onehead_model::{Change, Content, Document, RenderReport, Replaced, RepoPath, StageReport};
use pretty_assertions::assert_eq;

use crate::bench::{change, locks, refuses_plan, repository, stage};

pub(crate) const OLD: &str = "migrations/versions/a1.py";
pub(crate) const NEW: &str = "migrations/versions/z9.py";
const BEFORE: &str = "revision = 'a1'\n";
const AFTER: &str = "revision = 'a1'\ndown_revision = 'b2'\n";

/// The plan to replace the revision of the repository, under this name.
pub(crate) fn plan(path: &str) -> RenderReport {
    RenderReport {
        changes: vec![replacing(OLD, path, BEFORE)],
        findings: Vec::new(),
    }
}

fn replacing(old: &str, path: &str, before: &str) -> Change {
    Change {
        replaces: Some(Replaced {
            path: RepoPath::new(old).unwrap(),
            content: Content::Text(before.into()),
        }),
        content: Content::Text(AFTER.into()),
        ..change(path)
    }
}

fn does(sandbox: &GitSandbox, plan: &RenderReport, args: &[&str]) -> StageReport {
    let ran: Ran = stage(sandbox, plan, args);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(locks(sandbox).is_empty());
    StageReport::from_json(&ran.stdout).unwrap()
}

fn refuses(sandbox: &GitSandbox, path: &str, args: &[&str], expected: &str) {
    let mode =
        |path: &str| fs::metadata(sandbox.root().join(path)).map(|found| found.permissions());
    let before = mode(OLD).ok();
    let porcelain = sandbox.git(&["status", "--porcelain=v2"]);
    let said = refuses_plan(sandbox, &plan(path), args);
    assert!(said.contains(expected), "{said}");
    assert_eq!(mode(OLD).ok(), before);
    assert_eq!(sandbox.git(&["status", "--porcelain=v2"]), porcelain);
}

#[test]
fn the_file_and_its_index_entry() {
    let sandbox = repository();
    let report = does(&sandbox, &plan(OLD), &[]);
    assert_eq!(
        report.written[0].replaced,
        Some(RepoPath::new(OLD).unwrap())
    );
    assert_eq!(fs::read_to_string(sandbox.root().join(OLD)).unwrap(), AFTER);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), format!("M  {OLD}"));
}

#[test]
fn a_new_name_takes_the_old_one_away() {
    let sandbox = repository();
    does(&sandbox, &plan(NEW), &[]);
    assert!(!sandbox.root().join(OLD).exists());
    assert_eq!(
        sandbox.git(&["status", "--porcelain", "--no-renames"]),
        format!("D  {OLD}\nA  {NEW}")
    );
}

#[test]
fn a_commit_holds_both_names_and_nothing_else() {
    for path in [OLD, NEW] {
        let sandbox = repository();
        sandbox.write("app.py", "staged work\n");
        sandbox.git(&["add", "app.py"]);
        let report = does(&sandbox, &plan(path), &["--commit", "-m", "PlannedMerge"]);
        assert_eq!(report.commit, Some(sandbox.git(&["rev-parse", "HEAD"])));
        let show = ["show", "--no-renames", "--name-status", "--format=", "HEAD"];
        let expected = match path {
            OLD => format!("M\t{OLD}"),
            _ => format!("D\t{OLD}\nA\t{NEW}"),
        };
        assert_eq!(sandbox.git(&show), expected);
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  app.py");
    }
}

#[cfg(unix)]
#[test]
fn permissions_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    // Where git assume-unchanged or skip-worktree permissions, `git commit --only` would not see those of a new name.
    for (path, filemode, args) in [
        (OLD, "true", &["--commit"][..]),
        (NEW, "true", &["--commit"]),
        (NEW, "false", &[]),
    ] {
        let sandbox = repository();
        let old = sandbox.root().join(OLD);
        fs::set_permissions(old, fs::Permissions::from_mode(0o750)).unwrap();
        sandbox.commit_all("Ann Bee", "Make it executable");
        sandbox.git(&["config", "core.fileMode", filemode]);
        does(&sandbox, &plan(path), args);
        let mode = fs::metadata(sandbox.root().join(path))
            .unwrap()
            .permissions();
        assert_eq!(mode.mode() & 0o777, 0o750);
        let staged = sandbox.git(&["ls-files", "--stage", path]);
        assert!(staged.starts_with("100755 "), "{staged}");
        assert_eq!(sandbox.git(&["diff", "--name-only"]), "");
    }
}

#[test]
fn a_file_that_is_another_by_now() {
    for path in [OLD, NEW] {
        let sandbox = repository();
        sandbox.write(OLD, "revision = 'a1'\n# somebody's work\n");
        refuses(&sandbox, path, &[], "has changed since the fix was planned");
        fs::remove_file(sandbox.root().join(OLD)).unwrap();
        refuses(&sandbox, path, &[], "has changed since the fix was planned");
        fs::create_dir(sandbox.root().join(OLD)).unwrap();
        refuses(&sandbox, path, &[], "has changed since the fix was planned");
    }
}

#[test]
fn a_new_name_that_is_taken() {
    let sandbox = repository();
    sandbox.write(NEW, "somebody's work\n");
    refuses(&sandbox, NEW, &[], "exists already");
    sandbox.git(&["add", NEW]);
    fs::remove_file(sandbox.root().join(NEW)).unwrap();
    refuses(
        &sandbox,
        NEW,
        &[],
        "is in the index but not in the working tree",
    );
}

#[test]
fn an_old_name_that_may_not_be_touched() {
    let sandbox = repository();
    sandbox.write("migrations/env.py", BEFORE);
    sandbox.write("migrations/versions/notes.txt", BEFORE);
    for (old, expected) in [
        ("migrations/env.py", "in no version location"),
        ("migrations/versions/notes.txt", "ends in `.py`"),
    ] {
        let plan = RenderReport {
            changes: vec![replacing(old, NEW, BEFORE)],
            findings: Vec::new(),
        };
        let said = refuses_plan(&sandbox, &plan, &[]);
        assert!(said.contains(expected), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_in_place_of_the_file() {
    let sandbox = repository();
    let target = sandbox.root().with_file_name("home").join("a1.py");
    fs::rename(sandbox.root().join(OLD), &target).unwrap();
    std::os::unix::fs::symlink(&target, sandbox.root().join(OLD)).unwrap();
    refuses(&sandbox, OLD, &[], "symbolic link");
    refuses(&sandbox, NEW, &[], "symbolic link");
    assert_eq!(fs::read_to_string(target).unwrap(), BEFORE);
}

#[test]
fn work_that_its_owner_has_not_staged() {
    let sandbox = repository();
    sandbox.write(OLD, "revision = 'a1'\n# staged\n");
    sandbox.git(&["add", OLD]);
    sandbox.write(OLD, BEFORE);
    for path in [OLD, NEW] {
        refuses(&sandbox, path, &[], "has unstaged changes");
    }
    // Nothing is added then, so nothing is taken along.
    does(&sandbox, &plan(OLD), &["--no-add"]);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), format!("MM {OLD}"));
}

#[test]
fn work_that_its_owner_has_not_committed() {
    let sandbox = repository();
    sandbox.write(OLD, "revision = 'a1'\n# committed\n");
    sandbox.commit_all("Ann Bee", "Change it");
    sandbox.write(OLD, BEFORE);
    sandbox.git(&["add", OLD]);
    for path in [OLD, NEW] {
        refuses(&sandbox, path, &["--commit"], "has uncommitted changes");
    }
    does(&sandbox, &plan(OLD), &[]);
    let fresh = GitSandbox::new();
    fresh.write(OLD, BEFORE);
    refuses(&fresh, OLD, &["--commit"], "has uncommitted changes");
}

#[test]
fn a_file_that_git_does_not_look_at() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let sandbox = repository();
        sandbox.git(&["update-index", flag, OLD]);
        refuses(&sandbox, OLD, &[], "assume-unchanged or skip-worktree");
    }
}

#[test]
fn a_file_in_conflict() {
    let sandbox = repository();
    sandbox.git(&["switch", "--quiet", "-c", "side"]);
    sandbox.write(OLD, "side\n");
    sandbox.commit_all("Bob Cat", "Side");
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.write(OLD, "main\n");
    sandbox.commit_all("Ann Bee", "Main");
    sandbox.run("git", &["merge", "--quiet", "side"], "");
    sandbox.write(OLD, BEFORE);
    for path in [OLD, NEW] {
        refuses(&sandbox, path, &[], "has an unresolved merge conflict");
    }
}

/// Makes every later step fail: a hook for a commit, the lock of the index for adding.
fn fails_late(sandbox: &GitSandbox, path: &str) {
    sandbox.hook("pre-commit", "echo 'not on Fridays' >&2\nexit 1");
    refuses(sandbox, path, &["--commit"], "not on Fridays");
}

#[test]
fn a_hook_that_refuses() {
    for path in [OLD, NEW] {
        fails_late(&repository(), path);
    }
}

#[cfg(unix)]
#[test]
fn permissions_come_back() {
    use std::os::unix::fs::PermissionsExt;
    for path in [OLD, NEW] {
        let sandbox = repository();
        let old = sandbox.root().join(OLD);
        fs::set_permissions(old, fs::Permissions::from_mode(0o750)).unwrap();
        sandbox.commit_all("Ann Bee", "Make it executable");
        fails_late(&sandbox, path);
    }
}

/// A plan whose first change is carried out whole, and whose second is refused by git: its new name is
/// ignored.
fn fails_at_the_second(sandbox: &GitSandbox, path: &str) {
    sandbox.write(".gitignore", "*_ignored.py\n");
    let ignored = "migrations/versions/zz_ignored.py";
    let plan = RenderReport {
        changes: vec![replacing(OLD, path, BEFORE), change(ignored)],
        findings: Vec::new(),
    };
    let porcelain = sandbox.git(&["status", "--porcelain=v2"]);
    let said = refuses_plan(sandbox, &plan, &[]);
    assert!(said.contains("ignored"), "{said}");
    assert_eq!(sandbox.git(&["status", "--porcelain=v2"]), porcelain);
}

#[test]
fn every_state_of_the_index_comes_back() {
    for path in [OLD, NEW] {
        // Committed.
        fails_at_the_second(&repository(), path);
        // Staged, in no commit.
        let sandbox = GitSandbox::new();
        sandbox.write(OLD, BEFORE);
        sandbox.git(&["add", OLD]);
        fails_at_the_second(&sandbox, path);
        // Not tracked.
        let sandbox = GitSandbox::new();
        sandbox.write(OLD, BEFORE);
        fails_at_the_second(&sandbox, path);
        // An intent to add.
        let sandbox = GitSandbox::new();
        sandbox.write(OLD, BEFORE);
        sandbox.git(&["add", "--intent-to-add", OLD]);
        fails_at_the_second(&sandbox, path);
    }
}

#[test]
fn a_file_that_is_not_tracked_is_added() {
    for path in [OLD, NEW] {
        let sandbox = GitSandbox::new();
        sandbox.write(OLD, BEFORE);
        does(&sandbox, &plan(path), &[]);
        assert_eq!(
            sandbox.git(&["status", "--porcelain"]),
            format!("A  {path}")
        );
    }
}

#[test]
fn the_index_is_locked() {
    let refuses = |path| {
        let sandbox = repository();
        sandbox.write(".git/index.lock", "");
        let said = refuses_plan(&sandbox, &plan(path), &[]);
        assert!(said.contains("index.lock"), "{said}");
    };
    // Each waits a while for the lock.
    thread::scope(|scope| {
        for path in [OLD, NEW] {
            scope.spawn(move || refuses(path));
        }
    });
}

#[test]
fn line_ends_that_git_converts() {
    let sandbox = repository();
    sandbox.git(&["config", "core.autocrlf", "true"]);
    let before = BEFORE.replace('\n', "\r\n");
    sandbox.write(OLD, &before);
    let plan = RenderReport {
        changes: vec![replacing(OLD, OLD, &before)],
        findings: Vec::new(),
    };
    does(&sandbox, &plan, &["--commit"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = repository();
    let folder = sandbox.root().join("migrations/versions");
    let set = |mode| fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    // The superuser may write all the same.
    let probe = folder.join("probe");
    let is_superuser = fs::write(&probe, "").is_ok();
    if is_superuser {
        fs::remove_file(&probe).unwrap();
        does(&sandbox, &plan(OLD), &[]);
    } else {
        refuses(&sandbox, OLD, &[], "cannot write");
    }
    set(0o755);
}

#[test]
fn without_git() {
    for path in [OLD, NEW] {
        let sandbox = GitSandbox::without_git();
        sandbox.write(OLD, BEFORE);
        assert!(!does(&sandbox, &plan(path), &[]).staged);
        assert_eq!(
            fs::read_to_string(sandbox.root().join(path)).unwrap(),
            AFTER
        );
        assert_eq!(sandbox.root().join(OLD).exists(), path == OLD);
    }
}
