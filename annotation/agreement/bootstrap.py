"""Percentile bootstrap (Efron 1979) of anything that is computed from sums over articles or items.

A resample of articles is how often each was drawn; the sums of 10,000 resamples are one matrix product of those counts and of what each
article adds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
SAMPLES = 10_000
SEED = 13
_CELLS = 4_000_000  # numbers held at a time: 32 MB
_AT_A_TIME = 64  # samples of patterns: what they need stays in the processor's cache
_OFTEN = 24  # from this count on a pattern's binomial is cheaper than as many single draws


def resampled_sums(rows: Matrix, samples: int = SAMPLES, seed: int = SEED) -> Matrix:
    """Sums over resamples of articles: the cluster bootstrap, an article with all that is in it.

    Args:
        rows: shape ``(articles, features)``: what each article adds; in an order that does not depend on how they were read.
        samples: how many resamples.
        seed: of the random numbers.

    Returns:
        Shape ``(samples, features)``.
    """
    dice, n = np.random.default_rng(seed), len(rows)
    chances = np.full(n, 1 / n)
    parts = [dice.multinomial(n, chances, size).astype(float) @ rows for size in _sizes(samples, n)]
    return np.concatenate(parts)


def resampled_pattern_sums(
    patterns: Matrix, counts: NDArray[np.int_], samples: int = SAMPLES, seed: int = SEED
) -> Matrix:
    """Sums over resamples of items of which many are the same.

    Args:
        patterns: shape ``(patterns, features)``: what an item of each pattern adds.
        counts: shape ``(patterns,)``: how many items have it.
        samples: how many resamples, each of as many items as there are.
        seed: of the random numbers.

    Returns:
        Shape ``(samples, features)``.
    """
    return np.concatenate([weights @ patterns for weights in pattern_weights(counts, samples, seed)])


def pattern_weights(counts: NDArray[np.int_], samples: int = SAMPLES, seed: int = SEED) -> Iterator[Matrix]:
    """How often each pattern is drawn: one multinomial over the patterns.

    Frequent patterns are drawn as such; the rare ones together, and then item by item, which is the same distribution, and faster.

    Args:
        counts: shape ``(patterns,)``: how many items have it.
        samples: how many resamples.
        seed: of the random numbers.

    Yields:
        Shape ``(some samples, patterns)``, together ``samples`` of them.
    """
    dice = np.random.default_rng(seed)
    often, rare = np.flatnonzero(counts >= _OFTEN), np.flatnonzero(counts < _OFTEN)
    pattern_of = np.repeat(rare, counts[rare])
    chances = np.append(counts[often], len(pattern_of)) / counts.sum()
    for size in _sizes(samples, max(int(counts.sum()), _CELLS // _AT_A_TIME)):
        first = dice.multinomial(counts.sum(), chances, size)
        weights = np.zeros((size, len(counts)))
        if len(pattern_of):
            left = first[:, -1]
            kind = np.uint16 if len(pattern_of) <= np.iinfo(np.uint16).max else np.int64
            drawn = pattern_of[dice.integers(0, len(pattern_of), left.sum(), dtype=kind)]
            drawn += np.repeat(np.arange(size) * len(counts), left)
            weights += np.bincount(drawn, minlength=weights.size).reshape(weights.shape)
        weights[:, often] = first[:, :-1]
        yield weights


def distinct(rows: Matrix) -> tuple[Matrix, NDArray[np.int_]]:
    """The distinct rows of a matrix, and how often each stands in it."""
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    return patterns, counts


def interval(values: Matrix) -> tuple[Matrix, Matrix]:
    """The 95 % percentile interval.

    Args:
        values: shape ``(samples, …)``; those that are NaN, where a resample says nothing, are left out.

    Returns:
        Lower and upper ends, shape ``(…)``; NaN where no resample says anything.
    """
    flat = values.reshape(len(values), -1)
    ends = np.full((2, flat.shape[1]), np.nan)
    for column in np.flatnonzero(~np.isnan(flat).all(0)):
        ends[:, column] = np.nanquantile(flat[:, column], [0.025, 0.975])
    low, high = ends.reshape(2, *values.shape[1:])
    return low, high


def rounded(value: float | np.floating | Matrix) -> float | None:
    """A number for JSON, to six digits; None for NaN."""
    return None if np.isnan(value) else round(float(value), 6) + 0.0


def _sizes(samples: int, width: int) -> list[int]:
    """Samples in parts that fit into memory."""
    step = max(1, min(samples, _CELLS // max(width, 1)))
    return [min(step, samples - start) for start in range(0, samples, step)]
