"""Metrics of items: what has no value says why, and is no silent zero."""

from __future__ import annotations

import numpy as np
import pytest

from baselines.metrics.calibration import expected_calibration_error
from baselines.scoring.items import Given, Items
from baselines.scoring.measures import UndefinedError, measure
from baselines.significance import percentile_interval, resampled_scores
from baselines.tasks import TASKS, Span

CLASSES = ["favor", "against", "none"]


def items(*gold: tuple[str, str], classes: list[str] = CLASSES) -> Items:
    """Of these targets and labels, an article each."""
    ids = [str(place) for place in range(len(gold))]
    targets, labels = [target for target, _ in gold], [label for _, label in gold]
    return Items(TASKS["stance"], classes, ids, ids, ids, targets, labels, [None] * len(gold))


def perfect(name: str, of: Items) -> float:
    """The value where everything is right."""
    return measure(name, of, Given(of.gold)).value()


def test_f_avg_where_gold_lacks_a_side() -> None:
    """Perfect predictions would have half of it."""
    whole = items(("p", "favor"), ("p", "against"), ("q", "favor"), ("q", "against"), ("q", "none"))
    assert (perfect("f_avg", whole), perfect("f_avg_over_targets", whole)) == (1, 1)
    part = items(("p", "favor"), ("p", "against"), ("q", "favor"))
    assert perfect("f_avg", part) == 1
    with pytest.raises(UndefinedError, match="gold on q has no item of against"):
        perfect("f_avg_over_targets", part)
    with pytest.raises(UndefinedError, match="gold has no item of favor"):
        perfect("f_avg", items(("p", "against"), ("p", "none")))
    with pytest.raises(UndefinedError, match="the scheme has no label favor"):
        perfect("f_avg", items(("p", "yes"), ("p", "no"), classes=["yes", "no"]))


def test_no_gold_span_is_no_zero() -> None:
    """Whatever a system marks there, strict F1 would be 0."""
    task = TASKS["claimant"]
    empty = Items(task, ["claimant"], ["x", "y"], ["x", "y"], ["x", "y"], ["", ""], [[], []], [None, None])
    marked: list[list[Span]] = [[Span(0, 3, "claimant")], []]
    for said in (empty.gold, marked):
        with pytest.raises(UndefinedError, match="gold has no span"):
            measure("span_f1_strict", empty, Given(said))


def test_the_interval_of_a_calibration_error() -> None:
    """It holds what it is the interval of, and 0 where the probabilities are as they should be: percentiles hold neither."""
    dice = np.random.default_rng(4)
    outside = above = 0
    for _ in range(40):
        table = dice.dirichlet([1, 1, 1], 150)
        gold = [CLASSES[k] for k in (dice.random(150)[:, None] > table.cumsum(1)).sum(1).clip(0, 2)]
        names = [str(place) for place in range(150)]
        groups = [str(place % 15) for place in range(150)]
        of = Items(TASKS["stance"], CLASSES, names, groups, groups, ["p"] * 150, gold, [None] * 150)
        error = measure("ece", of, Given(gold, table))
        low, high = error.interval() or (1, 0)
        assert low <= error.value() <= high
        (values,) = resampled_scores(error.counts[None], expected_calibration_error, 500)  # type: ignore[union-attr]
        outside += low > 0.01
        above += (percentile_interval(values, groups=15) or (0, 0))[0] > 0.01
    assert (outside <= 16, above) == (True, 40)
