"""F1 scores from confusion matrices, for one matrix or for thousands at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def confusion(gold: Sequence[str], predicted: Sequence[str], groups: Sequence[str], classes: Sequence[str]) -> Matrix:
    """Confusion matrices by group.

    Args:
        gold: labels, by item.
        predicted: labels, by item.
        groups: what is resampled as one, such as the article, by item.
        classes: all labels.

    Returns:
        Counts of shape ``(groups, classes, classes)``, gold in rows; groups in order of their names.
    """
    position = {label: i for i, label in enumerate(classes)}
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    counts = np.zeros((int(group.max()) + 1, len(classes), len(classes)))
    rows, columns = (np.array([position[label] for label in labels]) for labels in (gold, predicted))
    np.add.at(counts, (group, rows, columns), 1)
    return counts


def f1_by_class(matrices: Matrix) -> Matrix:
    """F1 of each class, ``2 tp / (2 tp + fp + fn)``; 0 where a class is neither meant nor named.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.

    Returns:
        Shape ``(…, classes)``.
    """
    hits = np.diagonal(matrices, axis1=-2, axis2=-1)
    both = matrices.sum(-1) + matrices.sum(-2)
    return np.asarray(2 * hits / np.where(both > 0, both, 1), dtype=np.float64)


def macro_f1(matrices: Matrix, classes: NDArray[np.bool_]) -> Matrix:
    """Mean F1 over a fixed set of classes: scikit-learn's ``f1_score(labels=…, average="macro", zero_division=0)``.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: which of them count, shape ``(classes,)``; at least one. For resamples it is that of the whole data: a score over
            whatever classes a resample happens to hold would be another score every time.

    Returns:
        Shape ``(…,)``.
    """
    return np.asarray(f1_by_class(matrices)[..., classes].mean(-1), dtype=np.float64)


def gold_classes(matrices: Matrix) -> NDArray[np.bool_]:
    """Which classes have a gold item in confusion matrices by group, shape ``(groups, classes, classes)``."""
    return np.asarray(matrices.sum((0, 2)) > 0)
