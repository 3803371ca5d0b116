"""Train systems on one part of a task's rows and let them predict the other, by one of the splitting schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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

RELEASED = "as_released"
Track = Callable[[Iterable[Any], str, int], Iterable[Any]]


@dataclass(frozen=True)
class Division:
    """Rows to train on, to choose hyper-parameters by, and to predict."""

    held_out: str
    train: pd.DataFrame
    validation: pd.DataFrame | None  # None: train is cross-validated
    test: pd.DataFrame


@dataclass(frozen=True)
class Chosen:
    """How one model was trained: what a reader needs to train it again."""

    task: str
    system: str
    probe: bool
    held_out: str
    train_rows: int
    parameters: dict[str, Any]
    chosen_by: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Experiment:
    """All systems' predictions on a task's items."""

    items: Items
    given: dict[str, Given]
    unscored: dict[str, str]  # why there are no predictions, by system
    chosen: tuple[Chosen, ...]
    notes: tuple[str, ...]


def run_experiment(task: Task, data: Data, scheme: str, track: Track = lambda items, *_: items) -> Experiment:
    """Train and predict.

    Args:
        task: what is asked.
        data: its rows.
        scheme: a key of ``holdout.SCHEMES``; under all but the released split predictions of all folds are scored together, and
            hyper-parameters are chosen inside each fold's training rows.
        track: wraps an iterable to show progress.

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
    given: dict[str, Given] = {}
    unscored: dict[str, str] = {}
    chosen: list[Chosen] = []
    for name, system in track(systems.items(), task.name.replace("_", " "), len(systems)):
        try:
            models = [(one, _trained(system, task, one, data.classes)) for one in divisions]
            given[name] = _joined([_predicted(model, one.test) for one, model in models])
        except ValueError as error:
            # Ours, or scikit-learn's word on data that it cannot learn from, such as texts without a single word.
            unscored[name] = str(error).splitlines()[0]
            continue
        chosen += [_chosen(model, one) for one, model in models]
    return Experiment(items, given, unscored, tuple(chosen), tuple(notes))


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
    return found, sorted({note for fold in folds for note in fold.notes})


def _trained(system: System, task: Task, one: Division, classes: list[str]) -> Trained:
    try:
        return train_system(system, task, one.train, one.validation, classes, SEED)
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


def _chosen(model: Trained, one: Division) -> Chosen:
    name = model.system.name
    return Chosen(
        model.task.name,
        name,
        name not in SYSTEMS,
        one.held_out,
        len(one.train),
        model.parameters,
        model.chosen_by,
        model.notes,
    )
