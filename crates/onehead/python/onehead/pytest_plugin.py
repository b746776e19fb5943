"""``pytest --onehead``: each Alembic environment of the repository is a test.

The program of this package checks the repository, once, and its report in JUnit's format says which tests there are. Nothing
of the project is imported and no database is asked. Without the option, nothing changes.
"""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from xml.etree import ElementTree

import pytest

# The suite of what concerns no environment.
OUTSIDE = "repository"


def pytest_addoption(parser):
    parser.getgroup("onehead").addoption(
        "--onehead",
        action="store_true",
        help="test that each Alembic environment of the repository has one head",
    )


# Outside of what pytest wraps itself, so that it selects among these tests as among all others.
@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_make_collect_report(collector):
    outcome = yield
    if isinstance(collector, pytest.Session) and collector.config.getoption("--onehead"):
        report = outcome.get_result()
        if report.passed:
            report.result.append(Checks.from_parent(collector, name="onehead", nodeid="onehead"))


class Checks(pytest.Collector):
    """All that onehead says of the repository."""

    def collect(self):
        try:
            suites = list(check(self.config.rootpath))
        except CannotRun as error:
            suites = [(OUTSIDE, [("error", str(error))])]
        return [Check.from_parent(self, name=name, faults=faults) for name, faults in suites]


class Check(pytest.Item):
    """One environment, or what concerns none. A fault is ``("failure" | "error", text)``, as JUnit tells them apart."""

    def __init__(self, *, faults, **more):
        super().__init__(**more)
        self.faults = faults

    # What fails before a test runs is an error to pytest, as what is unknown is one to onehead.
    def setup(self):
        if any(kind == "error" for kind, _ in self.faults):
            self.tell()

    def runtest(self):
        if self.faults:
            self.tell()

    def tell(self):
        pytest.fail("\n\n".join(text for _, text in self.faults), pytrace=False)

    def reportinfo(self):
        return self.config.rootpath / "onehead", None, "onehead: " + self.name


class CannotRun(Exception):
    """There is no report."""


def check(folder):
    """The name of each environment and its faults; what concerns none comes first, if there is anything."""
    command = [program(), "check", "--repo", str(folder), "--format", "junit"]
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise CannotRun("cannot start onehead: {}".format(error)) from None
    said = ended.stderr.decode("utf-8", "replace").strip()
    try:
        report = ElementTree.fromstring(ended.stdout)
    except ElementTree.ParseError:
        raise CannotRun(said or "onehead ended with {} and said nothing".format(ended.returncode)) from None
    suites = [(suite.get("name"), faults_of(suite)) for suite in report]
    # Whatever is not clean fails a test, also where a report should not say which.
    wanted = {0: set(), 1: {"failure", "error"}, 2: {"error"}}.get(ended.returncode)
    found = {kind for _, faults in suites for kind, _ in faults}
    if wanted is None or (wanted and not wanted & found):
        text = "onehead ended with {}, which its report does not explain\n{}".format(ended.returncode, said)
        suites.insert(0, (OUTSIDE, [("error", text.strip())]))
    return suites


def faults_of(suite):
    """Of each test that did not pass: which of the two it is, and its text, behind the place of what is no fork."""
    cases = suite.findall("testcase")
    if not cases:
        return [("error", "nothing is known of its heads")]
    place = {case: "" if case.get("name") == "heads" else case.get("name") + "\n" for case in cases}
    return [(fault.tag, place[case] + fault.text) for case in cases for fault in case if fault.tag in ("failure", "error")]


def program():
    """The program that this package brought, wherever that is."""
    try:
        files = distribution("onehead").files or []
    except PackageNotFoundError:
        files = []
    name = "onehead.exe" if sys.platform == "win32" else "onehead"
    for file in files:
        path = Path(file.locate()).resolve()
        if path.name == name and path.is_file():
            return str(path)
    raise CannotRun("the package `onehead` is here, its program is not\nhint: pip install --force-reinstall onehead")
