"""What the real Alembic says about migration environments.

`answer(request)` takes the request document described in `README.md` and
returns the answer document: per environment the heads, the graph, the
warnings, the error that Alembic raises if it raises one, and the bytes of the
merge file that `alembic merge` would write.

It never writes below an environment's root (merging happens in a copy), never
touches a database, never runs env.py or a post-write hook, and refuses network
access to the migrations that it has to load.

    answer({"environments": [{"name": "app", "root": "/src/app",
                              "config": "alembic.ini"}]})
"""

import base64
import datetime
import os
import shutil
import sys
import tempfile
import types
from contextlib import ExitStack, contextmanager
from pathlib import Path

import alembic.command
import alembic.config
import alembic.script.base
import alembic.util

import sandbox
import stubs

NAMES = ("revision", "down_revision", "depends_on", "branch_labels")
DEFAULT_IMPORT_ROOTS = (".", "src")


class RequestError(Exception):
    """The request cannot be answered because it is itself wrong."""


class NonLiteralValue(Exception):
    """A revision names its neighbours by something that is not a string.

    With an invented value in it the graph would be invented, too.
    """


class Request:
    """One environment to ask about, with the defaults filled in."""

    FIELDS = {
        "name": None,
        "root": None,
        "config": None,
        "section": "alembic",
        "toml": None,
        "script_location": None,
        "version_locations": None,
        "recursive": None,
        "sourceless": None,
        "import_roots": None,
        "merge": None,
        "synthetic_head": None,
        "copy_whole": False,
    }

    def __init__(self, document):
        unknown = set(document) - set(self.FIELDS)
        if unknown:
            raise RequestError(f"unknown keys: {', '.join(sorted(unknown))}")
        for field, default in self.FIELDS.items():
            setattr(self, field, document.get(field, default))
        if not isinstance(self.name, str) or not isinstance(self.root, str):
            raise RequestError("an environment needs a name and a root")
        self.root = Path(self.root)
        if not self.root.is_dir():
            raise RequestError(f"{self.name}: root is not a folder")
        self.root = self.root.resolve()
        roots = self.import_roots
        roots = DEFAULT_IMPORT_ROOTS if roots is None else roots
        self.import_roots = [self.root / root for root in roots]


class OracleConfig(alembic.config.Config):
    """Alembic's Config, with the request's own values in front.

    Options that a request names win over the files, as they do in a project
    that sets them in code.
    """

    def __init__(self, request, overrides):
        super().__init__(
            file_=request.config,
            toml_file=request.toml,
            ini_section=request.section or "alembic",
        )
        self.overrides = {k: v for k, v in overrides.items() if v is not None}

    def get_alembic_option(self, name, default=None):
        if name in self.overrides:
            return self.overrides[name]
        return super().get_alembic_option(name, default)

    def get_alembic_boolean_option(self, name):
        if name in self.overrides:
            return self.overrides[name]
        return super().get_alembic_boolean_option(name)

    def get_version_locations_list(self):
        if "version_locations" in self.overrides:
            return self.overrides["version_locations"]
        return super().get_version_locations_list()


class MergeConfig(OracleConfig):
    """For `alembic merge`: neither env.py nor post-write hooks are run.

    `revision_environment` would run env.py, which needs the application and
    often a database; hooks would run programs. What is wanted are the bytes
    that come out of the template, so both are off, whatever the files say.
    """

    def get_alembic_option(self, name, default=None):
        if name == "revision_environment":
            return "false"
        return super().get_alembic_option(name, default)

    def get_hooks_list(self):
        super().get_hooks_list()  # still refuses a wrong section
        return []


