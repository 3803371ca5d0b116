"""Span F1, by hand and by brute force."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.agreement.overlap import covered, f1s, span_counts
from dataset.records.types import Span

SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda p: Span(p[0], p[0] + p[1])), max_size=5)


def test_by_hand() -> None:
    """One equal span, one with IoU .5, one with IoU .25, against one more of the other's."""
    a = [Span(0, 10), Span(20, 30), Span(40, 50)]
    b = [Span(0, 10), Span(20, 25), Span(46, 60), Span(70, 71)]
    relaxed, exact, partial = f1s(span_counts(a, b))
    assert relaxed == pytest.approx(2 * 2 / 7)
    assert exact == pytest.approx(2 * 1 / 7)
    assert partial == pytest.approx(2 * (10 + 5 + 4) / (30 + 30))


@given(SPANS, SPANS)
def test_partial_is_dice_of_the_code_points(a: list[Span], b: list[Span]) -> None:
    """Overlapping spans of one's own count once; both orders give the same; spans that are equal give 1."""
    one, other = ({i for span in spans for i in range(*span)} for spans in (a, b))
    assert covered(a) == len(one)
    scores = f1s(span_counts(a, b))
    assert np.array_equal(scores, f1s(span_counts(b, a)), equal_nan=True)
    if not a and not b:
        assert np.isnan(scores).all()
        return
    assert scores[2] == pytest.approx(2 * len(one & other) / (len(one) + len(other)))
    assert scores[1] <= scores[0]
    assert not a or (f1s(span_counts(a, a)) == 1).all()
