"""Aggregation: planted annotators are found, ties stay open, names and order do not matter, odd votes do not break it."""

from __future__ import annotations

import math
import random
import time
import warnings
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation.aggregate import Aggregated, Vote, aggregate_votes
from annotation.items import majority

LABELS = ["favor", "against", "discuss", "none"]
MODELS = ["dawid_skene", "mace"]
METHODS = ["majority", *MODELS]
ANNOTATORS = ["random", "confuser", "perfect", "good1", "good2"]
SWAPPED = {"favor": "against", "against": "favor"}


def planted(items: int, seed: int) -> tuple[list[Vote], dict[str, str]]:
    """Votes of five annotators on items with a known truth.

    One draws at random, one takes favor for against and the reverse in nine of ten, one is always right, two are right in 81 of 100.
    """
    draw = random.Random(seed)
    truth = {f"i{i:04d}": draw.choice(LABELS) for i in range(items)}
    votes = []
    for item, true in truth.items():
        swapped = SWAPPED.get(true, true)
        votes += [
            Vote(item, "random", draw.choice(LABELS)),
            Vote(item, "confuser", swapped if draw.random() < 0.9 else draw.choice(LABELS)),
            Vote(item, "perfect", true),
            *(Vote(item, name, true if draw.random() < 0.75 else draw.choice(LABELS)) for name in ("good1", "good2")),
        ]
    return votes, truth


def accuracy(result: Aggregated, truth: dict[str, str]) -> float:
    """Share of items whose label is right; an undecided one is not."""
    return sum(result.labels[item] == true for item, true in truth.items()) / len(truth)


def figures(items: int, seeds: int) -> dict[str, float]:
    """Mean accuracy by method over simulations."""
    found: dict[str, list[float]] = {method: [] for method in METHODS}
    for seed in range(seeds):
        votes, truth = planted(items, seed)
        for method in METHODS:
            found[method].append(accuracy(aggregate_votes(votes, LABELS, method), truth))
    return {method: round(float(np.mean(values)), 4) for method, values in found.items()}


def sane(result: Aggregated, votes: Sequence[Vote]) -> None:
    """Every item and annotator is there; nothing is NaN; distributions sum to 1; a label is one that somebody gave."""
    assert list(result.labels) == list(result.distributions) == sorted({vote.item for vote in votes})
    assert list(result.quality) == sorted({vote.annotator for vote in votes})
    for item, row in result.distributions.items():
        assert list(row) == LABELS
        assert math.isclose(sum(row.values()), 1, abs_tol=1e-6)
        assert all(0 <= value <= 1 for value in row.values())
        assert result.labels[item] in {None, *(vote.label for vote in votes if vote.item == item)}
    assert all(value is None or 0 <= value <= 1 for value in result.quality.values())
    for matrix in (result.confusions or {}).values():
        for row in matrix.values():
            assert list(row) == LABELS
            assert math.isclose(sum(row.values()), 1, abs_tol=1e-6)


def test_dawid_skene_finds_the_planted() -> None:
    """The random one is last, the perfect one first; the confuser's swap is in the confusion matrix."""
    votes, _ = planted(200, 1)
    result = aggregate_votes(votes, LABELS, "dawid_skene")
    quality = {name: value or 0.0 for name, value in result.quality.items()}
    assert result.why is None
    assert min(quality, key=lambda name: quality[name]) == "random"
    assert max(quality, key=lambda name: quality[name]) == "perfect"
    assert result.confusions is not None
    confuser = result.confusions["confuser"]
    assert confuser["favor"]["against"] > 0.8
    assert confuser["against"]["favor"] > 0.8
    assert confuser["none"]["none"] > 0.8
    assert result.confusions["good1"]["favor"]["favor"] > 0.7
    sane(result, votes)


def test_mace_finds_the_random_one() -> None:
    """His competence is next to nothing; the perfect one's is near 1. There are no confusions to tell."""
    votes, _ = planted(200, 1)
    result = aggregate_votes(votes, LABELS, "mace")
    quality = {name: value or 0.0 for name, value in result.quality.items()}
    assert result.why is None
    assert result.confusions is None
    assert min(quality, key=lambda name: quality[name]) == "random"
    assert quality["random"] < 0.2
    assert quality["perfect"] > 0.9
    sane(result, votes)


