"""Metrics against scikit-learn, intervals against what must hold of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from baselines.metrics.classification import confusion, f1_by_class, macro_f1
from baselines.significance import bootstrap_interval

CLASSES = ["a", "b", "c"]
items = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES), st.sampled_from("xyz")), min_size=1, max_size=40
)


@given(items)
def test_macro_f1_is_scikit_learns(rows: list[tuple[str, str, str]]) -> None:
    """Over the classes that have a gold item."""
    gold, predicted, groups = (list(column) for column in zip(*rows, strict=True))
    total = confusion(gold, predicted, groups, CLASSES).sum(0)
    assert total.sum() == len(rows)
    present = sorted(set(gold))
    assert float(macro_f1(total)) == pytest.approx(
        f1_score(gold, predicted, labels=present, average="macro", zero_division=0)
    )


def test_a_class_without_gold_is_no_class() -> None:
    """NaN by class, and left out of the mean."""
    matrix = np.array([[3.0, 1.0], [0.0, 0.0]])
    assert np.isnan(f1_by_class(matrix)[1])
    assert float(macro_f1(matrix)) == pytest.approx(6 / 7)


def test_the_interval_holds_the_score_and_narrows() -> None:
    """More articles of the same kind, a narrower interval; the same seed, the same interval."""
    dice = np.random.default_rng(1)
    few = dice.integers(0, 5, (20, 3, 3)).astype(float)
    many = np.concatenate([few] * 16)
    low, high = bootstrap_interval(few) or (0, 0)
    narrow = bootstrap_interval(many) or (0, 0)
    assert low < float(macro_f1(few.sum(0))) < high
    assert (high - low) / (narrow[1] - narrow[0]) == pytest.approx(4, rel=0.15)
    assert bootstrap_interval(few) == (low, high)


def test_one_article_has_no_interval() -> None:
    """Nothing can be said from one group."""
    assert bootstrap_interval(np.ones((1, 2, 2))) is None
