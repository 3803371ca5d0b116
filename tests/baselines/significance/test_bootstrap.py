"""Resamples: equal to scikit-learn, the same for everyone, in bounded memory; and what intervals of them cover."""

from __future__ import annotations

import tracemalloc
from functools import partial

import numpy as np
import pytest
from sklearn.metrics import f1_score

from baselines.metrics.classification import confusion, gold_classes, macro_f1
from baselines.significance import (
    bootstrap_interval,
    compare,
    percentile_interval,
    resampled_index_scores,
    resampled_scores,
)
from baselines.significance.bootstrap import Metric
from tests.baselines.significance.simulated import ABILITIES, SHARES, accuracy, f1_of, simulate, true_scores


def test_counts_score_as_scikit_learn_does_on_the_same_resamples() -> None:
    """Two systems, 300 items of 40 groups: counts against positions of items, sample by sample."""
    dice = np.random.default_rng(2)
    gold, *systems = dice.choice(list("abc"), (3, 300))
    groups = dice.choice([f"g{i:02d}" for i in range(40)], 300)
    counts = np.stack([confusion(list(gold), list(one), list(groups), list("abc")) for one in systems])
    ours = resampled_scores(counts, f1_of(3), samples=200)
    peer = resampled_index_scores(
        groups,
        lambda rows: [
            f1_score(gold[rows], one[rows], labels=list("abc"), average="macro", zero_division=0) for one in systems
        ],
        samples=200,
    )
    assert ours.shape == (2, 200)
    assert np.abs(ours - peer).max() < 1e-9
    one = resampled_index_scores(groups, lambda rows: np.mean(gold[rows] == systems[0][rows]), samples=200)
    assert one == pytest.approx(resampled_scores(counts[:1], accuracy, samples=200)[0])


def test_today_s_intervals_are_unchanged() -> None:
    """As they were computed before there were several systems: all weights at once, plain percentiles; but for the last bit."""
    a, b = np.random.default_rng(1).integers(0, 5, (2, 700, 3, 3)).astype(float)
    weights = np.random.default_rng(13).multinomial(700, np.full(700, 1 / 700), size=10_000).astype(float)
    scores = [macro_f1((weights @ one.reshape(700, -1)).reshape(-1, 3, 3), gold_classes(one)) for one in (a, b)]
    assert bootstrap_interval(a) == pytest.approx(tuple(np.quantile(scores[0], [0.025, 0.975])), rel=1e-12)
    (pair,) = compare({"a": a, "b": b}, partial(macro_f1, classes=gold_classes(a))).pairs
    spread = scores[0] - scores[1] if pair.better == "a" else scores[1] - scores[0]
    assert pair.interval == pytest.approx(percentile_interval(spread, groups=700), rel=1e-9)
    low, high = bootstrap_interval(a, widened=True) or (1, 0)
    assert low < np.quantile(scores[0], 0.025) < np.quantile(scores[0], 0.975) < high


def test_memory_is_bounded() -> None:
    """40 systems, 2,000 groups: all weights at once were 160 MB, all sums 128 MB; what is returned is 3.2 MB."""
    counts = np.random.default_rng(1).integers(0, 3, (40, 2000, 2, 2)).astype(float)
    tracemalloc.start()
    resampled_scores(counts, accuracy)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    assert peak < 60


def test_undefined_resamples_are_left_out() -> None:
    """Of what is left the percentiles; of nothing, nothing; widened of one group, nothing."""
    values = np.array([np.nan, *np.arange(101.0)])
    assert percentile_interval(values, 0.9) == pytest.approx((5, 95))
    assert percentile_interval(values[:1]) is None
    assert percentile_interval(values, groups=1) is None
    assert percentile_interval(values, groups=2) == pytest.approx((0, 100), abs=1e-3)


def test_bad_calls_are_named() -> None:
    """No groups, no items, a metric of another shape."""
    with pytest.raises(ValueError, match="no groups"):
        resampled_scores(np.zeros((1, 0, 2, 2)), accuracy)
    with pytest.raises(ValueError, match="no items"):
        resampled_index_scores([], len)
    with pytest.raises(ValueError, match="the metric returns shape"):
        resampled_scores(np.ones((1, 3, 2, 2)), lambda sums: sums[..., 0])


@pytest.mark.parametrize(
    ("classes", "metric", "groups"),
    [(3, f1_of(3), 80), (2, f1_of(2), 100), (3, accuracy, 80), (2, accuracy, 60)],
    ids=["macro-F1 of three", "macro-F1 of two", "accuracy of three", "accuracy of two"],
)
def test_the_interval_holds_the_truth(classes: int, metric: Metric, groups: int) -> None:
    """In 93 to 97 % of 1,000 data sets; all of them resampled at once, as systems that share their groups."""
    abilities = [ABILITIES[classes]]
    truth = float(true_scores(metric, abilities, SHARES[classes])[0])
    counts, _ = simulate(np.random.default_rng(7), 1000, groups, abilities, SHARES[classes])
    values = resampled_scores(counts[:, 0], metric, samples=4000)
    ends = [percentile_interval(one, groups=groups) or (1, 0) for one in values]
    assert 0.93 <= np.mean([low <= truth <= high for low, high in ends]) <= 0.97
