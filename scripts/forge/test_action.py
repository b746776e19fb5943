"""The Action, step by step as the runner takes it: the merge result of every event, what it says where, and
pull requests from people whom nobody knows."""

import json
import os
import stat
import zipfile
from pathlib import Path

from place import PERSON, VERSION, Place
from runner import run

REQUEST = {"pull_request": {"number": 2}}


class InTheStory(Place):
    def setUp(self):
        super().setUp()
        self.story()

    def on_pull_request(self, **more):
        ref = self.merge_ref(2)
        work = self.checkout(ref, depth=more.pop("depth", None))
        return self.action(".", work, "pull_request", REQUEST, ref, base="main", head="add-search", **more)

    def on_target_event(self, **more):
        work = self.checkout("refs/heads/main")
        return self.action(".", work, "pull_request_target", REQUEST, base="main", head="add-search", **more)

    def assertCollides(self, ran):
        self.assertEqual(ran.code, 1, ran.log)
        self.assertEqual(ran.outputs["verdict"], "findings")
        self.assertEqual(json.loads(ran.outputs["heads"]), {"migrations": ["d4c3b5a7f9e1", "e5b4a6c8d0f2"]})

    def hostile(self, name, text):
        """Puts a file into the pull request."""
        clone = self.checkout("refs/heads/add-search", "fork")
        file = clone / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
        self.git("add", "--all", "--force", cwd=clone)
        self.git("commit", "--quiet", "-m", "Add", cwd=clone)
        self.git("push", "--quiet", "origin", "add-search", cwd=clone)
        head = self.git("rev-parse", "HEAD", cwd=clone)
        self.git("update-ref", "refs/pull/2/head", head, cwd=self.remote)


class Check(InTheStory):
    def test_a_pull_request_that_collides(self):
        ran = self.on_pull_request()
        self.assertCollides(ran)
        annotations = [line for line in ran.log.splitlines() if line.startswith("::error ")]
        self.assertEqual(len(annotations), 2, ran.log)
        for annotation in annotations:
            self.assertRegex(annotation, r"file=migrations/versions/\w+\.py,line=14")
        self.assertIn("```mermaid\nflowchart", ran.summary)
        self.assertIn("onehead fix", ran.summary)
        self.assertEqual(ran.outputs["findings"], "1")
        self.assertEqual(json.loads(Path(ran.outputs["report"]).read_text())["schema"], "onehead.check")
        self.assertEqual(json.loads(Path(ran.outputs["sarif"]).read_text())["version"], "2.1.0")
        self.assertEqual(Path(ran.outputs["markdown"]).read_text(), ran.summary)
        self.assertEqual([name for name, _ in ran.steps], ["install", "check", "verdict"])
        self.assertEqual(self.forge.record, [])

    def test_a_pull_request_in_a_clone_of_one_commit(self):
        self.assertCollides(self.on_pull_request(depth=1))

    def test_a_merge_queue(self):
        ref = self.merge_ref(2)
        self.git("update-ref", "refs/heads/gh-readonly-queue/main/pr-2", ref, cwd=self.remote)
        for depth in (None, 1):
            work = self.checkout("refs/heads/gh-readonly-queue/main/pr-2", f"work{depth}", depth)
            self.assertCollides(self.action(".", work, "merge_group", ref="refs/heads/gh-readonly-queue/main/pr-2"))

    def test_a_push(self):
        work = self.checkout("refs/heads/main")
        ran = self.action(".", work, "push")
        self.assertEqual(ran.code, 0, ran.log)
        self.assertEqual((ran.outputs["verdict"], ran.outputs["findings"]), ("clean", "0"))
        self.assertEqual(json.loads(ran.outputs["heads"]), {"migrations": ["d4c3b5a7f9e1"]})
        self.git("update-ref", "refs/heads/main", self.merge_ref(2), cwd=self.remote)
        self.assertCollides(self.action(".", self.checkout("refs/heads/main", "after"), "push"))

    def test_report_files(self):
        ran = self.on_pull_request(also="junit=junit.xml\ncodequality=issues.json\n")
        self.assertCollides(ran)
        self.assertIn("<testsuites", (self.folder / "work/junit.xml").read_text())
        self.assertEqual(len(json.loads((self.folder / "work/issues.json").read_text())), 2)

    def test_findings_need_not_fail(self):
        ran = self.on_pull_request(fail="false")
        self.assertEqual((ran.code, ran.outputs["verdict"]), (0, "findings"))

    def test_what_cannot_run_is_no_green(self):
        ran = self.on_pull_request(target="origin/nowhere", comment="true")
        self.assertEqual((ran.code, ran.outputs["verdict"]), (2, "error"), ran.log)
        self.assertIn("could not run", ran.summary)
        self.assertEqual(self.forge.record, [])

    def test_inputs_are_words_and_never_shell(self):
        evil = '"; touch evil; $(touch evil) `touch evil` ${{ github.token }}'
        for name in ("target", "also", "version"):
            ran = self.on_pull_request(**{name: evil})
            self.assertEqual(ran.code, 2, f"{name}: {ran.log}")
        self.assertEqual(list(self.folder.rglob("evil")), [])

    def test_comments_when_asked(self):
        ran = self.on_pull_request(comment="true")
        self.assertCollides(ran)
        [body] = self.forge.bodies(2)
        self.assertTrue(body.startswith("<!-- onehead:comment -->\n"))
        self.assertIn("```mermaid", body)

    def test_a_fork_with_a_token_that_only_reads(self):
        """The verdict stands, and the summary says what could not be posted."""
        ran = self.on_pull_request(comment="true", token="reads")
        self.assertCollides(ran)
        self.assertIn("could not post the comment: the token lacks the permission", ran.summary)
        self.assertIn("```mermaid", ran.summary)
        self.assertEqual(ran.steps[-1], ("verdict", 1))

    def test_a_forge_in_trouble_decides_nothing(self):
        self.forge.broken = True
        ran = self.on_pull_request(comment="true")
        self.assertCollides(ran)
        self.assertIn("could not post the comment", ran.summary)


