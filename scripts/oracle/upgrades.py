"""Run real upgrades on SQLite, many environments in one process.

Reads jobs as JSON on stdin and writes what happened on stdout. A job names a
script location, a database file, and the commands of Alembic to give in turn,
until one fails:

    {"scripts": "/x/e1", "database": "/x/e1.db", "commands": [["upgrade", "heads"]]}

The answer has the rows of `alembic_version`, what the migrations wrote into
the table `log` (made here, empty, where it is missing), and the error of the
command that failed:

    {"rows": ["b2"], "log": ["a1", "b2"], "error": {"kind": "KeyError", "message": "'a1'"}}

It executes the migrations of the script locations, so give it only its own
test environments. It writes nothing but the databases.

    python scripts/oracle/upgrades.py <jobs.json >answers.json
"""

import contextlib
import io
import json
import sqlite3
import sys
import warnings

from alembic import command
from alembic.config import Config

# Python takes a kept compiled file for fresh while size and whole second of the source are the same: a
# test that edits a revision right after an upgrade would upgrade with the old one.
sys.dont_write_bytecode = True


def answer(job):
    """Give the commands of one job and tell what is in its database then."""
    execute(job["database"], "CREATE TABLE IF NOT EXISTS log (migration TEXT)")
    config = Config()
    config.set_main_option("script_location", job["scripts"])
    config.set_main_option("sqlalchemy.url", "sqlite:///" + job["database"])
    error = None
    for name, *arguments in job["commands"]:
        try:
            getattr(command, name)(config, *arguments)
        except Exception as raised:
            kind = type(raised).__name__
            error = {"kind": kind, "message": str(raised)}
            break
    return {
        "rows": column(job["database"], "version_num", "alembic_version"),
        "log": column(job["database"], "migration", "log"),
        "error": error,
    }


def execute(database, statement):
    with contextlib.closing(sqlite3.connect(database)) as connection:
        return connection.execute(statement).fetchall()


def column(database, name, table):
    """The values of a column, in the order in which they were written."""
    there = f"SELECT 1 FROM sqlite_master WHERE name = '{table}'"
    if not execute(database, there):
        return []
    found = execute(database, f"SELECT {name} FROM {table} ORDER BY rowid")
    return [value for (value,) in found]


def main():
    jobs = json.load(sys.stdin)
    # Nothing that an environment prints belongs to the answer.
    with contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        answers = [answer(job) for job in jobs]
    json.dump(answers, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
