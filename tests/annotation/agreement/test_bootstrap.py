"""Resamples: of the right size, from the right distribution, the same for the same seed."""

from __future__ import annotations

from typing import Literal

import krippendorff
import numpy as np
import pytest

from annotation.agreement import bootstrap
from annotation.agreement.bootstrap import (
    distinct,
    interval,
    pattern_weights,
    resampled_pattern_sums,
    resampled_sums,
    rounded,
)
from annotation.agreement.coincidence import alpha, unit_coincidences

COUNTS = np.array([100, 3, 1, 0, 40, 1, 24])


def test_each_resample_has_as_many_items() -> None:
    """Also when it is made in parts, the last of them smaller."""
    weights = np.concatenate(list(pattern_weights(COUNTS, 1001)))
    assert weights.shape == (1001, 7)
    assert (weights.sum(1) == COUNTS.sum()).all()
    assert (weights[:, 3] == 0).all()


def test_patterns_are_drawn_as_a_multinomial_draws_them() -> None:
    """Means n p and covariances −n p q, for frequent and rare patterns and between the two, within five standard errors."""
    samples, n = 40_000, COUNTS.sum()
    weights = np.concatenate(list(pattern_weights(COUNTS, samples, seed=3)))
    p = COUNTS / n
    covariance = n * (np.diag(p) - np.outer(p, p))
    spread = np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)) + covariance**2)
    assert (np.abs(weights.mean(0) - COUNTS) <= 5 * np.sqrt(np.diag(covariance) / samples)).all()
    # A rare pattern's fourth moment is above the normal's: n p small adds 1 / (n p).
    assert (np.abs(np.cov(weights.T) - covariance) <= 8 * (spread + np.sqrt(spread)) / np.sqrt(samples)).all()


@pytest.mark.parametrize("metric", ["nominal", "ordinal"])
def test_alpha_of_the_very_same_resamples(metric: Literal["nominal", "ordinal"]) -> None:
    """What comes out of sums is what the krippendorff package makes of the items drawn, written out."""
    counts = np.random.default_rng(4).integers(0, 4, (40, 3))
    patterns, often = distinct(counts.astype(float))
    rows = unit_coincidences(patterns).reshape(len(patterns), -1)
    ours = alpha(resampled_pattern_sums(rows, often, 30).reshape(-1, 3, 3), metric)
    for value, drawn in zip(ours, np.concatenate(list(pattern_weights(often, 30))), strict=True):
        items = np.repeat(patterns, drawn.astype(int), axis=0).astype(int)
        assert len(items) == 40
        theirs = krippendorff.alpha(value_counts=items, level_of_measurement=metric)
        assert float(value) == pytest.approx(theirs, abs=1e-9)


def test_the_same_seed_draws_the_same_whatever_fits_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles drawn at once or in parts."""
    rows = np.random.default_rng(1).random((30, 4))
    at_once = resampled_sums(rows, 500, seed=5)
    monkeypatch.setattr(bootstrap, "_CELLS", 30 * 7)
    assert np.allclose(resampled_sums(rows, 500, seed=5), at_once)
    assert not np.allclose(resampled_sums(rows, 500, seed=6), at_once)


def test_articles_and_patterns_spread_alike() -> None:
    """The same data drawn in both ways have the same interval, but for chance."""
    rows = np.repeat(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), [60, 10, 30], axis=0)
    one = interval(resampled_sums(rows))
    other = interval(resampled_pattern_sums(rows[[0, 60, 70]], np.array([60, 10, 30])))
    assert np.allclose(one, other, atol=1.01)


def test_intervals_leave_out_what_says_nothing() -> None:
    """NaN in some samples, and in all of them."""
    values = np.column_stack([np.r_[np.arange(101.0), np.nan], np.full(102, np.nan)])
    low, high = interval(values)
    assert low[0] == pytest.approx(2.5)
    assert high[0] == pytest.approx(97.5)
    assert np.isnan([low[1], high[1]]).all()
    assert rounded(low[1]) is None
    assert str(rounded(-1e-12)) == "0.0"