class Watch:
    """Records what Alembic loads and warns about."""

    def __init__(self, box):
        self.box = box
        self.warnings = []
        self.nonliteral = []
        self.written = {}

    @contextmanager
    def active(self):
        util = alembic.util
        before = util.warn, util.warn_deprecated, util.load_python_file
        self.load = util.load_python_file
        util.warn, util.warn_deprecated = self.warn, self.warn_other
        util.load_python_file = self.load_python_file
        try:
            yield self
        finally:
            util.warn, util.warn_deprecated, util.load_python_file = before

    def warn(self, text, stacklevel=2):
        """Stands in for `alembic.util.warn`; asks the caller for the ids."""
        local = sys._getframe(1).f_locals
        if "loaded twice" in text:
            file = str(local["real_path"])
            self.warnings.append({"kind": "loaded-twice", "file": file})
        elif "present more than once" in text:
            identifier = local["revision"].revision
            self.warnings.append({"kind": "duplicate", "id": identifier})
        elif "referenced from" in text:
            child = local.get("rev") or local["revision"]
            self.warnings.append(
                {
                    "kind": "missing",
                    "id": local["downrev"],
                    "from": child.revision,
                }
            )
        else:
            self.warn_other(text)

    def warn_other(self, text, stacklevel=2):
        self.warnings.append({"kind": "other", "text": str(text)})

    def load_python_file(self, folder, filename):
        """Stands in for Alembic's loader; looks at what came out of it."""
        path = os.path.join(folder, filename)
        module = self.load_somehow(folder, filename, path)
        for name in NAMES:
            if not stubs.is_literal(getattr(module, name, None)):
                self.nonliteral.append({"file": path, "name": name})
        labels = getattr(module, "branch_labels", None)
        if stubs.is_literal(labels):
            self.written[path] = list(alembic.util.to_tuple(labels, ()))
        return module

    def load_somehow(self, folder, filename, path):
        """As Alembic does; if that fails for lack of something, leniently."""
        try:
            return self.load(folder, filename)
        except SyntaxError:
            raise
        except Exception:
            if not path.endswith(".py") or not os.path.exists(path):
                raise
            box = self.box
            return stubs.load_leniently(path, box.failures, box.lacking)

    def require_literals(self):
        """Refuse to give facts that rest on something invented."""
        if self.nonliteral:
            raise NonLiteralValue("see nonliteral")


class Names:
    """Turns absolute paths into ones relative to the root."""

    def __init__(self, root, *others):
        self.roots = [Path(root), *map(Path, others)]

    def relative(self, path):
        path = Path(os.path.abspath(path))
        for candidate in (path, path.resolve()):
            for root in self.roots:
                try:
                    return candidate.relative_to(root).as_posix()
                except ValueError:
                    continue
        return path.as_posix()

    def clean(self, text):
        """A message without the folders of this machine."""
        for root in sorted(map(str, self.roots), key=len, reverse=True):
            text = text.replace(root + os.sep, "").replace(root, ".")
        return text

    def error(self, error):
        if isinstance(error, KeyError) and error.args:
            message = str(error.args[0])
        else:
            message = str(error)
        kind = type(error).__name__
        return {"kind": kind, "message": self.clean(message)}

    def warning(self, warning):
        changed = dict(warning)
        if "file" in changed:
            changed["file"] = self.relative(changed["file"])
        if "text" in changed:
            changed["text"] = self.clean(changed["text"])
        return changed


def revision_facts(script, names, watch):
    """One revision, as the answer shows it."""
    return {
        "id": script.revision,
        "path": names.relative(script.path),
        "down_revision": list(script._versioned_down_revisions),
        "depends_on": list(alembic.util.to_tuple(script.dependencies, ())),
        "resolved_depends_on": list(script._resolved_dependencies),
        "branch_labels": sorted(script.branch_labels),
        "own_branch_labels": sorted(watch.written.get(script.path, ())),
        "message": script.doc,
        "next": sorted(script.nextrev),
    }


def unique_scripts(script_directory):
    """Every revision of the map, once, by id (labels are keys there too)."""
    found = {}
    for script in script_directory.revision_map._revision_map.values():
        if script is not None:
            found[script.revision] = script
    return [found[identifier] for identifier in sorted(found)]


def graph_facts(script_directory, names, watch):
    scripts = unique_scripts(script_directory)
    return {
        "heads": script_directory.get_heads(),
        "effective_heads": script_directory.get_heads(
            consider_depends_on=True
        ),
        "bases": script_directory.get_bases(),
        "branch_points": [s.revision for s in scripts if s.is_branch_point],
        "merge_points": [s.revision for s in scripts if s.is_merge_point],
        "revisions": [revision_facts(s, names, watch) for s in scripts],
    }


