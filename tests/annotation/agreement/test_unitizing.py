"""α for unitizing against the published example and its limits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annotation.agreement.coincidence import alpha, coincidences
from annotation.agreement.unitizing import (
    Unit,
    binary_alpha,
    coding_alpha,
    continuum_sums,
    disjoint,
    observed_share,
    unitizing_alpha,
)
from dataset.records.types import Span

COEFFICIENTS = (unitizing_alpha, binary_alpha, coding_alpha)


def units(*triples: tuple[int, int, int]) -> list[Unit]:
    """Units by start, end and label."""
    return [(Span(start, end), label) for start, end, label in triples]


# Krippendorff (2019), "Content Analysis", 4th ed., figure 12.11 (p. 340): a continuum of 60, uα nominal .510, |uα binary .413, cuα .724.
# Data and values were read in test-alpha_u.R of quallmer (CRAN), whose offsets count from 1 and include the end.
ALEX = units((0, 7, 1), (7, 13, 2), (30, 32, 5), (32, 37, 6), (37, 44, 6), (44, 60, 7))
PAUL = units((0, 7, 1), (7, 13, 3), (13, 21, 5), (32, 44, 6))
SUZAN = units((0, 7, 1), (7, 13, 4), (13, 21, 5), (32, 37, 6), (37, 41, 6), (41, 44, 6))


def test_krippendorff_2019() -> None:
    """The three coefficients of the book; the binary one is .4136, which it prints as .413 (units that touch joined: .438)."""
    sums = continuum_sums([ALEX, PAUL, SUZAN], 60, 7)
    assert float(unitizing_alpha(sums, 7)) == pytest.approx(0.510, abs=5e-4)
    assert float(binary_alpha(sums, 7)) == pytest.approx(0.413, abs=1e-3)
    assert float(coding_alpha(sums, 7)) == pytest.approx(0.724, abs=5e-4)


def test_by_hand() -> None:
    """Two annotators, ten code points: 0–4 against 0–2. ℓ: unit–unit 4, unit–gap 2 and 2, gap–gap 12; own 16 + 4 + 6 + 8."""
    sums = continuum_sums([units((0, 4, 1)), units((0, 2, 1))], 10, 1)
    assert list(sums) == [12, 2, 2, 4, 34, 8]
    assert float(binary_alpha(sums, 1)) == pytest.approx(1 - 4 * (20 - 34 / 20) / (400 - 14**2 - 6**2))
    assert float(observed_share(sums, 1)) == pytest.approx(0.8)


def test_overlapping_units_are_cut() -> None:
    """The union stays marked: the first of two keeps its code points, one inside another vanishes, two that touch stay two."""
    own = units((5, 9, 2), (0, 6, 1), (1, 3, 2), (9, 12, 1))
    assert disjoint(own) == units((0, 6, 1), (6, 9, 2), (9, 12, 1))
    assert disjoint(own[::-1]) == disjoint(own)
    with pytest.raises(ValueError, match="ends at 12, the article has 11"):
        continuum_sums([own, own], 11, 2)


LENGTH = 40
UNITS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 10), st.integers(1, 3)).map(lambda p: (Span(p[0], p[0] + p[1]), p[2])),
    max_size=5,
)


@given(st.lists(UNITS, min_size=2, max_size=4), st.randoms())
def test_nobody_comes_first(annotators: list[list[Unit]], dice: object) -> None:
    """Neither an annotator nor one of his or her units; and each coefficient is 1 at most."""
    sums = continuum_sums(annotators, LENGTH, 3)
    other = continuum_sums([one[::-1] for one in annotators[::-1]], LENGTH, 3)
    assert np.allclose(sums, other)
    for coefficient in COEFFICIENTS:
        value = float(coefficient(sums, 3))
        assert np.isnan(value) or value <= 1 + 1e-12


@given(UNITS, st.integers(2, 4))
def test_identical_work_is_1(own: list[Unit], annotators: int) -> None:
    """However many did it; without any unit nothing is defined."""
    sums = continuum_sums([own] * annotators, LENGTH, 3)
    for coefficient in COEFFICIENTS:
        value = float(coefficient(sums, 3))
        assert np.isnan(value) or value == pytest.approx(1)
    assert np.isnan(binary_alpha(sums, 3)) == (not own)
    kinds = {label for _, label in disjoint(own)}
    assert np.isnan(coding_alpha(sums, 3)) == (len(kinds) < 2)


@given(st.lists(UNITS, min_size=2, max_size=4), st.lists(UNITS, min_size=2, max_size=3))
def test_articles_laid_end_to_end(first: list[list[Unit]], second: list[list[Unit]]) -> None:
    """Two articles by the same annotators add up to one text; articles by others weigh as many code points as were read."""
    m = min(len(first), len(second))
    added = continuum_sums(first[:m], LENGTH, 3) + continuum_sums(second[:m], LENGTH, 3)
    moved = [[(Span(s.start + LENGTH, s.end + LENGTH), k) for s, k in one] for one in second]
    joined = [a + b for a, b in zip(first[:m], moved[:m], strict=True)]
    assert np.allclose(added, continuum_sums(joined, 2 * LENGTH, 3))
    other = continuum_sums(first, LENGTH, 3) + continuum_sums(second, LENGTH, 3)
    assert other[:-2].sum() == pytest.approx(LENGTH * (len(first) + len(second)))


@given(st.lists(st.lists(st.integers(1, 3), min_size=6, max_size=6), min_size=2, max_size=4))
def test_units_of_one_code_point_are_ordinary_coding(rows: list[list[int]]) -> None:
    """Everything marked in units of length 1: the α of predefined units."""
    assume(len({label for row in rows for label in row}) > 1)
    sums = continuum_sums([units(*((i, i + 1, label) for i, label in enumerate(row))) for row in rows], 6, 3)
    plain = alpha(coincidences([[str(row[i]) for row in rows] for i in range(6)], "123"))
    assert float(unitizing_alpha(sums, 3)) == pytest.approx(float(plain))
    assert float(coding_alpha(sums, 3)) == pytest.approx(float(plain))


def test_one_annotator_says_nothing() -> None:
    """No pairs, no value."""
    assert not continuum_sums([ALEX], 60, 7).any()
    assert np.isnan(unitizing_alpha(continuum_sums([ALEX], 60, 7), 7))
    assert np.isnan(observed_share(continuum_sums([], 60, 7), 7))
