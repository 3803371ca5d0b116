"""Train a system on a task: hyper-parameters on train and validation, then the model on train. The test split never comes here.

Of a grid the parameters are taken that score best on the validation split (macro-F1; for spans exact F1); where there is none that can
tell, in a cross-validation on train that keeps reuse clusters together, or, where many models are trained, on one part of it. The model
that is kept is trained on train alone, not on train and validation: all systems, also those without hyper-parameters, have then learnt
from the same rows, the shared TF-IDF is fitted once, and the validation split stays free for what comes after, such as calibration.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from baselines.estimator import SEED, one_thread
from baselines.systems.registry import System
from baselines.tasks.base import Task
from dataset.records.run import Parameter

FOLDS = 5


@dataclass(frozen=True)
class Trained:
    """A trained system, what was chosen for it, and what has to be said."""

    system: System
    task: Task
    classes: list[str]
    estimator: Any
    parameters: Mapping[str, Parameter]
    chosen_by: str  # "validation", "cross-validation", "part of train" or "default"
    scores: tuple[float, ...]  # of the grid, in its order; empty where nothing was chosen
    notes: tuple[str, ...]

    def predict(self, frame: pd.DataFrame) -> list[Any]:
        """A label a row, or for span tasks a list of `Span`; reads the task's input columns only. No row, no prediction.

        Raises:
            ValueError: a label that is none of the task's.
        """
        if not len(frame):
            return []
        with one_thread():
            found = list(self.estimator.predict(frame[self.task.inputs]))
        if self.task.kind != "classification":
            return found
        labels = [str(label) for label in found]
        unknown = sorted(set(labels) - set(self.classes))
        if unknown:
            raise ValueError(f"{self.system.name} predicts {unknown[0]!r}, which is no label of {self.task.name}")
        return labels

    def probabilities(self, frame: pd.DataFrame) -> NDArray[np.float64] | None:
        """Shape ``(rows, classes)``, in the order of ``classes``, 0 for what training did not hold; None where the system has none.

        Raises:
            ValueError: they are not finite.
        """
        if self.task.kind != "classification" or not hasattr(self.estimator, "predict_proba"):
            return None
        found = np.zeros((len(frame), len(self.classes)))
        if len(frame):
            place = [self.classes.index(str(label)) for label in self.estimator.classes_]
            with one_thread():
                found[:, place] = self.estimator.predict_proba(frame[self.task.inputs])
        if not np.isfinite(found).all():
            raise ValueError(f"{self.system.name} gives probabilities that are no numbers")
        return found


def train_system(
    system: System,
    task: Task,
    train: pd.DataFrame,
    validation: pd.DataFrame | None,
    classes: Sequence[str],
    seed: int = SEED,
    *,
    by_part: bool = False,
) -> Trained:
    """Choose hyper-parameters and train.

    Args:
        system: one that fits the task.
        task: what is asked.
        train: labelled rows, with `Data`'s columns.
        validation: labelled rows to choose by; None, or none of use, and train is cross-validated.
        classes: all labels of the task.
        seed: of everything that draws.
        by_part: choose on one part of train, after training on the others, instead of a whole cross-validation: a fifth of the work. Where
            no part can tell, it is cross-validated all the same; there are few rows then.

    Raises:
        ValueError: one line: why it cannot run here, or cannot be trained on these rows.
    """
    reason = _obstacle(system, task, train, classes)
    if reason:
        raise ValueError(reason)
    notes = _missing(system, task, train, classes)
    parameters: Mapping[str, Parameter] = {}
    scores: tuple[float, ...] = ()
    chosen_by, said = "default", None
    if len(system.grid) > 1:
        if validation is not None and _tells(task, validation):
            divisions, chosen_by = [(train, validation)], "validation"
        elif by_part and (telling := [one for one in _folds(task, train) if _tells(task, one[1])]):
            divisions, chosen_by = telling[:1], "part of train"
        else:
            divisions = _folds(task, train)
            lack = "no validation split" if validation is None or not len(validation) else "validation split too small"
            said = f"{lack} to choose hyper-parameters by: cross-validated on train by cluster"
            chosen_by = "cross-validation"
        if divisions:
            scores = tuple(_grid_score(system, task, one, divisions, seed) for one in system.grid)
        if scores and np.isfinite(max(scores)):
            parameters = system.grid[scores.index(max(scores))]
        else:
            scores, chosen_by = (), "default"
            said = "too little to choose hyper-parameters by: the defaults are taken"
        if said:
            notes.append(said)
    estimator = fit_system(system, task, train, parameters, seed)
    if not estimator.converged_:
        notes.append("its optimiser stopped before it converged")
    return Trained(system, task, list(classes), estimator, dict(parameters), chosen_by, scores, tuple(notes))


def quality(task: Task, gold: Sequence[Any], predicted: Sequence[Any]) -> float:
    """What hyper-parameters are chosen by: macro-F1 over the classes that gold has, or F1 of spans that agree in bounds and label."""
    if task.kind == "classification":
        labels = sorted(set(gold))
        return float(f1_score(list(gold), list(predicted), labels=labels, average="macro", zero_division=0))
    pairs = [(set(one), set(other)) for one, other in zip(gold, predicted, strict=True)]
    both = sum(len(one) + len(other) for one, other in pairs)
    return 2 * sum(len(one & other) for one, other in pairs) / both if both else 1.0


def _obstacle(system: System, task: Task, train: pd.DataFrame, classes: Sequence[str]) -> str | None:
    if not system.fits(task):
        return f"{system.name} is not meant for {task.name}"
    if reason := system.unavailable():
        return reason
    if not len(train):
        return "the train split has no labelled row"
    if task.kind == "classification":
        unknown = sorted(set(train["label"]) - set(classes))
        if unknown:
            return f"the train split has the label {unknown[0]!r}, which is none of the task's"
        if system.learns and train["label"].nunique() < 2:
            return "the train split has one class only"
    return None


def _missing(system: System, task: Task, train: pd.DataFrame, classes: Sequence[str]) -> list[str]:
    """A note where training lacks a label."""
    if task.kind == "attribution":
        return []
    found = (
        set(train["label"]) if task.kind == "classification" else {s.label for spans in train["label"] for s in spans}
    )
    if system.soft:
        found |= {label for votes in train["label_distribution"] for label, share in (votes or {}).items() if share}
    return [f"not in the train split, so never predicted: {label}" for label in classes if label not in found]


def _tells(task: Task, validation: pd.DataFrame) -> bool:
    """Whether one can choose by these rows: two clusters, two classes, or some span."""
    if not len(validation) or validation["cluster_id"].nunique() < 2:
        return False
    return validation["label"].nunique() > 1 if task.kind == "classification" else any(map(len, validation["label"]))


def _folds(task: Task, train: pd.DataFrame) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Parts of train without a cluster on both sides, those in which there is something to learn."""
    clusters = train["cluster_id"].nunique()
    if clusters < 2:
        return []
    parts = GroupKFold(min(FOLDS, clusters)).split(train, groups=train["cluster_id"].astype(str))
    found = [(train.iloc[inner], train.iloc[outer]) for inner, outer in parts]
    return [(a, b) for a, b in found if task.kind != "classification" or a["label"].nunique() > 1]


