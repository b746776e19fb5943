"""Tests of the oracle, on tiny environments made in a temporary folder.

They only write there, and need what requirements.txt names.

    python scripts/oracle/test_oracle.py
"""

import base64
import hashlib
import tempfile
import textwrap
import unittest
import zipfile
from pathlib import Path

import alembic_facts
import corpus_requests
import fetch

TEMPLATE = '''"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
'''
MERGE = {
    "revisions": "heads",
    "rev_id": "0123456789ab",
    "create_date": "2024-01-02T03:04:05.000006",
    "message": None,
    "branch_label": None,
}


class Case(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name).resolve()
        (self.root / "app/versions").mkdir(parents=True)
        self.write("app/script.py.mako", TEMPLATE)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), "utf-8")

    def revision(self, name, down, extra="", folder="app/versions"):
        text = f"revision = {name!r}\ndown_revision = {down!r}\n"
        text = f'"""about {name}"""\n{extra}\n{text}'
        self.write(f"{folder}/{name}.py", text)

    def ask(self, **options):
        before = self.contents()
        request = {"name": "app", "root": str(self.root)}
        if "config" not in options:
            request["script_location"] = "app"
        request.update(options)
        answer = alembic_facts.answer({"environments": [request]})
        self.assertEqual(before, self.contents(), "the root was changed")
        return answer["environments"][0]

    def contents(self):
        found = sorted(self.root.rglob("*"))
        return [(p, p.is_file() and p.read_bytes()) for p in found]

    def merged(self, **options):
        merge = dict(MERGE, **options.pop("merge", {}))
        result = self.ask(merge=merge, **options)["merge"]
        if "bytes_base64" in result:
            content = base64.b64decode(result["bytes_base64"])
            result["text"] = content.decode("utf-8")
        return result


class GraphTest(Case):
    def test_linear(self):
        self.revision("a1", None)
        self.revision("b2", "a1")
        answer = self.ask()
        self.assertIsNone(answer["error"])
        self.assertEqual(answer["heads"], ["b2"])
        self.assertEqual(answer["bases"], ["a1"])
        self.assertEqual(answer["script_location"], "app")
        self.assertEqual(answer["version_locations"], ["app/versions"])
        first = answer["revisions"][0]
        self.assertEqual(first["path"], "app/versions/a1.py")
        self.assertEqual(first["message"], "about a1")
        self.assertEqual(first["next"], ["b2"])

    def test_fork_and_merge_point(self):
        self.revision("a1", None)
        self.revision("b2", "a1")
        self.revision("c3", "a1")
        answer = self.ask()
        self.assertEqual(answer["heads"], ["b2", "c3"])
        self.assertEqual(answer["branch_points"], ["a1"])
        self.revision("d4", ("c3", "b2"))
        answer = self.ask()
        self.assertEqual(answer["merge_points"], ["d4"])
        parents = answer["revisions"][3]["down_revision"]
        self.assertEqual(parents, ["c3", "b2"])

    def test_duplicate_id(self):
        self.revision("a1", None)
        self.write("app/versions/zz.py", "revision='a1'\ndown_revision=None\n")
        answer = self.ask()
        wanted = [{"kind": "duplicate", "id": "a1"}]
        self.assertEqual(answer["warnings"], wanted)
        self.assertEqual(answer["heads"], ["a1", "a1"])

    def test_missing_parent(self):
        self.revision("b2", "a1")
        answer = self.ask()
        wanted = [{"kind": "missing", "id": "a1", "from": "b2"}]
        self.assertEqual(answer["warnings"], wanted)
        wanted = {"kind": "KeyError", "message": "a1"}
        self.assertEqual(answer["error"], wanted)
        self.assertEqual(answer["heads"], [])

    def test_cycle_and_self_loop(self):
        self.revision("a1", "b2")
        self.revision("b2", "a1")
        self.assertEqual(self.ask()["error"]["kind"], "CycleDetected")
        self.revision("a1", "a1")
        self.assertEqual(self.ask()["error"]["kind"], "LoopDetected")

    def test_label_twice(self):
        self.revision("a1", None, "branch_labels = 'x'")
        self.revision("b2", "a1", "branch_labels = ['x']")
        self.assertEqual(self.ask()["error"]["kind"], "RevisionError")

    def test_labels_and_dependencies(self):
        self.revision("a1", None, "branch_labels = ('x',)")
        self.revision("b2", None, "depends_on = 'x'")
        answer = self.ask()
        self.assertEqual(answer["heads"], ["a1", "b2"])
        self.assertEqual(answer["effective_heads"], ["b2"])
        first, second = answer["revisions"]
        self.assertEqual(first["own_branch_labels"], ["x"])
        self.assertEqual(second["depends_on"], ["x"])
        self.assertEqual(second["resolved_depends_on"], ["a1"])

    def test_sub_folders_and_locations(self):
        self.revision("a1", None)
        self.revision("b2", "a1", folder="app/versions/deep")
        self.assertEqual(self.ask()["heads"], ["a1"])
        self.assertEqual(self.ask(recursive=True)["heads"], ["b2"])
        both = ["app/versions", "app/versions/deep", "app/versions"]
        answer = self.ask(version_locations=both)
        self.assertEqual(answer["heads"], ["b2"])
        wanted = {"kind": "loaded-twice", "file": "app/versions/a1.py"}
        self.assertEqual(answer["warnings"], [wanted])

    def test_configuration_file(self):
        self.revision("a1", None)
        self.write("x.ini", "[two]\nscript_location = %(here)s/app\n")
        answer = self.ask(config="x.ini", section="two")
        self.assertEqual(answer["heads"], ["a1"])
        answer = self.ask(config="x.ini")
        self.assertEqual(answer["error"]["kind"], "CommandError")

    def test_one_process_for_several(self):
        self.revision("a1", None, "import helper\nlabel = helper.NAME")
        self.write("helper.py", "NAME = 'one'\n")
        first = {"name": "1", "root": str(self.root), "script_location": "app"}
        second = dict(first, name="2", import_roots=["other"])
        self.write("other/helper.py", "raise ValueError\n")
        answers = alembic_facts.answer({"environments": [first, second]})
        first, second = answers["environments"]
        self.assertEqual(first["stub_failures"], [])
        self.assertEqual(second["stub_failures"][0]["where"], "helper")


