"""Ask the real Alembic about migration environments, in JSON.

Reads one request document on stdin and writes one answer document on stdout;
both are described in README.md. Exit code 0 if the question was answered, also
when the answer is that Alembic raises; 2, with the reason on stderr and
nothing on stdout, if the request is wrong.

It never writes below an environment's root and never uses the network.

    python scripts/oracle/ask.py <request.json >answer.json
"""

import json
import os
import sys


def main():
    try:
        import alembic_facts

        answer = alembic_facts.answer(json.load(sys.stdin))
        text = json.dumps(answer, indent=1, sort_keys=True)
    except Exception as error:
        print(f"ask: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # Loaded code may have left threads or exit handlers: do not wait for them.
    os._exit(code)