def _grid_score(
    system: System,
    task: Task,
    parameters: Mapping[str, Parameter],
    divisions: list[tuple[pd.DataFrame, pd.DataFrame]],
    seed: int,
) -> float:
    """The quality of all predictions together; -∞ where a part cannot be learnt from."""
    gold: list[Any] = []
    predicted: list[Any] = []
    for inner, outer in divisions:
        try:
            estimator = fit_system(system, task, inner, parameters, seed)
        except ValueError:
            return float("-inf")
        gold += list(outer["label"])
        with one_thread():
            predicted += list(estimator.predict(outer[task.inputs]))
    if task.kind == "classification":
        predicted = [str(label) for label in predicted]
    return quality(task, gold, predicted)


def fit_system(
    system: System, task: Task, rows: pd.DataFrame, parameters: Mapping[str, Parameter], seed: int = SEED
) -> Any:
    """An estimator of given hyper-parameters, trained on labelled rows.

    Raises:
        ValueError: these rows are not to be learnt from.
    """
    more = {"label_distribution": list(rows["label_distribution"])} if system.soft else {}
    labels = list(rows["label"])
    with one_thread(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        estimator = system.make(**parameters, seed=seed).fit(rows[task.inputs], labels, **more)
    estimator.converged_ = not any(issubclass(one.category, ConvergenceWarning) for one in caught)
    return estimator
