"""Average precision: how well scores put the relevant items first, without choosing a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from baselines.metrics.checks import Values, counts

BLOCK = 4_000_000  # numbers held at once while many weightings are scored


def average_precision(
    relevant: ArrayLike, scores: ArrayLike, weights: ArrayLike | None = None, undefined: float | None = None
) -> Values:
    """Sum over thresholds of the gain in recall times the precision there, ``Σ (Rₙ − Rₙ₋₁) Pₙ``, without interpolation.

    Ties: items of equal score come in together. There is a threshold at every distinct score and none between, so no order of the
    input decides, and a constant score has the share of relevant items. This is scikit-learn's ``average_precision_score``; trec_eval,
    which breaks ties by document number, gives other figures where there are any.

    Args:
        relevant: whether the item is one to be found, booleans of shape ``(items,)``.
        scores: the higher, the earlier; finite, shape ``(items,)``.
        weights: how often each item counts, shape ``(…, items)``: for a bootstrap how often its group was drawn. None: each once.
            The items are sorted once, for all weightings.
        undefined: the value where a weighting holds no relevant item; None: that is an error.

    Returns:
        Shape ``(…,)`` of the weights, ``()`` without; in (0, 1].

    Raises:
        ValueError: no item, other shapes, ``relevant`` is not boolean, a score that is infinite or NaN, a weight that is negative,
            infinite or NaN, or no relevant item and no value for it.
    """
    truth, score = np.asarray(relevant), np.asarray(scores, dtype=np.float64)
    if truth.ndim != 1 or not truth.size or score.shape != truth.shape or truth.dtype != np.bool_:
        raise ValueError(
            f"average precision: one boolean and one score an item are expected, not {truth.shape} {truth.dtype}"
            f" and {score.shape}"
        )
    if not np.isfinite(score).all():
        raise ValueError(f"scores: item {int(np.argmin(np.isfinite(score)))}: infinite or NaN")
    weight = np.ones(truth.shape) if weights is None else counts(weights, "weights", (len(truth),))
    order = np.argsort(-score)
    last = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)  # last item of each run of equal scores
    rows = weight.reshape(-1, len(order))
    step = max(1, BLOCK // len(order))
    found = np.concatenate(
        [_ap(rows[i : i + step, order], truth[order], last) for i in range(0, len(rows), step)]
    ).reshape(weight.shape[:-1])
    missing = np.isnan(found)
    if missing.any():
        if undefined is None:
            raise ValueError(
                f"average precision: no relevant item in {int(missing.sum())} of {missing.size} weightings"
            )
        found = np.where(missing, undefined, found)
    return np.asarray(found)


def _ap(weight: Values, truth: NDArray[np.bool_], last: NDArray[np.int64]) -> Values:
    """By weighting, of items in order; NaN where none is relevant."""
    hits = (weight * truth).cumsum(-1)[:, last]
    named = weight.cumsum(-1)[:, last]
    precision = hits / np.where(named > 0, named, 1)
    gain = np.diff(hits, axis=-1, prepend=0.0)
    whole = hits[:, -1]
    return np.asarray(np.where(whole > 0, (gain * precision).sum(-1) / np.where(whole > 0, whole, 1), np.nan))
