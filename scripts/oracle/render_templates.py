"""Writes what the real Mako makes of `fixtures/templates/*/script.py.mako`.

    python scripts/oracle/render_templates.py [--check] [case ...]

Needs Mako. `--check` writes nothing and exits with 1 if an `expected.py` differs. Cases with an
`expected.refusal` are skipped.
"""

import datetime
import json
import pathlib
import sys

from mako.template import Template

ROOT = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "templates"


class Config:
    """The part of `alembic.config.Config` that templates use."""

    config_ini_section = "alembic"

    def __init__(self, sections):
        self.sections = {"alembic": {}, **sections}

    def get_section_option(self, section, name, default=None):
        return self.sections[section].get(name.lower(), default)

    def get_main_option(self, name, default=None):
        return self.get_section_option(self.config_ini_section, name, default)


def comma(value):
    """`alembic.util.langhelpers.format_as_comma`"""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return ", ".join(value)


def names(given):
    """The names that `alembic merge` gives, with those of `given` in their place."""
    found = {
        "up_revision": "1f2e3d4c5b6a",
        "down_revision": ["aa11", "bb22"],
        "branch_labels": None,
        "depends_on": None,
        "create_date": "2024-05-01T12:33:44.123456",
        "message": "merge heads",
        "comma": comma,
        "config": {},
        "refresh": True,
    }
    found.update(given)
    found = {k: tuple(v) if isinstance(v, list) else v for k, v in found.items()}
    found["create_date"] = datetime.datetime.fromisoformat(found["create_date"])
    found["config"] = Config(found["config"])
    return found


def render(data, given):
    """The output for a template given as bytes."""
    return Template(data).render_unicode(**names(given))


def main(args):
    check = "--check" in args
    wanted = [arg for arg in args if arg != "--check"]
    differing = []
    for case in sorted(ROOT.iterdir()):
        if wanted and case.name not in wanted or (case / "expected.refusal").exists():
            continue
        given = json.loads((case / "input.json").read_text("utf-8"))
        output = render((case / "script.py.mako").read_bytes(), given).encode("utf-8")
        target = case / "expected.py"
        if target.exists() and target.read_bytes() == output:
            continue
        differing.append(case.name)
        if not check:
            target.write_bytes(output)
    for name in differing:
        print(("differs: " if check else "wrote: ") + name)
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
