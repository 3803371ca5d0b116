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
    """F1 of each class, ``2 tp / (2 tp + fp + fn)``; NaN where a class has no gold item.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.

    Returns:
        Shape ``(…, classes)``.
    """
    hits = np.diagonal(matrices, axis1=-2, axis2=-1)
    gold, predicted = matrices.sum(-1), matrices.sum(-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        scores = 2 * hits / (gold + predicted)
    return np.where(gold > 0, scores, np.nan)


def macro_f1(matrices: Matrix) -> Matrix:
    """Mean F1 over the classes that have a gold item; a class that only a system names costs the others, and is no class itself.

    On data in which every class has a gold item this is scikit-learn's ``f1_score(average="macro")``.

    Returns:
        Shape ``(…,)``; NaN where there is no item.
    """
    scores = f1_by_class(matrices)
    known = ~np.isnan(scores)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Matrix = np.where(known, scores, 0).sum(-1) / known.sum(-1)
    return mean