class StubTest(Case):
    def test_whatever_is_done_with_a_stub(self):
        extra = """
import abc, enum
import app_x.models as models
from app_x import *
from app_x.deep.er import Base, deco, A as B, thing
one, two = thing
for item in thing: pass
class Model(Base, B, abc.ABC, table=True):
    field: thing | None = thing(1) + 2
class Other(Model, models.Mixin):
    @deco
    def method(self): return Undefined.attribute
class Three(Base, enum.Enum):
    A = 1
with thing.context() as value: value[1] = f"{value:>3}" * 2
assert thing > 1 and not isinstance(1, Base)
@deco(option=1)
def upgrade(): pass
starred = Undefined.thing
"""
        self.revision("a1", None, extra)
        answer = self.ask()
        self.assertIsNone(answer["error"])
        self.assertEqual(answer["stub_failures"], [])
        self.assertEqual(answer["heads"], ["a1"])

    def test_a_real_value_behind_stubs(self):
        self.write("pkg/__init__.py", "")
        self.write("pkg/cli.py", "import not_here\nNAME = 'expand'\n")
        extra = "from pkg import cli\nbranch_labels = (cli.NAME,)"
        self.revision("a1", None, extra)
        answer = self.ask()
        labels = answer["revisions"][0]["branch_labels"]
        self.assertEqual(labels, ["expand"])

    def test_a_stub_is_not_a_value(self):
        extra = "import lost\nbranch_labels = f'x{lost.NAME}'"
        self.revision("a1", None, extra)
        answer = self.ask()
        self.assertEqual(answer["error"]["kind"], "NonLiteralValue")
        wanted = {"file": "app/versions/a1.py", "name": "branch_labels"}
        self.assertEqual(answer["nonliteral"], [wanted])

    def test_real_failures_stay(self):
        self.revision("a1", None, "1 / 0")
        error = self.ask()["error"]
        self.assertEqual(error["kind"], "ZeroDivisionError")
        self.revision("a1", None, "import sqlalchemy.no_such_module")
        error = self.ask()["error"]
        self.assertEqual(error["kind"], "ModuleNotFoundError")
        self.write("app/versions/a1.py", "<<<<<<< HEAD\n")
        self.assertEqual(self.ask()["error"]["kind"], "SyntaxError")

    def test_no_network_no_writing(self):
        extra = """
import socket
socket.create_connection(("127.0.0.1", 9))
open(__file__ + ".log", "w")
"""
        self.revision("a1", None, extra)
        answer = self.ask()
        self.assertEqual(answer["heads"], ["a1"])
        self.assertEqual(len(answer["stub_failures"]), 2)