def test_the_models_beat_majority() -> None:
    """On planted annotators both are better in the mean, by more than five points."""
    found = figures(items=50, seeds=5)
    assert found["dawid_skene"] > found["majority"] + 0.05
    assert found["mace"] > found["majority"] + 0.05


def test_majority_is_golds() -> None:
    """The same labels as annotation/gold.py gives; ties are open; one vote decides."""
    draw = random.Random(3)
    votes = [Vote(f"i{i}", f"a{j}", draw.choice(LABELS)) for i in range(60) for j in range(1 + i % 5)]
    result = aggregate_votes(votes, LABELS, "majority")
    for item, label in result.labels.items():
        assert label == majority([vote.label for vote in votes if vote.item == item])
    assert result.labels["i0"] == votes[0].label
    assert None in result.labels.values()
    assert result.why is None
    sane(result, votes)


def test_majority_quality() -> None:
    """Agreement over decided items that somebody else labelled too."""
    votes = [Vote("x", name, "favor") for name in "ab"] + [Vote("x", "c", "none"), Vote("alone", "d", "none")]
    assert aggregate_votes(votes, LABELS, "majority").quality == {"a": 1.0, "b": 1.0, "c": 0.0, "d": None}


@pytest.mark.parametrize("method", MODELS)
@pytest.mark.parametrize(
    ("votes", "reason"),
    [
        ([], "there are no votes"),
        ([Vote("i", "a", "favor")], "all votes are for one label"),
        ([Vote(f"i{i}", a, "favor") for i in range(20) for a in "abc"], "all votes are for one label"),
        ([Vote(f"i{i}", a, LABELS[i % 2]) for i in range(20) for a in "a"], "0 annotators"),
        ([Vote(f"i{i}", a, LABELS[i % 2]) for i in range(20) for a in "ab"], "2 annotators"),
        ([Vote("i", a, LABELS[k % 2]) for k, a in enumerate("abc")], "1 items"),
        ([Vote(f"i{i}", "abc"[i % 3], LABELS[i % 2]) for i in range(30)], "0 annotators"),
    ],
)
def test_too_little_falls_back(votes: list[Vote], reason: str, method: str) -> None:
    """To majority's result, with the reason."""
    result, plain = aggregate_votes(votes, LABELS, method), aggregate_votes(votes, LABELS, "majority")
    assert result.why is not None
    assert result.why.startswith(reason)
    assert result.why.endswith(f": majority was used instead of {method}")
    assert (result.labels, result.distributions, result.quality) == (plain.labels, plain.distributions, plain.quality)
    sane(result, votes)


@pytest.mark.parametrize("method", MODELS)
def test_equals_who_disagree_stay_open(method: str) -> None:
    """Two camps of the same size that contradict each other: nothing says whom to believe."""
    votes = [Vote(f"i{i:02d}", a, LABELS[(i + (a in "cd")) % 2]) for i in range(20) for a in "abcd"]
    result = aggregate_votes(votes, LABELS, method)
    assert result.why is None
    assert set(result.labels.values()) == {None}


@pytest.mark.parametrize("method", METHODS)
def test_few_votes_are_no_trouble(method: str) -> None:
    """Items with one vote, an annotator with one, a label that nobody used."""
    votes = [vote for vote in planted(60, 2)[0] if vote.label != "none"]
    votes += [Vote("one", "good1", "favor"), Vote("two", "guest", "against"), Vote("i0000", "visitor", "discuss")]
    result = aggregate_votes(votes, LABELS, method)
    assert result.why is None
    assert {row["none"] for row in result.distributions.values()} == {0.0}
    assert result.quality["guest"] is None
    assert result.quality["visitor"] is not None
    sane(result, votes)


def test_no_label_that_nobody_gave() -> None:
    """The confuser's lone favor is against to the model; that is in the distribution, not in the label."""
    votes = [*planted(200, 1)[0], Vote("lone", "confuser", "favor")]
    result = aggregate_votes(votes, LABELS, "dawid_skene")
    assert result.distributions["lone"]["against"] > 0.8
    assert result.labels["lone"] is None


