"""Several systems on the same items: their scores, how sure these are, and which of them the data tell apart.

**The rule.** Two systems are *separated* where the p of paired approximate randomisation by group, Holm-adjusted over all pairs that are
compared, is at most α, and the paired bootstrap interval of their difference leaves out 0. The first holds the chance of any false
separation in the whole table at α; the second keeps a table from showing an interval around 0 beside a rank. Nothing else decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import ceil

import numpy as np
from numpy.typing import NDArray

from baselines.significance.bootstrap import SAMPLES, SEED, Matrix, Metric, resampled_scores, scores
from baselines.significance.holm import holm_adjusted
from baselines.significance.intervals import percentile_interval
from baselines.significance.mcnemar import exact_mcnemar
from baselines.significance.power import minimum_detectable, standard_error
from baselines.significance.randomisation import randomisation_p
from baselines.significance.ranks import rank_intervals
from dataset.page.values import plural
from dataset.records.scores import Pair

FEW_GROUPS = 10
"""Below this many groups intervals cover less than they say, even widened."""

_SWAPS_A_STEP = 5
# Swaps are at least this many for each α/m: else no p could be small enough for Holm's first step.


@dataclass(frozen=True)
class Standing:
    """One system."""

    system: str
    score: float | None  # None: not defined on these data
    interval: tuple[float, float] | None  # widened percentile interval at 1 − α; None with one group
    rank: tuple[int, int] | None  # best and worst place that the data leave open


@dataclass(frozen=True)
class Comparison:
    """All systems, best score first, all pairs of them, and what must be said along with it."""

    systems: tuple[Standing, ...]
    pairs: tuple[Pair, ...]
    groups: int
    alpha: float
    power: float
    samples: int
    seed: int
    notes: tuple[str, ...]


def compare(
    counts: Mapping[str, Matrix],
    metric: Metric,
    correct: Mapping[str, NDArray[np.bool_]] | None = None,
    *,
    higher_is_better: bool = True,
    alpha: float = 0.05,
    power: float = 0.8,
    samples: int = SAMPLES,
    seed: int = SEED,
    unit: str = "article",
) -> Comparison:
    """Compare systems that were scored on the same items.

    Args:
        counts: by system what each group adds, shape ``(groups, *shape)``, such as confusion matrices; the same groups in the same order.
        metric: the score of summed counts, ``(…, *shape)`` → ``(…)``, such as ``partial(macro_f1, classes=…)``.
        correct: by system whether each item is right, shape ``(items,)``; for McNemar's test alone.
        higher_is_better: whether it is.
        alpha: of tests, and ``1 − alpha`` is the level of intervals.
        power: at which the minimum detectable effect is told.
        samples: resamples; and swaps, of which more are drawn where the pairs are many.
        seed: of the random numbers.
        unit: what a group is called in notes.

    Returns:
        Systems by score, then name. One group, identical systems or one item are no error: what cannot be said is None, and noted.

    Raises:
        ValueError: no system, no group, shapes that do not fit together, counts that are not finite, correctness of other systems or of
            another number of items, or a metric that returns another shape.
    """
    names = list(counts)
    stacked = _stacked(counts)
    _check_correct(names, correct)
    groups, shape = stacked.shape[1], stacked.shape[2:]
    points = dict(zip(names, scores(metric, stacked.sum(1), len(shape)), strict=True))
    scored = [name for name in names if np.isfinite(points[name])]
    scored.sort(key=lambda name: (-points[name] if higher_is_better else points[name], name))
    resampled = dict(zip(names, resampled_scores(stacked, metric, samples, seed), strict=True))
    both = list(combinations(scored, 2))
    position = {name: i for i, name in enumerate(names)}
    swaps = max(samples, ceil(_SWAPS_A_STEP * len(both) / alpha))
    p = randomisation_p(stacked, [(position[a], position[b]) for a, b in both], metric, swaps, seed)
    pairs = []
    for (a, b), raw, adjusted in zip(both, p.tolist(), holm_adjusted(p).tolist(), strict=True):
        spread = resampled[a] - resampled[b]
        interval = percentile_interval(spread, 1 - alpha, groups)
        error = standard_error(spread, groups)
        pairs.append(
            Pair(
                a,
                b,
                float(points[a] - points[b]),
                interval,
                int((stacked[position[a]] != stacked[position[b]]).reshape(groups, -1).any(1).sum()),
                raw,
                adjusted,
                None if correct is None else exact_mcnemar(correct[a], correct[b]),
                adjusted <= alpha and interval is not None and not interval[0] <= 0 <= interval[1],
                minimum_detectable(error, groups, alpha, power),
                minimum_detectable(error, groups, alpha / len(both), power),
            )
        )
    ranks = rank_intervals(scored, {(pair.better, pair.worse): pair.separated for pair in pairs})
    standings = [
        Standing(name, float(points[name]), percentile_interval(resampled[name], 1 - alpha, groups), ranks[name])
        for name in scored
    ]
    undefined = [name for name in names if name not in ranks]
    standings += [Standing(name, None, None, None) for name in undefined]
    unsure = {name: float(np.isnan(resampled[name]).mean()) for name in scored}
    notes = _notes(groups, alpha, unit, pairs, undefined, unsure)
    flat = [one.system for one in standings if one.interval and one.interval[0] == one.interval[1]]
    if flat:
        notes.append(f"{', '.join(flat)}: the same score on every resample: an interval without width is not certainty")
    return Comparison(tuple(standings), tuple(pairs), groups, alpha, power, samples, seed, tuple(notes))


def _stacked(counts: Mapping[str, Matrix]) -> Matrix:
    """Shape ``(systems, groups, *shape)``."""
    if not counts:
        raise ValueError("no system to compare")
    first = next(iter(counts.values()))
    for name, one in counts.items():
        if one.shape != first.shape:
            raise ValueError(f"{name}: counts of shape {one.shape}, others have {first.shape}: not the same groups")
        if not np.isfinite(one).all():
            raise ValueError(f"{name}: counts that are not finite")
    if first.ndim < 1 or not len(first):
        raise ValueError("no group to compare systems on")
    return np.stack([np.asarray(one, dtype=float) for one in counts.values()])


def _check_correct(names: list[str], correct: Mapping[str, NDArray[np.bool_]] | None) -> None:
    if correct is None:
        return
    if set(correct) != set(names):
        raise ValueError(f"correctness of {', '.join(sorted(correct))}, counts of {', '.join(sorted(names))}")
    if len({one.shape for one in correct.values()}) > 1:
        raise ValueError("correctness of different numbers of items")


def _notes(
    groups: int, alpha: float, unit: str, pairs: list[Pair], undefined: list[str], unsure: Mapping[str, float]
) -> list[str]:
    """What the figures alone do not say."""
    notes = []
    if groups == 1:
        notes.append(f"one {unit}: no interval can be given, and no two systems can be told apart")
    elif groups < FEW_GROUPS:
        notes.append(
            f"{groups} {unit}s, fewer than {FEW_GROUPS}: intervals may still come out too narrow, and only large differences show"
        )
    least = 2.0 ** (1 - groups) * max(len(pairs), 1)
    if groups > 1 and pairs and least > alpha:
        notes.append(
            f"{groups} {unit}s and {plural(len(pairs), 'pair')}: p can be no smaller than {min(least, 1):.2g} after correction,"
            f" so no two systems can be told apart at {alpha:g}"
        )
    notes += [f"{' and '.join(names)} have the same counts in every {unit}: p is 1" for names in _alike(pairs)]
    notes += [f"{name}: the metric is not defined on these data: no rank" for name in undefined]
    notes += [
        f"{name}: the metric is not defined on {share:.1%} of the resamples, which are left out"
        for name, share in unsure.items()
        if share
    ]
    return notes


def _alike(pairs: list[Pair]) -> list[list[str]]:
    """The systems that have the same counts in every group, all of a kind together."""
    kinds: list[list[str]] = []
    for pair in pairs:
        if pair.groups_differing:
            continue
        kind = next((names for names in kinds if pair.better in names or pair.worse in names), None)
        if kind is None:
            kinds.append([pair.better, pair.worse])
        else:
            kind += [name for name in (pair.better, pair.worse) if name not in kind]
    return kinds
