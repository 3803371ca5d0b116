"""The run folder, read: what was scored, the scores, and what each system said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from baselines.run_folder import PREDICTIONS
from baselines.runs import read_run
from dataset.errors import printable
from dataset.files import read_records
from dataset.page.values import plural
from dataset.records.predictions import Prediction
from dataset.records.run import Run
from dataset.records.scores import Board, CurvePoint, Scores

By = Mapping[str, Mapping[str, Mapping[str, Prediction]]]


@dataclass(frozen=True)
class RunFolder:
    """What a run folder holds."""

    folder: Path
    about: Run
    tasks: list[Board]
    curve: Mapping[str, Sequence[CurvePoint]]  # by task
    predictions: By  # by task, item and system
    problems: list[str]  # what of it could not be read, a line each

    @property
    def title(self) -> str:
        """Name and version of the release."""
        release = self.about.release
        return " ".join(filter(None, (release.name, release.version))) or "a release"


def read_all(folder: Path) -> RunFolder:
    """Read a run folder.

    Raises:
        ReleaseError: this is no run, or it is broken.
    """
    about, scores, odd = read_run(folder)
    predictions, problems = _predictions(folder / PREDICTIONS)
    if odd:
        more = f", nor can {plural(len(odd) - 1, 'other value')} of the run" if len(odd) > 1 else ""
        problems.append(printable(f"{odd[0]}: cannot be used{more}: left out of the page"))
    return RunFolder(folder, about, boards_of(scores), scores.curve, predictions, problems)


def boards_of(scores: Scores) -> list[Board]:
    """Return the tables of all tasks, the systems of each in order."""
    return [replace(board, systems=tuple(sorted(board.systems, key=lambda one: one.order))) for board in scores.tasks]


def _predictions(path: Path) -> tuple[By, list[str]]:
    """Return the predictions that can be read, and which lines cannot."""
    found: dict[str, dict[str, dict[str, Prediction]]] = {}
    bad: list[int] = []
    for line, one in read_records(path, Prediction, lambda line, _: bad.append(line)):
        if one.system is None or (one.label is None and one.spans is None):
            bad.append(line)
        else:
            found.setdefault(one.task, {}).setdefault(one.id, {})[one.system] = one
    if not bad:
        return found, []
    lines = f"{plural(len(bad), 'line')} cannot be read, the first is line {min(bad)}"
    return found, [printable(f"{path}: {lines}: those predictions are left out of the hardest items")]
