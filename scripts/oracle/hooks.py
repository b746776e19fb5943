"""Post-write hooks: the same merge revision written by Alembic and by `onehead fix --post-write-hooks`.

Usage: hooks.py ONEHEAD

Every type of hook that Alembic has is tried, from an ini and from pyproject.toml, with the file in front of the
options, among them and named twice, and with a folder of its own. The entry point is a real one, of a package
that lies in a temporary folder on the path of both.
"""

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile

from alembic import command
from alembic.config import Config

TEMPLATE = '''"""${message}"""
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
'''

FORMATTER = '''
import os, sys

def main():
    words = [word for word in sys.argv[1:] if not os.path.isfile(word)]
    files = [word for word in sys.argv[1:] if os.path.isfile(word)]
    with open(files[-1], "a") as file:
        file.write(f"# {len(files)} {words} {os.path.basename(os.getcwd())}\\n")

if __name__ == "__main__":
    main()
'''

HOOKS = {
    "module": "type = module\nmodule = formatter",
    "module with options": "type = module\nmodule = formatter\noptions = --length 79",
    "file among options": "type = module\nmodule = formatter\noptions = a REVISION_SCRIPT_FILENAME 'b c'",
    "file twice": "type = module\nmodule = formatter\noptions = REVISION_SCRIPT_FILENAME x REVISION_SCRIPT_FILENAME",
    "entry point": "type = console_scripts\nentrypoint = say-where\noptions = --fast",
    "executable": "type = exec\nexecutable = %(here)s/format.sh\noptions = 'in quotes'",
    "own folder": "type = module\nmodule = formatter\ncwd = %(here)s/migrations",
}


def project(folder, options, toml):
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "migrations" / "env.py").write_text("")
    (folder / "migrations" / "script.py.mako").write_text(TEMPLATE)
    for name, parent in (("a", None), ("b", "a"), ("c", "a")):
        (versions / f"{name}.py").write_text(f"revision = {name!r}\ndown_revision = {parent!r}\n")
    script = folder / "format.sh"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m formatter "$@"\n')
    script.chmod(0o755)
    pairs = [line.split(" = ", 1) for line in options.splitlines()]
    if toml:
        hook = "".join(f'{name} = "{value}"\n' for name, value in pairs)
        text = f'[tool.alembic]\nscript_location = "%(here)s/migrations"\n'
        text += f'[[tool.alembic.post_write_hooks]]\nname = "first"\n{hook}'
        (folder / "pyproject.toml").write_text(text)
    else:
        hook = "".join(f"first.{name} = {value}\n" for name, value in pairs)
        text = f"[alembic]\nscript_location = %(here)s/migrations\n[post_write_hooks]\nhooks = first\n{hook}"
        (folder / "alembic.ini").write_text(text)
    return versions


def written(versions):
    (new,) = set(versions.glob("*.py")) - {versions / f"{name}.py" for name in "abc"}
    return new.name, new.read_bytes()


def by_alembic(folder, versions, toml):
    config = Config(None if toml else folder / "alembic.ini", toml_file=folder / "pyproject.toml" if toml else None)
    os.chdir(folder)
    with contextlib.redirect_stdout(io.StringIO()):
        command.merge(config, "heads", message="merge heads", rev_id="m1")
    return written(versions)


def by_onehead(onehead, folder, versions):
    (folder / "onehead.toml").write_text(f'[fix]\npython = "{sys.executable}"\n')
    args = [onehead, "fix", "--repo", folder, "--rev-id", "m1", "-m", "merge heads", "--post-write-hooks"]
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}{done.stderr}")
    return written(versions)


def main():
    onehead = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder).resolve()
        site = top / "site"
        info = site / "formatter-1.dist-info"
        info.mkdir(parents=True)
        (site / "formatter.py").write_text(FORMATTER)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: formatter\nVersion: 1\n")
        (info / "entry_points.txt").write_text("[console_scripts]\nsay-where = formatter:main\n")
        os.environ["PYTHONPATH"] = str(site)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        sys.path.insert(0, str(site))
        different = []
        for number, (name, options) in enumerate(HOOKS.items()):
            for toml in (False, True):
                at = top / f"{number}{toml}"
                theirs = by_alembic(at / "theirs", project(at / "theirs", options, toml), toml)
                ours = by_onehead(onehead, at / "ours", project(at / "ours", options, toml))
                # The folder of the project is another one, and nothing else may be.
                theirs = (theirs[0], theirs[1].replace(b"theirs", b"ours"))
                if ours != theirs or b"# " not in ours[1]:
                    different.append(f"{name}, toml {toml}:\n{theirs}\n{ours}")
        if different:
            sys.exit("\n".join(different))
        print(f"{2 * len(HOOKS)} post-write hooks leave what Alembic's leave")


if __name__ == "__main__":
    main()
