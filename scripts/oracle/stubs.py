"""Stand-ins for whatever a migration imports and this machine lacks.

Two import hooks, and a loader. `RootFinder` runs the project's own modules for
real, and turns one that raises into a stub that keeps what it had defined.
`StubFinder` comes last and invents any module that nothing else could find.
An object of an invented module allows anything (call, subclass, iterate,
format) and can be recognised afterwards, so that no invented value passes for
a revision id.

`load_leniently` runs a revision file that fails because of an invented object
(or because it was written for an older SQLAlchemy, or wants something that
the sandbox refuses) statement by statement, and leaves out what fails; but
never an assignment to a name that Alembic reads.

The standard library, Alembic, Mako and SQLAlchemy are never invented. Nothing
is written, and nothing stays installed: see `sandbox.py`.

    with installed([Path("/app")], [Path("/app")], failures := []):
        from oslo_config import cfg     # a stub, if oslo is not installed
"""

import __future__

import abc
import ast
import builtins
import importlib.machinery
import importlib.util
import opcode
import os
import re
import sys
import types
from contextlib import contextmanager
from pathlib import Path

GENUINE = {"alembic", "mako", "markupsafe", "sqlalchemy", "typing_extensions"}
REVISION_NAMES = {"revision", "down_revision", "depends_on", "branch_labels"}
MARK = "\u2039stub\u203a"


class Refused(PermissionError):
    """Something that the sandbox does not let a migration do."""


def standard_library():
    """Names of the top-level modules that come with Python."""
    names = getattr(sys, "stdlib_module_names", None)
    if names is not None:
        return set(names)
    found = set(sys.builtin_module_names)
    for name in os.listdir(os.path.dirname(os.__file__)):
        found.add(name.split(".")[0])
    return found


STANDARD_LIBRARY = standard_library()


def is_genuine(name):
    """Whether a module of this name must be real or missing."""
    top = name.partition(".")[0]
    return top in GENUINE or top in STANDARD_LIBRARY


def is_dunder(name):
    return name.startswith("__") and name.endswith("__")


class StubMeta(abc.ABCMeta):
    """Gives classes that derive from a stub any attribute asked of them."""

    def __getattr__(cls, name):
        if is_dunder(name):
            raise AttributeError(name)
        return Stub(f"{cls.__name__}.{name}")


class StubBase(metaclass=StubMeta):
    """What a class gets as its base when it names a stub there."""

    def __init__(self, *_args, **_options):
        pass

    def __init_subclass__(cls, **_options):
        pass

    def __class_getitem__(cls, _item):
        return cls

    def __getattr__(self, name):
        if is_dunder(name):
            raise AttributeError(name)
        return Stub(name)


class Stub:
    """An invented object: whatever is done with it works and gives another."""

    def __init__(self, name="stub"):
        self.__dict__["__name__"] = name
        self.__dict__["__qualname__"] = name

    def __getattr__(self, name):
        if is_dunder(name):
            raise AttributeError(name)
        value = Stub(f"{self.__name__}.{name}")
        self.__dict__[name] = value
        return value

    def __call__(self, *arguments, **options):
        if len(arguments) == 1 and not options:
            given = arguments[0]
            if is_decorated(given):
                return given
        return Stub(f"{self.__name__}()")

    def __mro_entries__(self, bases):
        for base in bases:
            if isinstance(base, Stub) and base is not self:
                return ()  # another stub of the same class: one is enough
            if base is self:
                break
        others = [base for base in bases if isinstance(base, type)]
        if any(issubclass(base, StubBase) for base in others):
            return ()
        if not all(issubclass(StubMeta, type(base)) for base in others):
            return ()  # a metaclass that may well do something: leave it alone
        return (StubBase,)

    def __iter__(self):
        count = unpacked_by(sys._getframe(1)) or 1
        return iter([Stub(f"{self.__name__}[{n}]") for n in range(count)])

    def __getitem__(self, _key):
        return Stub(f"{self.__name__}[]")

    def __setitem__(self, _key, _value):
        pass

    def __delitem__(self, _key):
        pass

    def __len__(self):
        return 1

    def __contains__(self, _item):
        return False

    def __bool__(self):
        return True

    def __index__(self):
        return 1

    def __int__(self):
        return 1

    def __float__(self):
        return 1.0

    def __str__(self):
        return f"{MARK}{self.__name__}"

    __repr__ = __str__

    def __format__(self, _spec):
        return str(self)

    def __fspath__(self):
        return str(self)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        return False

    def __instancecheck__(self, _instance):
        return False

    def __subclasscheck__(self, _subclass):
        return False


