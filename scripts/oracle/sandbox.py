"""Run foreign module-level code with as little consequence as possible.

`Sandbox` restores afterwards what such code may have changed in this process
(modules, search path, environment, folder, output), and meanwhile refuses
network access, other processes, new threads, and any write outside of one
temporary folder.

It is care, not security: Python code that wants out gets out. Give it only
packages that you would also install. It does not write anything itself.

    with Sandbox(Path("/app"), scratch, [Path("/app/src")]):
        import app
"""

import contextlib
import importlib
import os
import signal
import sys
import tempfile
import warnings
from pathlib import Path

import stubs

REFUSED = ("socket.", "subprocess.", "os.exec", "os.posix_spawn", "os.spawn")
REFUSED_EXACTLY = {
    "_thread.start_new_thread",
    "os.fork",
    "os.forkpty",
    "os.kill",
    "os.killpg",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "winreg.SetValue",
}
HARMLESS = {"socket.gethostname"}
# Events whose path arguments are changed on disk.
CHANGING = {
    "os.chmod",
    "os.chown",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
    "os.truncate",
    "os.utime",
    "sqlite3.connect",
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Timeout(BaseException):
    """An environment took too long; not an Exception, so that it gets out."""


class Guard:
    """The audit hook: it cannot be removed, so it is switched."""

    def __init__(self):
        self.scratch = None
        self.hooked = False

    def enable(self, scratch):
        if not self.hooked:
            sys.addaudithook(self.audit)
            self.hooked = True
        self.scratch = os.path.realpath(scratch)

    def disable(self):
        self.scratch = None

    def audit(self, event, arguments):
        if self.scratch is None or event in HARMLESS:
            return
        if event.startswith(REFUSED) or event in REFUSED_EXACTLY:
            raise stubs.Refused(f"the oracle does not allow {event}")
        if event == "open":
            path, _mode, flags = arguments
            if isinstance(flags, int) and flags & WRITING:
                self.require(event, path)
        elif event in CHANGING:
            for path in arguments:
                self.require(event, path)

    def require(self, event, path):
        """Refuse a path that is not in the scratch folder."""
        if not isinstance(path, (str, bytes, os.PathLike)):
            return
        text = os.fsdecode(path)
        if text in (os.devnull, ":memory:", ""):
            return
        real = os.path.realpath(text)
        if real != self.scratch and not real.startswith(self.scratch + os.sep):
            raise stubs.Refused(f"the oracle does not allow {event} there")


GUARD = Guard()


def belongs_to(module, folders):
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return False
    real = os.path.realpath(file)
    return any(real.startswith(str(folder) + os.sep) for folder in folders)


def restore_modules(before, folders):
    """Forget modules of the environment, keep those of the oracle itself."""
    for name, module in list(sys.modules.items()):
        if name in before:
            sys.modules[name] = before[name]
        elif not stubs.is_genuine(name) or belongs_to(module, folders):
            del sys.modules[name]
    importlib.invalidate_caches()


@contextlib.contextmanager
def time_limit(seconds):
    """Raise Timeout after so many seconds, where the system can."""
    if not seconds or not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(_number, _frame):
        raise Timeout(f"took longer than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Sandbox:
    """A block that loads code of folder `root`, with `folder` as the current.

    `folder` is `root` itself or a copy of some of it in `scratch`.
    """

    def __init__(self, root, scratch, import_roots, folder=None, seconds=120):
        self.root = Path(root).resolve()
        self.scratch = Path(scratch).resolve()
        self.folder = Path(folder).resolve() if folder else self.root
        self.import_roots = import_roots
        self.seconds = seconds
        self.failures = []
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        stack = self.stack
        silence = stack.enter_context(open(os.devnull, "w"))
        stack.enter_context(contextlib.redirect_stdout(silence))
        stack.enter_context(contextlib.redirect_stderr(silence))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        stack.callback(os.environ.update, dict(os.environ))
        stack.callback(os.environ.clear)
        stack.callback(os.chdir, os.getcwd())
        stack.callback(setattr, tempfile, "tempdir", tempfile.tempdir)
        stack.callback(setattr, sys, "argv", sys.argv)
        stack.callback(
            setattr, sys, "dont_write_bytecode", sys.dont_write_bytecode
        )
        owned = [self.root, self.folder]
        owned += [Path(root).resolve() for root in self.import_roots]
        stack.callback(restore_modules, dict(sys.modules), owned)
        self.finder = stack.enter_context(
            stubs.installed(self.import_roots, owned, self.failures)
        )
        self.prepare()
        stack.callback(GUARD.disable)
        GUARD.enable(self.scratch)
        stack.enter_context(time_limit(self.seconds))
        return self

    def prepare(self):
        tempfile.tempdir = str(self.scratch)
        sys.argv = ["alembic"]
        sys.dont_write_bytecode = True
        os.chdir(self.folder)

    @property
    def lacking(self):
        """Whether anything had to be invented."""
        return self.finder.used or bool(self.failures)

    def __exit__(self, *error):
        self.stack.close()
        return False
