"""Which version number changes ask for, and which release is the one before."""

from __future__ import annotations

import re
from pathlib import Path

from dataset.diff.changes import MAJOR, MINOR, PATCH

_VERSION = re.compile(r"\d+\.\d+\.\d+", re.ASCII)


def is_version(text: object) -> bool:
    """Whether this is a version number, and so the name of a release folder."""
    return isinstance(text, str) and _VERSION.fullmatch(text) is not None


def parse_version(version: str) -> tuple[int, ...]:
    """``1.10.0`` as numbers, so that versions can be compared."""
    return tuple(map(int, version.split(".")))


def needed_version(level: str | None, old_version: str) -> str:
    """The lowest number that a release with changes of this level may have after ``old_version``; that one itself where nothing changed."""
    major, minor, patch = parse_version(old_version)
    numbers = {
        MAJOR: (major + 1, 0, 0),
        MINOR: (major, minor + 1, 0),
        PATCH: (major, minor, patch + 1),
        None: (major, minor, patch),
    }[level]
    return ".".join(map(str, numbers))


def releases_in(folder: Path) -> list[Path]:
    """The releases of a corpus in ``OUT/NAME``, lowest version first."""
    found = [path for path in folder.iterdir() if is_version(path.name) and path.is_dir()]
    return sorted(found, key=lambda path: parse_version(path.name))


def predecessor(folder: Path, version: str) -> Path | None:
    """The release that ``version`` follows: the highest lower number that stands in ``OUT/NAME``, whenever it was built."""
    lower = [path for path in releases_in(folder) if parse_version(path.name) < parse_version(version)]
    return lower[-1] if lower else None