class MergeTest(Case):
    def setUp(self):
        super().setUp()
        self.revision("a1", None)
        self.revision("b2", "a1")
        self.revision("c3", "a1")

    def test_bytes(self):
        merge = self.merged()
        self.assertNotIn("error", merge)
        self.assertEqual(merge["path"], "app/versions/0123456789ab_.py")
        self.assertEqual(merge["down_revision"], ["b2", "c3"])
        self.assertIn("Create Date: 2024-01-02 03:04:05.000006", merge["text"])
        self.assertIn("Revises: b2, c3\n", merge["text"])
        self.assertIn('"""empty message\n', merge["text"])

    def test_settings(self):
        ini = """
            [alembic]
            script_location = app
            file_template = %%(year)d_%%(rev)s_%%(slug)s
            timezone = Asia/Tokyo
            revision_environment = true
            [post_write_hooks]
            hooks = x
            x.type = exec
            x.executable = no-such-program
        """
        self.write("alembic.ini", ini)
        wanted = {
            "create_date": "2023-12-31T20:00:00+00:00",
            "message": "Put two heads together",
            "branch_label": ["label"],
        }
        merge = self.merged(config="alembic.ini", merge=wanted)
        name = "2024_0123456789ab_put_two_heads_together.py"
        self.assertEqual(merge["path"], f"app/versions/{name}")
        self.assertIn("Date: 2024-01-01 05:00:00+09:00\n", merge["text"])
        self.assertIn("branch_labels = ('label',)", merge["text"])

    def test_failure_after_writing(self):
        self.write("app/script.py.mako", "revision = 'x1'\ndown_revision=None")
        merge = self.merged(merge={"branch_label": ["label"]})
        self.assertEqual(merge["error"]["kind"], "CommandError")
        self.assertIn("text", merge)

    def test_not_a_head(self):
        merge = self.merged(merge={"revisions": ["a1", "b2"]})
        self.assertEqual(merge["error"]["kind"], "CommandError")
        self.assertNotIn("text", merge)

    def test_synthetic_head(self):
        (self.root / "app/versions/c3.py").unlink()
        answer = self.ask()
        request = corpus_requests.merge_request({"name": "app"}, answer)
        del request["name"]
        answer = self.ask(**request)
        self.assertEqual(answer["heads"], ["b2", "5ynthet1c000"])
        parents = answer["merge"]["down_revision"]
        self.assertEqual(parents, ["5ynthet1c000", "b2"])


class FetchTest(unittest.TestCase):
    def test_packages_are_pinned(self):
        every = fetch.read_packages()
        small = fetch.read_packages(wanted="small")
        self.assertGreaterEqual(len(every), 24)
        self.assertEqual(len(small), 5)
        self.assertEqual(len({p.folder for p in every}), len(every))

    def test_an_archive_cannot_escape(self):
        for name in ("../x", "/x", "a/../../x", "c:/x", "a\\b"):
            info = zipfile.ZipInfo()
            info.filename = name
            with self.assertRaises(fetch.FetchError):
                fetch.member_target(Path("folder"), info)

    def test_unpacking(self):
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder, "x.whl")
            with zipfile.ZipFile(archive, "w") as opened:
                opened.writestr("pkg/a.py", "x = 1\n")
            wanted = hashlib.sha256(archive.read_bytes()).hexdigest()
            self.assertEqual(fetch.digest(archive), wanted)
            fetch.unpack(archive, Path(folder, "out/x-1"))
            found = Path(folder, "out/x-1/pkg/a.py").read_text()
            self.assertEqual(found, "x = 1\n")
            self.assertEqual(len(list(Path(folder, "out").iterdir())), 1)


if __name__ == "__main__":
    unittest.main()