def empty_answer(name):
    """The shape of an answer, as it stays if Alembic raises at once."""
    answer = {"name": name, "error": None, "script_location": None}
    for field in (
        "warnings version_locations heads effective_heads bases "
        "branch_points merge_points revisions nonliteral stub_failures"
    ).split():
        answer[field] = []
    answer["merge"] = None
    return answer


def location_facts(script_directory, names):
    return {
        "script_location": names.relative(script_directory.dir),
        "version_locations": [
            names.relative(path)
            for path in script_directory._version_locations
        ],
    }


def reported(answer, names, watch, failures):
    """Add what was noticed on the way; warnings are added by who loads."""
    for found in watch.nonliteral:
        file = names.relative(found["file"])
        found = {"file": file, "name": found["name"]}
        if found not in answer["nonliteral"]:
            answer["nonliteral"].append(found)
    for place, reason in failures:
        place = names.relative(place) if os.path.isabs(place) else place
        found = {"where": place, "error": names.clean(reason)}
        if found not in answer["stub_failures"]:
            answer["stub_failures"].append(found)


def requested_overrides(request):
    """What the request sets in place of the configuration files."""
    return {
        "script_location": request.script_location,
        "version_locations": request.version_locations,
        "recursive_version_locations": request.recursive,
        "sourceless": request.sourceless,
    }


class Environment:
    """Answers one request, with a scratch folder for whatever is written."""

    def __init__(self, request, scratch):
        self.request = request
        self.scratch = Path(scratch).resolve()
        self.copy = self.scratch / "copy"
        self.copied_paths = set()
        self.names = Names(request.root, self.copy)
        self.answer = empty_answer(request.name)

    def ask(self):
        """The whole answer: in place, or in a copy if files are added."""
        if self.request.synthetic_head is None:
            self.load(self.request.root, requested_overrides(self.request))
            if self.request.merge is not None and not self.answer["error"]:
                self.copied(self.merge)
        else:
            self.copied(self.load)
            if self.request.merge is not None and not self.answer["error"]:
                self.merge(self.copy, self.overrides)
        return self.answer

    @contextmanager
    def loading(self, folder):
        """The sandbox and the watch, for one conversation with Alembic."""
        box = sandbox.Sandbox(
            self.request.root,
            self.scratch,
            self.request.import_roots,
            folder,
        )
        watch = Watch(box)
        try:
            with box, watch.active():
                yield watch
        finally:
            reported(self.answer, self.names, watch, box.failures)

    def load(self, folder, overrides):
        """Let Alembic read the environment that is in `folder`."""
        answer = self.answer
        watch = None
        try:
            with self.loading(folder) as watch:
                config = OracleConfig(self.request, overrides)
                found = alembic.script.ScriptDirectory.from_config(config)
                answer.update(location_facts(found, self.names))
                found.get_heads()  # loads every revision
                watch.require_literals()
                answer.update(graph_facts(found, self.names, watch))
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            answer["error"] = self.names.error(error)
        answer["warnings"] = self.noticed(watch)

    def noticed(self, watch):
        """The warnings of one conversation, in Alembic's order."""
        found = watch.warnings if watch is not None else []
        return [self.names.warning(warning) for warning in found]

    def copied(self, then):
        """Copy the environment, then do `then` with the copy."""
        try:
            self.overrides = self.make_copy()
        except alembic.util.CommandError as error:
            self.answer["error"] = self.names.error(error)
            return
        then(self.copy, self.overrides)

    def make_copy(self):
        """Copy what Alembic reads; returns overrides that name the copy."""
        request = self.request
        with self.loading(request.root):
            config = OracleConfig(request, requested_overrides(request))
            found = alembic.script.ScriptDirectory.from_config(config)
            script_location = Path(os.path.abspath(found.dir))
            locations = [Path(p) for p in found._version_locations]
            several = bool(found.version_locations)
        self.copy.mkdir()
        if request.copy_whole:
            self.copy_path(request.root)
        for folder in (script_location, *locations):
            self.copy_path(folder)
        for file in (request.config, request.toml):
            if file is not None:
                self.copy_path(request.root / file)
        overrides = requested_overrides(request)
        overrides["script_location"] = str(self.in_copy(script_location))
        if several:
            copies = [str(self.in_copy(path)) for path in locations]
            overrides["version_locations"] = copies
        self.add_synthetic_head([self.in_copy(path) for path in locations])
        return overrides

    def in_copy(self, path):
        for candidate in (Path(path), Path(path).resolve()):
            try:
                return self.copy / candidate.relative_to(self.request.root)
            except ValueError:
                continue
        raise RequestError(f"{self.request.name}: {path} is not in the root")

    def copy_path(self, path):
        """Copy a file or folder, unless it came along with another one."""
        target = self.in_copy(path)
        if not path.exists() or self.copied_paths & {path, *path.parents}:
            return
        self.copied_paths.add(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, target)

    def add_synthetic_head(self, locations):
        """Write the requested file into a version location of the copy."""
        wanted = self.request.synthetic_head
        if wanted is None:
            return
        folder = locations[0]
        if wanted.get("location") is not None:
            folder = self.copy / wanted["location"]
        target = folder / wanted["file"]
        if not target.resolve().is_relative_to(self.copy):
            raise RequestError("the synthetic head would leave the root")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(wanted["text"].encode("utf-8"))

    def merge(self, folder, overrides):
        """Have Alembic write a merge into the copy, and read it back."""
        wanted = self.request.merge
        result = {}
        watch = None
        before = file_states(folder)
        try:
            with ExitStack() as stack:
                watch = stack.enter_context(self.loading(folder))
                stack.enter_context(frozen_clock(wanted["create_date"]))
                self.run_merge(MergeConfig(self.request, overrides), wanted)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            result["error"] = self.names.error(error)
        result["warnings"] = [
            warning
            for warning in self.noticed(watch)
            if warning not in self.answer["warnings"]
        ]
        result.update(self.written_file(folder, before))
        self.answer["merge"] = result

    @staticmethod
    def run_merge(config, wanted):
        revisions = wanted["revisions"]
        alembic.command.merge(
            config,
            revisions if isinstance(revisions, str) else list(revisions),
            message=wanted.get("message"),
            branch_label=wanted.get("branch_label"),
            rev_id=wanted["rev_id"],
        )

    def written_file(self, folder, before):
        """The one file that is new or changed, if there is one."""
        after = file_states(folder)
        changed = [path for path in after if after[path] != before.get(path)]
        if len(changed) != 1:
            return {}
        content = changed[0].read_bytes()
        return {
            "path": changed[0].relative_to(self.copy).as_posix(),
            "bytes_base64": base64.b64encode(content).decode("ascii"),
            "down_revision": self.parents_of(changed[0]),
        }

    def parents_of(self, path):
        """`down_revision` of the written file, if it can be loaded."""
        try:
            with self.loading(self.copy):
                module = alembic.util.load_python_file(path.parent, path.name)
                parents = alembic.util.to_tuple(module.down_revision, ())
        except KeyboardInterrupt:
            raise
        except BaseException:
            return []
        return [str(parent) for parent in parents]


