//! Post-write hooks of the type `exec`: run when asked, and leaving nothing behind when they fail. Those that need a
//! Python are tried beside the real Alembic by `cargo xtask oracle`.

use onehead_fixtures::{GitSandbox, Ran, Snapshot, binary};
use pretty_assertions::assert_eq;

const TEMPLATE: &str = "\"\"\"${message}\"\"\"\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\nbranch_labels = ${repr(branch_labels)}\n";

/// Two heads in `db`, and a formatter that says where it was called.
fn forked(hooks: &str, formatter: &str) -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write(
        "db/alembic.ini",
        format!("[alembic]\nscript_location = %(here)s/migrations\n[post_write_hooks]\n{hooks}"),
    );
    sandbox.write("db/migrations/env.py", "");
    sandbox.write("db/migrations/script.py.mako", TEMPLATE);
    for (id, parent) in [("a", "None"), ("b", "'a'"), ("c", "'a'")] {
        sandbox.write(
            format!("db/migrations/versions/{id}.py"),
            format!("revision = '{id}'\ndown_revision = {parent}\n"),
        );
    }
    sandbox.write("tools/format.sh", formatter);
    sandbox.commit_all("Ann", "Begin");
    sandbox
}

const SHELL: &str = "hooks = fmt\nfmt.type = exec\nfmt.executable = sh\nfmt.options = '%(here)s/../tools/format.sh' --line-length 79 REVISION_SCRIPT_FILENAME\n";
const APPENDS: &str = "printf '# %s in %s\\n' \"$1 $2\" \"$(basename \"$PWD\")\" >> \"$3\"\n";

fn fix(sandbox: &GitSandbox, args: &[&str]) -> Ran {
    let args: Vec<&str> = ["fix"].iter().chain(args).copied().collect();
    sandbox.run(binary("onehead"), &args, "")
}

fn merge_file(sandbox: &GitSandbox) -> String {
    let staged = sandbox.git(&["diff", "--cached", "--name-only"]);
    std::fs::read_to_string(sandbox.root().join(staged.trim())).expect("the merge revision")
}

#[test]
fn hooks_run_only_when_asked() {
    let quiet = forked(SHELL, APPENDS);
    assert_eq!(fix(&quiet, &[]).code, Some(0));
    let asked = forked(SHELL, APPENDS);
    let ran = fix(&asked, &["--post-write-hooks"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        merge_file(&asked),
        merge_file(&quiet) + "# --line-length 79 in db\n"
    );
    let set = forked(SHELL, APPENDS);
    set.write("onehead.toml", "[fix]\npost-write-hooks = true\n");
    set.commit_all("Ann", "Always");
    assert_eq!(fix(&set, &[]).code, Some(0));
    assert_eq!(merge_file(&set), merge_file(&asked));
}

#[test]
fn no_program_runs_where_that_is_asked_for() {
    let sandbox = forked(SHELL, "touch \"$(dirname \"$0\")/ran\"\n");
    sandbox.write(
        "onehead.toml",
        "alembic = 'sh tools/format.sh'\n[fix]\npost-write-hooks = true\n",
    );
    sandbox.commit_all("Ann", "Always");
    let both = fix(&sandbox, &["--no-programs", "--post-write-hooks"]);
    assert_eq!(both.code, Some(2), "{}", both.stdout);
    let ran = fix(&sandbox, &["--no-programs"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(!sandbox.root().join("tools/ran").exists());
    assert!(merge_file(&sandbox).contains("down_revision = ('b', 'c')"));
}

#[test]
fn a_dry_run_runs_no_hook() {
    let sandbox = forked(SHELL, "touch \"$(dirname \"$0\")/ran\"\n");
    let ran = fix(&sandbox, &["--dry-run", "--post-write-hooks"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(!sandbox.root().join("tools/ran").exists());
}

#[test]
fn a_hook_that_fails_leaves_nothing_behind() {
    let wrong: &[(&str, &str, &str)] = &[
        (SHELL, "echo broken >&2; exit 3\n", "broken"),
        (SHELL, "rm \"$3\"\n", "cannot run"),
        (
            SHELL,
            "echo \"revision = 'x'\" > \"$3\"\n",
            "not the planned merge revision",
        ),
        (
            SHELL,
            "echo '(' > \"$3\"\n",
            "not the planned merge revision",
        ),
        ("hooks = fmt\n", "", "`fmt.type`"),
        ("hooks = fmt\nfmt.type = exec\n", "", "`fmt.executable`"),
        (
            "hooks = fmt\nfmt.type = custom\n",
            "",
            "which only Alembic can run",
        ),
        (
            "hooks = fmt\nfmt.type = exec\nfmt.executable = no-such-program\n",
            "",
            "no-such-program",
        ),
        (
            "hooks = fmt\nfmt.type = exec\nfmt.executable = sh\nfmt.options = 'open\n",
            "",
            "not a command line",
        ),
    ];
    for (hooks, formatter, expected) in wrong {
        let sandbox = forked(hooks, formatter);
        let before = Snapshot::of(&sandbox);
        let ran = fix(&sandbox, &["--post-write-hooks"]);
        assert_eq!(ran.code, Some(2), "{hooks}{formatter}: {}", ran.stdout);
        assert!(ran.stderr.contains(expected), "{expected}: {}", ran.stderr);
        assert_eq!(
            format!("{before:?}"),
            format!("{:?}", Snapshot::of(&sandbox))
        );
    }
}
