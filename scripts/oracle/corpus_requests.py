"""Build the requests that ask Alembic about the whole corpus.

Reads environments.json and DEST (as made by fetch.py). Alembic is asked once
for the graph of every environment; the request that comes out then also asks
for a merge of all heads, with a fixed id and date. An environment with one
head gets a second one for that: a file `zz_synthetic_head.py` that has the
same parents as the first head and lies beside it. Environments whose package
was not fetched are left out.

Nothing below DEST/src is written, nothing is downloaded.

    python scripts/oracle/corpus_requests.py target/corpus >request.json
    python scripts/oracle/ask.py <request.json >answer.json

With `--facts FILE` the first answer (without merges) is kept as well.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

HERE = Path(__file__).resolve().parent
MERGE = {
    "rev_id": "0123456789ab",
    "create_date": "2024-05-06T07:08:09.101112",
    "message": None,
    "branch_label": None,
}
SYNTHETIC_ID = "5ynthet1c000"
SYNTHETIC_FILE = "zz_synthetic_head.py"
SYNTHETIC_TEXT = '''"""synthetic head"""

revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
'''


def base_request(entry, source):
    """The request for one entry of environments.json, without a merge."""
    root = source / entry["package"]
    in_code = entry["location_in_code"]
    return {
        "name": entry["name"],
        "root": str(root),
        "config": entry["config"],
        "section": entry["section"],
        "script_location": entry["script_location"] if in_code else None,
        "version_locations": entry["version_locations"],
        "import_roots": entry["import_roots"],
    }


def base_requests(destination):
    """One request per known environment that is there, in file order."""
    text = (HERE / "environments.json").read_text("utf-8")
    source = Path(destination).resolve() / "src"
    return [
        base_request(entry, source)
        for entry in json.loads(text)["environments"]
        if (source / entry["package"]).is_dir()
    ]


def ask(requests):
    """Run ask.py on these requests."""
    done = subprocess.run(
        [sys.executable, str(HERE / "ask.py")],
        input=json.dumps({"environments": requests}),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)["environments"]


def synthetic_head(answer):
    """A second head beside the only one."""
    by_id = {found["id"]: found for found in answer["revisions"]}
    head = by_id[answer["heads"][0]]
    parents = head["down_revision"]
    if not parents:
        value = None
    elif len(parents) == 1:
        value = parents[0]
    else:
        value = tuple(parents)
    text = SYNTHETIC_TEXT.format(
        revision=SYNTHETIC_ID, down_revision=json_like(value)
    )
    folder = PurePosixPath(head["path"]).parent.as_posix()
    return {"location": folder, "file": SYNTHETIC_FILE, "text": text}


def json_like(value):
    """A Python literal with double quotes."""
    if value is None:
        return "None"
    if isinstance(value, str):
        return json.dumps(value)
    return "(" + ", ".join(json.dumps(item) for item in value) + ")"


def merge_request(request, answer):
    """The same request, with what is needed to have its heads merged."""
    request = dict(request)
    if answer["error"] is None and answer["heads"]:
        heads = answer["heads"]
        if len(heads) == 1:
            request["synthetic_head"] = synthetic_head(answer)
            heads = [*heads, SYNTHETIC_ID]
        # Named one by one: to Alembic "heads" means the effective ones, in the
        # order of their files, and onehead merges all, in the order of ids.
        request["merge"] = dict(MERGE, revisions=sorted(heads))
    return request


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--facts", type=Path, metavar="FILE")
    parser.add_argument("destination", type=Path, metavar="DEST")
    options = parser.parse_args(arguments)
    requests = base_requests(options.destination)
    if not requests:
        print("corpus_requests: nothing is in DEST/src", file=sys.stderr)
        return 2
    answers = ask(requests)
    if options.facts is not None:
        text = json.dumps({"environments": answers}, indent=1, sort_keys=True)
        options.facts.write_text(text + "\n", "utf-8")
    requests = [merge_request(*pair) for pair in zip(requests, answers)]
    json.dump({"environments": requests}, sys.stdout, indent=1)
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
