"""The files that forges read: what their schemas say, and the rules of ours that no schema knows."""

import re
import subprocess
import sys
import unittest

from place import ROOT, VERSION
from runner import load

ACTIONS = sorted(ROOT.glob("action.yml")) + sorted(ROOT.glob("actions/*/action.yml"))
WORKFLOWS = sorted(ROOT.glob("docs/workflows/*.yml"))
GITLAB = ROOT / "docs/workflows/gitlab.yml"
GITHUB = [file for file in WORKFLOWS if file != GITLAB]
# Those that this repository runs itself.
OWN = sorted(ROOT.glob(".github/workflows/*.yml"))
TEMPLATES = ROOT / ".github/ISSUE_TEMPLATE"


class Files(unittest.TestCase):
    def test_fit_their_schemas(self):
        self.assertFit("vendor.github-actions", ACTIONS)
        self.assertFit("vendor.github-workflows", [*GITHUB, *OWN])
        forms = [file for file in sorted(TEMPLATES.glob("*.yml")) if file.name != "config.yml"]
        self.assertFit("vendor.github-issue-forms", forms)
        self.assertFit("vendor.github-issue-config", [TEMPLATES / "config.yml"])
        self.assertFit("vendor.gitlab-ci", [GITLAB], "--data-transform", "gitlab-ci")

    def assertFit(self, schema, files, *options):
        self.assertTrue(files)
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *options, *files]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_no_expression_stands_in_a_script(self):
        """It would be pasted in before the shell reads it."""
        for file in ACTIONS:
            for step in load(file)["runs"]["steps"]:
                self.assertNotIn("${{", step["run"], f"{file}: {step['name']}")
        for file in GITHUB:
            for step in steps(file):
                self.assertNotIn("run", step, file)

    def test_every_script_is_there(self):
        for file in ACTIONS:
            for step in load(file)["runs"]["steps"]:
                for name in re.findall(r'\$GITHUB_ACTION_PATH/([^"]+)"', step["run"]):
                    script = file.parent / name
                    self.assertTrue(script.stat().st_mode & 0o100, f"{script} cannot be run")

    def test_every_action_named_is_one_of_ours_at_this_version(self):
        for file in GITHUB:
            for step in steps(file):
                owner, path, version = re.fullmatch(r"(\w+)/([\w./-]+)@(.+)", step["uses"]).groups()
                if owner == "actions":
                    continue
                self.assertEqual(version, f"v{VERSION}", file)
                folder = path.removeprefix("onehead").strip("/")
                declared = load(ROOT / folder / "action.yml")["inputs"]
                self.assertLessEqual(set(step.get("with", {})), set(declared), file)
        self.assertIn(f"onehead=={VERSION}", GITLAB.read_text())
        for file in ACTIONS:
            self.assertEqual(load(file)["inputs"]["version"]["default"], VERSION, file)

    def test_a_token_may_what_it_has_to_and_no_more(self):
        may = {file.name: load(file)["permissions"] for file in GITHUB}
        self.assertEqual(
            may,
            {
                "check.yml": {"contents": "read"},
                "comment.yml": {"contents": "read", "pull-requests": "write"},
                "rejudge.yml": {"contents": "read", "pull-requests": "read", "statuses": "write"},
                "auto-merge.yml": {"contents": "write", "pull-requests": "write"},
            },
        )

    def test_nothing_of_a_pull_request_is_checked_out_beside_a_token_that_writes(self):
        for file in GITHUB:
            if "pull_request_target" not in load(file)["on"]:
                continue
            for step in steps(file):
                self.assertNotIn("ref", step.get("with", {}), file)
                self.assertNotIn("repository", step.get("with", {}), file)
            self.assertNotIn("secrets.", file.read_text())

    def test_docs_show_what_is_there(self):
        guide = (ROOT / "docs/ci.md").read_text()
        for file in WORKFLOWS:
            self.assertIn(f"(workflows/{file.name})", guide)
        for file in ACTIONS:
            for name in [*load(file)["inputs"], *load(file).get("outputs", {})]:
                self.assertIn(f"`{name}`", guide, f"{name} of {file.relative_to(ROOT)}")


def steps(file):
    return [step for job in load(file)["jobs"].values() for step in job["steps"]]
