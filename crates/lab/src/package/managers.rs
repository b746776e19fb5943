//! pre-commit and prek, with this repository as their hook repository and with the lines that the README
//! shows: a commit, a push and a merge are refused, and go through once the heads are merged.

use std::path::PathBuf;

use onehead_model::stdio;
use xshell::{Shell, cmd};

use super::proof::{Proof, said};
use crate::workspace::{self, Fallible};

/// Goes through every check of a repository under this manager.
pub(super) fn every_check_refuses(proof: &Proof, manager: &str) -> Fallible<()> {
    said(manager);
    let clone = Clone::new(proof, manager)?;
    clone.set_up()?;

    clone.git("checkout --quiet -b topic")?;
    clone.add_migration("c", "a")?;
    clone.add_migration("d", "a")?;
    clone.refuses("commit --quiet -m fork", &["2 heads: `c`, `d`"])?;
    clone.fix()?;
    clone.git("commit --quiet -m fork")?;

    clone.refuses(
        "push --quiet origin topic",
        &["1 head here, 2 after merging into origin/main"],
    )?;
    clone.refuses("merge --quiet origin/main", &["2 heads: `", "`b`"])?;
    clone.fix()?;
    clone.git("commit --quiet --no-edit")?;
    clone.git("push --quiet origin topic")
}

/// Every way in which pre-commit, prek, lefthook and husky start a hook, outside of commits and pushes as well.
pub(super) fn every_way_is_checked(proof: &Proof) -> Fallible<()> {
    said("every way in which hook managers start a hook");
    let shell = proof.shell()?;
    let script = workspace::root().join("scripts/package/hook_managers.sh");
    let programs = proof.path("venv/bin");
    let told = cmd!(shell, "{script} {programs}")
        .quiet()
        .ignore_status()
        .output()?;
    let says = String::from_utf8_lossy(&told.stdout);
    stdio::say(says.trim_end());
    match told.status.success() {
        true => Ok(()),
        false => Err("a hook manager starts a hook that does not check".into()),
    }
}

/// A clone of a project whose target has moved on, with hooks by one manager.
struct Clone<'a> {
    shell: Shell,
    manager: &'a str,
    onehead: PathBuf,
    hooks: PathBuf,
}

impl<'a> Clone<'a> {
    fn new(proof: &Proof, manager: &'a str) -> Fallible<Self> {
        let shell = proof.shell()?;
        for (name, value) in [
            ("user.name", "Ann Bee"),
            ("user.email", "ann.bee@example.com"),
            ("init.defaultBranch", "main"),
        ] {
            cmd!(shell, "git config --global {name} {value}")
                .quiet()
                .run()?;
        }
        let world = shell.create_dir(proof.path(&format!("with-{manager}")))?;
        shell.change_dir(&world);
        Ok(Self {
            manager,
            // The one that `pip install` brought. It is not on PATH: the hooks have to bring their own.
            onehead: proof.path("venv/bin/onehead"),
            hooks: world.join("hooks"),
            shell,
        })
    }

    /// The hook repository, the project and its hooks. `a` is the one revision, and `b` behind it is on the
    /// target alone.
    fn set_up(&self) -> Fallible<()> {
        self.hook_repository()?;
        self.git("init --quiet --bare origin.git")?;
        self.git("clone --quiet origin.git project")?;
        self.shell
            .change_dir(self.shell.current_dir().join("project"));
        self.shell
            .write_file("alembic.ini", "[alembic]\nscript_location = migrations\n")?;
        self.shell.write_file("migrations/env.py", "")?;
        self.shell
            .write_file("migrations/script.py.mako", TEMPLATE)?;
        self.add_migration("a", "")?;
        self.shell
            .write_file(".pre-commit-config.yaml", self.configuration()?)?;
        self.git("add .")?;
        self.git("commit --quiet -m start")?;
        self.git("push --quiet origin main")?;
        self.git("remote set-head origin main")?;
        self.git("checkout --quiet --detach")?;
        self.add_migration("b", "a")?;
        self.git("commit --quiet -m b")?;
        self.git("push --quiet origin HEAD:main")?;
        self.git("checkout --quiet main")?;
        let Self { shell, manager, .. } = self;
        cmd!(shell, "{manager} install")
            .quiet()
            .ignore_stdout()
            .run()?;
        Ok(())
    }

