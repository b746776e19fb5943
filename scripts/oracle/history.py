"""What the real Alembic says of every commit of a line, beside what `onehead history` says: slow, plain, and with
nothing in common with it.

    python scripts/oracle/history.py target/debug/onehead

Each history is a case of `fixtures/history`. Every commit of its line is checked out into a worktree of its own, and
Alembic loads the folder that the history names there.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
# Those in which Alembic can load every commit with the configuration beside it.
HISTORIES = [
    "linear",
    "two-pull-requests",
    "pull-request-behind-the-target",
    "squashes",
    "rebased",
    "reparented-in-a-merge",
    "removed",
    "squashed-revisions",
    "moved-folder",
    "new-id",
    "three-heads-that-last",
    "target-merged-into-the-branch",
]

CONFIG = """\
[core]
\trepositoryformatversion = 0
\tautocrlf = false
[user]
\tname = Onehead Fixtures
\temail = fixtures@example.com
[commit]
\tgpgSign = false
"""


def main() -> int:
    onehead = Path(sys.argv[1]).resolve()
    failed = sum(not agrees(onehead, name) for name in HISTORIES)
    print(f"{len(HISTORIES) - failed} of {len(HISTORIES)} histories are as Alembic has them")
    return 1 if failed else 0


def agrees(onehead: Path, name: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="onehead-") as folder:
        repo = Path(folder) / "repo"
        environment = told(repo, FIXTURES / "history" / name)
        return every_commit_agrees(onehead, repo, environment, name)


def every_commit_agrees(onehead: Path, repo: Path, environment: dict[str, str], name: str) -> bool:
    """Compares every commit of main, each checked out into a worktree beside the repository."""
    said = json.loads(
        run([onehead, "history", "--target", "main", "--format", "json"], repo, environment)
    )
    commits = run(
        ["git", "rev-list", "--first-parent", "--reverse", "main"], repo, environment
    ).split()
    tree = repo.parent / "tree"
    run(["git", "worktree", "add", "--quiet", "--detach", tree, commits[0]], repo, environment)
    for position, commit in enumerate(commits):
        run(["git", "checkout", "--quiet", "--detach", commit], tree, environment)
        expected = alembic_heads(tree)
        found = heads_at(said, position)
        if expected != found:
            print(f"{name}, commit {position} ({commit[:9]}): Alembic {expected}, onehead {found}")
            return False
    return True


def told(repo: Path, case: Path) -> dict[str, str]:
    """Runs the story of a case in a new repository; gives the environment for git there."""
    environment = empty(repo)
    story = (FIXTURES / "story.sh").read_text() + (case / "repo.sh").read_text()
    script = repo.parent / "story.sh"
    script.write_text(story)
    run(["sh", script], repo, environment)
    return environment


def empty(repo: Path) -> dict[str, str]:
    """Makes a repository; gives the environment for git there."""
    repo.mkdir()
    home = repo.parent / "home"
    home.mkdir()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TZ": "UTC",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    run(["git", "init", "--quiet", "--initial-branch=main", "--template="], repo, environment)
    (repo / ".git" / "config").write_text(CONFIG)
    return environment


def alembic_heads(tree: Path) -> dict[str, list[str]]:
    """The heads, by script location, as the ini beside it names it."""
    config = Config(str(tree / "alembic.ini"))
    place = config.get_main_option("script_location")
    config.set_main_option("script_location", str(tree / place))
    return {place: sorted(ScriptDirectory.from_config(config).get_heads())}


def heads_at(said: dict, position: int) -> dict[str, list[str]]:
    found = {}
    for environment in said["environments"]:
        steps = [step for step in environment["steps"] if step["position"] <= position]
        gone = environment.get("gone")
        if not steps or gone and gone["position"] <= position:
            continue
        later = [
            former["script_location"]
            for former in environment.get("formerly", [])
            if former["until"]["position"] > position
        ]
        place = (later or [environment["script_location"]])[0]
        found[place] = sorted(steps[-1]["heads"])
    return found


def run(command: list, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command)[:200]
        sys.exit(f"{shown} in {folder}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
