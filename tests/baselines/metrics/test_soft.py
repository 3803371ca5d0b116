"""Soft scores against SciPy and scikit-learn."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import cityblock, jensenshannon
from scipy.stats import entropy
from sklearn.metrics import log_loss

from baselines.metrics import soft
from baselines.metrics.checks import distribution_table
from baselines.metrics.means import mean_of_sums, sums_by_group

Table = NDArray[np.float64]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Table, Table]:
    """Votes of some annotators as shares, and probabilities, zeros among both."""
    items, classes = draw(st.integers(1, 6)), draw(st.integers(2, 4))
    rows = st.lists(st.integers(0, 5), min_size=classes, max_size=classes).filter(any)
    both = [np.array(draw(st.lists(rows, min_size=items, max_size=items)), dtype=float) for _ in range(2)]
    return both[0] / both[0].sum(-1, keepdims=True), both[1] / both[1].sum(-1, keepdims=True)


@given(tables())
def test_against_scipy(both: tuple[Table, Table]) -> None:
    """Item by item, and the means."""
    gold, predicted = both
    distance = [float(jensenshannon(p, q, base=2)) for p, q in zip(gold, predicted, strict=True)]
    assert soft.jensen_shannon_distance_by_item(gold, predicted) == pytest.approx(distance, abs=1e-7)
    assert soft.jensen_shannon_by_item(gold, predicted) == pytest.approx(np.square(distance), abs=1e-12)
    assert float(soft.jensen_shannon(gold, predicted)) == pytest.approx(np.mean(np.square(distance)), abs=1e-12)
    assert float(soft.jensen_shannon_distance(gold, predicted)) == pytest.approx(np.mean(distance), abs=1e-7)
    blocks = [cityblock(p, q) for p, q in zip(gold, predicted, strict=True)]
    assert soft.manhattan_by_item(gold, predicted) == pytest.approx(blocks)
    assert float(soft.manhattan(gold, predicted)) == pytest.approx(np.mean(blocks))
    # Cross-entropy is the entropy plus the divergence, where no probability is 0.
    some = predicted * 0.9 + 0.1 / predicted.shape[1]
    wanted = [entropy(p) + entropy(p, q) for p, q in zip(gold, some, strict=True)]
    assert soft.cross_entropy_by_item(gold, some) == pytest.approx(wanted)


@given(tables(), st.data())
def test_cross_entropy_with_one_label_is_log_loss(both: tuple[Table, Table], data: st.DataObject) -> None:
    """scikit-learn's, where nothing is clipped."""
    predicted = both[1] * 0.9 + 0.1 / both[1].shape[1]
    classes = predicted.shape[1]
    labels = data.draw(st.lists(st.integers(0, classes - 1), min_size=len(predicted), max_size=len(predicted)))
    ours = float(soft.cross_entropy(np.eye(classes)[labels], predicted))
    assert ours == pytest.approx(log_loss(labels, predicted, labels=list(range(classes))))


def test_ends_of_the_scales() -> None:
    """The same, nothing in common, and what was held impossible."""
    sure, other = [[1.0, 0.0]], [[0.0, 1.0]]
    assert float(soft.cross_entropy(sure, other)) == pytest.approx(-np.log(1e-12))
    assert [float(f(sure, other)) for f in (soft.jensen_shannon, soft.jensen_shannon_distance, soft.manhattan)] == [
        1,
        1,
        2,
    ]
    for score in (soft.cross_entropy, soft.jensen_shannon, soft.jensen_shannon_distance, soft.manhattan):
        assert float(score(sure, sure)) == 0
    tiny = [[5e-324, 1.0]]
    assert float(soft.jensen_shannon(tiny, [[0.0, 1.0]])) == 0
    assert float(soft.jensen_shannon_distance([[0.25, 0.75], [1.0, 0.0]], [[0.25, 0.75], [0.0, 1.0]])) == 0.5


