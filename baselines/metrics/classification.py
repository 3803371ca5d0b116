"""Scores from confusion matrices, for one matrix or for thousands at once.

A quotient of nothing by nothing is 0 by class, as in scikit-learn's ``zero_division=0`` and in the published scorers: the precision of a
class that nobody named, the recall of one that nobody meant. ``precision_by_class`` and ``recall_by_class`` take another value for it,
such as NaN, for a table that shows the two apart. A matrix without any item has no score at all and is refused.

All functions raise ``ValueError`` where matrices have the wrong shape, hold a negative, infinite or NaN count, or no item, and where
``classes`` is no mask of the classes with at least one true.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from baselines.metrics.checks import counts, group_numbers, positions, same_length

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

    Raises:
        ValueError: no item, lists of different length, an unknown label, a class twice.
    """
    return confusion_by_target(gold, predicted, groups, ["all"] * len(gold), classes, ["all"])[:, 0]


def confusion_by_target(
    gold: Sequence[str],
    predicted: Sequence[str],
    groups: Sequence[str],
    item_targets: Sequence[str],
    classes: Sequence[str],
    targets: Sequence[str],
) -> Matrix:
    """Confusion matrices by group and target; their sum over targets is ``confusion``.

    Args:
        gold: labels, by item.
        predicted: labels, by item.
        groups: what is resampled as one, such as the article, by item.
        item_targets: the target that the stance is about, by item.
        classes: all labels.
        targets: all targets.

    Returns:
        Counts of shape ``(groups, targets, classes, classes)``, gold in rows; groups in order of their names.

    Raises:
        ValueError: no item, lists of different length, an unknown label or target, a class or target twice.
    """
    same_length(len(gold), predicted=len(predicted), groups=len(groups), targets=len(item_targets))
    rows, columns = positions(gold, classes, "gold"), positions(predicted, classes, "predicted")
    group, number = group_numbers(groups, len(gold))
    found = np.zeros((number, len(targets), len(classes), len(classes)))
    np.add.at(found, (group, positions(item_targets, targets, "targets"), rows, columns), 1)
    return found


def f1_by_class(matrices: Matrix) -> Matrix:
    """F1 of each class, ``2 tp / (2 tp + fp + fn)``; 0 where a class is neither meant nor named.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.

    Returns:
        Shape ``(…, classes)``, in [0, 1].
    """
    return _f1_by_class(_filled(matrices))


def precision_by_class(matrices: Matrix, undefined: float = 0.0) -> Matrix:
    """Precision of each class, ``tp / (tp + fp)``: scikit-learn's ``precision_score(average=None)``.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        undefined: its value where nobody named the class.

    Returns:
        Shape ``(…, classes)``, in [0, 1].
    """
    return _precision_by_class(_filled(matrices), undefined)


def recall_by_class(matrices: Matrix, undefined: float = 0.0) -> Matrix:
    """Recall of each class, ``tp / (tp + fn)``: scikit-learn's ``recall_score(average=None)``.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        undefined: its value where nobody meant the class.

    Returns:
        Shape ``(…, classes)``, in [0, 1].
    """
    return _precision_by_class(_filled(matrices).swapaxes(-1, -2), undefined)


def support_by_class(matrices: Matrix) -> Matrix:
    """Gold items of each class.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.

    Returns:
        Shape ``(…, classes)``, counts.
    """
    return np.asarray(_filled(matrices).sum(-1))


def macro_f1(matrices: Matrix, classes: NDArray[np.bool_]) -> Matrix:
    """Mean F1 over a fixed set of classes: scikit-learn's ``f1_score(labels=…, average="macro", zero_division=0)``.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: which of them count, shape ``(classes,)``; at least one. For resamples it is that of the whole data: a score over
            whatever classes a resample happens to hold would be another score every time.

    Returns:
        Shape ``(…,)``, in [0, 1].
    """
    matrices = _filled(matrices)
    return np.asarray(_f1_by_class(matrices)[..., _mask(classes, matrices)].mean(-1), dtype=np.float64)


def micro_f1(matrices: Matrix, classes: NDArray[np.bool_]) -> Matrix:
    """F1 of the sums over some classes: scikit-learn's ``f1_score(labels=…, average="micro", zero_division=0)``.

    Over all classes it is the accuracy. 0 where none of the classes is meant or named.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: which of them count, shape ``(classes,)``; at least one.

    Returns:
        Shape ``(…,)``, in [0, 1].
    """
    matrices = _filled(matrices)
    mask = _mask(classes, matrices)
    hits = _hits(matrices)[..., mask].sum(-1)
    return _quotient(2 * hits, (matrices.sum(-1) + matrices.sum(-2))[..., mask].sum(-1), 0.0)


def accuracy(matrices: Matrix) -> Matrix:
    """Share of items whose label is right.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.

    Returns:
        Shape ``(…,)``, in [0, 1].
    """
    matrices = _filled(matrices)
    return np.asarray(_hits(matrices).sum(-1) / matrices.sum((-1, -2)))


