"""What every metric asks of its input, said in one line where it is not so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Values = NDArray[np.float64]

# How far a distribution's sum may be from 1: figures that were rounded to three or four digits are used as they are.
SUM_TOLERANCE = 1e-3


def positions(labels: Sequence[str], classes: Sequence[str], what: str) -> NDArray[np.int64]:
    """Where each label stands among the classes.

    Args:
        labels: by item.
        classes: all labels, each once.
        what: the labels' name in an error.

    Returns:
        Shape ``(items,)``.

    Raises:
        ValueError: there is no label, no class, a class twice, or a label that is no class.
    """
    index = {label: i for i, label in enumerate(classes)}
    if not len(classes) or len(index) < len(classes):
        raise ValueError(f"classes: every one once is expected, not {list(classes)!r}")
    if not len(labels):
        raise ValueError(f"{what}: there is no item")
    for item, label in enumerate(labels):
        if label not in index:
            raise ValueError(f"{what}: item {item}: unknown label {label!r}; known: {', '.join(classes)}")
    return np.array([index[label] for label in labels], dtype=np.int64)


def class_mask(classes: Sequence[str], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Which classes are among some labels.

    Args:
        classes: all labels, each once.
        labels: some of them, at least one.

    Returns:
        Shape ``(classes,)``.

    Raises:
        ValueError: no label, or one that is no class.
    """
    mask = np.zeros(len(classes), dtype=bool)
    mask[positions(labels, classes, "labels that count")] = True
    return mask


def group_numbers(groups: Sequence[str], items: int) -> tuple[NDArray[np.int64], int]:
    """Number the groups in order of their names.

    Args:
        groups: by item.
        items: how many there must be.

    Returns:
        The group's number by item, shape ``(items,)``, and how many groups there are.

    Raises:
        ValueError: not one group an item, or none at all.
    """
    same_length(items, groups=len(groups))
    if not items:
        raise ValueError("groups: there is no item")
    names, number = np.unique(np.asarray(groups), return_inverse=True)
    return number.astype(np.int64), len(names)


def same_length(items: int, **lengths: int) -> None:
    """Refuse lists by item that are not equally long.

    Raises:
        ValueError: one of them has another length.
    """
    for name, length in lengths.items():
        if length != items:
            raise ValueError(f"{name}: {length} for {items} items")


def counts(values: ArrayLike, what: str, shape: tuple[int | None, ...]) -> Values:
    """Counts as an array of floats.

    Args:
        values: shape ``(…, *shape)``.
        what: their name in an error.
        shape: of the last axes; None is any length but 0.

    Returns:
        The same values.

    Raises:
        ValueError: another shape, no number at all, or one that is NaN, infinite or negative.
    """
    array = np.asarray(values, dtype=np.float64)
    tail = array.shape[array.ndim - len(shape) :]
    if array.ndim < len(shape) or any(wanted not in (None, got) for wanted, got in zip(shape, tail, strict=True)):
        wish = ", ".join("any" if wanted is None else str(wanted) for wanted in shape)
        raise ValueError(f"{what}: shape (…, {wish}) is expected, not {array.shape}")
    if not array.size:
        raise ValueError(f"{what}: empty, shape {array.shape}")
    # A NaN makes the minimum NaN, and nothing is at least 0 then.
    if not (array.min() >= 0 and np.isfinite(array.max())):
        raise ValueError(f"{what}: a count is negative, infinite or NaN")
    return array


def distributions(values: ArrayLike, what: str, classes: int | None = None) -> Values:
    """Probabilities as an array.

    Args:
        values: shape ``(…, items, classes)``, in [0, 1], the sum over classes 1 within ``SUM_TOLERANCE``.
        what: their name in an error.
        classes: how many there must be; None: any number.

    Returns:
        The same values, neither clipped nor normalised.

    Raises:
        ValueError: another shape, no item, or a probability that is NaN, infinite, outside [0, 1], or a sum that is not 1.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{what}: a table of numbers, one row an item, is expected") from None
    if array.ndim < 2 or not array.size or classes not in (None, array.shape[-1]):
        wish = "any" if classes is None else classes
        raise ValueError(f"{what}: shape (…, items, {wish}), none of them 0, is expected, not {array.shape}")
    for bad, why in (
        (~np.isfinite(array).all(-1), "NaN or infinite"),
        ((array < 0).any(-1) | (array > 1).any(-1), "outside [0, 1]"),
        (~(np.abs(array.sum(-1) - 1) <= SUM_TOLERANCE), "the sum is not 1"),
    ):
        if bad.any():
            place = ", ".join(map(str, np.argwhere(bad)[0]))
            row = array[tuple(np.argwhere(bad)[0])]
            raise ValueError(f"{what}: item {place}: {why}: {', '.join(f'{p:g}' for p in row)}")
    return array


def distribution_table(rows: Sequence[Mapping[str, Any]], classes: Sequence[str], what: str) -> Values:
    """Distributions given by label as an array.

    Args:
        rows: probability by label, by item; every class in every row.
        classes: all labels, the order of the columns.
        what: their name in an error.

    Returns:
        Shape ``(items, classes)``.

    Raises:
        ValueError: a label is unknown or missing, a share is no number, and whatever ``distributions`` refuses.
    """
    known = set(classes)
    for item, row in enumerate(rows):
        if set(row) != known:
            unknown, missing = sorted(map(repr, set(row) - known)), sorted(known - set(row))
            why = f"unknown label {unknown[0]}" if unknown else f"no probability for {missing[0]!r}"
            raise ValueError(f"{what}: item {item}: {why}; expected: {', '.join(classes)}")
        wrong = [label for label in classes if isinstance(row[label], bool) or not isinstance(row[label], Real)]
        if wrong:
            raise ValueError(f"{what}: item {item}: {wrong[0]}: a number is expected, not {row[wrong[0]]!r}")
    return distributions([[row[label] for label in classes] for row in rows], what, len(classes))