def test_many_systems_against_one_gold() -> None:
    """Leading axes are broadcast."""
    gold = np.array([[0.5, 0.5], [1.0, 0.0]])
    systems = np.array([[[0.5, 0.5], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]])
    assert list(soft.manhattan(gold, systems)) == [0.0, 1.5]
    assert soft.jensen_shannon_by_item(gold, systems).shape == (2, 2)


def test_means_from_sums_by_group() -> None:
    """The sums add up to the mean over items, not over groups."""
    sums = sums_by_group([1.0, 2.0, 6.0], ["b", "a", "b"])
    assert sums.tolist() == [[2.0, 1.0], [7.0, 2.0]]
    assert float(mean_of_sums(sums.sum(0))) == 3.0
    weights = np.array([[2, 0], [0, 2], [1, 1]])
    assert list(mean_of_sums(weights @ sums)) == [2.0, 3.5, 3.0]


FINE = [[0.5, 0.5]]
BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: soft.manhattan(FINE, [[np.nan, 0.5]]), "predicted probabilities: item 0: NaN or infinite: nan, 0.5"),
    (
        lambda: soft.manhattan([[0.5, 0.5], [1.5, -0.5]], FINE * 2),
        "gold distributions: item 1: outside [0, 1]: 1.5, -0.5",
    ),
    (lambda: soft.cross_entropy(FINE, [[0.5, 0.4]]), "item 0: the sum is not 1: 0.5, 0.4"),
    (lambda: soft.jensen_shannon(FINE, [[0.0, 0.0]]), "the sum is not 1"),
    (lambda: soft.jensen_shannon(FINE, [[1.0, 0.0, 0.0]]), "of shape (1, 2), predicted probabilities of (1, 3)"),
    (lambda: soft.jensen_shannon(FINE, FINE * 2), "of shape (1, 2)"),
    (lambda: soft.manhattan(np.zeros((0, 2)), np.zeros((0, 2))), "none of them 0"),
    (lambda: soft.manhattan([0.5, 0.5], [0.5, 0.5]), "shape"),
    (lambda: soft.manhattan([[0.5, 0.5], [1.0]], FINE), "a table of numbers"),
    (lambda: distribution_table([{"a": 1.0, "b": 0.0, "q": 0.0}], ["a", "b"], "p"), "item 0: unknown label 'q'"),
    (lambda: distribution_table([{"a": 1.0}], ["a", "b"], "p"), "item 0: no probability for 'b'"),
    (
        lambda: distribution_table([{"a": 1.0, "b": None}], ["a", "b"], "p"),
        "p: item 0: b: a number is expected, not None",
    ),
    (
        lambda: distribution_table([{"a": True, "b": 0.0}], ["a", "b"], "p"),
        "p: item 0: a: a number is expected, not True",
    ),
    (lambda: distribution_table([{"a": 1, "b": 10**400}], ["a", "b"], "p"), "a table of numbers"),
    (lambda: distribution_table([], ["a", "b"], "p"), "none of them 0"),
    (lambda: sums_by_group([1.0], []), "groups: 0 for 1 items"),
    (lambda: sums_by_group([np.nan], ["g"]), "NaN"),
    (lambda: sums_by_group([-1.0], ["g"]), "negative"),
    (lambda: sums_by_group([], []), "empty"),
    (lambda: sums_by_group([[1.0]], ["g"]), "shape (items,)"),
    (lambda: mean_of_sums([0.0, 0.0]), "no item"),
]


@pytest.mark.parametrize(("call", "words"), BAD)
def test_what_is_wrong_is_a_line(call: Callable[[], Any], words: str) -> None:
    """With the item it is about."""
    with pytest.raises(ValueError, match=re.escape(words)) as error:
        call()
    assert "\n" not in str(error.value)


def test_rounded_figures_pass() -> None:
    """Thirds of three digits sum to .999; a table comes in the order of the classes."""
    table = distribution_table([{"b": 0.333, "a": 0.334, "c": 0.332}], ["a", "b", "c"], "p")
    assert table.tolist() == [[0.334, 0.333, 0.332]]
