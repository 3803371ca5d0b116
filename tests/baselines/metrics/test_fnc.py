"""The FNC-1 score: the published figures, and the scorer's rule item by item."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from baselines.metrics.classification import confusion
from baselines.metrics.fnc import fnc_maximum, fnc_null, fnc_relative, fnc_score

CLASSES = ["agree", "disagree", "discuss", "unrelated"]


def test_all_unrelated_on_the_test_set_of_the_challenge() -> None:
    """25,413 pairs, 7,064 of them related."""
    related = {"agree": 1903, "disagree": 697, "discuss": 4464}
    assert sum(related.values()) == 7064
    matrix = np.zeros((4, 4))
    matrix[:, 3] = [*related.values(), 18_349]
    assert matrix.sum() == 25_413
    assert float(fnc_score(matrix, CLASSES)) == 4587.25
    assert float(fnc_null(matrix, CLASSES)) == 4587.25
    assert float(fnc_maximum(matrix, CLASSES)) == 11651.25
    assert float(fnc_relative(matrix, CLASSES)) == 4587.25 / 11651.25


def test_a_published_confusion_matrix() -> None:
    """One that a participant published with the scorer's own figure: 8940.75 of 11651.25."""
    matrix = np.array([[351, 3, 1319, 230], [57, 0, 424, 216], [247, 0, 3601, 616], [32, 0, 412, 17905]])
    assert float(fnc_score(matrix, CLASSES)) == 8940.75
    assert float(fnc_maximum(matrix, CLASSES)) == 11651.25


labels = st.sampled_from(CLASSES)


@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=30), st.permutations(CLASSES))
def test_item_by_item(items: list[tuple[str, str]], classes: list[str]) -> None:
    """Points a pair; the order of the classes does not matter."""
    points = {"same, unrelated": 0.25, "same, related": 1.0, "both related": 0.25, "one related": 0.0}

    def kind(gold: str, predicted: str) -> str:
        if gold == predicted:
            return "same, unrelated" if gold == "unrelated" else "same, related"
        return "one related" if "unrelated" in (gold, predicted) else "both related"

    gold, predicted = (list(column) for column in zip(*items, strict=True))
    groups = [str(i % 3) for i in range(len(items))]
    matrices = confusion(gold, predicted, groups, classes)
    assert float(fnc_score(matrices.sum(0), classes)) == sum(points[kind(g, p)] for g, p in items)
    assert float(fnc_score(matrices, classes).sum()) == float(fnc_score(matrices.sum(0), classes))
    assert float(fnc_maximum(matrices.sum(0), classes)) == sum(points[kind(g, g)] for g in gold)
    assert float(fnc_null(matrices.sum(0), classes)) == 0.25 * gold.count("unrelated")


def test_what_is_wrong_is_a_line() -> None:
    """Labels that do not fit, matrices that hold nothing."""
    ones = np.ones((2, 2))
    with pytest.raises(ValueError, match="unknown label 'unrelated'"):
        fnc_score(ones, ["a", "b"])
    with pytest.raises(ValueError, match="a related one"):
        fnc_score(np.ones((1, 1)), ["unrelated"])
    with pytest.raises(ValueError, match="shape"):
        fnc_relative(ones, CLASSES)
    with pytest.raises(ValueError, match="without any item"):
        fnc_relative(np.zeros((4, 4)), CLASSES)
    with pytest.raises(ValueError, match="NaN"):
        fnc_score(np.full((4, 4), np.nan), CLASSES)