class FromTheBase(InTheStory):
    """pull_request_target: our own branch is checked out, the token may write, and the pull request is anybody's."""

    def test_comments_without_a_file_of_the_pull_request(self):
        self.hostile("sitecustomize.py", "raise SystemExit")
        ran = self.on_target_event(comment="true", fail="false")
        self.assertEqual((ran.code, ran.outputs["verdict"]), (0, "findings"), ran.log)
        [body] = self.forge.bodies(2)
        self.assertIn("only on `origin/main`", body)
        self.assertIn("in pull request `#1`", body)
        self.assertEqual(list((self.folder / "work/migrations").rglob("*search*")), [], "nothing of it was checked out")
        self.assertFalse((self.folder / "work/sitecustomize.py").exists())

    def test_the_comment_is_ticked_once_it_is_mended(self):
        self.on_target_event(comment="true", fail="false")
        clone = self.checkout("refs/heads/add-search", "clone")
        self.git("merge", "--quiet", "--no-edit", "origin/main", cwd=clone)
        fixed = self.as_a_person(clone, "check", "--fix", "--commit")
        self.assertEqual(fixed.returncode, 0, fixed.stderr)
        self.git("push", "--quiet", "origin", "add-search", cwd=clone)
        self.git("update-ref", "refs/pull/2/head", "refs/heads/add-search", cwd=self.remote)
        work = self.checkout("refs/heads/main", "again")
        ran = self.action(
            ".", work, "pull_request_target", REQUEST, base="main", head="add-search", comment="true", fail="false"
        )
        self.assertEqual(ran.outputs["verdict"], "clean", ran.log)
        [body] = self.forge.bodies(2)
        self.assertIn("- [x]", body)

    def as_a_person(self, cwd, *arguments):
        return run(["onehead", *arguments], {**self.env, **PERSON}, cwd)


