"""Calibration by hand, against scikit-learn's Brier score and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from baselines.metrics.calibration import (
    brier_by_item,
    brier_score,
    expected_calibration_error,
    reliability_counts,
    reliability_table,
)
from dataset.records.scores import ReliabilityBin

CLASSES = ["a", "b", "c"]
whole = st.lists(st.integers(0, 5), min_size=3, max_size=3).filter(any)
items = st.lists(st.tuples(st.sampled_from(CLASSES), whole, st.sampled_from("xyz")), min_size=1, max_size=25)
Rows = list[tuple[str, list[int], str]]


@given(items)
def test_brier_is_scikit_learns(rows: Rows) -> None:
    """Not halved; per item first."""
    gold = [row[0] for row in rows]
    table = np.array([row[1] for row in rows]) / np.array([[sum(row[1])] for row in rows])
    theirs = brier_score_loss(gold, table, labels=CLASSES, scale_by_half=False)
    assert float(brier_score(gold, table, CLASSES)) == pytest.approx(theirs)
    assert brier_by_item(gold, table, CLASSES).mean() == pytest.approx(theirs)


def test_ends_of_brier() -> None:
    """Sure and right, sure and wrong, and two systems at once."""
    assert list(brier_by_item(["a", "a"], [[1.0, 0.0], [0.0, 1.0]], ["a", "b"])) == [0.0, 2.0]
    assert list(brier_score(["a"], [[[1.0, 0.0]], [[0.5, 0.5]]], ["a", "b"])) == [0.0, 0.5]


@given(items, st.integers(1, 12))
def test_ece_is_that_of_a_loop(rows: Rows, bins: int) -> None:
    """Exact fractions decide the bin, so that the edges are where they are said to be."""
    gold, groups = [row[0] for row in rows], [row[2] for row in rows]
    table = np.array([row[1] for row in rows]) / np.array([[sum(row[1])] for row in rows])
    held: dict[int, list[tuple[float, bool]]] = {}
    for label, weights, _ in rows:
        top, total = max(weights), sum(weights)
        place = -(-top * bins // total) - 1  # the ceiling, in whole numbers
        held.setdefault(place, []).append((top / total, CLASSES[weights.index(top)] == label))
    wanted = sum(abs(sum(right - confidence for confidence, right in one)) for one in held.values()) / len(rows)
    counts = reliability_counts(gold, table, groups, CLASSES, bins)
    assert counts.shape == (len(set(groups)), bins, 3)
    assert float(expected_calibration_error(counts.sum(0))) == pytest.approx(wanted)
    found = reliability_table(counts.sum(0))
    assert [one.items for one in found] == [len(held.get(i, [])) for i in range(bins)]


def test_by_hand() -> None:
    """.75 twice, one right; .6 once, wrong; 1 once, right: (|1 − 1.5| + .6 + 0) / 4."""
    table = [[0.75, 0.25], [0.25, 0.75], [0.6, 0.4], [0.0, 1.0]]
    counts = reliability_counts(["a", "a", "b", "b"], table, ["g"] * 4, ["a", "b"], 4)
    assert float(expected_calibration_error(counts[0])) == pytest.approx((0.5 + 0.6) / 4)
    assert reliability_table(counts[0]) == [
        ReliabilityBin(0.0, 0.25, 0, None, None),
        ReliabilityBin(0.25, 0.5, 0, None, None),
        ReliabilityBin(0.5, 0.75, 3, (0.75 + 0.75 + 0.6) / 3, 1 / 3),
        ReliabilityBin(0.75, 1.0, 1, 1.0, 1.0),
    ]
    many = np.stack([counts[0], 2 * counts[0]])
    assert list(expected_calibration_error(many)) == pytest.approx([0.275, 0.275])


def test_the_first_of_equal_probabilities_is_the_prediction() -> None:
    """So half and half is right for a, wrong for b."""
    for label, right in (("a", 1.0), ("b", 0.0)):
        assert reliability_counts([label], [[0.5, 0.5]], ["g"], ["a", "b"], 1).tolist() == [[[1.0, 0.5, right]]]


def test_what_is_wrong_is_a_line() -> None:
    """Labels, probabilities, lengths, bins, nothing."""
    fine = [[0.5, 0.5]]
    for gold, table, classes, words in (
        (["q"], fine, ["a", "b"], "gold: item 0: unknown label 'q'"),
        (["a"], [[np.nan, 1.0]], ["a", "b"], "item 0: NaN"),
        (["a"], [[0.9, 0.9]], ["a", "b"], "the sum is not 1"),
        (["a"], [[-0.5, 1.5]], ["a", "b"], "outside"),
        (["a"], fine, ["a", "b", "c"], "shape"),
        (["a", "b"], fine, ["a", "b"], "gold: 2 for 1 items"),
        ([], np.zeros((0, 2)), ["a", "b"], "no item"),
    ):
        with pytest.raises(ValueError, match=words):
            brier_score(gold, table, classes)
        with pytest.raises(ValueError, match=words):
            reliability_counts(gold, table, ["g"] * len(gold), classes)
    with pytest.raises(ValueError, match="at least 1"):
        reliability_counts(["a"], fine, ["g"], ["a", "b"], 0)
    with pytest.raises(ValueError, match="groups: 2 for 1"):
        reliability_counts(["a"], fine, ["g", "h"], ["a", "b"])
    with pytest.raises(ValueError, match="shape"):
        reliability_counts(["a"], [fine], ["g"], ["a", "b"])
    for empty in (np.zeros((4, 3)), np.full((4, 3), np.nan), np.zeros((4, 2))):
        with pytest.raises(ValueError, match="reliability counts"):
            expected_calibration_error(empty)
        with pytest.raises(ValueError, match="reliability counts"):
            reliability_table(empty)
