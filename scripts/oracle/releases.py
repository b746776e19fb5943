"""A public project over time: its releases as commits, and at each of them the heads that the real Alembic has and
those that `onehead history` tells.

    python scripts/oracle/releases.py target/debug/onehead target/corpus

The releases of `releases.txt` are fetched as wheels into the folder of the corpus. A project's own repository cannot be
had from a package index, so nothing is known of what happened between two releases.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from alembic.util import pyfiles
from fetch import fetch
from history import empty, every_commit_agrees, run
from stubs import installed, load_leniently

LISTED = Path(__file__).resolve().parent / "releases.txt"
# Where the project keeps its migrations; its own ini names the folder beside it.
PLACE = "zenml/zen_stores/migrations"


def main() -> int:
    onehead, corpus = (Path(argument).resolve() for argument in sys.argv[1:])
    releases = fetch(corpus, listed=LISTED)
    pyfiles.load_module_py = lambda _name, path: load_leniently(path, [], True)
    with tempfile.TemporaryDirectory(prefix="onehead-") as folder:
        repo = Path(folder) / "repo"
        environment = committed(repo, releases)
        with installed([], [Path(folder) / "tree"], []):
            agrees = every_commit_agrees(onehead, repo, environment, PLACE)
    print(f"{len(releases)} releases of {PLACE}: {'as' if agrees else 'not as'} Alembic has them")
    return 0 if agrees else 1


def committed(repo: Path, releases: list[Path]) -> dict[str, str]:
    """A repository with a commit for each release; gives the environment for git there."""
    environment = empty(repo)
    (repo / "alembic.ini").write_text(f"[alembic]\nscript_location = {PLACE}\n")
    for day, release in enumerate(releases):
        shutil.rmtree(repo / PLACE, ignore_errors=True)
        shutil.copytree(release / PLACE, repo / PLACE)
        date = f"{1_700_000_000 + day * 86_400} +0000"
        dated = {**environment, "GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
        run(["git", "add", "--all"], repo, dated)
        run(["git", "commit", "--quiet", "--message", release.name], repo, dated)
    return environment


if __name__ == "__main__":
    sys.exit(main())
