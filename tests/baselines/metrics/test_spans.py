"""Span scores against a search through all matchings, and by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.agreement.overlap import f1s, span_counts
from baselines.metrics.spans import (
    COUNTS,
    SCHEMES,
    MarkedSpan,
    count_document,
    count_documents,
    span_f1,
    span_precision,
    span_recall,
)
from dataset.records.types import Span

LABELS = ["fact", "value"]
# A short text, so that spans often overlap, meet or are the same.
span = st.builds(
    lambda start, length, label: MarkedSpan(start, start + length, label),
    st.integers(0, 9),
    st.integers(1, 5),
    st.sampled_from(LABELS),
)
spans = st.lists(span, max_size=5)


def strict(a: MarkedSpan, b: MarkedSpan) -> float:
    """Credit of a pair."""
    return float(a == b)


def partial(a: MarkedSpan, b: MarkedSpan) -> float:
    """Credit of a pair."""
    return 1.0 if a[:2] == b[:2] else 0.5 * bool(set(range(*a[:2])) & set(range(*b[:2])))


def by_type(a: MarkedSpan, b: MarkedSpan) -> float:
    """Credit of a pair."""
    return float(a.label == b.label and bool(set(range(*a[:2])) & set(range(*b[:2]))))


def best(a: Sequence[MarkedSpan], b: Sequence[MarkedSpan], credit: Callable[[MarkedSpan, MarkedSpan], float]) -> float:
    """The most credit of all one-to-one matchings, by trying them all."""
    few, many, flip = (a, b, False) if len(a) <= len(b) else (b, a, True)
    return max(
        sum(credit(y, x) if flip else credit(x, y) for x, y in zip(few, order, strict=True))
        for order in permutations(many, len(few))
    )


@given(spans, spans)
def test_the_best_of_all_matchings(gold: list[MarkedSpan], predicted: list[MarkedSpan]) -> None:
    """Credit by the definition; code points as sets."""
    table = count_document(gold, predicted, LABELS).reshape(len(SCHEMES), 3)
    for row, credit in zip(table, (strict, partial, by_type), strict=False):
        assert list(row) == [best(gold, predicted, credit), len(gold), len(predicted)]
    one, other = ({i for s in list_ for i in range(*s[:2])} for list_ in (gold, predicted))
    assert list(table[3]) == [len(one & other), len(one), len(other)]


@given(spans, spans, st.randoms(use_true_random=False))
def test_no_order_decides(gold: list[MarkedSpan], predicted: list[MarkedSpan], dice: Random) -> None:
    """Shuffled lists count the same; swapped sides swap precision and recall."""
    counts = count_document(gold, predicted, LABELS)
    one, other = dice.sample(gold, len(gold)), dice.sample(predicted, len(predicted))
    assert (count_document(one, other, LABELS) == counts).all()
    swapped = count_document(predicted, gold, LABELS)
    assert (span_precision(counts, 0.0) == span_recall(swapped, 0.0)).all()
    assert (span_f1(counts, 0.0) == span_f1(swapped, 0.0)).all()


@given(spans, spans)
def test_characters_are_the_agreement_pages_partial(gold: list[MarkedSpan], predicted: list[MarkedSpan]) -> None:
    """So that a system can stand beside the human ceiling."""
    one, other = ([Span(*s[:2]) for s in list_] for list_ in (gold, predicted))
    theirs = f1s(span_counts(one, other))[2]
    ours = span_f1(count_document(gold, predicted, LABELS), np.nan)[3]
    assert ours == pytest.approx(theirs, nan_ok=True)


def test_a_greedy_matching_would_be_worse() -> None:
    """The first predicted span overlaps both gold ones, the second only the first: taking what comes first leaves one over."""
    gold = [MarkedSpan(0, 10, "fact"), MarkedSpan(10, 20, "fact")]
    predicted = [MarkedSpan(8, 12, "fact"), MarkedSpan(2, 6, "fact")]
    counts = count_document(gold, predicted, LABELS)
    assert list(span_f1(counts)) == pytest.approx([0, 0.5, 1, 2 * 8 / 28])


def test_by_hand() -> None:
    """One right, one with the wrong label, one too short, one missed, one made up.

    Four gold, four predicted. strict 1; partial 1 + 1 + .5; type 1 + 1. Code points: 5 + 5 + 3 shared of 20 and 18.
    """
    gold = [
        MarkedSpan(0, 5, "fact"),
        MarkedSpan(10, 15, "fact"),
        MarkedSpan(20, 25, "value"),
        MarkedSpan(30, 35, "value"),
    ]
    predicted = [
        MarkedSpan(0, 5, "fact"),
        MarkedSpan(10, 15, "value"),
        MarkedSpan(20, 23, "value"),
        MarkedSpan(40, 45, "value"),
    ]
    counts = count_documents([gold, []], [predicted, [MarkedSpan(0, 4, "fact")]], LABELS)
    assert counts.shape == (2, COUNTS)
    assert list(span_recall(counts[0])) == [1 / 4, 2.5 / 4, 2 / 4, 13 / 20]
    assert list(span_precision(counts[0])) == [1 / 4, 2.5 / 4, 2 / 4, 13 / 18]
    assert list(span_precision(counts.sum(0))) == [1 / 5, 2.5 / 5, 2 / 5, 13 / 22]
    assert list(span_f1(counts.sum(0))) == pytest.approx([2 / 9, 5 / 9, 4 / 9, 26 / 42])
    # A document with nothing but a wrong span scores 0, and three resamples are one call.
    assert list(span_f1(counts[1])) == [0, 0, 0, 0]
    resampled = span_f1(np.array([[2, 0], [1, 1], [0, 2]]) @ counts)
    assert resampled.shape == (3, 4)
    assert list(resampled[1]) == list(span_f1(counts.sum(0)))


def test_the_same_span_twice_is_one_too_many() -> None:
    """No credit for repeating oneself."""
    one = MarkedSpan(0, 5, "fact")
    assert list(span_precision(count_document([one], [one, one], LABELS))) == [0.5, 0.5, 0.5, 1.0]


def test_thousands_of_spans() -> None:
    """A long document is no search through matchings."""
    gold = [MarkedSpan(10 * i, 10 * i + 8, "fact") for i in range(2000)]
    predicted = [MarkedSpan(s.start + 1, s.end, s.label) for s in reversed(gold)]
    assert list(span_f1(count_document(gold, predicted, LABELS))) == pytest.approx([0, 0.5, 1, 14 / 15])


def test_what_is_wrong_is_a_line() -> None:
    """Spans that are none, unknown labels, nothing to score."""
    fine = [MarkedSpan(0, 1, "fact")]
    for bad, words in (
        ((3, 3, "fact"), "gold span 3–3: 0 ≤ start < end"),
        ((3, 2, "fact"), "gold span 3–2"),
        ((-1, 2, "fact"), "gold span -1–2"),
        ((0, 10**30, "fact"), "gold span 0–1000"),
        ((0.0, 2.0, "fact"), "gold span 0.0–2.0"),
        ((float("nan"), 2, "fact"), "gold span nan–2"),
        ((None, 2, "fact"), "gold span None–2"),
        ((False, True, "fact"), "gold span False–True"),
        ((0, 2, "q"), "gold span 0–2: unknown label 'q'; known: fact, value"),
    ):
        with pytest.raises(ValueError, match=f"document 1: {words}"):
            count_documents([fine, [MarkedSpan(*bad)]], [fine, fine], LABELS)
        with pytest.raises(ValueError, match=words.replace("gold", "predicted")):
            count_document(fine, [MarkedSpan(*bad)], LABELS)
    for documents in (0, 1):
        with pytest.raises(ValueError, match=f"{documents} documents of gold, 0 of predictions"):
            count_documents([fine] * documents, [], LABELS)
    nothing = count_document([], [], LABELS)
    for score, what in ((span_f1, "gold or predicted"), (span_precision, "predicted"), (span_recall, "gold")):
        with pytest.raises(ValueError, match=f"no {what} span"):
            score(nothing)
        assert np.isnan(score(nothing, np.nan)).all()
        with pytest.raises(ValueError, match="shape"):
            score(np.ones(3))
        with pytest.raises(ValueError, match="NaN"):
            score(np.full(COUNTS, np.nan))