def is_decorated(given):
    """Whether a call with this one argument is the use of a decorator."""
    if isinstance(given, types.FunctionType):
        return given.__name__ != "<lambda>"
    return isinstance(given, type)


def operation(self, *_operands):
    return Stub(f"{self.__name__}~")


def compared(_self, _other):
    return True


for _name in (
    "add sub mul matmul truediv floordiv mod divmod pow lshift rshift and or "
    "xor"
).split():
    setattr(Stub, f"__{_name}__", operation)
    setattr(Stub, f"__r{_name}__", operation)
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Stub, f"__{_name}__", operation)
for _name in ("lt", "le", "gt", "ge"):
    setattr(Stub, f"__{_name}__", compared)


def unpacked_by(frame):
    """How many values the running instruction of `frame` unpacks, if it does.

    `a, b = stub` must give exactly two values. Extended arguments are not
    looked at: nobody unpacks more than 255 values.
    """
    code, at = frame.f_code.co_code, frame.f_lasti
    if 0 <= at < len(code) - 1:
        if opcode.opname[code[at]] == "UNPACK_SEQUENCE":
            return code[at + 1]
    return None


class StubModule(types.ModuleType):
    """A module that has every attribute."""

    def __getattr__(self, name):
        if name == "__all__":
            return wanted_names(sys._getframe(1))
        if is_dunder(name):
            raise AttributeError(name)
        value = Stub(f"{self.__name__}.{name}")
        self.__dict__[name] = value
        return value


def wanted_names(frame):
    """Names that the code of `frame` uses and does not have yet.

    This is what `from stub import *` supplies: never one of the four names
    that Alembic reads.
    """
    known = set(frame.f_globals) | set(frame.f_globals["__builtins__"])
    return sorted(used_names(frame.f_code) - known - REVISION_NAMES)


def used_names(code):
    """Every name that a code object, or one inside it, mentions."""
    names = {name for name in code.co_names if not is_dunder(name)}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= used_names(constant)
    return names


class StubLoader:
    """Makes an invented module."""

    def create_module(self, spec):
        return StubModule(spec.name)

    def exec_module(self, module):
        module.__path__ = []


class StubFinder:
    """Finds any module that may be invented; must come last."""

    def __init__(self):
        self.used = False

    def find_spec(self, name, _path=None, _target=None):
        if is_genuine(name):
            return None
        self.used = True
        return importlib.machinery.ModuleSpec(
            name, StubLoader(), is_package=True
        )


class RootLoader(importlib.machinery.SourceFileLoader):
    """Runs a module of the project; a failing one becomes a stub."""

    failures = None

    def exec_module(self, module):
        try:
            super().exec_module(module)
        except KeyboardInterrupt:
            raise
        except (Exception, SystemExit) as error:
            reason = f"{type(error).__name__}: {error}"
            self.failures.append((module.__name__, reason))
            module.__class__ = StubModule


class RootFinder:
    """Finds the project's own modules, and has RootLoader load them."""

    def __init__(self, roots, failures):
        self.roots = [os.path.realpath(root) for root in roots]
        self.failures = failures

    def owns(self, path):
        real = os.path.realpath(path)
        return any(real.startswith(root + os.sep) for root in self.roots)

    def find_spec(self, name, path=None, target=None):
        if is_genuine(name):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not spec.origin or not self.owns(spec.origin):
            return None
        if isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = RootLoader(spec.loader.name, spec.loader.path)
            spec.loader.failures = self.failures
            return spec
        return StubFinder().find_spec(name)  # compiled: do not load it


