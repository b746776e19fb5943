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

/// A configuration of each manager, the file that gets the entry, and a line of it.
const MANAGED: [(&str, &str, &str, &str); 3] = [
    (
        ".pre-commit-config.yaml",
        "repos:\n- repo: meta\n  hooks:\n  - id: identity\n",
        ".pre-commit-config.yaml",
        "stages: [post-checkout]",
    ),
    (
        "lefthook.yml",
        "pre-commit:\n  commands:\n    test:\n      run: make test\n",
        "lefthook.yml",
        "run: onehead hook post-checkout {1} {2} {3}",
    ),
    (
        ".husky/pre-push",
        "npm test\n",
        ".husky/post-checkout",
        "then onehead hook post-checkout \"$@\"; fi",
    ),
];

#[test]
fn a_hook_manager_gets_an_entry_where_it_is_asked_for() {
    for (configuration, text, file, line) in MANAGED {
        for command in [&["install-hooks"][..], &["init", "--yes", "--ci", "none"]] {
            let sandbox = sandbox();
            sandbox.write(configuration, text);
            let read = || std::fs::read_to_string(sandbox.root().join(file)).unwrap_or_default();
            let before = read();
            let run = |more: &[&str]| {
                let ran = sandbox.run(binary("onehead"), &[command, more].concat(), "");
                assert_eq!(ran.code, Some(0), "{configuration}: {ran:?}");
            };
            run(&[]);
            assert!(!read().contains("post-checkout"), "{configuration}");
            run(&["--post-checkout"]);
            let with = read();
            assert!(with.contains(line), "{configuration}: {with}");
            run(&[]);
            assert_eq!(read(), with, "{configuration}: it stays");
            let doctor = sandbox.run(binary("onehead"), &["doctor"], "");
            assert!(doctor.stdout.contains("\npost-checkout "), "{doctor:?}");
            install(&sandbox, &["--uninstall"]);
            assert_eq!(read(), before, "{configuration}");
        }
    }
}

#[test]
fn pre_commit_is_told_to_call_it_as_well() {
    let sandbox = sandbox();
    let (configuration, text, ..) = MANAGED[0];
    sandbox.write(configuration, text);
    let next = |args: &[&str]| sandbox.run(binary("onehead"), args, "").stdout;
    let each = "-t post-merge -t post-rewrite";
    let said = next(&["install-hooks"]);
    assert!(said.contains(&format!("{each}\n")), "{said}");
    let said = next(&["install-hooks", "--post-checkout"]);
    assert!(
        said.contains(&format!("{each} -t post-checkout\n")),
        "{said}"
    );
    let said = next(&["doctor"]);
    assert!(
        said.contains(&format!("{each} -t post-checkout\n")),
        "{said}"
    );
}

#[test]
fn pre_commit_says_in_variables_what_was_left() {
    let sandbox = sandbox();
    let [left, here] = ["feature", "main"].map(|name| sandbox.git(&["rev-parse", name]));
    sandbox.git(&["switch", "--quiet", "main"]);
    let said = |flag: &str| {
        let mut command = sandbox.command(binary("onehead"));
        command
            .args(["hook", "post-checkout"])
            .env("PRE_COMMIT", "1")
            .env("PRE_COMMIT_FROM_REF", left.trim())
            .env("PRE_COMMIT_TO_REF", here.trim())
            .env("PRE_COMMIT_CHECKOUT_TYPE", flag);
        let ran = GitSandbox::end(&mut command, "");
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stderr
    };
    assert!(said("1").starts_with("note: feature has 1 revision"));
    assert_eq!(said("0"), "");
    let alone = sandbox.run(binary("onehead"), &["hook", "post-checkout"], "");
    assert_eq!((alone.code, alone.stderr.as_str()), (Some(0), ""));
}

/// git has switched by then, and would end as the hook does.
#[test]
fn a_script_of_husky_does_nothing_without_onehead() {
    let sandbox = sandbox();
    sandbox.write(".husky/pre-push", "npm test\n");
    install(&sandbox, &["--post-checkout"]);
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let mut command = sandbox.command("/bin/sh");
    command
        .args(["-e", ".husky/post-checkout", head.trim(), head.trim(), "1"])
        .env("PATH", sandbox.root());
    let ran = GitSandbox::end(&mut command, "");
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
}
