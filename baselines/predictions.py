"""Anybody's predictions: what a model needs to make them, and reading them back, checked line by line.

A line for a label is ``{"task", "id", "label", "probabilities": {label: p}}``, probabilities in all lines of a task or in none; for spans
it is ``{"task", "id", "spans": [{"start", "end", "label"}]}``, no span twice, the label optional where the task has one only. Whatever
model made them, no code of ours is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from dataset.errors import ReleaseError
from dataset.files import read_jsonl

NAMED = 5  # ids that a message names
SHOWN = 60  # characters of a value that a message shows
# Probabilities are written with few digits: they need not sum to one exactly.
TOLERANCE = 0.01


@dataclass(frozen=True)
class Prediction:
    """What a model says of one item."""

    label: str | None = None
    probabilities: dict[str, float] | None = None
    spans: tuple[tuple[int, int, str], ...] | None = None


@dataclass
class Predicted:
    """A file of predictions, by task and id, and what is wrong with it."""

    by_task: dict[str, dict[str, Prediction]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)  # by task; under "" what belongs to none


@dataclass(frozen=True)
class Expected:
    """What a task asks: the ids of its test split, and the labels there are."""

    ids: Sequence[str]
    labels: Sequence[str]
    lengths: Mapping[str, int] | None = None  # of the texts that spans are in, by id; None: the task asks for labels


def read_predictions(path: Path, tasks: Mapping[str, Expected]) -> Predicted:
    """Read and check a predictions file.

    Args:
        path: the file, a JSON object a line.
        tasks: what is expected, by task.

    Returns:
        The predictions that can be used; every line that cannot is named with its number, so are ids that are missing. A task with
        problems is not to be scored: a score over a part of the items is another score.

    Raises:
        ReleaseError: the file is missing, empty, compressed or UTF-16.
    """
    if not path.is_file():
        raise ReleaseError(f"{path}: no such file of predictions")
    _refuse_other_bytes(path)
    found = Predicted()
    known = {task: set(expected.ids) for task, expected in tasks.items()}
    seen: dict[tuple[str, str], int] = {}
    number = 0

    def bad(line: int, reason: str, task: str = "") -> None:
        found.problems.setdefault(task, []).append(f"{path}:{line}: {reason}")

    for number, row in read_jsonl(path, bad):
        task, id_ = str(row.get("task")), row.get("id")
        if task not in tasks:
            bad(number, f"task: {_said(row.get('task'))} is not one of {', '.join(tasks)}")
            continue
        if not isinstance(id_, str) or id_ not in known[task]:
            bad(number, f"id: {_said(id_)} is no item of {task}'s test split", task)
            continue
        if (task, id_) in seen:
            bad(number, f"id: {id_} stands in line {seen[task, id_]} already", task)
            continue
        seen[task, id_] = number
        try:
            prediction = (
                _spans(row, tasks[task]) if tasks[task].lengths is not None else _label(row, tasks[task].labels)
            )
            found.by_task.setdefault(task, {})[id_] = prediction
        except ValueError as error:
            bad(number, str(error), task)
    if not number and not found.problems:
        raise ReleaseError(
            f"{path}: empty; a line for each item is expected, as standpunkt evaluate --inputs lists them"
        )
    for task, predictions in found.by_task.items():
        sure = [one.probabilities is not None for one in predictions.values()]
        if any(sure) and not all(sure):
            found.problems.setdefault(task, []).append(
                f"{path}: {task}: {sum(sure)} of {len(sure)} lines have probabilities: give them in all lines, or in none"
            )
        missing = [id_ for id_ in tasks[task].ids if (task, id_) not in seen]
        if missing:
            more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
            found.problems.setdefault(task, []).append(
                f"{path}: {task}: {len(missing)} of {len(predictions) + len(missing)} ids are missing: {', '.join(missing[:NAMED])}{more}"
            )
    return found


def _refuse_other_bytes(path: Path) -> None:
    """Say once what each line would say by its own."""
    with path.open("rb") as stream:
        head = stream.read(2)
    if head == b"\x1f\x8b":
        raise ReleaseError(f"{path}: compressed: gunzip it first")
    if head in (b"\xff\xfe", b"\xfe\xff"):
        raise ReleaseError(f"{path}: UTF-16: save it as UTF-8")


def _said(value: Any) -> str:
    """A value of a file as it stands there, so that text and number can be told apart, cut to fit a line."""
    said = repr(value)
    return said if len(said) <= SHOWN else said[: SHOWN - 1] + "…"


def _label(row: Mapping[str, Any], labels: Collection[str]) -> Prediction:
    label, given = row.get("label"), row.get("probabilities")
    if given is not None:
        if not isinstance(given, dict) or not given:
            raise ValueError("probabilities: a table of label and probability is expected")
        for name, value in given.items():
            if name not in labels:
                raise ValueError(f"probabilities: {_said(name)} is not one of {', '.join(labels)}")
            # NaN is not within bounds either.
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
                raise ValueError(f"probabilities: {name}: a number between 0 and 1 is expected, not {_said(value)}")
        if abs(sum(given.values()) - 1) > TOLERANCE:
            raise ValueError(f"probabilities: they sum to {sum(given.values()):.4f}, not to 1")
    if label not in labels:
        raise ValueError(f"label: {_said(label)} is not one of {', '.join(labels)}")
    full = None if given is None else {name: float(given.get(name, 0.0)) for name in labels}
    return Prediction(label=str(label), probabilities=full)


def _spans(row: Mapping[str, Any], expected: Expected) -> Prediction:
    spans = row.get("spans")
    if not isinstance(spans, list):
        raise ValueError('spans: a list of {"start", "end", "label"} is expected')  # noqa: TRY004 - a line of data, not a slip of ours
    length = (expected.lengths or {})[str(row["id"])]
    found = sorted(_checked(spans, expected.labels, length))
    for one, other in pairwise(found):
        if one == other:
            raise ValueError(f"spans: {one[0]} to {one[1]}, {one[2]}, is there twice")
    return Prediction(spans=tuple(found))


def _checked(spans: Sequence[Any], labels: Sequence[str], length: int) -> Iterator[tuple[int, int, str]]:
    for span in spans:
        start, end = (span.get("start"), span.get("end")) if isinstance(span, dict) else (None, None)
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
            raise ValueError(
                f"spans: start and end, whole numbers with 0 <= start < end <= {length}, are expected, not {_said(span)}"
            )
        label = span.get("label", labels[0] if len(labels) == 1 else None)
        if label not in labels:
            raise ValueError(f"spans: label: {_said(label)} is not one of {', '.join(labels)}")
        yield start, end, label
