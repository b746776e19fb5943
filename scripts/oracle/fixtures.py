"""What the real Alembic says about every case of fixtures/cases.

For each case it builds the repository as the Rust harness does, asks Alembic
about each environment, and has it merge the same heads as `render.json`, with
the same revision id, date and message. The answers are kept in `alembic.json`
of the case, where `crates/onehead/tests/alembic.rs` compares them with the
documents of onehead.

    python scripts/oracle/fixtures.py --check      exit 1 and a diff if any differs
    python scripts/oracle/fixtures.py --update     write them
    python scripts/oracle/fixtures.py --check linear two-bases

It runs git and the scripts of the cases in temporary folders only, and writes
nothing but `alembic.json`.
"""

import argparse
import datetime
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "cases"
TEMPORARY = re.compile(re.escape(tempfile.gettempdir()) + r"/[^\s;]*")
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def build(case, root):
    """The files of a case, without the commit that the harness adds."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(root.parent),
        "TZ": "UTC",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Onehead Fixtures",
        "GIT_AUTHOR_EMAIL": "fixtures@example.com",
        "GIT_COMMITTER_NAME": "Onehead Fixtures",
        "GIT_COMMITTER_EMAIL": "fixtures@example.com",
    }

    def run(*command):
        subprocess.run(command, cwd=root, env=environment, check=True)

    if (case / "repo").is_dir():
        shutil.copytree(case / "repo", root)
    else:
        root.mkdir()
    if (case / "repo.sh").exists():
        run("git", "init", "--quiet", "--initial-branch=main", "--template=")
        run("sh", str(case / "repo.sh"))
        shutil.rmtree(root / ".git")


def document(case, name):
    """A document of onehead, or an empty one if that stage gave none."""
    path = case / name
    if not path.exists():
        return {"environments": [], "changes": []}
    return json.loads(path.read_text("utf-8"))


def settings(root):
    """What onehead.toml or [tool.onehead] says about environments."""
    for name, keys in (("onehead.toml", ()), ("pyproject.toml", ("tool", "onehead"))):
        if (root / name).exists():
            table = tomllib.loads((root / name).read_text("utf-8-sig", "replace"))
            for key in keys:
                table = table.get(key, {})
            return {
                one["script-location"]: one
                for one in table.get("environment", [])
                if isinstance(one, dict) and "script-location" in one
            }
    return {}


def requests(case, root):
    """One request for each environment that onehead found, and one for each
    ini that it could not use: of a case that it looks at as a whole."""
    asked = []
    configured = set()
    changes = document(case, "render.json")["changes"]
    graphs = {
        one["name"]: one for one in document(case, "graph.json")["environments"]
    }
    for environment in document(case, "scan.json")["environments"]:
        config = environment["config"] or {}
        request = {
            "name": environment["name"],
            "root": str(root),
            "copy_whole": True,
        }
        folder = ""
        if config:
            folder = str(Path(config["path"]).parent)
            configured.add(config["path"])
            request.update(configuration(root, config))
        if not names_script_location(request):
            # Absolute, since a colon in a relative one means a package.
            location = environment["script_location"]
            request["script_location"] = str(root / location)
        elif folder not in ("", ".") and (root / folder / "migrations").exists():
            # The folder in which people run Alembic there.
            request = moved_into(request, folder)
        own = settings(root).get(environment["script_location"], {})
        if "recursive" in own:
            request["recursive"] = own["recursive"]
        if "version-locations" in own:
            request["version_locations"] = own["version-locations"]
        mine = [c for c in changes if c["environment"] == environment["name"]]
        fixes = graphs[environment["name"]]["fixes"]
        if mine:
            [change], [fix] = mine, fixes
            request["merge"] = merge(case, change, fix)
        elif fixes:
            [fix] = fixes
            request["merge"] = merge(case, None, fix)
        asked.append((folder if folder_moved(request, root) else "", request))
    if not (case / "scan.json").exists() or (case / "args").exists():
        return asked
    for path in sorted(root.rglob("alembic.ini")):
        relative = path.relative_to(root).as_posix()
        if relative not in configured and "node_modules" not in relative:
            request = {"name": relative, "root": str(root), "config": relative}
            asked.append(("", request))
    return asked


def folder_moved(request, root):
    return request["root"] != str(root)


def configuration(root, config):
    """The part of a request that names the files Alembic would read."""
    path = Path(config["path"])
    toml = path.parent / "pyproject.toml"
    found = {}
    if "section" in config:
        found = {"config": str(path), "section": config["section"]}
    if (root / toml).exists():
        found["toml"] = str(toml)
    return found


def moved_into(request, folder):
    moved = dict(request, root=str(Path(request["root"]) / folder))
    for key in ("config", "toml"):
        if key in moved:
            moved[key] = Path(moved[key]).name
    return moved


def names_script_location(request):
    """Whether the files of a request say where the scripts are."""
    import alembic.config

    root = Path(request["root"])
    paths = {
        key: str(root / request[name]) if name in request else None
        for key, name in (("file_", "config"), ("toml_file", "toml"))
    }
    section = request.get("section", "alembic")
    config = alembic.config.Config(ini_section=section, **paths)
    try:
        return config.get_alembic_option("script_location") is not None
    except Exception:
        return True


def merge(case, change, fix):
    """How to have Alembic write the same merge."""
    options = render_arguments(case)
    dates = [instant(one.get("create_date")) for one in fix["parents"]]
    dates = [date for date in dates if date is not None]
    latest = max(dates, default=EPOCH)
    date = instant(options.get("--date")) or latest
    return {
        "revisions": [parent["id"] for parent in fix["parents"]],
        "rev_id": change["revision"] if change else options.get("--rev-id", "0123456789ab"),
        "message": change["message"] if change else options.get("-m", "merge heads"),
        "branch_label": options.get("--branch-label"),
        "create_date": date.isoformat(),
    }


def render_arguments(case):
    path = case / "render-args"
    words = path.read_text("utf-8").splitlines() if path.exists() else []
    return dict(zip(words[::2], words[1::2]))


def instant(text):
    """A date as onehead reads it: UTC unless it has an offset."""
    try:
        date = datetime.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    if date.tzinfo is None:
        return date.replace(tzinfo=datetime.timezone.utc)
    return date.astimezone(datetime.timezone.utc)


def ask(case):
    """The text of `alembic.json`."""
    import alembic_facts

    with tempfile.TemporaryDirectory(prefix="onehead-fixture-") as folder:
        root = Path(folder).resolve() / "repo"
        build(case, root)
        answers = []
        for below, request in requests(case, root):
            [found] = alembic_facts.answer({"environments": [request]})[
                "environments"
            ]
            answers.append(tidied(found, below))
    return json.dumps({"environments": answers}, indent=1, sort_keys=True) + "\n"


def tidied(found, below):
    """An answer with paths relative to the repository, and only what is the
    same on every run."""
    for key in ("nonliteral", "stub_failures"):
        if not found[key]:
            del found[key]

    def full(path):
        return os.path.normpath(os.path.join(below, path))

    for error in (found["error"], (found["merge"] or {}).get("error")):
        if error:
            # Which of two revisions with a label comes first is random.
            error["message"] = re.sub(
                r"revision (\S+) already used by revision (\S+)$",
                lambda found: "revision {} already used by revision {}".format(
                    *sorted(found.groups())
                ),
                error["message"],
            )
            error["message"] = TEMPORARY.sub("<temporary>", error["message"])

    if found["script_location"] is not None:
        found["script_location"] = full(found["script_location"])
    found["version_locations"] = [full(p) for p in found["version_locations"]]
    for revision in found["revisions"]:
        revision["path"] = full(revision["path"])
    if found["merge"] and "path" in found["merge"]:
        found["merge"]["path"] = full(found["merge"]["path"])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--check", action="store_true")
    how.add_argument("--update", action="store_true")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    options = parser.parse_args()
    names = options.cases or sorted(os.listdir(CASES))
    differing = 0
    for name in names:
        path = CASES / name / "alembic.json"
        text = ask(CASES / name)
        before = path.read_text("utf-8") if path.exists() else ""
        if options.update:
            path.write_text(text, "utf-8")
        elif text != before:
            differing += 1
            sys.stdout.writelines(
                difflib.unified_diff(
                    before.splitlines(True),
                    text.splitlines(True),
                    f"{name}/alembic.json",
                    "what Alembic says",
                )
            )
    return 1 if differing else 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0" or os.environ.get("TZ") != "UTC":
        # Which missing id Alembic names depends on it; dates depend on TZ.
        os.environ.update(PYTHONHASHSEED="0", TZ="UTC")
        os.execv(sys.executable, [sys.executable, *sys.argv])
    time.tzset()
    code = main()
    sys.stdout.flush()
    os._exit(code)
