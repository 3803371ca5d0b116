"""Metrics against scikit-learn, intervals against what must hold of them."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from baselines.metrics.classification import Matrix, confusion, f1_by_class, gold_classes, macro_f1
from baselines.significance import bootstrap_interval, compare

CLASSES = ["a", "b", "c"]
items = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES), st.sampled_from("xyz")), min_size=1, max_size=40
)


@given(items)
def test_macro_f1_is_scikit_learns(rows: list[tuple[str, str, str]]) -> None:
    """Over the classes that have a gold item."""
    gold, predicted, groups = (list(column) for column in zip(*rows, strict=True))
    matrices = confusion(gold, predicted, groups, CLASSES)
    assert matrices.sum() == len(rows)
    present = sorted(set(gold))
    ours = float(macro_f1(matrices.sum(0), gold_classes(matrices)))
    assert ours == pytest.approx(f1_score(gold, predicted, labels=present, average="macro", zero_division=0))


def test_a_class_that_nobody_meant_or_named_scores_nothing() -> None:
    """Zero, never NaN."""
    assert list(f1_by_class(np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))) == [6 / 7, 0.0, 0.0]


def test_the_interval_holds_the_score_and_narrows() -> None:
    """More articles of the same kind, a narrower interval; the same seed, the same interval."""
    dice = np.random.default_rng(1)
    few = dice.integers(0, 5, (20, 3, 3)).astype(float)
    many = np.concatenate([few] * 16)
    low, high = bootstrap_interval(few) or (0, 0)
    narrow = bootstrap_interval(many) or (0, 0)
    assert low < float(macro_f1(few.sum(0), gold_classes(few))) < high
    assert (high - low) / (narrow[1] - narrow[0]) == pytest.approx(4, rel=0.15)
    assert bootstrap_interval(few) == (low, high)


def test_the_classes_are_those_of_the_whole_data() -> None:
    """Five articles of one class and one of two: no resample may score over fewer classes than the data have."""
    matrices = np.array([[[4.0, 0.0], [0.0, 0.0]]] * 5 + [[[0.0, 0.0], [4.0, 0.0]]])
    _, high = bootstrap_interval(matrices) or (0, 0)
    assert high <= 0.5


def difference(a: Matrix, b: Matrix) -> tuple[float, float] | None:
    """The interval of ``a − b``, where ``a`` is not the worse one."""
    (pair,) = compare({"a": a, "b": b}, partial(macro_f1, classes=gold_classes(a))).pairs
    assert pair.better == "a"
    return pair.interval


def test_differences_are_paired() -> None:
    """A system compared with itself differs by nothing; a better one on every article is better."""
    dice = np.random.default_rng(1)
    one = dice.integers(1, 5, (20, 3, 3)).astype(float)
    assert difference(one, one) == (0.0, 0.0)
    better = one + np.eye(3) * one.sum() / 20
    low, _ = difference(better, one) or (0, 0)
    assert low > 0


def test_one_article_has_no_interval() -> None:
    """Nothing can be said from one group."""
    assert bootstrap_interval(np.ones((1, 2, 2))) is None
    assert difference(np.ones((1, 2, 2)), np.ones((1, 2, 2))) is None
