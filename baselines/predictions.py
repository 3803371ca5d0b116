"""Read predictions: of a model of anybody's own, and those that a run keeps. Every line that cannot be used is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from baselines.scoring.items import Given, Items
from baselines.tasks.base import Span
from dataset.errors import ReleaseError
from dataset.files import read_jsonl
from dataset.records.predictions import SUMS, LabelledSpan, Prediction
from dataset.records.record import convert, shown

NAMED = 5  # ids that a message names
# Probabilities are written with few digits: they need not sum to one exactly.
TOLERANCE = 0.01

ById = dict[str, Prediction]


@dataclass
class Predicted:
    """A file of predictions, and what is wrong with it."""

    systems: dict[str, dict[str, ById]] = field(default_factory=dict)  # by task, system ("": the user's) and id
    problems: dict[str, list[str]] = field(default_factory=dict)  # by task; under "" those of no known task

    @property
    def by_task(self) -> dict[str, ById]:
        """The predictions of a user's file, by task and id."""
        return {task: systems[""] for task, systems in self.systems.items() if "" in systems}


@dataclass(frozen=True)
class Expected:
    """What a task asks: the ids of its test split, and the labels there are."""

    ids: Sequence[str]
    labels: Sequence[str]
    lengths: Mapping[str, int] | None = None  # of the texts that spans are in, by id; None: the task asks for labels


def read_predictions(path: Path, tasks: Mapping[str, Expected], *, run: bool = False) -> Predicted:
    """Read and check a predictions file.

    Args:
        path: the file, a ``Prediction`` per line.
        tasks: what is expected, by task.
        run: the file is that of a run: each line names its system, and lines of other tasks and items are ignored.

    Returns:
        The predictions that can be used; every line that cannot is named with its number, and so are missing ids. A task with problems
        is not to be scored: a score over a part of the items is another score.

    Raises:
        ReleaseError: the file is missing, empty, compressed or UTF-16.
    """
    if not path.is_file():
        raise ReleaseError(f"{path}: no such file of predictions")
    _refuse_other_bytes(path)
    found = Predicted()
    known = {task: set(expected.ids) for task, expected in tasks.items()}
    seen: dict[tuple[str, str, str], int] = {}
    number = 0

    def bad(line: int, reason: str, task: str = "") -> None:
        found.problems.setdefault(task, []).append(f"{path}:{line}: {reason}")

    for number, row in read_jsonl(path, bad):
        # A line that cannot be used still answers its item: that is not missing.
        task, id_, system = (
            value if isinstance(value := row.get(key), str) else "" for key in ("task", "id", "system")
        )
        place = (system if run else "", task, id_)
        try:
            prediction = convert(row, Prediction)
            if run and prediction.system is None:
                raise ValueError("system: missing: a text is expected")
            if run and id_ not in known.get(task, ()):
                continue
            _check_item(prediction, tasks, known)
            if place in seen:
                raise ValueError(f"id: {id_} is a duplicate of line {seen[place]}")
            found.systems.setdefault(task, {}).setdefault(place[0], {})[id_] = _completed(prediction, tasks[task])
        except ValueError as error:
            bad(number, str(error), task if task in tasks else "")
        if id_ in known.get(task, ()):
            seen.setdefault(place, number)
    if not number and not found.problems and not run:
        raise ReleaseError(
            f"{path}: empty; a line for each item is expected, as standpunkt evaluate --inputs lists them"
        )
    for task, systems in found.systems.items():
        for system, predictions in systems.items():
            missing = [id_ for id_ in tasks[task].ids if (system, task, id_) not in seen]
            where = f"{path}: {task}: {system}: " if system else f"{path}: {task}: "
            for problem in _of_all(predictions, missing):
                found.problems.setdefault(task, []).append(where + problem)
    return found