    /// This repository as it lies here, under the tag of its version.
    fn hook_repository(&self) -> Fallible<()> {
        let Self { shell, hooks, .. } = self;
        let root = workspace::root();
        cmd!(shell, "git clone --quiet {root} {hooks}")
            .quiet()
            .run()?;
        for file in [".pre-commit-hooks.yaml", "pyproject.toml"] {
            shell.copy_file(root.join(file), hooks.join(file))?;
        }
        let tag = concat!("v", env!("CARGO_PKG_VERSION"));
        cmd!(shell, "git -C {hooks} add .").quiet().run()?;
        cmd!(
            shell,
            "git -C {hooks} commit --quiet --allow-empty -m hooks"
        )
        .quiet()
        .run()?;
        cmd!(shell, "git -C {hooks} tag --force {tag}")
            .quiet()
            .ignore_stdout()
            .run()?;
        Ok(())
    }

    /// What the README tells people to write, with the repository that lies here.
    fn configuration(&self) -> Fallible<String> {
        let readme = self.shell.read_file(workspace::root().join("README.md"))?;
        let (_, behind) = readme
            .split_once("```yaml\n# .pre-commit-config.yaml\n")
            .ok_or("the README has no .pre-commit-config.yaml")?;
        let (text, _) = behind
            .split_once("```")
            .ok_or("a block of the README has no end")?;
        let home = env!("CARGO_PKG_REPOSITORY");
        if !text.contains(home) {
            return Err(format!("the README does not name {home}").into());
        }
        Ok(text.replace(home, &self.hooks.display().to_string()))
    }

    fn add_migration(&self, id: &str, parent: &str) -> Fallible<()> {
        let path = format!("migrations/versions/{id}.py");
        let parent = if parent.is_empty() {
            "None".to_owned()
        } else {
            format!("'{parent}'")
        };
        self.shell.write_file(
            &path,
            format!("revision = '{id}'\ndown_revision = {parent}\n"),
        )?;
        self.git(&format!("add {path}"))
    }

    fn git(&self, arguments: &str) -> Fallible<()> {
        let shell = &self.shell;
        let words = arguments.split(' ');
        let ended = cmd!(shell, "git {words...}")
            .quiet()
            .ignore_status()
            .output()?;
        if ended.status.success() {
            return Ok(());
        }
        let says = String::from_utf8_lossy(&ended.stderr);
        Err(format!("{}: `git {arguments}` failed\n{says}", self.manager).into())
    }

    /// Git must not do this, and what the hook says must hold each of these.
    fn refuses(&self, arguments: &str, expected: &[&str]) -> Fallible<()> {
        let shell = &self.shell;
        let words = arguments.split(' ');
        let ended = cmd!(shell, "git {words...}")
            .quiet()
            .ignore_status()
            .output()?;
        let says = [ended.stdout, ended.stderr].concat();
        let says = String::from_utf8_lossy(&says);
        if ended.status.success() {
            return Err(format!(
                "{}: `git {arguments}` was let through\n{says}",
                self.manager
            )
            .into());
        }
        if let Some(missing) = expected.iter().find(|part| !says.contains(**part)) {
            return Err(format!(
                "{}: `git {arguments}` is refused without `{missing}`\n{says}",
                self.manager
            )
            .into());
        }
        stdio::say(&format!("  `git {arguments}` is refused"));
        Ok(())
    }

    /// The merge revision, staged.
    fn fix(&self) -> Fallible<()> {
        let Self { shell, onehead, .. } = self;
        cmd!(shell, "{onehead} check --fix")
            .quiet()
            .ignore_stdout()
            .run()?;
        Ok(())
    }
}

/// What `alembic init` writes, as short as it can be.
const TEMPLATE: &str = "\
\"\"\"${message}\"\"\"
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
";
