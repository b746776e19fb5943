"""Whether two revisions collide, by trying: both orders, on SQLite, with the real Alembic.

    python scripts/oracle/sides.py <request.json >answer.json

The request is `{"start": text, "pairs": [{"name", "left", "right"}]}`: the text
of a revision `start`, and of pairs of revisions `left` and `right` above it.
For each pair an environment is made with a merge revision on top, and two
databases are upgraded: start, left, right, merge; and start, right, left, merge.
The answer is `{"pairs": [{"name", "outcome", "detail"}]}` with the outcome

    same        both orders end, with the same schema and the same rows
    different   both end, but not alike; the detail says where
    error       an order fails, and neither revision fails directly above start
    invalid     a revision fails directly above start: the pair tells nothing

Two schemas are the same if they differ in the order of columns only. A foreign
key or a view whose table or column is not there counts as an error: only
SQLite lets it pass. Nothing is written outside of a temporary folder.
"""

import json
import sys
import tempfile
import warnings
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

MERGE = 'revision = "merge"\ndown_revision = ("left", "right")\ndef upgrade():\n    pass\n'


class Failed(Exception):
    """A revision that cannot be applied."""


def upgrade(script, config, connection, revision):
    """Applies what leads to a revision, as `alembic upgrade` would."""

    def to(rev, _):
        return script._upgrade_revs(revision, rev)

    context = EnvironmentContext(config, script, fn=to, destination_rev=revision)
    connection.rollback()
    try:
        with context:
            context.configure(connection=connection, target_metadata=None)
            with context.begin_transaction():
                context.run_migrations()
        connection.commit()
    except Exception as error:  # whatever a migration raises is an answer
        connection.rollback()
        text = str(error).splitlines()
        raise Failed(f"{type(error).__name__}: {text[0] if text else ''}") from error


def dangling(connection):
    """The first foreign key or view that leads nowhere."""
    for (view,) in connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'view' ORDER BY name"
    ).fetchall():
        try:
            connection.exec_driver_sql(f'SELECT * FROM "{view}" LIMIT 0').close()
        except sa.exc.OperationalError:
            return f"view {view} of what is not there"
    for table in tables(connection):
        for key in connection.exec_driver_sql(f'PRAGMA foreign_key_list("{table}")').mappings():
            there = columns(connection, key["table"])
            if not there or key["to"] and key["to"].lower() not in (one.lower() for one in there):
                return f"foreign key of {table} to {key['table']}.{key['to']}, which is not there"
    return None


def tables(connection):
    query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
    names = [row[0] for row in connection.exec_driver_sql(query)]
    return [name for name in names if name != "alembic_version" and not name.startswith("sqlite_")]


def columns(connection, table):
    rows = connection.exec_driver_sql(f'PRAGMA table_xinfo("{table}")').mappings()
    return {row["name"]: (row["type"], row["notnull"], row["dflt_value"], row["pk"]) for row in rows}


def snapshot(connection):
    """The schema and the rows, in a form that does not know the order of columns."""
    found = {}
    inspector = sa.inspect(connection)
    for table in tables(connection):
        known = columns(connection, table)
        for name, column in known.items():
            found[f"column {table}.{name}"] = column
        for key in inspector.get_foreign_keys(table):
            found[f"foreign key of {table} {sorted(key.items(), key=str)}"] = True
        for one in inspector.get_check_constraints(table):
            found[f"check of {table} {one['name']}"] = one["sqltext"]
        for one in inspector.get_unique_constraints(table):
            found[f"unique of {table} {one['name']} {one['column_names']}"] = True
        found[f"primary key of {table}"] = str(inspector.get_pk_constraint(table))
        shown = ", ".join(f'"{name}"' for name in sorted(known))
        rows = connection.exec_driver_sql(f'SELECT {shown} FROM "{table}"').fetchall()
        found[f"rows of {table}"] = sorted(map(repr, rows))
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type != 'table' AND sql IS NOT NULL"
    for kind, name, table, text in connection.exec_driver_sql(query):
        found[f"{kind} {name}"] = (table, " ".join(text.split()))
    return found


def order(script, config, revisions):
    """What one order leaves."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.connect() as connection:
        for place, revision in enumerate(revisions):
            try:
                upgrade(script, config, connection, revision)
            except Failed as failed:
                # The first one after start stands there alone.
                raise Failed(place < 2, f"{revision} after {revisions[place - 1]}: {failed}") from failed
            wrong = dangling(connection)
            if wrong:
                raise Failed(place < 2, f"{revision} after {revisions[place - 1]}: {wrong}")
        found = snapshot(connection)
    engine.dispose()
    return found


def answer(start, pair):
    with tempfile.TemporaryDirectory() as folder:
        versions = Path(folder) / "versions"
        versions.mkdir()
        texts = {"start": start, "left": pair["left"], "right": pair["right"], "merge": MERGE}
        for name, text in texts.items():
            (versions / f"{name}.py").write_text(text, encoding="utf-8")
        config = Config()
        config.set_main_option("script_location", folder)
        script = ScriptDirectory.from_config(config)
        outcome, detail = judge(script, config)
    return {"name": pair["name"], "outcome": outcome, "detail": detail}


def judge(script, config):
    found, errors = [], []
    for revisions in (["start", "left", "right", "merge"], ["start", "right", "left", "merge"]):
        try:
            found.append(order(script, config, revisions))
        except Failed as failed:
            errors.append(failed.args)
    for alone, detail in errors:
        if alone:
            return "invalid", detail
    if errors:
        return "error", errors[0][1]
    one, other = found
    apart = sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
    return ("different", apart[0]) if apart else ("same", None)


def main():
    warnings.simplefilter("ignore")
    request = json.load(sys.stdin)
    answers = [answer(request["start"], pair) for pair in request["pairs"]]
    json.dump({"pairs": answers}, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