def file_states(folder):
    """Something that differs whenever a file below `folder` was written."""
    states = {}
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file() and not path.is_symlink():
            status = path.stat()
            states[path] = status.st_mtime_ns, status.st_size, status.st_ino
    return states


@contextmanager
def frozen_clock(text):
    """Let `ScriptDirectory._generate_create_date` see a given instant.

    Only the name `datetime` of `alembic.script.base` is replaced, so that the
    conversion to a configured `timezone` is still Alembic's own. A date
    without offset is the local time of this process, as it is for Alembic.
    """
    instant = datetime.datetime.fromisoformat(text)

    class Frozen(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            if tz is not None:
                return instant.astimezone(tz)
            if instant.tzinfo is not None:
                return instant.astimezone().replace(tzinfo=None)
            return instant

    module = types.ModuleType("datetime")
    module.__dict__.update(vars(datetime))
    module.datetime = Frozen
    before = alembic.script.base.datetime
    alembic.script.base.datetime = module
    try:
        yield
    finally:
        alembic.script.base.datetime = before


def answer_one(document):
    """The answer about one environment."""
    request = Request(document)
    with tempfile.TemporaryDirectory(prefix="onehead-oracle-") as scratch:
        return Environment(request, scratch).ask()


def answer(request):
    """The answer document for a request document."""
    environments = request.get("environments")
    if not isinstance(environments, list):
        raise RequestError("the request has no list of environments")
    return {"environments": [answer_one(entry) for entry in environments]}
