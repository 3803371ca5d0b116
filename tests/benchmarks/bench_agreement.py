"""α with 10,000 bootstrap samples against the krippendorff package called in a loop, on the very same resamples."""

from __future__ import annotations

import time

import krippendorff
import numpy as np

from annotation.agreement.bootstrap import SAMPLES, distinct, interval, pattern_weights, resampled_pattern_sums
from annotation.agreement.coincidence import Matrix, alpha, unit_coincidences

ITEMS, ANNOTATORS, LABELS, PART = 2300, 8, 3, 150


def made_up() -> Matrix:
    """Labels of eight annotators, shape ``(annotators, items)``: 70 % hit the true one, 10 % are missing (NaN)."""
    dice = np.random.default_rng(1)
    true = dice.choice(LABELS, ITEMS, p=[0.5, 0.3, 0.2])
    shape = (ANNOTATORS, ITEMS)
    given = np.where(dice.random(shape) < 0.7, true, dice.integers(0, LABELS, shape)).astype(float)
    given[dice.random(shape) < 0.1] = np.nan
    return given


def bootstrap(data: Matrix, metric: str) -> Matrix:
    """α of each resample, from the labels as they stand."""
    counts = np.stack([(data == label).sum(0) for label in range(LABELS)], axis=1).astype(float)
    patterns, often = distinct(counts)
    rows = unit_coincidences(patterns).reshape(len(patterns), -1)
    values = alpha(resampled_pattern_sums(rows, often).reshape(-1, LABELS, LABELS), metric)
    interval(values)
    return values


def same_resamples(data: Matrix) -> list[Matrix]:
    """The first resamples that ``bootstrap`` draws, written out as labels, shape ``(annotators, items)`` each.

    A pattern says how often each label was given; who gave it makes no difference to α, so the items of a pattern stand in turn.
    """
    counts = np.stack([(data == label).sum(0) for label in range(LABELS)], axis=1).astype(float)
    patterns, often = distinct(counts)
    items = [np.flatnonzero((counts == pattern).all(1)) for pattern in patterns]
    weights = np.concatenate(list(pattern_weights(often)))[:PART].astype(int)
    drawn = [np.concatenate([np.resize(one, n) for one, n in zip(items, row, strict=True)]) for row in weights]
    return [data[:, rows] for rows in drawn]


def bench_alpha_against_krippendorff() -> None:
    """Nominal and ordinal, the best of seven runs each.

    The loop is timed on 150 of the resamples, already written out, and scaled to 10,000: its calls alone count, while ours draw too.
    """
    data = made_up()
    resamples = same_resamples(data)
    for metric in ("nominal", "ordinal"):
        ours, theirs = [], []
        for _ in range(7):
            start = time.perf_counter()
            values = bootstrap(data, metric)
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            peer = [
                krippendorff.alpha(one, value_domain=list(range(LABELS)), level_of_measurement=metric)
                for one in resamples
            ]
            theirs.append((time.perf_counter() - start) * SAMPLES / PART)
        assert np.abs(values[:PART] - peer).max() < 1e-9
        print(
            f"\nα {metric}, {ITEMS} items × {ANNOTATORS} annotators, {SAMPLES} samples: {min(ours):.3f} s,"
            f" {min(theirs) / min(ours):.0f} times the speed of krippendorff.alpha in a loop ({min(theirs):.1f} s,"
            f" scaled from {PART} samples); equal to 1e-9 on those"
        )