def f_avg(matrices: Matrix, classes: NDArray[np.bool_]) -> Matrix:
    """F_avg of SemEval-2016 task 6: the mean F1 of *favor* and *against*, all targets pooled.

    The other labels have no F1 of their own in it, but confusing them with the two costs (Mohammad et al. 2016, "SemEval-2016 task 6:
    detecting stance in tweets", F-microT there; its ``eval.pl``). Both labels always count with at least 0, also where the data
    have no gold item of one: that is the difference to ``macro_f1`` over ``gold_classes``.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: the subset of labels, shape ``(classes,)``, such as ``checks.class_mask(classes, ["favor", "against"])``.

    Returns:
        Shape ``(…,)``, in [0, 1].
    """
    return macro_f1(matrices, classes)


def f_avg_over_targets(matrices: Matrix, classes: NDArray[np.bool_]) -> Matrix:
    """Mean of ``f_avg`` by target, every target alike (F-macroT of Mohammad et al. 2016).

    A target without any item has no F_avg and is left out of the mean. Which targets that are, in a resample too, is decided by the
    items, never by the system; two systems are always averaged over the same ones.

    Args:
        matrices: shape ``(…, targets, classes, classes)``, gold in rows.
        classes: the subset of labels, shape ``(classes,)``.

    Returns:
        Shape ``(…,)``, in [0, 1].
    """
    matrices = counts(matrices, "confusion matrices by target", (None, None, None))
    _square(matrices)
    there = matrices.sum((-1, -2)) > 0
    if not there.any(-1).all():
        raise ValueError("confusion matrices by target: no target has an item")
    by_target = _f1_by_class(matrices)[..., _mask(classes, matrices)].mean(-1)
    return np.asarray((by_target * there).sum(-1) / there.sum(-1))


def germeval_f1(matrices: Matrix, classes: NDArray[np.bool_]) -> Matrix:
    """The "macro-average F1" of GermEval: the harmonic mean of macro-averaged precision and macro-averaged recall.

    So in ``evaluationScriptGermeval2018.pl`` (Wiegand et al. 2018; the task of 2019 points to the same script) and in ``evaluate.py``
    of GermEval 2021 (Risch et al. 2021). It is never below the mean of the classes' F1, scikit-learn's macro-F1, and often above it
    (Opitz & Burst 2019, "Macro F1 and macro F1"): the two are not comparable. The script of 2018 prints percent with two digits.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows.
        classes: which of them count, shape ``(classes,)``; the script of 2018 counts all that the
            task declares, that of 2021 those that are meant or named.

    Returns:
        Shape ``(…,)``, in [0, 1]; 0 where nothing is right.
    """
    matrices = _filled(matrices)
    mask = _mask(classes, matrices)
    precision = _precision_by_class(matrices, 0.0)[..., mask].mean(-1)
    recall = _precision_by_class(matrices.swapaxes(-1, -2), 0.0)[..., mask].mean(-1)
    return _quotient(2 * precision * recall, precision + recall, 0.0)


def gold_classes(matrices: Matrix) -> NDArray[np.bool_]:
    """Which classes have a gold item in any of some confusion matrices.

    Args:
        matrices: shape ``(…, classes, classes)``, gold in rows, such as those by group.

    Returns:
        Shape ``(classes,)``.
    """
    matrices = counts(matrices, "confusion matrices", (None, None))
    return np.asarray(matrices.sum((*range(matrices.ndim - 2), -1)) > 0)


def _square(matrices: Matrix) -> None:
    if matrices.shape[-1] != matrices.shape[-2]:
        raise ValueError(f"confusion matrices: as many rows as columns are expected, not {matrices.shape}")


def _filled(matrices: Matrix) -> Matrix:
    """The matrices, checked: square, counts, none without an item."""
    matrices = counts(matrices, "confusion matrices", (None, None))
    _square(matrices)
    empty = matrices.sum((-1, -2)) <= 0
    if empty.any():
        raise ValueError(f"confusion matrices: {int(empty.sum())} of {empty.size} without any item")
    return matrices


def _mask(classes: NDArray[np.bool_], matrices: Matrix) -> NDArray[np.bool_]:
    mask = np.asarray(classes)
    if mask.dtype != np.bool_ or mask.shape != matrices.shape[-1:] or not mask.any():
        raise ValueError(
            f"classes that count: a mask of {matrices.shape[-1]}, at least one true, is expected, not {mask.tolist()!r}"
        )
    return mask


def _hits(matrices: Matrix) -> Matrix:
    return np.diagonal(matrices, axis1=-2, axis2=-1)


def _quotient(above: Matrix, below: Matrix, undefined: float) -> Matrix:
    return np.asarray(np.where(below > 0, above / np.where(below > 0, below, 1), undefined), dtype=np.float64)


def _f1_by_class(matrices: Matrix) -> Matrix:
    return _quotient(2 * _hits(matrices), matrices.sum(-1) + matrices.sum(-2), 0.0)


def _precision_by_class(matrices: Matrix, undefined: float) -> Matrix:
    return _quotient(_hits(matrices), matrices.sum(-2), undefined)
