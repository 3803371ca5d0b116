"""Average precision against scikit-learn, ties and weights included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from baselines.metrics import ranking
from baselines.metrics.ranking import average_precision

# Few distinct scores, so that most lists have ties; a weight as often as an item is drawn.
items = st.lists(
    st.tuples(st.booleans(), st.sampled_from([-1.5, 0.0, 0.25, 0.5, 2.0]), st.integers(0, 3)), min_size=1, max_size=30
).filter(lambda rows: any(relevant and weight for relevant, _, weight in rows))
Rows = list[tuple[bool, float, int]]


@given(items)
def test_scikit_learns(rows: Rows) -> None:
    """With and without weights; a weighting is the same as repeating the items."""
    relevant, scores, weights = (np.array(column) for column in zip(*rows, strict=True))
    assert float(average_precision(relevant, scores)) == pytest.approx(average_precision_score(relevant, scores))
    ours = average_precision(relevant, scores, np.stack([np.ones(len(rows)), weights]))
    assert ours[0] == pytest.approx(average_precision_score(relevant, scores))
    assert ours[1] == pytest.approx(average_precision_score(relevant, scores, sample_weight=weights))
    repeated = average_precision_score(np.repeat(relevant, weights), np.repeat(scores, weights))
    assert ours[1] == pytest.approx(repeated)


def test_ties_come_in_together() -> None:
    """By hand: a tie at the top of one relevant and one not, then the other relevant one: 1/2 · 1/2 + 1/2 · 2/3."""
    for order in ([0, 1, 2], [1, 0, 2], [2, 1, 0]):
        relevant, scores = np.array([True, False, True])[order], np.array([0.9, 0.9, 0.1])[order]
        assert float(average_precision(relevant, scores)) == pytest.approx(7 / 12)
    assert float(average_precision(np.array([True, False, False, False]), np.zeros(4))) == 0.25


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many weightings at once and a few at a time."""
    dice = np.random.default_rng(1)
    relevant, scores = dice.random(50) < 0.3, dice.integers(0, 9, 50)
    weights = dice.integers(0, 3, (4, 11, 50))
    whole = average_precision(relevant, scores, weights)
    assert whole.shape == (4, 11)
    monkeypatch.setattr(ranking, "BLOCK", 120)
    assert (average_precision(relevant, scores, weights) == whole).all()


def test_what_is_wrong_is_a_line() -> None:
    """A resample without a relevant item has a value only where one is given for it."""
    two = np.array([True, False])
    weights = np.array([[1.0, 1.0], [0.0, 2.0]])
    with pytest.raises(ValueError, match="no relevant item in 1 of 2"):
        average_precision(two, [1, 2], weights)
    found = average_precision(two, [1, 2], weights, undefined=np.nan)
    assert found[0] == 0.5
    assert np.isnan(found[1])
    for relevant, scores, words in (
        (two, [1.0, np.nan], "item 1: infinite or NaN"),
        ([0, 1], [1, 2], "one boolean and one score"),
        (two, [1], "one boolean and one score"),
        (np.zeros(0, dtype=bool), [], "one boolean and one score"),
        (np.array([False]), [1], "no relevant item"),
    ):
        with pytest.raises(ValueError, match=words):
            average_precision(relevant, scores)
    with pytest.raises(ValueError, match="negative"):
        average_precision(two, [1, 2], [1, -1])
    with pytest.raises(ValueError, match="shape"):
        average_precision(two, [1, 2], [1, 1, 1])
