"""The run folder, read: what was scored, the scores, and what each system said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baselines.predictions import Prediction
from baselines.report.reading import read_scores
from baselines.report.scores import TaskScores
from baselines.run_folder import PREDICTIONS
from baselines.runs import read_run
from dataset.errors import printable
from dataset.files import read_jsonl
from dataset.page.values import count, entries, number, plural, table, words

By = Mapping[str, Mapping[str, Mapping[str, Prediction]]]


@dataclass(frozen=True)
class Run:
    """What a run folder holds."""

    folder: Path
    about: Mapping[str, Any]  # run.json
    tasks: list[TaskScores]
    predictions: By  # by task, item and system
    problems: list[str]  # what of it could not be read, a line each

    @property
    def release(self) -> Mapping[str, Any]:
        """What run.json says of the release."""
        return table(self.about, "release")

    @property
    def title(self) -> str:
        """Name and version of the release."""
        return " ".join(words(self.release.get(key)) or "" for key in ("name", "version")).strip() or "a release"


def read_all(folder: Path) -> Run:
    """Read a run folder.

    Raises:
        ReleaseError: this is no run, or it is broken.
    """
    about, scores = read_run(folder)
    predictions, problems = _predictions(folder / PREDICTIONS)
    return Run(folder, about, read_scores(scores), predictions, problems)


def _predictions(path: Path) -> tuple[By, list[str]]:
    """What can be read of the predictions, and which lines cannot."""
    found: dict[str, dict[str, dict[str, Prediction]]] = {}
    bad: list[int] = []
    for line, row in read_jsonl(path, lambda line, _: bad.append(line)):
        task, system, id_ = (words(row.get(key)) for key in ("task", "system", "id"))
        said = _said(row)
        if task is None or system is None or id_ is None or said is None:
            bad.append(line)
        else:
            found.setdefault(task, {}).setdefault(id_, {})[system] = said
    if not bad:
        return found, []
    lines = f"{plural(len(bad), 'line')} cannot be read, the first is line {min(bad)}"
    return found, [printable(f"{path}: {lines}: those predictions are left out of the hardest items")]


def _said(row: Mapping[str, Any]) -> Prediction | None:
    label = words(row.get("label"))
    if label is not None:
        shares = {name: number(share) for name, share in table(row, "probabilities").items()}
        return Prediction(label, {name: share for name, share in shares.items() if share is not None})
    if not isinstance(row.get("spans"), list):
        return None
    spans = ((count(one.get("start")), count(one.get("end")), words(one.get("label"))) for one in entries(row["spans"]))
    return Prediction(spans=tuple((a, b, c or "") for a, b, c in spans if a is not None and b is not None and a < b))
