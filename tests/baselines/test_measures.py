"""Metrics of items: what has no value says why, and is no silent zero."""

from __future__ import annotations

import pytest

from baselines.scoring.items import Given, Items
from baselines.scoring.measures import UndefinedError, measure
from baselines.tasks import TASKS

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
