"""How far predicted probabilities are from what annotators said: soft scores of items, and their means.

Cross-entropy and Jensen–Shannon divergence against the distribution of the annotators' labels are the soft evaluation of Uma et al. (2021),
"Learning from disagreement: a survey", JAIR 72, section 5; the Manhattan distance is that of Rizzi et al. (2024), "Soft metrics for
evaluation with disagreements", and of the shared task LeWiDi-2025. For all of them less is better.

Each ``…_by_item`` has a mean over items of its own name; ``means.sums_by_group`` makes the item values ready for a bootstrap. All
functions take ``gold`` and ``predicted`` of shape ``(…, items, classes)`` (leading axes broadcast: many systems, one gold), and raise
``ValueError`` where shapes do not fit or an item's probabilities are NaN, infinite, outside [0, 1] or do not sum to 1
(``checks.distributions``); an item that no annotator labelled has no distribution and is to be left out before.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from baselines.metrics.checks import Values, distributions

# What a predicted probability counts at least in a logarithm: an item costs at most −ln(1e-12) = 27.63 nats.
FLOOR = 1e-12


def cross_entropy_by_item(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """``−Σ gold ln predicted``, in nats; predicted probabilities below ``FLOOR`` count as ``FLOOR``, the others are not changed.

    With gold that is all 0 and 1 it is scikit-learn's ``log_loss``, whose floor is the type's epsilon (2.2e-16). Only there it can be 0:
    against a distribution its least value is that distribution's entropy.

    Args:
        gold: the annotators' distributions, shape ``(…, items, classes)``.
        predicted: a system's, the same shape.

    Returns:
        Shape ``(…, items)``, from 0 to 27.63.
    """
    gold, predicted = _both(gold, predicted)
    return np.asarray((gold * -np.log(np.maximum(predicted, FLOOR))).sum(-1))


def jensen_shannon_by_item(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """Jensen–Shannon divergence to base 2 (Lin 1991): the mean of both distributions' KL divergence from their average.

    Args:
        gold: the annotators' distributions, shape ``(…, items, classes)``.
        predicted: a system's, the same shape.

    Returns:
        Shape ``(…, items)``, in bits, from 0 (the same) to 1 (nothing in common); needs no clipping.
    """
    gold, predicted = _both(gold, predicted)
    middle = (gold + predicted) / 2
    halves = (_kl(gold, middle) + _kl(predicted, middle)) / 2
    return np.asarray(np.clip(halves, 0.0, 1.0))


def jensen_shannon_distance_by_item(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """Square root of the Jensen–Shannon divergence, which is a metric: SciPy's ``jensenshannon(…, base=2)``.

    Args:
        gold: the annotators' distributions, shape ``(…, items, classes)``.
        predicted: a system's, the same shape.

    Returns:
        Shape ``(…, items)``, in [0, 1].
    """
    return np.asarray(np.sqrt(jensen_shannon_by_item(gold, predicted)))


def manhattan_by_item(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """``Σ |gold − predicted|``, twice the total variation distance.

    Args:
        gold: the annotators' distributions, shape ``(…, items, classes)``.
        predicted: a system's, the same shape.

    Returns:
        Shape ``(…, items)``, in [0, 2].
    """
    gold, predicted = _both(gold, predicted)
    return np.asarray(np.abs(gold - predicted).sum(-1))


def cross_entropy(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """Mean of ``cross_entropy_by_item`` over items, shape ``(…,)``, in nats."""
    return np.asarray(cross_entropy_by_item(gold, predicted).mean(-1))


def jensen_shannon(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """Mean of ``jensen_shannon_by_item`` over items, shape ``(…,)``, in [0, 1]."""
    return np.asarray(jensen_shannon_by_item(gold, predicted).mean(-1))


def jensen_shannon_distance(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """Mean of ``jensen_shannon_distance_by_item`` over items, shape ``(…,)``, in [0, 1]; not the root of the mean divergence."""
    return np.asarray(jensen_shannon_distance_by_item(gold, predicted).mean(-1))


def manhattan(gold: ArrayLike, predicted: ArrayLike) -> Values:
    """Mean of ``manhattan_by_item`` over items, shape ``(…,)``, in [0, 2]."""
    return np.asarray(manhattan_by_item(gold, predicted).mean(-1))


def _both(gold: ArrayLike, predicted: ArrayLike) -> tuple[Values, Values]:
    one, other = distributions(gold, "gold distributions"), distributions(predicted, "predicted probabilities")
    if one.shape[-2:] != other.shape[-2:]:
        raise ValueError(f"gold distributions are of shape {one.shape}, predicted probabilities of {other.shape}")
    return one, other


def _kl(p: Values, q: Values) -> Values:
    """Divergence of p from q in bits; a class that p does not hold adds nothing."""
    held = (p > 0) & (q > 0)  # half of the smallest number there is would be 0
    return np.asarray(np.where(held, p * np.log2(np.where(held, p, 1) / np.where(held, q, 1)), 0.0).sum(-1))
