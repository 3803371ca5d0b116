"""Which systems are told apart: seldom those that are alike, surely those that are not, never by luck."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import to_builtins
from numpy.typing import NDArray

from baselines.metrics.classification import confusion, macro_f1
from baselines.significance import Comparison, Standing, compare, randomisation_p
from baselines.significance.bootstrap import Matrix
from tests.baselines.significance.simulated import accuracy, f1_of, simulate, true_scores


def alone(answer: Comparison) -> tuple[float | None, ...]:
    """What a pair may lack."""
    pair = answer.pairs[0]
    return pair.p, pair.p_mcnemar, pair.minimum_detectable, pair.minimum_detectable_in_family


@pytest.mark.parametrize(
    ("abilities", "shares"),
    [([(1.0, 0.6, 0.2)] * 2, (0.5, 0.3, 0.2)), ([(1.4, 0.0), (0.0, 1.4)], (0.5, 0.5))],
    ids=["the same system twice", "one is better at one class, the other at the other"],
)
def test_false_alarms(abilities: list[tuple[float, ...]], shares: tuple[float, ...]) -> None:
    """At most 6 % of 1,000 data sets in which the true macro-F1 is the same; fewer where the two err in different ways."""
    counts, _ = simulate(np.random.default_rng(11), 1000, 80, abilities, shares)
    metric = f1_of(len(shares))
    p = np.array([randomisation_p(one, [(0, 1)], metric, samples=500)[0] for one in counts])
    assert 0.02 <= (p <= 0.05).mean() <= 0.06


def test_false_alarms_of_a_whole_table() -> None:
    """Four systems with nothing between them: any pair told apart in at most 6 % of 300 tables."""
    counts, _ = simulate(np.random.default_rng(12), 300, 60, [(1.0, 0.5)] * 4, (0.6, 0.4))
    tables = [compare(dict(zip("abcd", one, strict=True)), f1_of(2), samples=600) for one in counts]
    assert np.mean([any(pair.separated for pair in table.pairs) for table in tables]) <= 0.06


def test_the_minimum_detectable_effect_is_detected_four_times_in_five() -> None:
    """The true difference is, on average, the minimum detectable effect that each of 300 data sets tells of itself."""
    abilities = [(0.6, 0.6), (0.94, 0.94)]
    low, high = true_scores(accuracy, abilities, (0.7, 0.3))
    counts, _ = simulate(np.random.default_rng(5), 300, 100, abilities, (0.7, 0.3))
    tables = [compare({"a": one[0], "b": one[1]}, accuracy, samples=500) for one in counts]
    assert np.mean([table.pairs[0].minimum_detectable for table in tables]) == pytest.approx(high - low, rel=0.05)
    assert np.mean([table.pairs[0].p <= 0.05 for table in tables]) == pytest.approx(0.8, abs=0.06)
    assert np.mean([table.pairs[0].separated and table.pairs[0].better == "b" for table in tables]) > 0.74


def lucky(seed: int, right: int) -> tuple[dict[str, Matrix], dict[str, NDArray[np.bool_]]]:
    """Two systems on 944 items of 60 articles that differ on 14, of which the first has ``right`` right and the second the rest."""
    dice = np.random.default_rng(seed)
    classes = ["a", "b", "c"]
    gold, groups = dice.choice(classes, 944, p=[0.5, 0.3, 0.2]), dice.integers(0, 60, 944)
    wrong = np.array([classes[(classes.index(label) + 1) % 3] for label in gold])
    first = np.where(dice.random(944) < 0.7, gold, wrong)
    second = first.copy()
    # Of one class, so that seven against seven is the same confusion matrix and the same score.
    good, bad = (np.flatnonzero((gold == "a") & (first == said)) for said in ("a", "b"))
    second[dice.choice(good, right, replace=False)] = "b"
    second[dice.choice(bad, 14 - right, replace=False)] = "a"
    assert (first != second).sum() == 14
    named = {"first": first, "second": second}
    return {name: confusion(list(gold), list(one), [str(g) for g in groups], classes) for name, one in named.items()}, {
        name: one == gold for name, one in named.items()
    }


@pytest.mark.parametrize("right", [7, 8, 9, 10])
def test_luck_does_not_rank(right: int) -> None:
    """14 differing items of 944, evenly and up to 10 against 4, in five data sets each: both may be first."""
    for seed in range(5):
        counts, correct = lucky(seed, right)
        table = compare(counts, f1_of(3), correct, samples=4000)
        pair = table.pairs[0]
        assert not pair.separated
        assert {one.rank for one in table.systems} == {(1, 2)}
        assert pair.minimum_detectable
        assert pair.minimum_detectable > abs(pair.difference)
        if right == 7:
            assert pair.difference == 0
            assert (pair.p, pair.p_mcnemar) == (1, 1)


def test_what_is_better_is_told_apart_and_ranked() -> None:
    """Two good ones that are alike, and a bad one: 1–2, 1–2, 3; the table is the same again, and fit for JSON."""
    abilities = [(1.5, 1.0), (-0.5, -0.5), (1.5, 1.0)]
    counts, right = simulate(np.random.default_rng(1), 1, 100, abilities, (0.6, 0.4))
    named = dict(zip(["good", "bad", "alike"], counts[0], strict=True))
    correct = dict(zip(named, right, strict=True))
    table = compare(named, f1_of(2), correct)
    assert {one.system: one.rank for one in table.systems} == {"good": (1, 2), "alike": (1, 2), "bad": (3, 3)}
    assert all(one.interval and one.score and one.interval[0] < one.score < one.interval[1] for one in table.systems)
    assert all(pair.p <= pair.p_holm and pair.p_mcnemar for pair in table.pairs)
    assert all(pair.minimum_detectable_in_family > pair.minimum_detectable for pair in table.pairs)  # type: ignore[operator]
    assert table == compare(named, f1_of(2), correct)
    assert json.loads(json.dumps(to_builtins(table), allow_nan=False))["pairs"][1]["separated"] is True
    errors = compare(named, lambda sums: 1 - f1_of(2)(sums), higher_is_better=False)
    assert [one.system for one in errors.systems] == [one.system for one in table.systems]
    assert {one.system: one.rank for one in errors.systems} == {one.system: one.rank for one in table.systems}


def test_one_article_one_item_and_the_same_system() -> None:
    """All defined, and said."""
    one = np.array([[[1.0, 0.0], [0.0, 0.0]]])
    other = np.array([[[0.0, 1.0], [0.0, 0.0]]])
    right = {"a": np.array([True]), "b": np.array([False])}
    table = compare({"a": one, "b": other}, accuracy, right, unit="outlet")
    assert [(s.score, s.interval, s.rank) for s in table.systems] == [(1, None, (1, 2)), (0, None, (1, 2))]
    assert alone(table) == (1, 1, None, None)
    assert table.notes == ("one outlet: no interval can be given, and no two systems can be told apart",)
    many = np.random.default_rng(1).integers(0, 5, (30, 2, 2)).astype(float)
    table = compare({"a": many, "b": many}, accuracy)
    assert alone(table) == (1, None, None, None)
    assert table.pairs[0].interval == (0, 0)
    assert table.notes == ("a and b have the same counts in every article: p is 1",)
    table = compare({"a": many}, accuracy)
    assert (table.pairs, table.systems[0].rank, table.notes) == ((), (1, 1), ())


def test_few_articles_are_said_to_be_few() -> None:
    """Five articles: not even the best system can be told from the worst; nine: with one pair it can."""
    best, worst = np.zeros((2, 9, 2, 2))
    best[:, 0, 0], worst[:, 0, 1] = 5, 5
    table = compare({"best": best[:5], "worst": worst[:5]}, accuracy)
    assert not table.pairs[0].separated
    assert any("p can be no smaller than 0.062" in note for note in table.notes)
    assert any("5 articles, fewer than 10" in note for note in table.notes)
    table = compare({"best": best, "worst": worst}, accuracy)
    assert table.pairs[0].separated
    assert [note.split(":")[0] for note in table.notes] == ["9 articles, fewer than 10", "best, worst"]
    assert "an interval without width is not certainty" in table.notes[1]


def test_a_metric_that_is_not_defined_is_named() -> None:
    """On the whole data: no rank; on some resamples: how many were left out."""

    def precision(sums: Matrix) -> Matrix:
        named = sums[..., :, 0].sum(-1)
        return np.where(named > 0, sums[..., 0, 0] / np.maximum(named, 1), np.nan)

    never = np.tile(np.array([[0.0, 3.0], [0.0, 2.0]]), (12, 1, 1))
    once = never.copy()
    once[0] = [[2.0, 1.0], [1.0, 1.0]]
    often = np.tile(np.array([[2.0, 1.0], [1.0, 1.0]]), (12, 1, 1))
    table = compare({"never": never, "once": once, "often": often}, precision)
    assert table.systems[-1] == Standing("never", None, None, None)
    assert len(table.pairs) == 1
    assert any(note.startswith("never: the metric is not defined on these data") for note in table.notes)
    assert any(note.startswith("once: the metric is not defined on 3") for note in table.notes)
    json.dumps(to_builtins(table), allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 5))
def test_whatever_the_counts_the_table_holds_together(seed: int, groups: int, systems: int) -> None:
    """No NaN; the best place is not behind the worst; no interval of a separated pair holds 0."""
    counts = np.random.default_rng(seed).integers(0, 3, (systems, groups, 2, 2)).astype(float)
    counts[..., 0, 0] += 1  # a group is made of items
    names = [f"s{i}" for i in range(systems)]
    metric = partial(macro_f1, classes=np.ones(2, dtype=bool))
    table = compare(dict(zip(names, counts, strict=True)), metric, samples=200)
    json.dumps(to_builtins(table), allow_nan=False)
    assert sorted(one.system for one in table.systems) == names
    for place, one in enumerate(table.systems, 1):
        assert one.rank
        assert 1 <= one.rank[0] <= place <= one.rank[1] <= systems
    for pair in table.pairs:
        assert pair.difference >= 0
        assert 0 < pair.p <= pair.p_holm <= 1
        assert not pair.separated or (pair.p_holm <= 0.05 and pair.interval and pair.interval[0] > 0)


@pytest.mark.parametrize(
    ("counts", "correct", "message"),
    [
        ({}, None, "no system"),
        ({"a": np.ones((0, 2, 2))}, None, "no group"),
        ({"a": np.ones((3, 2, 2)), "b": np.ones((4, 2, 2))}, None, "b: counts of shape"),
        ({"a": np.full((3, 2, 2), np.nan)}, None, "a: counts that are not finite"),
        ({"a": np.ones((3, 2, 2))}, {"b": np.ones(3, dtype=bool)}, "correctness of b, counts of a"),
        (
            {"a": np.ones((3, 2, 2)), "b": np.ones((3, 2, 2))},
            {"a": np.ones(3, dtype=bool), "b": np.ones(4, dtype=bool)},
            "different numbers of items",
        ),
    ],
)
def test_bad_calls_are_named(
    counts: dict[str, Matrix], correct: dict[str, NDArray[np.bool_]] | None, message: str
) -> None:
    """One line each."""
    with pytest.raises(ValueError, match=message):
        compare(counts, accuracy, correct)
