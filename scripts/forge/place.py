"""A place for a test: a bare remote with pull requests, a clone as actions/checkout leaves it, a forge, and an
environment in which the real gh and glab find that forge and nothing of this machine's settings."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from runner import Action, run
from server import Forge

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts/ci"
VERSION = next(
    line.split('"')[1] for line in (ROOT / "Cargo.toml").read_text().splitlines() if line.startswith("version = ")
)


class Place(unittest.TestCase):
    """Every test has a folder and a forge of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.forge = Forge()
        self.addCleanup(self.forge.close)
        self.summary = self.folder / "summary.md"
        self.argv = self.folder / "argv"
        programs = self.folder / "programs"
        programs.mkdir()
        (programs / "onehead").symlink_to(os.environ["ONEHEAD"])
        for name in ("gh", "glab"):
            self.spied(programs / name, name)
        self.program(programs / "python3", f'exec "{sys.executable}" "$@"')
        self.env = {
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.make("home")),
            "RUNNER_TEMP": str(self.make("temp")),
            "LC_ALL": "C.UTF-8",
            "CI": "true",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GH_TOKEN": "writes",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SERVER_URL": "http://github.localhost",
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "HTTP_PROXY": f"http://{self.forge.address}",
            "GITLAB_TOKEN": "writes",
            "CI_PROJECT_ID": "7",
            "CI_SERVER_HOST": self.forge.address,
        }
        config = self.make("home/.config/glab-cli") / "config.yml"
        config.write_text(f'check_update: false\nhosts:\n    "{self.forge.address}":\n        api_protocol: http\n')
        config.chmod(0o600)

    def spied(self, place, name):
        """The real program, behind a line that writes down what it was called with."""
        real = shutil.which(os.environ.get(name.upper(), name))
        if real is None:
            self.fail(f"no {name} on this machine")
        self.program(place, f'printf "%s\\n" "{name} $*" >>"{self.argv}"\nexec "{Path(real).resolve()}" "$@"')

    def program(self, place, text):
        place.write_text(f"#!/bin/sh\n{text}\n")
        place.chmod(0o755)

    def make(self, name):
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def called(self):
        return self.argv.read_text() if self.argv.exists() else ""

    def said(self):
        return self.summary.read_text() if self.summary.exists() else ""

    def script(self, name, *arguments, cwd=None, stdin=None, **env):
        return run([SCRIPTS / name, *arguments], {**self.env, **env}, cwd or self.folder, stdin)

    def document(self, ok, body="what collides", name="comment.json"):
        marker = "<!-- onehead:comment -->"
        file = self.folder / name
        file.write_text(json.dumps({"ok": ok, "marker": marker, "body": f"{marker}\n{body}\n"}))
        return file

    # git

    def git(self, *arguments, cwd=None):
        env = {**self.env, **PERSON}
        done = run(["git", *arguments], env, cwd or self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def story(self):
        """A remote whose main has a migration that the open pull request 2, add-search, collides with."""
        self.source = self.folder / "source"
        subprocess.run([ROOT / "scripts/build_story.sh", self.source], check=True, stdout=subprocess.DEVNULL)
        self.both = self.git("rev-parse", "main", cwd=self.source)
        self.git("reset", "--quiet", "--hard", "main~1", cwd=self.source)
        self.remote = self.folder / "remote.git"
        self.git("clone", "--quiet", "--bare", str(self.source), str(self.remote))
        self.git("config", "receive.advertisePushOptions", "false", cwd=self.remote)
        self.open(2, "add-search")

    def open(self, number, branch, base="main", **more):
        """Opens a pull request, as far as git and the list of the forge know of one."""
        head = self.git("rev-parse", branch, cwd=self.remote)
        self.git("update-ref", f"refs/pull/{number}/head", head, cwd=self.remote)
        self.forge.requests.append(
            {
                "number": number,
                "title": f"Request {number}",
                "html_url": f"http://github.localhost/acme/shop/pull/{number}",
                "draft": False,
                "user": {"login": "bob"},
                "head": {"ref": branch, "sha": head},
                "base": {"ref": base},
                **more,
            }
        )
        return head

    def merge_ref(self, number, base="main"):
        """The merge that GitHub makes of a pull request."""
        sides = [base, f"refs/pull/{number}/head"]
        tree = self.git("merge-tree", "--write-tree", *sides, cwd=self.remote)
        parents = [argument for side in sides for argument in ("-p", side)]
        commit = self.git("commit-tree", tree, *parents, "-m", "Merge", cwd=self.remote)
        self.git("update-ref", f"refs/pull/{number}/merge", commit, cwd=self.remote)
        return f"refs/pull/{number}/merge"

    def checkout(self, ref, name="work", depth=None):
        """What actions/checkout leaves: with history unless `depth` says otherwise."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self.git("init", "--quiet", cwd=folder)
        self.git("remote", "add", "origin", str(self.remote) if depth is None else f"file://{self.remote}", cwd=folder)
        if depth is None:
            self.git("fetch", "--quiet", "origin", "+refs/heads/*:refs/remotes/origin/*", cwd=folder)
        else:
            self.git("fetch", "--quiet", f"--depth={depth}", "origin", ref, cwd=folder)
        if ref.startswith("refs/heads/"):
            branch = ref.removeprefix("refs/heads/")
            at = f"refs/remotes/origin/{branch}" if depth is None else "FETCH_HEAD"
            self.git("checkout", "--quiet", "-B", branch, at, cwd=folder)
        else:
            self.git("fetch", "--quiet", *([] if depth is None else [f"--depth={depth}"]), "origin", ref, cwd=folder)
            self.git("checkout", "--quiet", "--detach", "FETCH_HEAD", cwd=folder)
        return folder

    def action(self, folder, workspace, event, payload=None, ref="refs/heads/main", base="", head="", token="writes", own=None, **inputs):
        """Runs one of our actions in a checkout, in a job of that event. `token` is that of the workflow, `own`
        one of the team's."""
        payload_file = self.folder / "event.json"
        payload_file.write_text(json.dumps(payload or {}))
        env = {key: value for key, value in self.env.items() if key not in ("GH_TOKEN", "GITHUB_STEP_SUMMARY")}
        env |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(payload_file),
            "GITHUB_REF": ref,
            "GITHUB_BASE_REF": base,
            "GITHUB_HEAD_REF": head,
            "GITHUB_RUN_ID": "1",
        }
        github = {
            "token": token,
            "event": payload or {},
            "head_ref": head,
            "base_ref": base,
            "ref_name": ref.removeprefix("refs/heads/"),
        }
        if own:
            inputs["token"] = own
        inputs = {name.replace("_", "-"): value for name, value in inputs.items()}
        return Action(ROOT / folder).run(github, inputs, env, workspace, self.make("steps"))


PERSON = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Dan Elk"), ("EMAIL", "dan@example.com"), ("DATE", "2024-03-02T00:00:00+00:00"))
}