class Hostile(InTheStory):
    """Files of a pull request that would run if anything of it ran."""

    TRAPS = [
        *("pip.py", "pip/__main__.py", "venv.py", "venv/__main__.py", "ensurepip/__main__.py", "sitecustomize.py"),
        *("usercustomize.py", "json.py", "encodings/__init__.py", "python3", "onehead", "gh", "jq", "git", "bash"),
        *("scripts/ci/install.sh", "scripts/ci/check-github.sh", "scripts/ci/forge.sh", "action.yml", "setup.py"),
        *("migrations/env.py", "conftest.py", ".git-hooks/post-checkout", ".husky/post-checkout"),
    ]

    def test_nothing_of_it_runs(self):
        trap = f"#!/bin/sh\n''':'\necho evil >{self.folder}/evil\nexit 0\n'''\nopen('{self.folder}/evil', 'w')\n"
        for name in self.TRAPS:
            if not name.startswith(("pip/", "venv/")):
                self.hostile(name, trap)
        self.hostile(
            "pyproject.toml",
            f"[build-system]\nrequires = []\nbuild-backend = 'setup'\nbackend-path = ['.']\n"
            f"[tool.onehead]\nalembic = 'touch {self.folder}/evil'\n[tool.onehead.fix]\npost-write-hooks = true\n",
        )
        self.installs_for_real()
        for ran in (self.on_pull_request(comment="true"), self.on_target_event(comment="true")):
            self.assertIn("onehead==", self.called_pip())
            self.assertIn(ran.outputs["verdict"], ("findings", "error"), ran.log)
        self.assertFalse((self.folder / "evil").exists())

    def installs_for_real(self):
        """No onehead on the path: pip installs one, from a folder instead of PyPI."""
        (self.folder / "programs/onehead").unlink()
        links = self.make("links")
        name = f"onehead-{VERSION}.data/scripts/onehead"
        info = f"onehead-{VERSION}.dist-info"
        with zipfile.ZipFile(links / f"onehead-{VERSION}-py3-none-any.whl", "w") as wheel:
            program = zipfile.ZipInfo(name)
            program.external_attr = (stat.S_IFREG | 0o755) << 16
            wheel.writestr(program, f'#!/bin/sh\nexec "{os.environ["ONEHEAD"]}" "$@"\n')
            wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: onehead\nVersion: {VERSION}\n")
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        self.pip_log = self.folder / "pip.log"
        self.env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(links), "PIP_LOG": str(self.pip_log)}

    def called_pip(self):
        return self.pip_log.read_text()


class HostileText(InTheStory):
    """A pull request whose files, ids, messages and authors mean to act: what reaches the forge, the log and the
    runner's files shows them, and nothing of it acts. What each format does with them is tested beside onehead."""

    def test_in_comments_logs_and_outputs(self):
        clone = self.checkout("refs/heads/add-search", "fork")
        for at, attempt in enumerate(ATTEMPTS):
            name = attempt.replace("/", "_").replace("\n", "_")
            file = clone / f"migrations/versions/{at}{name}.py"
            file.write_text(f'"""{escaped(attempt)}"""\nrevision = "{escaped(attempt)}{at}"\ndown_revision = "c3d2e4f6a8b0"\n')
            self.git("add", "--all", cwd=clone)
            author = "evil " + attempt.translate({ord(c): "_" for c in "<>\n\r\0"})
            self.git("commit", "--quiet", f"--author={author} <evil@example.com>", "-m", attempt, cwd=clone)
        self.git("push", "--quiet", "origin", "add-search", cwd=clone)
        self.git("update-ref", "refs/pull/2/head", "refs/heads/add-search", cwd=self.remote)

        ran = self.on_target_event(comment="true")
        self.assertEqual((ran.code, ran.outputs["verdict"]), (1, "findings"), ran.log)
        heads = json.loads(ran.outputs["heads"])["migrations"]
        self.assertLessEqual({f"{attempt}{at}" for at, attempt in enumerate(ATTEMPTS)}, set(heads))
        for line in ran.log.splitlines():
            if line.lstrip().startswith("::"):
                self.assertRegex(line, "^::error file=migrations/versions/")
        [body] = self.forge.bodies(2)
        lines = [line for line in body.splitlines() if line.lstrip().startswith(("<", "::", "~~~"))]
        self.assertEqual(lines, ["<!-- onehead:comment -->"], "all else stands in code spans")
        for text in (ran.log, ran.summary, body):
            acting = {character for character in text if acts(character)}
            self.assertEqual(acting, set())
        self.assertNotIn("evil", self.called())
        self.assertEqual(list(self.folder.rglob("evil")), [])


ATTEMPTS = [
    "$(touch evil)`touch evil`;touch evil",
    "::error file=evil::evil",
    "x\n::set-output name=verdict::clean",
    "verdict=clean\nverdict=clean evil",
    "evil<<EOF\nverdict=clean\nEOF",
    "\x1b[31mevil\x1b[0m\x07",
    "evil\rok",
    "\u202eevil\u2066\u200b",
    "@evil #1 evil/evil#2",
    "<!-- onehead:comment --> evil",
    "<img src=x onerror=evil()>",
    "``` evil\n```\n# evil",
    "[evil](https://evil.example)",
    "{owner} @/etc/passwd evil",
    "--evil",
    "'evil' \"evil\\",
]


def escaped(text):
    return "".join(f"\\U{ord(character):08x}" for character in text)


def acts(character):
    code = ord(character)
    return (code < 32 and character != "\n") or 0x7F <= code < 0xA0 or 0x200B <= code < 0x2010 or 0x2028 <= code < 0x2070
