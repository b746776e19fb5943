"""Statuses of the open pull requests after the target has moved: judged for real, posted by the real clients."""

from place import Place
from runner import run


class Judged(Place):
    """Pull request 2 collides with main, 3 does not, and 4 lands elsewhere."""

    def setUp(self):
        super().setUp()
        self.story()
        self.git("branch", "docs", "main", cwd=self.remote)
        clone = self.checkout("refs/heads/docs", "docs")
        (clone / "README").write_text("docs\n")
        self.git("add", "README", cwd=clone)
        self.git("commit", "--quiet", "-m", "Write", cwd=clone)
        self.git("push", "--quiet", "origin", "docs", cwd=clone)
        self.open(3, "docs")
        self.open(4, "add-search", base="develop")
        self.clone = self.checkout("refs/heads/main")

    def status(self, number):
        commit = next(one["head"]["sha"] for one in self.forge.requests if one["number"] == number)
        return [(one["state"], one["description"]) for one in self.forge.statuses.get(commit, [])]

    def rejudge(self, **more):
        return self.action("actions/rejudge", self.clone, "push", **more)


class Rejudge(Judged):
    def test_every_open_pull_request_gets_its_status(self):
        ran = self.rejudge()
        self.assertEqual(ran.code, 0, ran.log)
        [(state, why)] = self.status(2)
        self.assertEqual(state, "failure")
        self.assertIn("2 heads after merging into origin/main", why)
        self.assertEqual(self.status(3), [("success", "can be merged into origin/main")])
        self.assertIn("failure  #2", ran.summary)
        statuses = [status for one in self.forge.statuses.values() for status in one]
        self.assertEqual({status["context"] for status in statuses}, {"onehead"})
        self.assertEqual(
            {status["target_url"] for status in statuses}, {"http://github.localhost/acme/shop/actions/runs/1"}
        )

    def test_what_has_not_changed_is_not_posted_again(self):
        self.rejudge()
        before = self.forge.changes()
        self.rejudge()
        self.assertEqual(self.forge.changes(), before)

    def test_a_green_goes_stale_and_a_red_is_lifted(self):
        self.git("branch", "before", "main~1", cwd=self.remote)
        self.git("update-ref", "refs/heads/main", "before", cwd=self.remote)
        self.rejudge()
        self.assertEqual([state for state, _ in self.status(2)], ["success"])
        self.git("update-ref", "refs/heads/main", self.source_main(), cwd=self.remote)
        self.rejudge()
        self.git("update-ref", "refs/heads/main", "before", cwd=self.remote)
        self.rejudge()
        self.assertEqual([state for state, _ in self.status(2)], ["success", "failure", "success"])

    def source_main(self):
        return self.git("rev-parse", "main", cwd=self.source)

    def test_more_than_a_page_of_them(self):
        self.forge.page_size = 2
        for number in range(5, 10):
            self.open(number, "docs")
        ran = self.rejudge()
        self.assertEqual(ran.code, 0, ran.log)
        self.assertIn("7 checked", ran.log)
        self.assertEqual(len(self.forge.changes()), 2, "one for each commit")

    def test_a_token_that_only_reads_is_told_and_fails_nothing(self):
        ran = self.rejudge(token="reads")
        self.assertEqual(ran.code, 0, ran.log)
        self.assertIn("could not post the statuses", ran.summary)
        self.assertIn("failure  #2", ran.summary)
        self.assertEqual(self.forge.statuses, {})

    def test_no_open_pull_request(self):
        self.forge.requests.clear()
        ran = self.rejudge()
        self.assertEqual(ran.code, 0, ran.log)
        self.assertEqual(self.forge.changes(), [])

    def test_names_that_mean_to_act_stay_in_their_block(self):
        branch = "~~~;$(touch${IFS}evil)`#1`@evil<b>::error::".translate({ord("~"): "'", ord(":"): "|", ord("$"): "&"})
        self.git("branch", branch, "add-search", cwd=self.remote)
        self.open(5, branch, title="~~~~~~~~\n::error::evil\n# evil", user={"login": "@evil"})
        ran = self.rejudge()
        self.assertEqual(ran.code, 0, ran.log)
        self.assertNotIn("\n::", ran.log)
        block = ran.summary.split("\n~~~~~~~~\n")
        self.assertEqual(len(block), 3, ran.summary)
        self.assertNotIn("evil", block[0] + block[2])
        self.assertNotIn("evil", self.called())

    def test_what_gh_lists_by_itself_is_understood(self):
        """The line that docs/ci.md shows."""
        fields = "number,title,author,headRefName,headRefOid,baseRefName,isDraft,url"
        env = {**self.env, "GH_HOST": "github.localhost", "GH_REPO": "github.localhost/acme/shop"}
        listed = run(["gh", "pr", "list", "--limit", "1000", "--json", fields], env, self.clone)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.git("fetch", "--quiet", "origin", "+refs/pull/*/head:refs/remotes/pull/*", cwd=self.clone)
        judged = run(["onehead", "ci", "rejudge", "--target", "origin/main"], self.env, self.clone, listed.stdout)
        self.assertEqual(judged.returncode, 1, judged.stderr)
        self.assertIn("failure  #2", judged.stdout)
        self.assertIn("skipped  #4", judged.stdout)


class OnGitLab(Judged):
    def test_the_same_on_gitlab(self):
        """The lines that docs/ci.md shows."""
        command = ["glab", "mr", "list", "--output", "json", "--per-page", "100", "--repo", "acme/shop"]
        listed = run(command, {**self.env, "GITLAB_HOST": self.forge.address}, self.clone)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.git("fetch", "--quiet", "origin", "+refs/pull/*/head:refs/remotes/pull/*", cwd=self.clone)
        command = ["onehead", "ci", "rejudge", "--target", "origin/main", "--format", "json"]
        judged = run(command, self.env, self.clone, listed.stdout)
        self.assertEqual(judged.returncode, 1, judged.stderr)
        for _ in range(2):
            ran = self.script("statuses-gitlab.sh", stdin=judged.stdout)
            self.assertEqual(ran.returncode, 0, ran.stderr)
        states = sorted(status["status"] for one in self.forge.statuses.values() for status in one)
        self.assertEqual(states, ["failed", "success"])
        ran = self.script("statuses-gitlab.sh", stdin=judged.stdout, GITLAB_TOKEN="nobody")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("could not post the statuses", self.said())
