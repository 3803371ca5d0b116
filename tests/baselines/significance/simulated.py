"""Systems on made-up articles whose true scores are known."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from baselines.metrics.classification import macro_f1
from baselines.significance.bootstrap import Matrix, Metric

SIZES = (4, 20)  # items of an article
UNEVEN = 80  # at most, where they are uneven
SHARES = {2: (0.7, 0.3), 3: (0.5, 0.3, 0.2), 4: (0.4, 0.3, 0.2, 0.1)}
ABILITIES = {2: (1.3, 0.3), 3: (1.3, 0.8, 0.3), 4: (1.3, 1.0, 0.6, 0.3)}


def simulate(
    dice: np.random.Generator,
    runs: int,
    groups: int,
    abilities: Sequence[Sequence[float]],
    shares: Sequence[float],
    *,
    uneven: bool = False,
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Gold and predictions of systems, drawn ``runs`` times.

    An article has 4 to 20 items and its own mix of classes (Dirichlet around ``shares``, concentration 4); a system has an item right
    where its ability for the class, what the article makes of it for all systems (standard deviation .7) and for this one (.4), what
    the item makes of it (1.5) and logistic noise add up to more than 0. Wrong answers spread over the other classes.

    Args:
        dice: random numbers.
        runs: how many data sets.
        groups: articles of each.
        abilities: shape ``(systems, classes)``, as log odds.
        shares: of the classes.
        uneven: articles of 1 to 80 items, half of them of fewer than 7.

    Returns:
        Confusion matrices, shape ``(runs, systems, groups, classes, classes)``, gold in rows; and who has what right, shape
        ``(systems, items)``, all runs together.
    """
    classes, most = len(shares), UNEVEN if uneven else SIZES[1]
    shape = (runs, groups, most)
    mix = dice.gamma(np.array(shares) * 4, size=(runs, groups, classes)).cumsum(-1)
    gold = (dice.random(shape)[..., None] * mix[..., None, -1:] > mix[..., None, :]).sum(-1)
    size = (runs, groups, 1)
    sizes = dice.lognormal(1.8, 1, size).round().clip(1, most) if uneven else dice.integers(SIZES[0], most + 1, size)
    there = np.arange(most) < sizes
    shared = dice.normal(0, 0.7, (runs, groups, 1)) + dice.normal(0, 1.5, shape)
    cell = (np.arange(runs)[:, None, None] * groups + np.arange(groups)[:, None]) * classes + gold
    counts, right = [], []
    for ability in np.array(abilities):
        hit = ability[gold] + shared + dice.normal(0, 0.4, (runs, groups, 1)) + dice.logistic(size=shape) > 0
        named = np.where(hit, gold, (gold + dice.integers(1, classes, shape)) % classes)
        flat = np.bincount((cell * classes + named)[there], minlength=runs * groups * classes**2)
        counts.append(flat.reshape(runs, groups, classes, classes))
        right.append(hit[there])
    return np.stack(counts, axis=1).astype(float), np.stack(right)


def true_scores(
    metric: Metric, abilities: Sequence[Sequence[float]], shares: Sequence[float], *, uneven: bool = False
) -> Matrix:
    """Of each system, from 400,000 articles: a sixtieth of the standard error that 100 articles have."""
    dice = np.random.default_rng(99)
    parts = [simulate(dice, 1, 50_000, abilities, shares, uneven=uneven)[0].sum((0, 2)) for _ in range(8)]
    return metric(np.sum(parts, axis=0))


def f1_of(classes: int) -> Metric:
    """Macro-F1 over all classes."""
    return partial(macro_f1, classes=np.ones(classes, dtype=bool))


def accuracy(sums: Matrix) -> Matrix:
    """Share of the diagonal."""
    return np.asarray(np.trace(sums, axis1=-2, axis2=-1) / sums.sum((-2, -1)), dtype=np.float64)
