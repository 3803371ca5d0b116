"""Train the systems on a release's train split and score them on its test split."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from baselines.metrics.classification import Matrix, confusion, gold_classes, macro_f1
from baselines.significance import bootstrap_interval, compare
from baselines.systems import SYSTEMS, systems_for
from baselines.systems.training import train_system
from baselines.tasks import TASKS, Data, load
from dataset.errors import ReleaseError
from dataset.release.manifest import changed_files, read_manifest


@dataclass(frozen=True)
class Result:
    """One system's score on one task; where it could not be had, ``note`` says why."""

    task: str
    system: str
    items: int
    articles: int
    macro_f1: float | None
    interval: tuple[float, float] | None  # 95 %, bootstrap over articles, widened where these are few
    annotator_kind: str
    rank: tuple[int, int] | None = None  # best and worst place that the data leave open
    note: str | None = None
    better_than: tuple[str, ...] = ()  # the systems that the data tell it apart from
    detectable: float | None = None  # the largest difference to be expected that could still go unseen, at 80 % power
    ceiling: float | None = None  # macro-F1 of one annotator's labels against another's, mean of the pairs

    def to_json(self) -> dict[str, Any]:
        """A plain mapping."""
        return asdict(self)


def evaluate_release(
    release: Path, track: Callable[[Iterable[Any], str, int], Iterable[Any]] = lambda items, *_: items
) -> list[Result]:
    """Score every system on every task of a release.

    Returns:
        Results by task, best score first. A system's rank is the range of places that the data leave open: behind those that are
        better than it, before those that are worse. Two systems are told apart where paired approximate randomisation by article,
        Holm-corrected over all pairs of the task, and the paired bootstrap interval both say so (``baselines/significance``).

    Raises:
        ReleaseError: this is no release, or its files are not what they were.
    """
    manifest = read_manifest(release)
    damage = changed_files(release, manifest)
    if damage:
        raise ReleaseError(
            *(f"{release}: {line}" for line in damage), f"{release}: nothing is scored on a damaged release"
        )
    kind = "+".join(manifest["annotator_kind"]) or "nobody"
    # Spans are scored elsewhere.
    loaded = {task.name: load(task, release) for task in TASKS.values() if task.kind == "classification"}
    runs = [(task, system) for task in loaded for system in systems_for(TASKS[task])]
    scored: dict[str, list[tuple[Result, Matrix | None]]] = {task: [] for task in loaded}
    for task, system in track(runs, "training baselines", len(runs)):
        scored[task].append(_score(task, system, loaded[task], kind))
    ceilings = (manifest.get("agreement") or {}).get("ceiling") or {}
    return [
        replace(result, ceiling=(ceilings.get(task) or {}).get("macro_f1"))
        for task, results in scored.items()
        for result in _ranked(results)
    ]


def _score(task: str, system: str, data: Data, kind: str) -> tuple[Result, Matrix | None]:
    articles = data.test["article_id"].nunique()
    note = None if len(data.test) else "the test split has no labelled row"
    try:
        model = train_system(SYSTEMS[system], TASKS[task], data.train, data.validation, data.classes)
        predicted = model.predict(data.test)
    except ValueError as error:
        note = str(error).splitlines()[0]
    if note:
        return Result(task, system, len(data.test), articles, None, None, kind, note=note), None
    matrices = confusion(list(data.test["label"]), predicted, list(data.test["article_id"]), data.classes)
    score = float(macro_f1(matrices.sum(0), gold_classes(matrices)))
    return Result(task, system, len(data.test), articles, score, bootstrap_interval(matrices), kind), matrices


def _ranked(scored: list[tuple[Result, Matrix | None]]) -> list[Result]:
    """Best first, with the places that the data leave open, and which systems each is told apart from."""
    counts = {result.system: matrices for result, matrices in scored if matrices is not None}
    unscored = [result for result, matrices in scored if matrices is None]
    if not counts:
        return sorted(unscored, key=lambda result: result.system)
    classes = gold_classes(next(iter(counts.values())))
    found = compare(counts, partial(macro_f1, classes=classes))
    apart: dict[str, list[str]] = {}
    for pair in found.pairs:
        if pair.separated:
            apart.setdefault(pair.better, []).append(pair.worse)
    detectable = max((pair.minimum_detectable or 0.0 for pair in found.pairs), default=0.0) or None
    by_system = {result.system: result for result, _ in scored}
    ranked = [
        replace(
            by_system[standing.system],
            interval=standing.interval,
            rank=standing.rank if standing.interval else None,
            better_than=tuple(apart.get(standing.system, ())),
            detectable=detectable,
        )
        for standing in found.systems
    ]
    return ranked + sorted(unscored, key=lambda result: result.system)
