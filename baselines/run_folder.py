"""The folder of a run: which files in it are ours, one command at a time, and what killed commands left there."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dataset.errors import ReleaseError

RUN, PREDICTIONS, SCORES, REPORT = "run.json", "predictions.jsonl", "scores.json", "report.html"
FIGURES, IGNORE = "figures", ".gitignore"
KINDS = ("leaderboard", "classes", "targets", "calibration", "curve", "confusion")  # of figures
_OURS = frozenset({RUN, PREDICTIONS, SCORES, REPORT, FIGURES, IGNORE})
_FIGURE = rf"(?:{'|'.join(KINDS)})-[a-z0-9_-]+\.png"
_LEFTOVER = re.compile(rf"\.(?:{'|'.join(map(re.escape, sorted(_OURS)))}|{_FIGURE})\.\d+\.tmp")


@contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """Hold a run folder for one command: make it, and remove what killed commands left in it.

    A folder that the command leaves empty is removed.

    Raises:
        ReleaseError: another command holds it, it contains files that are not of a run, or it cannot be made.
    """
    refuse_foreign(folder)
    descriptor = _taken(folder)
    try:
        _clear(folder)
        refuse_foreign(folder)
        yield folder
    finally:
        with suppress(OSError):
            folder.rmdir()  # succeeds only if it is empty
        os.close(descriptor)


@contextmanager
def reading(folder: Path) -> Iterator[Path]:
    """Keep a run folder from being changed while it is read.

    Raises:
        ReleaseError: a command that writes holds it.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield folder  # missing or no folder: the reader names it
        return
    try:
        _lock(descriptor, folder, fcntl.LOCK_SH)
        yield folder
    finally:
        os.close(descriptor)


def refuse_foreign(folder: Path) -> None:
    """Make sure that a folder is a run, or may become one.

    Raises:
        ReleaseError: it contains files, and none that makes it a run.
    """
    try:
        names = {path.name for path in folder.iterdir()}
    except FileNotFoundError:
        return
    except OSError as error:
        raise ReleaseError(f"{folder}: not a run folder ({error.strerror}): move it, or choose another --out") from None
    foreign = {name for name in names if name not in _OURS and not _LEFTOVER.fullmatch(name)}
    if foreign and not names & {RUN, SCORES, PREDICTIONS}:
        raise ReleaseError(f"{folder}: stands there and is no run of ours: move it, or choose another --out")


def is_run(folder: Path) -> bool:
    """Return whether a folder contains more than what a killed command left: False where nothing was run, or not to its end."""
    try:
        return any(not _LEFTOVER.fullmatch(path.name) for path in folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError:
        return True  # the reader names it


def old_figures(folder: Path) -> Iterator[Path]:
    """Yield the figures of a run folder; files of other names are the user's."""
    inside = folder / FIGURES
    if inside.is_dir():
        yield from sorted(path for path in inside.iterdir() if re.fullmatch(_FIGURE, path.name))


def _taken(folder: Path) -> int:
    """A descriptor that holds the folder's lock."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise ReleaseError(f"{error.filename or folder}: cannot be written ({error.strerror})") from None
        try:
            _lock(descriptor, folder, fcntl.LOCK_EX)
            # The command before may have removed the folder, empty, between our two steps.
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), folder.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _lock(descriptor: int, folder: Path, how: int) -> None:
    try:
        # The kernel lets go of it when the process dies, however it dies.
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ReleaseError(f"{folder}: another command is at work there; wait for it") from None


def _clear(folder: Path) -> None:
    for inside in (folder, folder / FIGURES):
        if inside.is_dir():
            for path in list(inside.iterdir()):
                if _LEFTOVER.fullmatch(path.name):
                    path.unlink(missing_ok=True)
