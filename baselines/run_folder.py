"""The folder of a run: which files in it are ours, one command at a time, and what killed commands left there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dataset.errors import ReleaseError
from dataset.lock import held

RUN, PREDICTIONS, SCORES, REPORT = "run.json", "predictions.jsonl", "scores.json", "report.html"
FIGURES, IGNORE = "figures", ".gitignore"
KINDS = ("leaderboard", "classes", "targets", "calibration", "curve", "confusion")  # of figures
_OURS = frozenset({RUN, PREDICTIONS, SCORES, REPORT, FIGURES, IGNORE})
_FIGURE = rf"(?:{'|'.join(KINDS)})-[a-z0-9_-]+\.png"
_LEFTOVER = re.compile(rf"\.(?:{'|'.join(map(re.escape, sorted(_OURS)))})\.\d+\.tmp")  # of a killed command


@contextmanager
def alone(folder: Path) -> Iterator[Path]:
    """Hold a run folder for one command: make it, and remove what killed commands left in it.

    A folder that the command leaves empty is removed.

    Raises:
        BusyError: another command holds it.
        ReleaseError: it contains files that are not of a run, or it cannot be made.
    """
    refuse_foreign(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReleaseError(f"{error.filename or folder}: cannot be written ({error.strerror})") from None
    with held(folder):
        try:
            yield folder
        finally:
            with suppress(OSError):
                folder.rmdir()  # succeeds only if it is empty


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
        raise ReleaseError(f"{folder}: exists and is no run of ours: move it, or choose another --out")


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
