"""Resamples of whole groups (the cluster bootstrap: Efron & Tibshirani 1993; Field & Welsh 2007).

A resample is how often each group was drawn. Where a metric is a function of additive counts, the counts of all resamples of all systems
are one matrix product, and the metric is called on thousands of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Metric = Callable[[Matrix], Matrix]
"""From counts of shape ``(…, *shape)`` to scores of shape ``(…)``."""

SAMPLES = 10_000
SEED = 13
_CELLS = 1_000_000  # numbers held at a time: 8 MB


def resampled_scores(counts: Matrix, metric: Metric, samples: int = SAMPLES, seed: int = SEED) -> Matrix:
    """Scores of several systems on the same resamples of groups.

    Memory is bounded: 8 MB at a time, times the few copies that a metric makes, and what is returned.

    Args:
        counts: what each group adds, shape ``(systems, groups, *shape)``; the same groups in the same order for all.
        metric: the score of summed counts, ``(…, *shape)`` → ``(…)``.
        samples: resamples, each of as many groups as there are.
        seed: of the random numbers; the resamples depend on it and on the number of groups, on nothing else.

    Returns:
        Shape ``(systems, samples)``; NaN where the metric says so.

    Raises:
        ValueError: there are no groups, or the metric returns something of another shape.
    """
    systems, groups, shape = counts.shape[0], counts.shape[1], counts.shape[2:]
    if not groups:
        raise ValueError("nothing to resample: there are no groups")
    rows = np.moveaxis(counts, 0, 1).reshape(groups, -1).astype(float)
    values = np.empty((samples, systems))
    at = 0
    for weights in group_weights(groups, samples, seed, rows.shape[1]):
        size = len(weights)
        values[at : at + size] = scores(metric, (weights @ rows).reshape(size, systems, *shape), len(shape))
        at += size
    return np.ascontiguousarray(values.T)


def resampled_index_scores(
    groups: Sequence[Any] | NDArray[Any],
    metric: Callable[[NDArray[np.intp]], Any],
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Matrix:
    """Scores on resamples of groups, for a metric that is not a function of counts, such as average precision; one call a resample.

    The resamples are those of :func:`resampled_scores` where its groups stand in order of their names.

    Args:
        groups: the group of each item, shape ``(items,)``.
        metric: from the positions of the drawn items, as often as they were drawn, to a score or to scores of shape ``(systems,)``.
        samples: resamples.
        seed: of the random numbers.

    Returns:
        Shape ``(samples,)``, or ``(systems, samples)``.

    Raises:
        ValueError: there are no items.
    """
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    if not len(names):
        raise ValueError("nothing to resample: there are no items")
    order = np.argsort(group, kind="stable")
    of_group = np.split(order, np.cumsum(np.bincount(group))[:-1])
    values = [
        np.asarray(metric(np.concatenate([of_group[g] for g in np.repeat(np.arange(len(names)), row)])), dtype=float)
        for weights in group_weights(len(names), samples, seed)
        for row in weights.astype(int)
    ]
    return np.stack(values, axis=-1)


def group_weights(groups: int, samples: int, seed: int, width: int = 0) -> Iterator[Matrix]:
    """How often each group was drawn, some resamples at a time.

    Args:
        groups: how many there are.
        samples: resamples.
        seed: of the random numbers; the parts depend on ``width``, what stands in them does not.
        width: how many numbers besides are held for each resample.

    Yields:
        Shape ``(some samples, groups)``, together ``samples`` of them; every row adds up to ``groups``.
    """
    dice, chances = np.random.default_rng(seed), np.full(groups, 1 / groups)
    for size in parts(samples, max(groups, width)):
        yield dice.multinomial(groups, chances, size).astype(float)


def parts(samples: int, width: int) -> list[int]:
    """Samples in parts of which each fits into memory, ``width`` numbers a sample."""
    step = max(1, min(samples, _CELLS // max(width, 1)))
    return [min(step, samples - start) for start in range(0, samples, step)]


def scores(metric: Metric, sums: Matrix, axes: int) -> Matrix:
    """The metric of sums, shape ``(…, *shape)``, of which ``axes`` are ``shape``; checked for the shape of what it returns.

    Raises:
        ValueError: it returns another shape.
    """
    values = np.asarray(metric(sums), dtype=float)
    expected = sums.shape[: sums.ndim - axes]
    if values.shape != expected:
        raise ValueError(f"the metric returns shape {values.shape} for counts of shape {sums.shape}, not {expected}")
    return values