def build_class(name_space, name, *bases, **options):
    """Stands in for `__build_class__`: mixes the metaclass of stubs in.

    A class that derives from a stub through another class and also has a real
    base with a metaclass of its own would be refused otherwise.
    """
    try:
        return BUILD_CLASS(name_space, name, *bases, **options)
    except TypeError as error:
        if "metaclass conflict" not in str(error):
            raise
    metas = [type(base) for base in types.resolve_bases(bases)]
    if isinstance(options.get("metaclass"), type):
        metas.append(options["metaclass"])
    ends = [
        meta
        for meta in dict.fromkeys(metas)
        if not any(m is not meta and issubclass(m, meta) for m in metas)
    ]
    options["metaclass"] = type("MixedMeta", tuple(ends), {})
    return BUILD_CLASS(name_space, name, *bases, **options)


BUILD_CLASS = builtins.__build_class__


def bound_names(statement):
    """The top-level names that a statement would have defined."""
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    if isinstance(statement, DEFINITIONS):
        return {statement.name}
    return names


DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def imports_genuine(statement):
    """Whether this is `from sqlalchemy… import …` or the like."""
    if not isinstance(statement, ast.ImportFrom):
        return False
    return (statement.module or "").partition(".")[0] in GENUINE


def future_flags(tree):
    """The compiler flags of `from __future__ import …`."""
    flags = 0
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            if statement.module == "__future__":
                for alias in statement.names:
                    flags |= getattr(__future__, alias.name).compiler_flag
    return flags


def load_leniently(path, failures, lacking):
    """Run a revision file by statements; `lacking`: were stubs in use?"""
    name = re.sub(r"\W", "_", os.path.basename(path))
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    tree = ast.parse(Path(path).read_bytes(), str(path))
    module.__doc__ = ast.get_docstring(tree, clean=False)
    flags = future_flags(tree)
    for statement in tree.body:
        if isinstance(statement, ast.Expr):
            if isinstance(statement.value, ast.Constant):
                continue  # would become the docstring
        single = ast.Module([statement], [])
        code = compile(single, str(path), "exec", flags, True)
        try:
            exec(code, module.__dict__)
        except Exception as error:
            names = bound_names(statement)
            if names & REVISION_NAMES:
                raise
            refused = isinstance(error, Refused)
            if not (lacking or refused or imports_genuine(statement)):
                raise
            failures.append((str(path), f"{type(error).__name__}: {error}"))
            for bound in names:
                module.__dict__.setdefault(bound, Stub(bound))
    return module


def is_literal(value):
    """Whether Alembic would read this as none, a string or some strings."""
    if value is None:
        return True
    if isinstance(value, str):
        return MARK not in value
    if isinstance(value, (list, tuple, set, frozenset)):
        if list(value) == [None]:
            return True  # which Alembic takes for none
        return all(isinstance(v, str) and MARK not in v for v in value)
    return False


@contextmanager
def installed(import_roots, owned, failures):
    """Have both hooks in place, and the roots at the end of `sys.path`.

    Modules that lie below a folder of `owned` count as the project's. Gives
    the finder, which knows whether it was used.
    """
    roots = [str(Path(root).resolve()) for root in import_roots]
    before = list(sys.meta_path), list(sys.path)
    finder = StubFinder()
    sys.meta_path[:] = [RootFinder(owned, failures), *before[0], finder]
    sys.path.extend(root for root in roots if root not in before[1])
    builtins.__build_class__ = build_class
    try:
        yield finder
    finally:
        builtins.__build_class__ = BUILD_CLASS
        sys.meta_path[:], sys.path[:] = before
