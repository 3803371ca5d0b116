"""Paired approximate randomisation by group (Noreen 1989; Yeh 2000).

Had two systems nothing between them, then which of the two wrote a group's outputs would make no difference: they are swapped, group by
group, by coin, and the difference of the scores is taken again. p is how often it is at least as large as the one that was seen.
Two systems that score the same but err in different ways are not alike in this sense; for them the test comes out cautious (3 % of
false alarms at .05 where each is better at one class: ``tests/benchmarks/bench_significance.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from baselines.significance.bootstrap import SAMPLES, SEED, Matrix, Metric, parts, scores

# Differences that are the same but for rounding count as the same; times the size of the scores.
_ROUNDING = 1e-12


def randomisation_p(
    counts: Matrix, pairs: Sequence[tuple[int, int]], metric: Metric, samples: int = SAMPLES, seed: int = SEED
) -> Matrix:
    """Two-sided p of each pair of systems.

    Where the two differ in so few groups that all swaps are no more than ``samples``, all are gone through and p is exact: the share of
    them that are at least as extreme, the one that was seen among them. Else swaps are drawn and p is ``(extreme + 1) / (samples + 1)``.
    Swaps where the metric is not defined count as extreme. All pairs see the same coins: a pair's p does not depend on its company.

    Args:
        counts: what each group adds, shape ``(systems, groups, *shape)``; the same groups in the same order for all.
        pairs: positions of the two systems of each.
        metric: the score of summed counts, ``(…, *shape)`` → ``(…)``.
        samples: swaps to draw.
        seed: of the random numbers.

    Returns:
        Shape ``(pairs,)``, each greater than 0 and at most 1; 1 where the counts are the same.

    Raises:
        ValueError: the metric returns something of another shape.
    """
    systems, groups, shape = counts.shape[0], counts.shape[1], counts.shape[2:]
    rows = counts.reshape(systems, groups, -1).astype(float)
    totals = rows.sum(1)

    def extreme(a: int, b: int, moved: Matrix) -> int:
        """How many swaps are extreme: ``moved``, shape ``(swaps, cells)``, is what they add to ``a`` and take from ``b``."""
        both = np.stack([totals[a] + moved, totals[b] - moved]).reshape(2, len(moved), *shape)
        seen = scores(metric, totals[[a, b]].reshape(2, *shape), len(shape))
        first, second = scores(metric, both, len(shape))
        return int((~(np.abs(first - second) < abs(seen[0] - seen[1]) - _ROUNDING * np.abs(seen).max())).sum())

    result = np.ones(len(pairs))
    drawn = []
    for at, (a, b) in enumerate(pairs):
        where = np.flatnonzero((rows[a] != rows[b]).any(1))
        if 2 ** min(len(where), 60) > samples:
            drawn.append(at)
        elif len(where):
            # Everything swapped is the same but for its sign, so the first group stays.
            swaps = (np.arange(2 ** (len(where) - 1))[:, None] >> np.arange(len(where))) & 1
            moved = rows[b, where] - rows[a, where]
            at_once = np.split(swaps, np.cumsum(parts(len(swaps), moved.shape[1]))[:-1])
            result[at] = sum(extreme(a, b, part @ moved) for part in at_once) / len(swaps)
    if drawn:
        used = sorted({system for at in drawn for system in pairs[at]})
        flat = np.moveaxis(rows[used], 0, 1).reshape(groups, -1)
        place = {system: i for i, system in enumerate(used)}
        dice, hits = np.random.default_rng(seed), np.zeros(len(pairs))
        for size in parts(samples, max(groups, flat.shape[1])):
            swapped = ((dice.random((size, groups)) < 0.5).astype(float) @ flat).reshape(size, len(used), -1)
            for at in drawn:
                a, b = pairs[at]
                hits[at] += extreme(a, b, swapped[:, place[b]] - swapped[:, place[a]])
        result[drawn] = (hits[drawn] + 1) / (samples + 1)
    return result