def test_a_crowd_on_one_item() -> None:
    """Probabilities too small for a number: majority, no NaN."""
    votes = [Vote(f"i{i}", f"a{j:04d}", LABELS[(i + (j % 3 == 0)) % 2]) for i in range(10) for j in range(2500)]
    for method in MODELS:
        result = aggregate_votes(votes, LABELS, method)
        assert all(not math.isnan(value) for row in result.distributions.values() for value in row.values())
        assert result.labels["i0"] == "favor"
        if method == "mace":
            assert result.why == "an item has more votes than the model can multiply: majority was used instead of mace"


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_printed(method: str, capfd: pytest.CaptureFixture[str]) -> None:
    """No warning, no progress bar."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        aggregate_votes(planted(20, 1)[0], LABELS, method)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("votes", "labels", "method"),
    [
        ([], LABELS, "mean"),
        ([], ["a", "a"], "majority"),
        ([Vote("i", "a", "perhaps")], LABELS, "majority"),
        ([Vote("i", "a", "favor"), Vote("i", "a", "none")], LABELS, "mace"),
    ],
)
def test_wrong_calls(votes: list[Vote], labels: list[str], method: str) -> None:
    """Are refused."""
    with pytest.raises(ValueError, match=r"expected|not one of|two votes"):
        aggregate_votes(votes, labels, method)


def same(a: Aggregated, b: Aggregated, items: dict[str, str], annotators: dict[str, str]) -> None:
    """The same result under other names."""
    for item, new in items.items():
        assert a.distributions[item] == pytest.approx(b.distributions[new], abs=1e-6)
        assert a.labels[item] == b.labels[new]
    for name, new in annotators.items():
        assert a.quality[name] == (None if b.quality[new] is None else pytest.approx(b.quality[new], abs=1e-6))


def renamed(votes: list[Vote], shuffle: random.Random) -> tuple[list[Vote], dict[str, str], dict[str, str]]:
    """The votes in another order, under names that sort in another order."""
    maps = []
    for names in ({vote.item for vote in votes}, {vote.annotator for vote in votes}):
        ordered = sorted(names)
        maps.append(
            dict(zip(ordered, shuffle.sample([f"n{k:04d}" for k in range(len(ordered))], len(ordered)), strict=True))
        )
    other = [Vote(maps[0][vote.item], maps[1][vote.annotator], vote.label) for vote in votes]
    shuffle.shuffle(other)
    return other, maps[0], maps[1]


@pytest.mark.parametrize("method", METHODS)
def test_order_and_names_do_not_matter(method: str) -> None:
    """Votes in another order give exactly the same; other names the same but for rounding; another seed too."""
    votes, _ = planted(80, 5)
    result, shuffle = aggregate_votes(votes, LABELS, method), random.Random(1)
    assert aggregate_votes(shuffle.sample(votes, len(votes)), LABELS, method) == result
    other, items, annotators = renamed(votes, shuffle)
    same(result, aggregate_votes(other, LABELS, method), items, annotators)


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 13), st.integers(0, 4)), st.sampled_from(LABELS[:3]), min_size=20, max_size=60
    ),
    st.sampled_from(MODELS),
    st.randoms(use_true_random=False),
)
def test_any_votes(marks: dict[tuple[int, int], str], method: str, shuffle: random.Random) -> None:
    """Sane whatever the votes; order and names do not matter."""
    votes = [Vote(f"i{i:02d}", f"a{a}", label) for (i, a), label in marks.items()]
    result = aggregate_votes(votes, LABELS, method)
    sane(result, votes)
    assert aggregate_votes(shuffle.sample(votes, len(votes)), LABELS, method) == result
    other, items, annotators = renamed(votes, shuffle)
    same(result, aggregate_votes(other, LABELS, method), items, annotators)


@pytest.mark.parametrize("method", METHODS)
def test_fifty_thousand_votes(method: str) -> None:
    """Take seconds."""
    votes, truth = planted(10_000, 1)
    began = time.process_time()
    result = aggregate_votes(votes, LABELS, method)
    assert time.process_time() - began < 60
    assert accuracy(result, truth) > 0.8
