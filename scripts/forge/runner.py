"""Runs a composite action as the runner of GitHub does: its inputs, its steps in bash, what they leave in the files
for outputs, paths and the summary. Only what our actions use is understood; anything else raises."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML


def load(path):
    return YAML(typ="safe").load(Path(path).read_text(encoding="utf-8"))


@dataclass
class Ran:
    """What came of an action or a script."""

    code: int = 0
    log: str = ""
    summary: str = ""
    outputs: dict = field(default_factory=dict)
    steps: list = field(default_factory=list)  # (name, exit code), in the order in which they ran


def run(arguments, env, cwd, stdin=None):
    """Runs a script by itself."""
    done = subprocess.run(
        [str(one) for one in arguments],
        env=env,
        cwd=cwd,
        input=stdin,
        stdin=None if stdin is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        timeout=240,
        check=False,
    )
    return done


class Action:
    """An action.yml of this repository."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.file = load(self.folder / "action.yml")

    def run(self, github, inputs, env, workspace, scratch):
        """`github` is the context of that name, `env` what the runner sets for every step."""
        unknown = set(inputs) - set(self.file["inputs"])
        assert not unknown, unknown
        github = {**github, "action_path": str(self.folder)}
        context = {"github": github, "steps": {}, "inputs": {}}
        for name, declared in self.file["inputs"].items():
            context["inputs"][name] = inputs.get(name, filled(str(declared.get("default", "")), context))
        ran, path, failed = Ran(), [], False
        for at, step in enumerate(self.file["runs"]["steps"]):
            wanted = evaluate(step["if"], context) if "if" in step else True
            if failed or not wanted:
                continue
            assert step["shell"] == "bash", step
            files = {name: scratch / f"{name}-{at}" for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
            for file in files.values():
                file.write_text("")
            script = scratch / f"step-{at}.sh"
            script.write_text(step["run"])
            step_env = {**env, **{name: str(file) for name, file in files.items()}, "GITHUB_ACTION_PATH": str(self.folder)}
            step_env["PATH"] = ":".join([*path, env["PATH"]])
            for name, value in step.get("env", {}).items():
                step_env[name] = filled(str(value), context)
            folder = workspace / filled(step.get("working-directory", "."), context)
            done = run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], step_env, folder)
            ran.log += done.stdout + done.stderr
            ran.summary += files["GITHUB_STEP_SUMMARY"].read_text()
            path = files["GITHUB_PATH"].read_text().split() + path
            outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
            if "id" in step:
                context["steps"][step["id"]] = {"outputs": outputs}
            ran.steps.append((step["name"], done.returncode))
            if done.returncode and not step.get("continue-on-error"):
                ran.code, failed = done.returncode, True
        for name, declared in self.file.get("outputs", {}).items():
            ran.outputs[name] = filled(declared["value"], context)
        return ran


def filled(text, context):
    """The text with its expressions evaluated."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: shown(evaluate(found[1], context)), text)


def shown(value):
    return {True: "true", False: "false", None: ""}.get(value, value) if not isinstance(value, int) or isinstance(value, bool) else str(value)


TOKEN = re.compile(r"\s*(?:(?P<op>&&|\|\||==|!=|!)|'(?P<text>[^']*)'|(?P<name>[A-Za-z_][\w.-]*))")


def evaluate(expression, context):
    """Names, strings, comparisons, && and ||, by the precedence of Python, which is the same."""
    python, at = [], 0
    expression = expression.strip()
    while at < len(expression):
        found = TOKEN.match(expression, at)
        assert found, f"not understood: {expression[at:]}"
        at = found.end()
        if found["op"]:
            python.append({"&&": "and", "||": "or", "!": "not"}.get(found["op"], found["op"]))
        elif found["text"] is not None:
            python.append(repr(found["text"]))
        else:
            python.append(repr(looked_up(found["name"], context)))
    return eval(" ".join(python), {"__builtins__": {}})


def looked_up(name, context):
    value = context
    for part in name.split("."):
        value = value.get(part, "") if isinstance(value, dict) else ""
    return value
