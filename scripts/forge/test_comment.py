"""The comment of a pull request and the note of a merge request: one and only one, whatever happens."""

import threading

from place import Place

MARKER = "<!-- onehead:comment -->"


class Both:
    """What holds for either forge. The subclasses say how to post."""

    def test_is_created_then_updated_then_ticked(self):
        self.forge.add_comment(2, "ann", "looks good")
        self.assertPosts(self.document(ok=False))
        self.assertEqual(self.forge.bodies(2), ["looks good", f"{MARKER}\nwhat collides\n"])

        self.assertPosts(self.document(ok=False, body="something else"))
        self.assertEqual(self.forge.bodies(2), ["looks good", f"{MARKER}\nsomething else\n"])

        self.assertPosts(self.document(ok=True, body="- [x] fine"))
        self.assertEqual(self.forge.bodies(2), ["looks good", f"{MARKER}\n- [x] fine\n"])

    def test_the_same_again_posts_nothing(self):
        self.assertPosts(self.document(ok=False))
        before = self.forge.changes()
        self.assertPosts(self.document(ok=False))
        self.assertEqual(self.forge.changes(), before)

    def test_line_breaks_of_the_forge_are_no_difference(self):
        self.forge.add_comment(2, self.me, f"{MARKER}\r\nwhat collides")
        self.assertPosts(self.document(ok=False))
        self.assertEqual(self.forge.changes(), [])

    def test_nothing_is_posted_where_nothing_ever_collided(self):
        self.assertPosts(self.document(ok=True))
        self.assertEqual(self.forge.changes(), [])

    def test_is_found_on_a_later_page(self):
        self.forge.page_size = 4
        for number in range(9):
            self.forge.add_comment(2, "ann", f"comment {number}")
        ours = self.forge.add_comment(2, self.me, f"{MARKER}\nold")
        for number in range(9):
            self.forge.add_comment(2, "ann", f"later {number}")
        self.assertPosts(self.document(ok=False))
        self.assertEqual(ours["body"], f"{MARKER}\nwhat collides\n")
        self.assertEqual(len(self.forge.changes()), 1)

    def test_a_marker_of_somebody_else_is_left_alone(self):
        theirs = self.forge.add_comment(2, "eve", f"{MARKER}\nall is well")
        quoted = self.forge.add_comment(2, self.me, f"as in {MARKER}")
        self.assertPosts(self.document(ok=False))
        self.assertEqual(theirs["body"], f"{MARKER}\nall is well")
        self.assertEqual(quoted["body"], f"as in {MARKER}")
        self.assertEqual(len(self.forge.bodies(2)), 3)

    def test_two_runs_at_once_leave_one(self):
        self.forge.meeting = threading.Barrier(2)
        documents = [self.document(ok=False, body=f"run {run}", name=f"{run}.json") for run in (1, 2)]
        runs = [threading.Thread(target=self.assertPosts, args=[document]) for document in documents]
        for run in runs:
            run.start()
        for run in runs:
            run.join()
        posted = [path for method, path in self.forge.changes() if method == "POST"]
        self.assertEqual(len(posted), 2, "both found none, and both posted")
        self.assertEqual(len(self.forge.bodies(2)), 1)

    def test_doubles_of_before_are_taken_away(self):
        for number in range(3):
            self.forge.add_comment(2, self.me, f"{MARKER}\n{number}")
        first = self.forge.comments[2][0]["id"]
        self.assertPosts(self.document(ok=False))
        self.assertEqual([(one["id"], one["body"]) for one in self.forge.comments[2]], [(first, f"{MARKER}\nwhat collides\n")])

    def test_a_token_that_only_reads_is_told_and_fails_nothing(self):
        ran = self.post(self.document(ok=False), token="reads")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("could not post", ran.stderr)
        self.assertIn("Resource not accessible by integration", ran.stderr)
        self.assertIn("could not post", self.said())
        self.assertEqual(self.forge.bodies(2), [])

    def test_a_forge_in_trouble_is_told_and_fails(self):
        self.forge.broken = True
        ran = self.post(self.document(ok=False))
        self.assertEqual(ran.returncode, 2, ran.stderr)
        self.assertIn("could not post", self.said())

    def test_the_text_travels_as_it_is_and_never_as_an_argument(self):
        for attempt in ATTEMPTS:
            with self.subTest(attempt):
                self.forge.comments.clear()
                self.assertPosts(self.document(ok=False, body=attempt))
                self.assertEqual(self.forge.bodies(2), [f"{MARKER}\n{attempt}\n"])
        self.assertNotIn("evil", self.called())
        self.assertFalse((self.folder / "evil").exists())

    def test_what_is_no_number_is_refused(self):
        for number in ("", "2/../../x", "2?x=1", "{owner}", "-1"):
            ran = self.post(self.document(ok=False), number=number)
            self.assertNotEqual(ran.returncode, 0, number)
        self.assertEqual(self.forge.record, [])

    def assertPosts(self, document):
        ran = self.post(document)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))


# What a body is never read as: shell, files of `gh api --field`, its placeholders, JSON, jq, options.
ATTEMPTS = [
    "$(touch evil) `touch evil`; touch evil",
    "@/etc/passwd evil",
    "@- evil",
    "{owner} {repo} {branch} :id :fullpath evil",
    '"}, "evil": {"a": "',
    "\\(evil) \\u0000 \\n",
    "--input evil",
    "%s%n %(evil)",
    "::error file=evil::evil",
    "evil\u202e\u2028\u0085\x7f",
    "\x1b[31mevil\x07",
    "evil\t\x01",
    "<!-- onehead:comment -->\nevil",
    "'evil' \"evil\" $'evil'",
]


class OnGitHub(Both, Place):
    me = "github-actions[bot]"

    def post(self, document, number="2", token="writes"):
        return self.script("comment-github.sh", document, number, GH_TOKEN=token)

    def test_whose_token_it_is_can_be_said(self):
        self.forge.tokens["writes"] = ("somebody", True)
        ran = self.script("comment-github.sh", self.document(ok=False), "2", ONEHEAD_LOGIN="somebody")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertNotIn("graphql", self.called())


class OnGitLab(Both, Place):
    me = "onehead-bot"

    def setUp(self):
        super().setUp()
        self.forge.tokens = {"writes": (self.me, True), "reads": (self.me, False)}

    def post(self, document, number="2", token="writes"):
        return self.script("comment-gitlab.sh", document, number, GITLAB_TOKEN=token)
