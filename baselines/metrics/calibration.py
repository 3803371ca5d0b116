"""Whether probabilities mean what they say: expected calibration error, Brier score and the table of a reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from baselines.metrics.checks import Values, counts, distributions, group_numbers, positions, same_length
from dataset.records.scores import ReliabilityBin

BINS = 15  # of equal width, as in Guo et al. 2017
COUNTS = 3  # what a bin holds: items, their confidences' sum, those that are right


def brier_by_item(gold: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]) -> Values:
    """Squared distance of each item's probabilities from its label, ``Σ (p − [class is the label])²`` over all classes (Brier 1950).

    Args:
        gold: labels, by item.
        probabilities: shape ``(…, items, classes)``, classes in the order of ``classes``.
        classes: all labels.

    Returns:
        Shape ``(…, items)``, from 0 (sure and right) to 2 (sure and wrong). scikit-learn's ``brier_score_loss`` is the mean of this with
        ``scale_by_half=False``; for two classes it halves by default.

    Raises:
        ValueError: an unknown label, lists of different length, no item, probabilities that ``checks.distributions`` refuses.
    """
    label = positions(gold, classes, "gold")
    table = distributions(probabilities, "predicted probabilities", len(classes))
    same_length(table.shape[-2], gold=len(label))
    return np.asarray(((table - np.eye(len(classes))[label]) ** 2).sum(-1))


def brier_score(gold: Sequence[str], probabilities: ArrayLike, classes: Sequence[str]) -> Values:
    """Mean of ``brier_by_item`` over items, shape ``(…,)``, in [0, 2]; less is better."""
    return np.asarray(brier_by_item(gold, probabilities, classes).mean(-1))


def reliability_counts(
    gold: Sequence[str], probabilities: ArrayLike, groups: Sequence[str], classes: Sequence[str], bins: int = BINS
) -> Values:
    """What each group adds to the bins of a reliability diagram.

    An item's confidence is its largest probability; it is right where that is its label's (of equal ones the first in
    ``classes``, whatever label a system gave beside). Bin m of M holds confidences in ``((m − 1) / M, m / M]``.

    Args:
        gold: labels, by item.
        probabilities: shape ``(items, classes)``, classes in the order of ``classes``.
        groups: what is resampled as one, such as the article, by item.
        classes: all labels.
        bins: how many, of equal width over [0, 1].

    Returns:
        Shape ``(groups, bins, COUNTS)``: items, sum of confidences, items that are right; groups in order of their names.

    Raises:
        ValueError: an unknown label, lists of different length, no item, no bin, probabilities that ``checks.distributions`` refuses.
    """
    if bins < 1:
        raise ValueError(f"bins: at least 1 is expected, not {bins}")
    label = positions(gold, classes, "gold")
    table = distributions(probabilities, "predicted probabilities", len(classes))
    if table.ndim != 2:
        raise ValueError(f"predicted probabilities: shape (items, classes) is expected, not {table.shape}")
    same_length(len(table), gold=len(label))
    group, number = group_numbers(groups, len(table))
    confidence = table.max(-1)
    place = np.clip(np.searchsorted(_edges(bins), confidence, side="left") - 1, 0, bins - 1)
    found = np.zeros((number, bins, COUNTS))
    right = table.argmax(-1) == label
    np.add.at(found, (group, place), np.stack([np.ones(len(table)), confidence, right], -1))
    return found


def expected_calibration_error(sums: ArrayLike) -> Values:
    """Mean over bins of ``|accuracy − confidence|``, weighted by their items (Guo et al. 2017, "On calibration of modern neural networks").

    The figure depends on the number of bins, and with few items it comes out too large: state both.

    Args:
        sums: shape ``(…, bins, COUNTS)``, sums over groups of ``reliability_counts``.

    Returns:
        Shape ``(…,)``, in [0, 1]; less is better.

    Raises:
        ValueError: another shape, a negative, infinite or NaN count, or no item.
    """
    array = counts(sums, "reliability counts", (None, COUNTS))
    items = array[..., 0].sum(-1)
    if (items <= 0).any():
        raise ValueError("reliability counts: no item")
    return np.asarray(np.abs(array[..., 2] - array[..., 1]).sum(-1) / items)


def reliability_table(sums: ArrayLike) -> list[ReliabilityBin]:
    """The bins of a reliability diagram, lowest first, empty ones too.

    Args:
        sums: shape ``(bins, COUNTS)``, ``reliability_counts`` summed over groups.

    Returns:
        One entry a bin; confidence and accuracy in [0, 1].

    Raises:
        ValueError: another shape, a negative, infinite or NaN count, or no item.
    """
    array = counts(sums, "reliability counts", (None, COUNTS))
    if array.ndim != 2 or array[:, 0].sum() <= 0:
        raise ValueError(f"reliability counts: one table with an item is expected, shape {array.shape}")
    edges = _edges(len(array))
    return [
        ReliabilityBin(
            float(edges[i]),
            float(edges[i + 1]),
            int(items),
            float(confidence / items) if items else None,
            float(right / items) if items else None,
        )
        for i, (items, confidence, right) in enumerate(array)
    ]


def _edges(bins: int) -> Values:
    # Each the float nearest to its fraction, as a probability of that fraction is: linspace is now and then a bit beside it.
    return np.arange(bins + 1) / bins