def given_of(predictions: Mapping[str, Prediction], items: Items) -> Given:
    """Return predictions as what is scored: rounded probabilities are made to sum to 1, others stay as they are.

    Args:
        predictions: of all items, by id.
        items: the items.
    """
    rows = [predictions[id_] for id_ in items.ids]
    if items.spans:
        return Given([[Span(one.start, one.end, one.label or "") for one in row.spans or ()] for row in rows])
    shares = [row.probabilities for row in rows if row.probabilities]
    table = None
    if shares and len(shares) == len(rows):
        table = np.array([[one[label] for label in items.classes] for one in shares])
        sums = table.sum(-1, keepdims=True)
        table = table / np.where(np.abs(sums - 1) > SUMS, sums, 1)
    return Given([row.label for row in rows], table)


def _refuse_other_bytes(path: Path) -> None:
    """Say once what each line would say by its own."""
    with path.open("rb") as stream:
        head = stream.read(2)
    if head == b"\x1f\x8b":
        raise ReleaseError(f"{path}: compressed: gunzip it first")
    if head in (b"\xff\xfe", b"\xfe\xff"):
        raise ReleaseError(f"{path}: UTF-16: save it as UTF-8")


def _check_item(one: Prediction, tasks: Mapping[str, Expected], known: Mapping[str, Collection[str]]) -> None:
    if one.task not in tasks:
        raise ValueError(f"task: {shown(one.task)} is not one of {', '.join(tasks)}")
    if one.id not in known[one.task]:
        raise ValueError(f"id: {shown(one.id)} is no item of {one.task}'s test split")


def _completed(one: Prediction, expected: Expected) -> Prediction:
    """Return a prediction that fits its task, with what the file may leave out."""
    return _label(one, expected.labels) if expected.lengths is None else _spans(one, expected.lengths, expected.labels)


def _label(one: Prediction, labels: Collection[str]) -> Prediction:
    """Return a prediction with a probability for each label."""
    full = None
    if one.probabilities is not None:
        if unknown := set(one.probabilities) - set(labels):
            raise ValueError(f"probabilities: {shown(min(unknown))} is not one of {', '.join(labels)}")
        total = sum(one.probabilities.values())
        if abs(total - 1) > TOLERANCE:
            raise ValueError(f"probabilities: they sum to {total:.4f}, not to 1")
        full = {name: float(one.probabilities.get(name, 0.0)) for name in labels}
    if one.label not in labels:
        raise ValueError(f"label: {shown(one.label)} is not one of {', '.join(labels)}")
    return replace(one, probabilities=full)


def _spans(one: Prediction, lengths: Mapping[str, int], labels: Sequence[str]) -> Prediction:
    """Return a prediction with its spans in order, each with its label."""
    if one.spans is None:
        raise ValueError('spans: a list of {"start", "end", "label"} is expected')
    length, only = lengths[one.id], labels[0] if len(labels) == 1 else None
    spans = sorted(LabelledSpan(span.start, span.end, span.label or only) for span in one.spans)
    for span in spans:
        if span.end > length:
            raise ValueError(f"spans: {span.start} to {span.end} is not within the text of {length} characters")
        if span.label not in labels:
            raise ValueError(f"spans: label: {shown(span.label)} is not one of {', '.join(labels)}")
    for span, other in pairwise(spans):
        if span == other:
            raise ValueError(f"spans: {span.start} to {span.end}, {span.label}, is there twice")
    return replace(one, spans=tuple(spans))


def _of_all(predictions: ById, missing: Sequence[str]) -> list[str]:
    """Return what is wrong with the predictions of a task as a whole."""
    problems = []
    sure = sum(one.probabilities is not None for one in predictions.values())
    if 0 < sure < len(predictions):
        problems.append(f"{sure} of {len(predictions)} lines have probabilities: give them in all lines, or in none")
    if missing:
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        problems.append(
            f"{len(missing)} of {len(predictions) + len(missing)} ids are missing: {', '.join(missing[:NAMED])}{more}"
        )
    return problems
