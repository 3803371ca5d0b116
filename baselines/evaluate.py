"""Train the systems on a release's train split and score them on its test split."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from baselines.metrics.classification import confusion, macro_f1
from baselines.significance import bootstrap_interval
from baselines.systems import SYSTEMS
from baselines.tasks import TASKS, Data, load
from dataset.release.manifest import read_manifest


@dataclass(frozen=True)
class Result:
    """One system's score on one task; where it could not be had, ``note`` says why."""

    task: str
    system: str
    items: int
    articles: int
    macro_f1: float | None
    interval: tuple[float, float] | None  # 95 %, bootstrap over articles
    annotator_kind: str
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """A plain mapping."""
        return asdict(self)


def evaluate_release(
    release: Path, track: Callable[[Iterable[Any], str, int], Iterable[Any]] = lambda items, *_: items
) -> list[Result]:
    """Score every system on every task of a release.

    Raises:
        ReleaseError: this is no release.
    """
    kind = "+".join(read_manifest(release)["annotator_kind"]) or "nobody"
    runs = [(task, system, data) for task in TASKS.values() for data in [load(task, release)] for system in SYSTEMS]
    return [
        _score(task.name, system, data, kind) for task, system, data in track(runs, "training baselines", len(runs))
    ]


def _score(task: str, system: str, data: Data, kind: str) -> Result:
    articles = data.test["article_id"].nunique()
    note = _note(system, data)
    if note:
        return Result(task, system, len(data.test), articles, None, None, kind, note)
    model = SYSTEMS[system]()
    inputs = ["text", "target"]
    model.fit(data.train[inputs], data.train["label"])
    predicted = [str(label) for label in model.predict(data.test[inputs])]
    matrices = confusion(list(data.test["label"]), predicted, list(data.test["article_id"]), data.classes)
    score = float(macro_f1(matrices.sum(0)))
    return Result(task, system, len(data.test), articles, score, bootstrap_interval(matrices), kind)


def _note(system: str, data: Data) -> str | None:
    if not len(data.train):
        return "the train split has no labelled row"
    if not len(data.test):
        return "the test split has no labelled row"
    if system != "majority" and data.train["label"].nunique() < 2:
        return "the train split has one class only"
    return None
