"""Text files below a folder; a symbolic link to a folder is never followed."""

from __future__ import annotations

import os
from pathlib import Path

SUFFIX = ".txt"


def text_files(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """List the text files below a folder; hidden ones, and those of hidden folders, are left out.

    Returns:
        The files in order of their paths, and the folders that were not searched with the reason.
    """
    found, skipped = [], []

    def unreadable(error: OSError) -> None:
        skipped.append((Path(error.filename), f"cannot be read ({error.strerror})"))

    for at, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if name[0] != "."]
        paths = [Path(at, name) for name in (*folders, *files)]
        found += [path for path in paths if path.suffix.lower() == SUFFIX and path.name[0] != "."]
        skipped += [(path, reason) for path in map(Path(at).joinpath, folders) if (reason := _link(path, folder))]
    return sorted(set(found) - {path for path, _ in skipped}), sorted(skipped)


def _link(path: Path, folder: Path) -> str | None:
    """Return why a linked folder is not searched; None if it is inside and so found under its own path."""
    if not path.is_symlink() or inside(path, folder):
        return None
    return f"symbolic link to a folder outside {folder}: copy its files here"


def inside(path: Path, folder: Path) -> bool:
    """Return whether a path is inside a folder once all symbolic links are resolved."""
    # Not Path.resolve: it raises RuntimeError for links in a circle.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
