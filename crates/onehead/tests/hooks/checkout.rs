//! post-checkout: what the branch that was left has and this one lacks.

use onehead_fixtures::{GitSandbox, binary};

fn sandbox() -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write("alembic.ini", "[alembic]\nscript_location = m\n");
    sandbox.write("m/env.py", "");
    sandbox.write(
        "m/versions/a1.py",
        "revision = 'a1'\ndown_revision = None\n",
    );
    sandbox.commit_all("Ann Bee", "Add a1");
    sandbox.git(&["branch", "--quiet", "-M", "main"]);
    sandbox.git(&["switch", "--quiet", "-c", "feature"]);
    sandbox.write(
        "m/versions/f1.py",
        "revision = 'f1'\ndown_revision = 'a1'\n",
    );
    sandbox.commit_all("Bob Cat", "Add f1");
    sandbox
}

fn switch(sandbox: &GitSandbox, branch: &str) -> String {
    let ran = sandbox.run("git", &["switch", "--quiet", branch], "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.stderr
}

fn install(sandbox: &GitSandbox, args: &[&str]) {
    let args: Vec<&str> = ["install-hooks"].iter().chain(args).copied().collect();
    let ran = sandbox.run(binary("onehead"), &args, "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn it_is_installed_where_it_is_asked_for_and_stays() {
    let sandbox = sandbox();
    let hook = sandbox.root().join(".git/hooks/post-checkout");
    install(&sandbox, &[]);
    assert!(!hook.exists());
    install(&sandbox, &["--post-checkout"]);
    install(&sandbox, &[]);
    assert!(hook.exists());
    let said = switch(&sandbox, "main");
    assert!(
        said.starts_with("note: feature has 1 revision that is not here: `f1`;"),
        "{said}"
    );
    assert!(said.contains("onehead where --database"), "{said}");
    // Here nothing is lacking, and of files nothing is said.
    assert_eq!(switch(&sandbox, "feature"), "");
    let files = sandbox.run("git", &["checkout", "--quiet", "main", "--", "m"], "");
    assert_eq!((files.code, files.stderr.as_str()), (Some(0), ""));
    install(&sandbox, &["--uninstall"]);
    assert!(!hook.exists());
}

#[test]
fn it_never_refuses() {
    let sandbox = sandbox();
    let zero = "0".repeat(40);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    for args in [
        [zero.as_str(), &head, "1"],
        ["x", "y", "1"],
        [&head, &head, "1"],
    ] {
        let args: Vec<&str> = ["hook", "post-checkout"].into_iter().chain(args).collect();
        let ran = sandbox.run(binary("onehead"), &args, "");
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
    }
    sandbox.write("onehead.toml", "nonsense = 1\n");
    sandbox.commit_all("Ann Bee", "Break the settings");
    let broken = sandbox.git(&["rev-parse", "HEAD"]);
    let ran = sandbox.run(
        binary("onehead"),
        &["hook", "post-checkout", &head, &broken, "1"],
        "",
    );
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stderr
            .starts_with("note: the branches were not compared"),
        "{ran:?}"
    );
}

#[test]
fn a_hook_manager_is_told_by_hand() {
    let sandbox = sandbox();
    sandbox.write("lefthook.yml", "pre-commit:\n  commands: {}\n");
    let ran = sandbox.run(binary("onehead"), &["install-hooks", "--post-checkout"], "");
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.contains("onehead hook post-checkout"), "{ran:?}");
}
