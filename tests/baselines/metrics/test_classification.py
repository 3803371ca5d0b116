"""Scores from confusion matrices against scikit-learn, and by hand where it has none."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, precision_recall_fscore_support

from baselines.metrics import classification as c
from baselines.metrics.checks import class_mask

CLASSES = ["favor", "against", "none"]
TARGETS = ["x", "y", "z"]
rows = st.lists(
    st.tuples(st.sampled_from(CLASSES), st.sampled_from(CLASSES), st.sampled_from("pqr"), st.sampled_from(TARGETS)),
    min_size=1,
    max_size=40,
)
subsets = st.lists(st.sampled_from(CLASSES), min_size=1, unique=True)
Rows = list[tuple[str, str, str, str]]


def columns(items: Rows) -> list[list[str]]:
    """Gold, predicted, groups, targets."""
    return [list(column) for column in zip(*items, strict=True)]


def harmonic(a: float, b: float) -> float:
    """Of two numbers, 0 where both are."""
    return 2 * a * b / (a + b) if a + b else 0.0


@given(rows, subsets)
def test_everything_that_scikit_learn_has(items: Rows, subset: list[str]) -> None:
    """By class and averaged, over all classes and over some."""
    gold, predicted, groups, _ = columns(items)
    matrix = c.confusion(gold, predicted, groups, CLASSES).sum(0)
    precision, recall, f1, support = precision_recall_fscore_support(gold, predicted, labels=CLASSES, zero_division=0)
    assert c.precision_by_class(matrix) == pytest.approx(precision)
    assert c.recall_by_class(matrix) == pytest.approx(recall)
    assert c.f1_by_class(matrix) == pytest.approx(f1)
    assert list(c.support_by_class(matrix)) == list(support)
    assert float(c.accuracy(matrix)) == pytest.approx(accuracy_score(gold, predicted))
    mask = class_mask(CLASSES, subset)
    for ours, average in ((c.macro_f1, "macro"), (c.micro_f1, "micro"), (c.f_avg, "macro")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = f1_score(gold, predicted, labels=subset, average=average, zero_division=0)
        assert float(ours(matrix, mask)) == pytest.approx(theirs)


@given(rows, subsets)
def test_germeval_is_the_harmonic_mean_of_the_averages(items: Rows, subset: list[str]) -> None:
    """Of scikit-learn's macro precision and recall; never below the mean of the F1."""
    gold, predicted, groups, _ = columns(items)
    matrix, mask = c.confusion(gold, predicted, groups, CLASSES).sum(0), class_mask(CLASSES, subset)
    precision, recall, f1, _ = precision_recall_fscore_support(
        gold, predicted, labels=subset, average="macro", zero_division=0
    )
    ours = float(c.germeval_f1(matrix, mask))
    assert ours == pytest.approx(harmonic(precision, recall))
    assert ours >= f1 - 1e-12


def test_germeval_by_hand() -> None:
    """Four items of a, six of b; a is named eight times, four of them rightly.

    a: precision 4/8, recall 4/4, F1 2/3. b: precision 2/2, recall 2/6, F1 1/2. The mean of the F1 is 7/12 = .583; macro precision is 3/4,
    macro recall 2/3, their harmonic mean 12/17 = .706.
    """
    gold, predicted = ["a"] * 4 + ["b"] * 6, ["a"] * 8 + ["b"] * 2
    matrix, both = c.confusion(gold, predicted, ["g"] * 10, ["a", "b"])[0], np.array([True, True])
    assert float(c.germeval_f1(matrix, both)) == pytest.approx(12 / 17)
    assert float(c.macro_f1(matrix, both)) == pytest.approx(7 / 12)
    assert f1_score(gold, predicted, average="macro") == pytest.approx(7 / 12)


def test_f_avg_by_hand() -> None:
    """Two targets; *none* has no F1 of its own, yet confusing it costs.

    x: favor 2 right of 2, 1 named too much: F1 4/5. against 1 right, none missed: 1. F_avg 9/10.
    y: favor never right: 0. against 1 of 2 right, none named too much: 2/3. F_avg 1/3.
    Mean over targets 37/60. Pooled: favor tp 2, fp 1, fn 1: 2/3. against tp 2, fp 0, fn 1: 4/5. F_avg 11/15.
    """
    labels = [
        ("favor", "favor", "x"),
        ("favor", "favor", "x"),
        ("none", "favor", "x"),
        ("against", "against", "x"),
        ("favor", "none", "y"),
        ("against", "against", "y"),
        ("against", "none", "y"),
    ]
    gold, predicted, targets = (list(column) for column in zip(*labels, strict=True))
    # A third target without any item takes no part.
    matrices = c.confusion_by_target(gold, predicted, ["g"] * 7, targets, CLASSES, TARGETS)[0]
    mask = class_mask(CLASSES, ["favor", "against"])
    assert list(c.f_avg(matrices[:2], mask)) == pytest.approx([9 / 10, 1 / 3])
    assert float(c.f_avg_over_targets(matrices, mask)) == pytest.approx(37 / 60)
    assert float(c.f_avg(matrices.sum(0), mask)) == pytest.approx(11 / 15)


