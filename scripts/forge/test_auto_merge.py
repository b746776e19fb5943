"""The workflow that merges heads by itself: what it pushes, that it ends, and who is faster."""

import json
import shutil

from place import PERSON, Place
from runner import run

REQUEST = {"pull_request": {"number": 2}}
REVISION = '"""{id}"""\nrevision = "{id}"\ndown_revision = "{parent}"\n'


class AutoMerge(Place):
    def setUp(self):
        super().setUp()
        self.story()
        self.env |= {f"GIT_{role}_DATE": "2024-03-03T00:00:00+00:00" for role in ("AUTHOR", "COMMITTER")}

    def merge(self, **more):
        """In the job of pull request 2."""
        work = self.checkout(self.merge_ref(2))
        ref = "refs/pull/2/merge"
        return self.action("actions/auto-merge", work, "pull_request", REQUEST, ref, base="main", head="add-search", **more)

    def merge_target(self, name="work", **more):
        """In the job of a push to main."""
        return self.action("actions/auto-merge", self.checkout("refs/heads/main", name), "push", **more)

    def at(self, branch):
        return self.git("rev-parse", branch, cwd=self.remote)

    def heads(self, branch):
        env = {**self.env, "GIT_DIR": str(self.remote)}
        said = run(["onehead", "check", "--source", branch, "--format", "json"], env, self.remote)
        return [head["id"] for head in json.loads(said.stdout)["environments"][0]["heads"]]

    def add(self, branch, files, remove=()):
        """Somebody pushes a commit to a branch."""
        clone = self.checkout(f"refs/heads/{branch}", "somebody")
        for name, text in files.items():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            (clone / name).write_text(text)
        for pattern in remove:
            for file in clone.glob(pattern):
                file.unlink()
        self.git("add", "--all", cwd=clone)
        self.git("commit", "--quiet", "-m", "Go on", cwd=clone)
        self.git("push", "--quiet", "origin", branch, cwd=clone)
        if branch == "add-search":
            self.git("update-ref", "refs/pull/2/head", "refs/heads/add-search", cwd=self.remote)

    def interrupted(self, script, times=1):
        """Before each of the first pushes of our run, somebody else does this."""
        self.program(
            self.folder / "programs/git",
            f'count=$(cat {self.folder}/pushes 2>/dev/null || echo 0)\n'
            f'if [ "$1" = push ] && [ "$count" -lt {times} ]; then\n'
            f'    echo $((count + 1)) >{self.folder}/pushes\n    ( cd {self.folder} && count=$count && {script} ) >&2\nfi\n'
            f'exec {shutil.which("git")} "$@"',
        )

    def assertPushed(self, ran, branch):
        self.assertEqual(ran.code, 0, ran.log)
        self.assertEqual(ran.outputs["merged"], self.at(branch))
        self.assertEqual(len(self.heads(branch)), 1)

    def assertNotPushed(self, ran, branch, before, why):
        self.assertEqual(ran.code, 1, ran.log)
        self.assertEqual(ran.outputs["merged"], "")
        self.assertEqual(self.at(branch), before)
        self.assertIn(why, ran.summary)
        self.assertEqual(self.forge.comments, {})

    def test_the_branch_of_a_pull_request(self):
        sides = [self.at("add-search"), self.at("main")]
        ran = self.merge()
        self.assertPushed(ran, "add-search")
        self.assertEqual(self.git("log", "-1", "--format=%P", "add-search", cwd=self.remote).split(), sides)
        message = self.git("log", "-1", "--format=%an%n%B", "add-search", cwd=self.remote)
        self.assertRegex(message, r"^github-actions\[bot\]\nMerge remote-tracking branch 'origin/main' into add-search\n")
        self.assertRegex(message, r"\nOnehead-Merged-Heads: [0-9a-f]{40}$")
        [body] = self.forge.bodies(2)
        self.assertIn(self.at("add-search"), body)
        self.assertIn(f"`{self.heads('add-search')[0]}`", body)
        self.assertIn("starts no other workflow", body)

    def test_a_token_of_its_own_starts_workflows(self):
        self.forge.tokens["ours"] = ("shop[bot]", True)
        self.assertPushed(self.merge(own="ours"), "add-search")
        [note] = self.forge.comments[2]
        self.assertEqual(note["login"], "shop[bot]")
        self.assertNotIn("starts no other workflow", note["body"])

    def test_the_push_sets_it_off_again_and_that_is_the_end(self):
        self.merge()
        self.git("update-ref", "refs/pull/2/head", "refs/heads/add-search", cwd=self.remote)
        before = self.at("add-search")
        for _ in range(2):
            ran = self.merge()
            self.assertEqual(ran.code, 0, ran.log)
            self.assertEqual(ran.outputs["merged"], "")
            self.assertIn("nothing to merge", ran.log)
        self.assertEqual(self.at("add-search"), before)
        self.assertEqual(len(self.forge.bodies(2)), 1)

    def test_who_takes_it_back_is_not_fought(self):
        self.merge()
        self.forge.comments.clear()
        self.add("add-search", {}, remove=["migrations/versions/*merge_heads*"])
        before = self.at("add-search")
        self.assertNotPushed(self.merge(), "add-search", before, "the merge was reverted")

    def test_other_heads_are_merged_again(self):
        self.merge()
        self.git("update-ref", "refs/pull/2/head", "refs/heads/add-search", cwd=self.remote)
        self.add("main", {"migrations/versions/later.py": REVISION.format(id="later", parent="d4c3b5a7f9e1")})
        self.assertPushed(self.merge(), "add-search")
        self.assertEqual(len(self.forge.bodies(2)), 1, "one note, brought up to date")
        self.assertIn(self.at("add-search"), self.forge.bodies(2)[0])

    def test_the_author_is_faster(self):
        self.add("add-search", {"README": "first\n"})
        clone = self.checkout("refs/heads/add-search", "author")
        (clone / "README").write_text("second\n")
        self.git("commit", "--quiet", "-am", "Go on", cwd=clone)
        theirs = self.git("rev-parse", "HEAD", cwd=clone)
        real = shutil.which("git")
        self.interrupted(f"{real} -C author push --quiet origin add-search")
        ran = self.merge()
        self.assertIn("the branch has moved (attempt 1)", ran.log)
        self.assertPushed(ran, "add-search")
        self.assertEqual(self.git("log", "-1", "--format=%P", "add-search", cwd=self.remote).split()[0], theirs)

    def test_somebody_is_faster_each_time(self):
        self.add("add-search", {"README": "first\n"})
        self.checkout("refs/heads/add-search", "author")
        real = shutil.which("git")
        person = " ".join(f"{name}='{value}'" for name, value in PERSON.items())
        self.interrupted(
            f"cd author && echo $count >README && {person} {real} commit --quiet -am On && {real} push --quiet origin add-search",
            times=9,
        )
        ran = self.merge()
        self.assertEqual(ran.code, 1, ran.log)
        self.assertIn("gave up after three attempts", ran.summary)
        self.assertEqual((self.folder / "pushes").read_text(), "3\n")

    def test_the_target_after_a_race(self):
        self.git("update-ref", "refs/heads/main", self.both_objects(), cwd=self.remote)
        ran = self.merge_target()
        self.assertPushed(ran, "main")
        self.assertEqual(self.git("log", "-1", "--format=%P", "main", cwd=self.remote), self.both)
        for number in (1, 2):
            self.assertEqual(len(self.forge.bodies(number)), 1, "those that brought the heads are told")
        self.assertIn("nothing to merge", self.merge_target("again").log)

    def test_two_mend_the_target_at_once(self):
        """The other one's commit is another, the revision in it is the same: there is nothing left to do."""
        self.git("update-ref", "refs/heads/main", self.both_objects(), cwd=self.remote)
        other = self.checkout("refs/heads/main", "other")
        fixed = run(["onehead", "check", "--fix", "--commit"], {**self.env, **PERSON}, other)
        self.assertEqual(fixed.returncode, 0, fixed.stderr)
        real = shutil.which("git")
        self.interrupted(f"{real} -C other push --quiet origin main")
        ran = self.merge_target()
        self.assertEqual((ran.code, ran.outputs["merged"]), (0, ""), ran.log)
        self.assertIn("nothing to merge", ran.log)
        self.assertEqual(self.at("main"), self.git("rev-parse", "HEAD", cwd=other))

    def both_objects(self):
        """The commit with both branches merged, brought into the remote."""
        self.git("push", "--quiet", str(self.remote), f"{self.both}:refs/keep/both", cwd=self.source)
        return self.both

    def test_a_protected_branch(self):
        hook = self.remote / "hooks/pre-receive"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\necho 'protected branch' >&2\nexit 1\n")
        hook.chmod(0o755)
        before = self.at("add-search")
        ran = self.merge()
        self.assertNotPushed(ran, "add-search", before, "could not be pushed")
        self.assertNotIn("the branch has moved", ran.log)

    def test_conflicts_in_other_files_are_for_people(self):
        self.add("main", {"README": "ours\n"})
        self.add("add-search", {"README": "theirs\n"})
        before = self.at("add-search")
        work = self.checkout("refs/heads/add-search")
        ran = self.action("actions/auto-merge", work, "pull_request", REQUEST, "refs/pull/2/merge", "main", "add-search")
        self.assertNotPushed(ran, "add-search", before, "could not be merged")

    def test_what_is_no_fork_is_for_people(self):
        self.git("branch", "--force", "add-search", "main", cwd=self.remote)
        self.add("add-search", {"migrations/versions/broken.py": "revision = (\n"})
        before = self.at("add-search")
        self.assertNotPushed(self.merge(), "add-search", before, "not forks")

    def test_a_token_that_may_not_comment_has_pushed_all_the_same(self):
        ran = self.merge(token="reads")
        self.assertPushed(ran, "add-search")
        self.assertIn("could not post the comment", ran.summary)

    def test_no_program_of_the_project_runs(self):
        evil = self.folder / "evil"
        settings = f'alembic = "touch {evil}"\n[fix]\npost-write-hooks = true\nstrategy = "reparent"\n'
        ini = (
            "[alembic]\nscript_location = migrations\n[post_write_hooks]\nhooks = evil\n"
            f"evil.type = exec\nevil.executable = touch\nevil.options = {evil}\n"
        )
        hook = f"#!/bin/sh\ntouch {evil}\n"
        self.add("add-search", {"onehead.toml": settings, "alembic.ini": ini, ".husky/pre-commit": hook})
        self.assertPushed(self.merge(), "add-search")
        self.assertFalse(evil.exists())
