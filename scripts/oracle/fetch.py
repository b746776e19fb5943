"""Download the pinned corpus packages and unpack them for reading.

Every package of `packages.txt` is fetched as a wheel through pip (so that
whatever index, mirror or proxy pip is configured with is used), checked
against its sha256, and unpacked to DEST/src/<name>-<version>/. The downloaded
files stay in DEST/downloads. Running it again does nothing for what is there.

It never runs code of a package (wheels only, no build step), never resolves
dependencies, and never writes outside of DEST.

    python scripts/oracle/fetch.py --set small target/corpus
"""

import argparse
import hashlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

PACKAGES = Path(__file__).resolve().parent / "packages.txt"
# Wheels are chosen for this Python, whichever one runs this script, so that
# the same files are found on every machine.
PYTHON_VERSION = "3.12"
LINE = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)"
    r"\s+--hash=sha256:(?P<sha256>[0-9a-f]{64})"
    r"(?:\s+#\s*(?P<comment>.*))?$"
)


class FetchError(Exception):
    """A reason for which the corpus cannot be provided."""


class Package:
    """One pinned line of `packages.txt`."""

    def __init__(self, match):
        self.name = match["name"]
        self.version = match["version"]
        self.sha256 = match["sha256"]
        words = re.split(r"[,\s]+", match["comment"] or "")
        self.small = "small" in words

    @property
    def folder(self):
        return f"{self.name}-{self.version}"

    @property
    def requirement(self):
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


def read_packages(path=PACKAGES, wanted="full"):
    """The pinned packages, in file order; `small` keeps the marked ones."""
    packages = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        match = LINE.match(line)
        if match is None:
            raise FetchError(f"{path.name}:{number}: not a pinned package")
        packages.append(Package(match))
    return [p for p in packages if wanted == "full" or p.small]


def digest(path):
    """The sha256 of a file, read in pieces."""
    result = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            result.update(block)
    return result.hexdigest()


def downloaded(downloads):
    """What is in the download folder, by sha256."""
    return {digest(path): path for path in sorted(downloads.glob("*.whl"))}


def download(packages, downloads):
    """Have pip fetch these packages, wheels only and hashes required."""
    with tempfile.TemporaryDirectory() as temporary:
        wanted = Path(temporary, "requirements.txt")
        wanted.write_text("".join(p.requirement + "\n" for p in packages))
        command = [sys.executable, "-m", "pip", "download", "--quiet"]
        command += ["--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary", ":all:", "--require-hashes"]
        command += ["--python-version", PYTHON_VERSION]
        command += ["--requirement", str(wanted), "--dest", str(downloads)]
        if subprocess.run(command, check=False).returncode:
            raise FetchError("pip could not download every pinned package")


def groups(packages):
    """In groups without a name twice: pip takes one version of each at a time."""
    groups = []
    for package in packages:
        for group in groups:
            if all(package.name != other.name for other in group):
                group.append(package)
                break
        else:
            groups.append([package])
    return groups


def member_target(folder, info):
    """Where a member of an archive goes; refuses one that would escape."""
    name = info.filename
    path = PurePosixPath(name)
    parts = path.parts
    if path.is_absolute() or "\\" in name or "\0" in name:
        raise FetchError(f"unsafe name in archive: {name!r}")
    if not parts or ".." in parts or ":" in parts[0]:
        raise FetchError(f"unsafe name in archive: {name!r}")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise FetchError(f"symbolic link in archive: {name!r}")
    return folder.joinpath(*parts)


def unpack(archive, folder):
    """Unpack a wheel beside its final place, then move it there at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=folder.parent))
    try:
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                target = member_target(partial, info)
                if info.is_dir():
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(info) as source, open(target, "wb") as sink:
                    shutil.copyfileobj(source, sink)
        partial.chmod(0o755)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def fetch(destination, wanted="full", listed=PACKAGES):
    """Make DEST hold the wanted set; returns the folders, in file order."""
    packages = read_packages(listed, wanted)
    downloads = destination / "downloads"
    source = destination / "src"
    missing = [p for p in packages if not (source / p.folder).is_dir()]
    if missing:
        downloads.mkdir(parents=True, exist_ok=True)
        known = downloaded(downloads)
        absent = [p for p in missing if p.sha256 not in known]
        if absent:
            for group in groups(absent):
                download(group, downloads)
            known = downloaded(downloads)
        for package in missing:
            unpack(known[package.sha256], source / package.folder)
    return [source / p.folder for p in packages]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--set", choices=("small", "full"), default="full")
    parser.add_argument("destination", type=Path, metavar="DEST")
    options = parser.parse_args(arguments)
    try:
        folders = fetch(options.destination, options.set)
    except (FetchError, OSError, zipfile.BadZipFile) as error:
        print(f"fetch: {error}", file=sys.stderr)
        return 2
    print(f"{len(folders)} packages in {options.destination / 'src'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
