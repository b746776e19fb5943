//! `onehead hook revision` as a post-write hook of the real Alembic.

use onehead_fixtures::{GitSandbox, Ran, binary, python};

/// As docs/hooks.md shows it.
const INI: &str = "[alembic]\nscript_location = m\n[post_write_hooks]\nhooks = onehead\n\
    onehead.type = exec\nonehead.executable = sh\n\
    onehead.options = -c 'command -v onehead >/dev/null || exit 0; onehead hook revision \"$0\" || true' REVISION_SCRIPT_FILENAME\n";

const TEMPLATE: &str = "\"\"\"${message}\"\"\"\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n";

/// A branch on `a1`, while main has got `m1`, and another branch `o1`, both on `a1`.
fn sandbox() -> GitSandbox {
    configured("alembic.ini", INI)
}

/// The same with another configuration.
fn configured(file: &str, text: &str) -> GitSandbox {
    let sandbox = GitSandbox::new();
    sandbox.write(file, text);
    sandbox.write("onehead.toml", "target = \"main\"\n");
    sandbox.write("m/env.py", "");
    sandbox.write("m/script.py.mako", TEMPLATE);
    sandbox.write(
        "m/versions/a1.py",
        "revision = 'a1'\ndown_revision = None\n",
    );
    sandbox.commit_all("Ann Bee", "Add a1");
    sandbox.git(&["branch", "--quiet", "-M", "main"]);
    sandbox.git(&["branch", "feature"]);
    for (branch, id) in [("other", "o1"), ("main", "m1")] {
        match branch {
            "main" => sandbox.git(&["switch", "--quiet", "main"]),
            other => sandbox.git(&["switch", "--quiet", "-c", other, "main"]),
        };
        let text = format!("revision = '{id}'\ndown_revision = 'a1'\n");
        sandbox.write(format!("m/versions/{id}.py"), text);
        sandbox.commit_all("Bob Cat", "Add it");
    }
    sandbox
}

fn revision(sandbox: &GitSandbox, folder: Option<&std::path::Path>) -> Ran {
    let mut command = sandbox.command(python());
    let path = command
        .get_envs()
        .find_map(|(name, value)| (name == "PATH").then_some(value?.to_owned()))
        .unwrap_or_default();
    if let Some(folder) = folder {
        let mut all = folder.as_os_str().to_owned();
        all.push(":");
        all.push(path);
        command.env("PATH", all);
    }
    command.args(["-m", "alembic", "revision", "-m", "add users"]);
    sandbox.finish(&mut command, "")
}

#[test]
fn who_else_goes_on_from_the_parent_is_said_when_it_is_written() {
    let program = binary("onehead");
    let sandbox = sandbox();
    sandbox.git(&["switch", "--quiet", "feature"]);
    let ran = revision(&sandbox, program.parent());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stderr
            .contains("goes on from `a1`, but main has `m1` on it already"),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains("other has `o1` on the same parent"),
        "{ran:?}"
    );
}

/// Each place that Alembic reads hooks from, with one before it.
const CONFIGURATIONS: [(&str, &str); 4] = [
    ("alembic.ini", "[alembic]\nscript_location = m\n"),
    (
        "alembic.ini",
        "[alembic]\nscript_location = m\n[post_write_hooks]\nhooks = first\nfirst.type = exec\nfirst.executable = true\n",
    ),
    (
        "pyproject.toml",
        "[tool.alembic]\nscript_location = \"%(here)s/m\"\n",
    ),
    (
        "pyproject.toml",
        "[tool.alembic]\nscript_location = \"m\"\n[[tool.alembic.post_write_hooks]]\nname = \"first\"\ntype = \"exec\"\nexecutable = \"true\"\n",
    ),
];

#[test]
fn what_init_writes_is_run() {
    let program = binary("onehead");
    for (file, text) in CONFIGURATIONS {
        let sandbox = configured(file, text);
        sandbox.git(&["switch", "--quiet", "feature"]);
        let init = [
            "init",
            "--yes",
            "--authoring",
            "--hooks",
            "none",
            "--ci",
            "none",
        ];
        let ran = sandbox.run(&program, &init, "");
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let has_first = text.contains("first");
        for folder in [program.parent(), None] {
            let ran = revision(&sandbox, folder);
            assert_eq!(ran.code, Some(0), "{ran:?}");
            assert!(ran.stdout.contains("'onehead'"), "{ran:?}");
            assert_eq!(ran.stdout.contains("'first'"), has_first, "{ran:?}");
            let is_said = ran.stderr.contains("main has `m1` on it already");
            assert_eq!(is_said, folder.is_some(), "{ran:?}");
            sandbox.git(&["clean", "--quiet", "--force", "m/versions"]);
        }
    }
}

#[test]
fn on_the_head_of_the_target_nothing_is_said() {
    let program = binary("onehead");
    let sandbox = sandbox();
    let ran = revision(&sandbox, program.parent());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stderr.contains("note:"), "{ran:?}");
    // What cannot be compared refuses nothing.
    sandbox.write("onehead.toml", "nonsense = 1\n");
    sandbox.commit_all("Ann Bee", "Break the settings");
    let ran = revision(&sandbox, program.parent());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.stderr
            .contains("note: the new revision was not compared"),
        "{ran:?}"
    );
}

#[test]
fn where_onehead_is_not_installed_nothing_happens() {
    let sandbox = sandbox();
    sandbox.git(&["switch", "--quiet", "feature"]);
    let ran = revision(&sandbox, None);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(!ran.stderr.contains("note:"), "{ran:?}");
}
