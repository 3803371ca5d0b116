"""Intervals from resamples.

The plain percentile interval (Efron 1979) is too narrow where groups are few: resamples spread by the square root of (n − 1)/n less than
samples do, and it uses the normal's tails where a t distribution's belong. The *widened* one takes quantiles further out by both
(the expanded percentile interval of Hesterberg 2015, "What Teachers Should Know About the Bootstrap", The American Statistician 69(4)):
``Φ(−√(n/(n−1)) · t(n−1))`` in place of .025. Measured on made-up articles, macro-F1 of three classes, 3,000 data sets each, plain and
widened: 5 articles 81 and 90 %, 10: 88 and 93, 20: 91 and 94, 50: 94 and 96, 100: 95 and 95 (``tests/benchmarks/bench_significance.py``).
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.stats import norm, t

from baselines.metrics.classification import Matrix, gold_classes, macro_f1
from baselines.significance.bootstrap import SAMPLES, SEED, resampled_scores


def percentile_interval(values: Matrix, level: float = 0.95, groups: int | None = None) -> tuple[float, float] | None:
    """The middle of the resampled scores.

    Args:
        values: of every resample, shape ``(samples,)``; those that are NaN, where a resample says nothing, are left out.
        level: coverage.
        groups: how many were resampled: the interval is widened as few groups need; None for the plain percentiles.

    Returns:
        Lower and upper end; None where no resample says anything, or ``groups`` is below two.
    """
    values = values[~np.isnan(values)]
    if not len(values) or (groups is not None and groups < 2):
        return None
    ends = [(1 - level) / 2, (1 + level) / 2]
    if groups is not None:
        tail = float(norm.cdf(np.sqrt(groups / (groups - 1)) * t.ppf((1 - level) / 2, groups - 1)))
        ends = [tail, 1 - tail]
    low, high = np.quantile(values, ends)
    return float(low), float(high)


def mirrored_interval(values: Matrix, value: float, groups: int) -> tuple[float, float] | None:
    """For a score of at least 0 that comes out larger the fewer items there are, such as the expected calibration error.

    A resample has fewer different items than the data, so it is larger once more, and percentiles lie above the truth. The lower end is
    mirrored at the value (the basic interval: Davison & Hinkley 1997, section 5.2.1), from the upper one the mean excess is taken.
    Measured where the true error is .002, .085 and .180, of 14 articles with 168 items: percentiles hold it in 0, 53 and 87 %, this in 73,
    96 and 95 % (``tests/benchmarks/bench_significance.py``).

    Args:
        values: of every resample, shape ``(samples,)``, none of them NaN.
        value: of the data.
        groups: how many were resampled.

    Returns:
        Lower and upper end, the value between them; None where ``groups`` is below two.
    """
    ends = percentile_interval(values, groups=groups)
    if ends is None:
        return None
    return max(0.0, min(value, 2 * value - ends[1])), max(value, ends[1] - (float(values.mean()) - value))


def bootstrap_interval(
    matrices: Matrix, level: float = 0.95, samples: int = SAMPLES, *, widened: bool = False
) -> tuple[float, float] | None:
    """Interval of macro-F1.

    Args:
        matrices: confusion matrices by group, shape ``(groups, classes, classes)``.
        level: coverage.
        samples: resamples.
        widened: as few groups need.

    Returns:
        Lower and upper end; None with fewer than two groups, where nothing can be said.
    """
    if len(matrices) < 2:
        return None
    return percentile_interval(_macro_f1(matrices, samples), level, len(matrices) if widened else None)


def _macro_f1(matrices: Matrix, samples: int) -> Matrix:
    """Macro-F1 of every resample; the same groups are drawn for everyone who asks with as many groups."""
    values: Matrix = resampled_scores(matrices[None], partial(macro_f1, classes=gold_classes(matrices)), samples, SEED)[
        0
    ]
    return values
