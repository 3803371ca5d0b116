"""Train systems on one part of a task's rows and let them predict the other, by one of the splitting schemes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from baselines.estimator import SEED
from baselines.scoring.items import Given, Items, items_of
from baselines.systems import PROBES, SYSTEMS, System, systems_for
from baselines.systems.training import Trained, train_system
from baselines.tasks import Data, Task
from baselines.tasks.holdout import SCHEMES
from dataset.records.run import Training
from dataset.runner import run

RELEASED = "as_released"
BY_PART = "hyper-parameters are chosen inside each fold, on a part of the clusters to train on where one can tell"
Track = Callable[[Iterable[Any], str, int], Iterable[Any]]
# Below so many code points to train on, all folds together, starting processes costs more than it saves.
_WORTH_A_POOL = 300_000


@dataclass(frozen=True)
class Division:
    """Rows to train on, to choose hyper-parameters by, and to predict."""

    held_out: str
    train: pd.DataFrame
    validation: pd.DataFrame | None  # None: a part of train
    test: pd.DataFrame


@dataclass(frozen=True)
class Experiment:
    """All systems' predictions on a task's items."""

    items: Items
    given: dict[str, Given]
    unscored: dict[str, str]  # why there are no predictions, by system
    chosen: tuple[Training, ...]
    notes: tuple[str, ...]


def run_experiment(
    task: Task, data: Data, scheme: str, track: Track = lambda items, *_: items, workers: int | None = None
) -> Experiment:
    """Train and predict.

    Args:
        task: what is asked.
        data: its rows.
        scheme: a key of ``holdout.SCHEMES``; under all but the released split predictions of all folds are scored together, and
            hyper-parameters are chosen inside each fold's training rows.
        track: wraps an iterable to show progress.
        workers: processes that folds are divided among; None takes one per core where there is enough to do.

    Returns:
        Predictions; a system that cannot be trained in every fold has none, and the reason stands beside it.
    """
    systems = systems_for(task) | systems_for(task, PROBES)
    try:
        divisions, notes = _divide(task, data, scheme)
    except ValueError as error:
        # A released test split can be scored on though nothing can be trained: anybody's own model may come from elsewhere.
        left = data.test if scheme == RELEASED else data.test.iloc[:0]
        return Experiment(items_of(task, left, data.classes), {}, dict.fromkeys(systems, str(error)), (), ())
    items = items_of(task, pd.concat([one.test for one in divisions], ignore_index=True), data.classes)
    jobs = [_Job(task, one, data.classes) for one in divisions]
    what = task.name.replace("_", " ")
    folds: list[Mapping[str, Made | str]]
    if len(jobs) == 1:
        folds = [dict(_made(jobs[0], name) for name in track(systems, what, len(systems)))]
    else:
        folds = list(track(run(_of_fold, jobs, workers or _processes(jobs), shard=1), f"{what}, by fold", len(jobs)))
    given: dict[str, Given] = {}
    unscored: dict[str, str] = {}
    chosen: list[Training] = []
    for name in systems:
        made = [fold[name] for fold in folds]
        whole = [one for one in made if not isinstance(one, str)]
        if len(whole) < len(made):
            unscored[name] = next(one for one in made if isinstance(one, str))
            continue
        given[name] = _joined([one.given for one in whole])
        chosen += [one.chosen for one in whole]
    return Experiment(items, given, unscored, tuple(chosen), tuple(notes))


@dataclass(frozen=True)
class Made:
    """What one system made of one division."""

    given: Given
    chosen: Training


@dataclass(frozen=True)
class _Job:
    task: Task
    division: Division
    classes: list[str]


def _of_fold(job: _Job) -> dict[str, Made | str]:
    """All systems one after the other: what TF-IDF learnt of the fold's rows, they share."""
    return dict(_made(job, name) for name in systems_for(job.task) | systems_for(job.task, PROBES))


def _made(job: _Job, name: str) -> tuple[str, Made | str]:
    """A system's predictions, or why there are none, under its name."""
    task, one = job.task, job.division
    try:
        model = _trained((SYSTEMS | PROBES)[name], task, one, job.classes)
        return name, Made(_predicted(model, one.test), _chosen(model, one))
    except ValueError as error:
        # Ours, or scikit-learn's word on data that it cannot learn from, such as texts without a single word.
        return name, str(error).splitlines()[0]


def _processes(jobs: list[_Job]) -> int:
    learning = any(system.grid for system in systems_for(jobs[0].task).values())
    size = sum(len(text) for job in jobs for text in job.division.train["text"])
    return (os.cpu_count() or 1) if learning and size >= _WORTH_A_POOL else 1


def _divide(task: Task, data: Data, scheme: str) -> tuple[list[Division], list[str]]:
    if not len(data.train):
        raise ValueError("the train split has no labelled row")
    if scheme == RELEASED:
        if not len(data.test):
            raise ValueError("the test split has no labelled row")
        return [Division("test", data.train, data.validation, data.test)], []
    rows = data.all_rows()
    folds = SCHEMES[scheme](rows)
    found = []
    for fold in folds:
        parts = len([one for one in folds if one.held_out == fold.held_out])
        name = f"{fold.held_out}, part {fold.part + 1} of {parts}" if parts > 1 else fold.held_out
        found.append(Division(name, rows[fold.train], None, rows[fold.test]))
    choosing = any(system.grid for system in systems_for(task).values())
    return found, [*([BY_PART] if choosing else []), *sorted({note for fold in folds for note in fold.notes})]


def _trained(system: System, task: Task, one: Division, classes: list[str]) -> Trained:
    try:
        return train_system(system, task, one.train, one.validation, classes, SEED, by_part=one.validation is None)
    except ValueError as error:
        if one.held_out == "test":
            raise
        raise ValueError(f"without {one.held_out}: {error}") from None


def _predicted(model: Trained, test: pd.DataFrame) -> Given:
    return Given(model.predict(test), model.probabilities(test))


def _joined(parts: list[Given]) -> Given:
    tables = [part.probabilities for part in parts if part.probabilities is not None]
    whole = np.concatenate(tables) if len(tables) == len(parts) else None
    return Given([label for part in parts for label in part.labels], whole)


def _chosen(model: Trained, one: Division) -> Training:
    name = model.system.name
    return Training(
        model.task.name,
        name,
        name not in SYSTEMS,
        one.held_out,
        len(one.train),
        dict(model.parameters),
        model.chosen_by,
        model.notes,
    )
