"""Each test against its definition: McNemar, Holm, randomisation, minimum detectable effect, ranks."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from baselines.significance import (
    exact_mcnemar,
    holm_adjusted,
    minimum_detectable,
    randomisation_p,
    rank_intervals,
)
from baselines.significance.bootstrap import Matrix
from tests.baselines.significance.simulated import accuracy, f1_of

pairs_of_answers = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@given(pairs_of_answers)
def test_mcnemar_is_the_binomial_test_of_the_discordant_items(answers: list[tuple[bool, bool]]) -> None:
    """scipy's, of those that one has right and the other has not; and the same whoever comes first."""
    a, b = np.array(answers).T
    only_a, discordant = int((a & ~b).sum()), int((a != b).sum())
    p = exact_mcnemar(a, b)
    assert p == pytest.approx(binomtest(only_a, discordant).pvalue if discordant else 1.0)
    assert p == exact_mcnemar(b, a)
    assert 0 < exact_mcnemar(a, b, mid=True) <= p


def test_mid_p_by_hand() -> None:
    """One of five: 2 (1 + 5) / 32 = .375, less half of twice 5/32; and of none there is nothing to halve below 1/2."""
    a, b = np.array([1, 0, 0, 0, 0, 1], dtype=bool), np.array([0, 1, 1, 1, 1, 1], dtype=bool)
    assert exact_mcnemar(a, b) == pytest.approx(12 / 32)
    assert exact_mcnemar(a, b, mid=True) == pytest.approx(12 / 32 - 5 / 32)
    with pytest.raises(ValueError, match="6 items against 2"):
        exact_mcnemar(a, b[:2])


def test_holm_by_hand() -> None:
    """Five tests: .01 × 5 = .05, .015 × 4 = .06, .02 × 3 = .06, .03 × 2 = .06, .2 × 1 = .2."""
    assert holm_adjusted([0.02, 0.01, 0.2, 0.015, 0.03]) == pytest.approx([0.06, 0.05, 0.2, 0.06, 0.06])
    # Four tests, Holm's procedure at .05: .005 ≤ .05/4 and .01 ≤ .05/3 are rejected, .03 > .05/2 is not, and with it .04 is not.
    assert holm_adjusted([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm_adjusted([0.6, 0.7]) == pytest.approx([1, 1])
    assert len(holm_adjusted([])) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.001, 0.5))
def test_holm_rejects_what_the_step_down_procedure_rejects(p: list[float], alpha: float) -> None:
    """Smallest first, until one is above α over what is left."""
    rejected: set[int] = set()
    for left, at in zip(range(len(p), 0, -1), sorted(range(len(p)), key=p.__getitem__), strict=True):
        if p[at] * left > alpha:
            break
        rejected.add(at)
    assert set(np.flatnonzero(holm_adjusted(p) <= alpha)) == rejected


def enumerated(a: Matrix, b: Matrix) -> float:
    """p of all swaps of all groups, one after the other."""
    metric = f1_of(a.shape[-1])

    def difference(swap: tuple[int, ...]) -> float:
        x = sum(two if one else first for one, first, two in zip(swap, a, b, strict=True))
        y = sum(first if one else two for one, first, two in zip(swap, a, b, strict=True))
        return abs(float(metric(np.asarray(x))) - float(metric(np.asarray(y))))

    seen = difference((0,) * len(a))
    swaps = list(product((0, 1), repeat=len(a)))
    return sum(difference(swap) >= seen - 1e-9 for swap in swaps) / len(swaps)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 7))
def test_randomisation_of_few_groups_is_the_enumeration(seed: int, groups: int) -> None:
    """Also where some groups are the same for both."""
    dice = np.random.default_rng(seed)
    counts = dice.integers(0, 4, (2, groups, 2, 2)).astype(float)
    counts[..., 0, 0] += 1  # a group is made of items
    a, b = counts
    b[dice.random(groups) < 0.2] = a[0]
    assert randomisation_p(np.stack([a, b]), [(0, 1)], f1_of(2))[0] == pytest.approx(enumerated(a, b))


def test_drawn_swaps_come_close_to_the_enumeration() -> None:
    """Too few samples for all 2,048 swaps: within four standard errors, with the correction by one."""
    for seed in range(5):
        counts = np.random.default_rng(seed).integers(0, 5, (2, 11, 2, 2)).astype(float)
        p = float(randomisation_p(counts, [(0, 1)], f1_of(2), samples=2000)[0])
        exact = enumerated(*counts)
        assert abs(p - exact) < 4 * np.sqrt(exact * (1 - exact) / 2000) + 1e-3
        assert p * 2001 == pytest.approx(round(p * 2001))
    far = np.zeros((2, 40, 2, 2))
    far[0, :, 0, 0] = far[1, :, 0, 1] = 5
    assert randomisation_p(far, [(0, 1)], accuracy, samples=999)[0] == pytest.approx(1 / 1000)


def test_a_pair_does_not_depend_on_its_company() -> None:
    """The same p with other systems beside it, the same either way round; 1 against itself."""
    counts = np.random.default_rng(3).integers(0, 5, (5, 60, 3, 3)).astype(float)
    alone = randomisation_p(counts[:2], [(0, 1), (1, 0), (0, 0)], f1_of(3), samples=500)
    assert alone[0] == alone[1]
    assert alone[2] == 1
    every = [(a, b) for a in range(5) for b in range(a + 1, 5)]
    assert randomisation_p(counts, every, f1_of(3), samples=500)[0] == alone[0]


def test_undefined_swaps_count_as_extreme() -> None:
    """A metric that is NaN wherever a system has lost its only hit."""
    counts = np.zeros((2, 20, 2))
    counts[0, :, 0] = counts[1, :, 1] = 1
    p = randomisation_p(counts, [(0, 1)], lambda sums: np.where(sums[..., 0] < 19, sums[..., 0], np.nan), samples=99)
    assert p[0] == 1


def test_the_minimum_detectable_effect() -> None:
    """2.8 standard errors of many groups, more of few; nothing to say of none, of no disagreement and of too few swaps."""
    assert minimum_detectable(0.01, 10**6) == pytest.approx(0.01 * (norm.ppf(0.975) + norm.ppf(0.8)), rel=1e-4)
    few, many = minimum_detectable(0.01, 10), minimum_detectable(0.01, 1000)
    assert few
    assert many
    assert few > many
    assert minimum_detectable(0.01, 100, alpha=0.001) > minimum_detectable(0.01, 100)  # type: ignore[operator]
    assert [minimum_detectable(*case) for case in ((0.0, 50), (0.1, 1), (0.1, 5), (float("nan"), 50))] == [None] * 4
    assert minimum_detectable(0.1, 6)


def test_ranks_hold_every_open_place() -> None:
    """a and b cannot be told apart, both are better than c; d is open but for a."""
    separated = {("a", "b"): False, ("a", "c"): True, ("b", "c"): True, ("a", "d"): True, ("b", "d"): False}
    assert rank_intervals("abcd", separated) == {"a": (1, 2), "b": (1, 3), "c": (3, 4), "d": (2, 4)}
