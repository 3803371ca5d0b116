"""``standpunkt report`` calls this: the page and its figures, written into the run folder."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baselines.evaluate import undamaged
from baselines.report.breakdown import class_picture, target_picture
from baselines.report.calibration import calibration_picture
from baselines.report.confusion import confusion_pictures
from baselines.report.curve import curve_picture
from baselines.report.hardest import Hardest, hardest_items
from baselines.report.leaderboard import leaderboard_picture
from baselines.report.page import page_html
from baselines.report.run import RunFolder, read_all
from baselines.run_folder import FIGURES, IGNORE, REPORT, alone, old_figures
from baselines.runs import read_run
from baselines.tasks import TASKS, load
from dataset.errors import ReleaseError
from dataset.files import write_atomic
from dataset.page.markup import Picture
from dataset.records.scores import Board, CurvePoint

KINDS = {
    "leaderboard": leaderboard_picture,
    "classes": class_picture,
    "targets": target_picture,
    "calibration": calibration_picture,
}


@dataclass(frozen=True)
class Report:
    """What was written, and what the page had to leave out."""

    files: list[Path]  # the page first
    problems: list[str]  # a line each


def write_report(
    run: Path,
    release: Path | None = None,
    track: Callable[[Iterable[Any], str, int], Iterable[Any]] = lambda items, *_: items,
) -> Report:
    """Write ``report.html`` and ``figures/*.png`` into a run folder. The same run gives the same bytes.

    Args:
        run: a folder that ``standpunkt evaluate`` or ``standpunkt score`` wrote.
        release: where the release lies that was scored; as the run says where it is None.
        track: wraps what takes time.

    Returns:
        What was written. Where no release is at the place that the run names, the page has no hardest items, and both page and result
        mention it. Figures of an earlier report that this one lacks are removed.

    Raises:
        ReleaseError: ``run`` is no run folder, or its files are of different runs; or the release is another build than was scored, or
            the given folder is not a release. Nothing is written then.
    """
    read_run(run)  # before anything is made or cleared: a folder that is no run stays as it is
    with alone(run):
        return _write(run, release, track)


def _write(run: Path, release: Path | None, track: Callable[[Iterable[Any], str, int], Iterable[Any]]) -> Report:
    found = read_all(run)
    source, problems = _release(found, release)
    pictures: list[dict[str, Picture]] = []
    files: dict[str, bytes] = {}
    hardest: list[Hardest | None] = []
    for scores in track(found.tasks, "drawing", len(found.tasks)):
        drawn = pictures_of(scores, found.curve.get(scores.task, ()))
        pictures.append(drawn)
        name = _name(scores.task)
        for kind, picture in drawn.items():
            files[_free(f"{kind}-{name}", files)] = picture.light
        for system, picture in confusion_pictures(scores):
            files[_free(f"confusion-{name}-{_name(system)}", files)] = picture.light
        hardest.append(_hardest(found, scores, source))
    if source is not None and undamaged(source).digest != found.about.release.digest:
        raise _rebuilt(run, source)
    problems = [*found.problems, *problems]
    files = {f"{FIGURES}/{name}": data for name, data in files.items()}
    page = page_html(found, pictures, hardest, problems)
    try:
        (run / FIGURES).mkdir(exist_ok=True)
        if not (run / IGNORE).exists():  # nothing else in a run is text of an article
            write_atomic(run / IGNORE, f"{REPORT}\n")
        # The page comes last: where it is, the figures next to it are of the same run.
        for old in (run / REPORT, *old_figures(run)):
            old.unlink(missing_ok=True)
        for name, data in files.items():
            write_atomic(run / name, data)
        write_atomic(run / REPORT, page)
    except OSError as error:
        raise ReleaseError(f"{error.filename or run}: cannot be written ({error.strerror})") from None
    return Report([run / REPORT, *(run / name for name in files)], problems)


def pictures_of(scores: Board, curve: Sequence[CurvePoint]) -> dict[str, Picture]:
    """Return the pictures of a task, by kind."""
    drawn = {kind: make(scores) for kind, make in KINDS.items()} | {"curve": curve_picture(scores, curve)}
    return {kind: picture for kind, picture in drawn.items() if picture is not None}


def _release(run: RunFolder, given: Path | None) -> tuple[Path | None, list[str]]:
    """The release that was scored; None where it is not at hand, and why."""
    path = given or Path(os.path.normpath(run.folder / (run.about.release.path or "")))
    try:
        digest = undamaged(path).digest
    except ReleaseError as error:
        if given is not None:
            raise
        return None, [
            f"{error.lines[0]}: the page lacks the hardest items; name the release that was scored with --release"
        ]
    if digest != run.about.release.digest:
        raise _rebuilt(run.folder, path)
    return path, []


def _rebuilt(run: Path, release: Path) -> ReleaseError:
    return ReleaseError(
        f"{release}: another build than {run} was scored on; no page is made:"
        f" run standpunkt evaluate {release} again, or name the release that was scored with --release"
    )


def _hardest(run: RunFolder, scores: Board, release: Path | None) -> Hardest | None:
    predictions = run.predictions.get(scores.task)
    if release is None or not predictions or scores.task not in TASKS:
        return None
    return hardest_items(scores, load(TASKS[scores.task], release).all_rows(), predictions)


def _name(text: str) -> str:
    """What of a name may be part of a file's."""
    return re.sub(r"[^a-z0-9_]+", "-", text.lower()).strip("-")[:40] or "unnamed"


def _free(stem: str, taken: Iterable[str]) -> str:
    """A file name that is not taken yet."""
    names = set(taken)
    number = 1
    while (name := f"{stem}.png" if number == 1 else f"{stem}-{number}.png") in names:
        number += 1
    return name
