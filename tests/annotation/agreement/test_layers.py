"""The table of a layer: values, intervals, and a reason wherever there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from annotation.agreement import alpha_with_interval, layers
from dataset.records.agreement import Figure
from dataset.records.record import plain


def layer_table(*args: Any, **options: Any) -> dict[str, Any]:
    """The table of a layer as gold writes it."""
    return plain(layers.layer_table(*args, **options))


def test_what_cannot_be_computed_is_null() -> None:
    """One label only, one annotator only, nothing at all: no NaN leaves this module."""
    assert alpha_with_interval({"a": [["x", "x"]]}, "xy").alpha is None
    assert alpha_with_interval({"a": [["x"]]}, "xy") == Figure(units=0)
    assert alpha_with_interval({}, "xy").alpha is None
    one = alpha_with_interval({"a": [["x", "x"], ["y", "y"]]}, "xy")
    assert (one.alpha, one.low) == (1.0, None)


@pytest.mark.parametrize(
    ("by_article", "reason"),
    [
        ({}, "No two annotators"),
        ({"a": [["x"], []]}, "No two annotators"),
        ({"a": [["x", "x"]], "b": [["x", "x"]]}, "Only one label was given, x:"),
        ({"a": [["x", "x"], ["y", "x"]]}, "Only one article"),
    ],
)
def test_why(by_article: dict[str, list[list[str]]], reason: str) -> None:
    """A sentence beside the null."""
    table = layer_table(by_article, "xy")
    assert table["why"].startswith(reason)
    assert table["low"] is None
    assert layer_table({"a": [["x", "x"]], "b": [["y", "x"]]}, "xy").keys() == table.keys() - {"why"}


def test_the_interval_holds_the_value() -> None:
    """Over articles and over items, and is the same for the same seed, in whatever order the articles come."""
    dice = np.random.default_rng(2)
    data = {str(i): [list(dice.choice(list("xyz"), 3)) for _ in range(6)] for i in range(20)}
    for metric in ("nominal", "ordinal"):
        found = layer_table(data, "xyz", metric=metric)
        assert found["low"] < found["alpha"] < found["high"]
        assert found["low_items"] < found["alpha"] < found["high_items"]
        assert found == layer_table(dict(reversed(data.items())), "xyz", metric=metric)
        assert found != layer_table(data, "xyz", metric=metric, seed=14)


def test_articles_hold_together() -> None:
    """Where an article is all agreement or none, the interval over articles is far wider than the one over items."""
    good, bad = [["x", "x"], ["y", "y"]] * 10, [["x", "y"], ["y", "x"]] * 10
    table = layer_table({"a": good, "b": bad, "c": good, "d": bad}, "xy")
    assert table["high"] - table["low"] > 2 * (table["high_items"] - table["low_items"])


def test_by_label() -> None:
    """Each label against the rest, with how often it was given to what two annotators labelled."""
    table = layer_table({"a": [["x", "x"], ["y", "z"], ["z", "y"]], "b": [["x", "x"], ["x"], ["y", "y"]]}, "xyzw")
    labels = table["by_label"]
    assert [labels[label]["given"] for label in "xyzw"] == [4, 4, 2, 0]
    assert (labels["x"]["alpha"], labels["x"]["low"], labels["x"]["high"]) == (1.0, 1.0, 1.0)
    assert labels["y"]["alpha"] == pytest.approx(1 - 9 * 2 / (4 * 6))
    assert labels["w"] == {"alpha": None, "low": None, "high": None, "given": 0, "why": "It was never given."}
    assert (table["units"], table["raw"]) == (5, 0.6)