@given(rows)
def test_targets_add_up(items: Rows) -> None:
    """To the matrices without targets; the mean is over the targets that have an item."""
    gold, predicted, groups, targets = columns(items)
    by_target = c.confusion_by_target(gold, predicted, groups, targets, CLASSES, TARGETS)
    assert (by_target.sum(1) == c.confusion(gold, predicted, groups, CLASSES)).all()
    mask = class_mask(CLASSES, ["favor", "against"])
    scores = []
    for target in sorted(set(targets)):
        pairs = [(g, p) for g, p, t in zip(gold, predicted, targets, strict=True) if t == target]
        one, other = (list(column) for column in zip(*pairs, strict=True))
        scores.append(f1_score(one, other, labels=["favor", "against"], average="macro", zero_division=0))
    assert float(c.f_avg_over_targets(by_target.sum(0), mask)) == pytest.approx(np.mean(scores))


def test_thousands_at_once() -> None:
    """Leading axes are the same as a loop."""
    matrices = np.random.default_rng(1).integers(0, 4, (5, 7, 2, 3, 3)).astype(float) + np.eye(3)
    mask = np.array([True, False, True])
    for score in (c.macro_f1, c.micro_f1, c.f_avg, c.germeval_f1, c.f_avg_over_targets):
        whole = score(matrices, mask)
        assert whole.shape == ((5, 7) if score is c.f_avg_over_targets else (5, 7, 2))
        assert whole[3, 4] == pytest.approx(score(matrices[3, 4], mask))
    assert c.accuracy(matrices)[3, 4, 1] == pytest.approx(float(c.accuracy(matrices[3, 4, 1])))
    assert list(c.gold_classes(np.array([[[[0.0, 2.0], [0.0, 0.0]]]]))) == [True, False]


def test_undefined_by_class_can_be_told_from_wrong() -> None:
    """0 as in scikit-learn, NaN where it is asked for."""
    matrix = np.array([[3.0, 1.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert list(c.recall_by_class(matrix)) == [3 / 4, 0, 0]
    assert list(c.recall_by_class(matrix, np.nan)[:2]) == [3 / 4, 0]
    assert np.isnan(c.recall_by_class(matrix, np.nan)[2])
    assert np.isnan(c.precision_by_class(matrix, np.nan)).tolist() == [False, False, True]


ALL = np.array([True, True])
HALF: Any = ["a", float("nan")]
BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: c.confusion(["a"], ["q"], ["g"], ["a", "b"]), "predicted: item 0: unknown label 'q'; known: a, b"),
    (lambda: c.confusion(HALF, ["a", "a"], ["g"] * 2, ["a"]), "gold: item 1: unknown label nan"),
    (lambda: c.confusion([], [], [], ["a"]), "there is no item"),
    (lambda: c.confusion(["a"], [], ["g"], ["a"]), "predicted: 0 for 1 items"),
    (lambda: c.confusion(["a"], ["a"], [], ["a"]), "groups: 0 for 1 items"),
    (lambda: c.confusion(["a"], ["a"], ["g"], ["a", "a"]), "every one once"),
    (lambda: c.confusion(["a"], ["a"], ["g"], []), "every one once"),
    (lambda: c.confusion_by_target(["a"], ["a"], ["g"], ["t"], ["a"], ["u"]), "targets: item 0: unknown label 't'"),
    (lambda: class_mask(["a"], ["b"]), "unknown label 'b'"),
    (lambda: class_mask(["a"], []), "there is no item"),
    (lambda: c.accuracy(np.zeros((2, 2))), "1 of 1 without any item"),
    (lambda: c.macro_f1(np.stack([np.eye(2), np.zeros((2, 2))]), ALL), "1 of 2 without any item"),
    (lambda: c.macro_f1(np.full((2, 2), np.nan), ALL), "NaN"),
    (lambda: c.micro_f1(np.array([[1.0, -1.0], [0.0, 0.0]]), ALL), "negative"),
    (lambda: c.micro_f1(np.array([[1.0, np.inf], [0.0, 0.0]]), ALL), "infinite"),
    (lambda: c.germeval_f1(np.ones((2, 3)), ALL), "as many rows as columns"),
    (lambda: c.f_avg(np.ones((2, 2)), np.array([False, False])), "at least one true"),
    (lambda: c.f_avg(np.ones((2, 2)), np.array([0, 1])), "a mask of 2"),
    (lambda: c.f_avg(np.ones((2, 2)), np.array([True])), "a mask of 2"),
    (lambda: c.f_avg_over_targets(np.zeros((3, 2, 2)), ALL), "no target has an item"),
    (lambda: c.f_avg_over_targets(np.ones((2, 2)), ALL), "shape"),
    (lambda: c.gold_classes(np.ones((0, 2, 2))), "empty"),
]


@pytest.mark.parametrize(("call", "words"), BAD)
def test_what_is_wrong_is_a_line(call: Callable[[], Any], words: str) -> None:
    """Never a zero, never a NaN."""
    with pytest.raises(ValueError, match=re.escape(words)) as error:
        call()
    assert "\n" not in str(error.value)
