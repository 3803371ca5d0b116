"""Significance: its speed against scikit-learn in a loop, and how often intervals and tests are right. They print; they judge nothing."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
from sklearn.metrics import f1_score

from baselines.metrics.calibration import expected_calibration_error, reliability_counts
from baselines.metrics.classification import confusion
from baselines.significance import (
    compare,
    mirrored_interval,
    percentile_interval,
    randomisation_p,
    resampled_scores,
)
from baselines.significance.bootstrap import SAMPLES, SEED, Matrix, Metric, group_weights
from tests.baselines.significance.simulated import ABILITIES, SHARES, accuracy, f1_of, simulate, true_scores

SYSTEMS, ITEMS, ARTICLES, CLASSES, PART = 10, 25_000, 1_500, 4, 30
RUNS, FEWER = 1_000, 4_000


def bench_ten_systems_against_a_loop() -> None:
    """Macro-F1 of ten systems on 10,000 resamples of 1,500 articles; the best of five passes.

    The loop is timed on 30 of the resamples for all ten systems, the best of three, and scaled to 10,000: its calls of ``f1_score``
    alone count, on integer labels that are drawn already, while ours draw too.
    """
    dice = np.random.default_rng(1)
    gold = dice.choice(CLASSES, ITEMS, p=SHARES[CLASSES])
    groups = np.concatenate([np.arange(ARTICLES), dice.integers(0, ARTICLES, ITEMS - ARTICLES)])
    answers = [np.where(dice.random(ITEMS) < 0.6 + 0.02 * i, gold, dice.choice(CLASSES, ITEMS)) for i in range(SYSTEMS)]
    names, labels = [f"{group:04d}" for group in groups], [str(label) for label in range(CLASSES)]
    counts = np.stack([confusion(list(gold.astype(str)), list(one.astype(str)), names, labels) for one in answers])
    metric = f1_of(CLASSES)
    ours = []
    for _ in range(5):
        start = time.perf_counter()
        values = resampled_scores(counts, metric)
        ours.append(time.perf_counter() - start)
    of_group = [np.flatnonzero(groups == group) for group in range(ARTICLES)]
    weights = next(group_weights(ARTICLES, SAMPLES, SEED))[:PART].astype(int)
    drawn = [np.concatenate([of_group[g] for g in np.repeat(np.arange(ARTICLES), row)]) for row in weights]
    theirs = []
    for _ in range(3):
        written = [(gold[rows], [one[rows] for one in answers]) for rows in drawn]
        start = time.perf_counter()
        peer = [
            [f1_score(true, one, labels=range(CLASSES), average="macro", zero_division=0) for one in named]
            for true, named in written
        ]
        theirs.append((time.perf_counter() - start) * SAMPLES / PART)
    assert np.abs(values[:, :PART].T - peer).max() < 1e-9
    tracemalloc.start()
    resampled_scores(counts, metric)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    start = time.perf_counter()
    table = compare({f"s{i}": one for i, one in enumerate(counts)}, metric)
    whole = time.perf_counter() - start
    print(
        f"\nbootstrap of {SYSTEMS} systems × {ITEMS:,} items of {ARTICLES:,} articles, {SAMPLES:,} samples: {min(ours):.2f} s,"
        f" {peak:.0f} MB; {min(theirs) / min(ours):.0f} times the speed of f1_score in a loop ({min(theirs):.0f} s, scaled from"
        f" {PART} samples); equal to 1e-9 on those\n  the whole comparison, {len(table.pairs)} pairs: {whole:.1f} s"
    )


def bench_coverage() -> None:
    """95 % intervals, plain and widened, of 3,000 data sets by number of articles; a standard error of the shares is .004."""
    cases: list[tuple[str, int, Metric]] = [
        ("macro-F1", 3, f1_of(3)),
        ("macro-F1", 2, f1_of(2)),
        ("accuracy", 2, accuracy),
    ]
    for name, classes, metric in cases:
        truth = float(true_scores(metric, [ABILITIES[classes]], SHARES[classes])[0])
        for groups in (5, 10, 20, 50, 100):
            held = {"plain": 0, "widened": 0}
            for seed in range(3):
                counts, _ = simulate(
                    np.random.default_rng([seed, groups]), RUNS, groups, [ABILITIES[classes]], SHARES[classes]
                )
                for values in resampled_scores(counts[:, 0], metric, FEWER, seed):
                    for how, n in (("plain", None), ("widened", groups)):
                        low, high = percentile_interval(values, groups=n) or (1.0, 0.0)
                        held[how] += low <= truth <= high
            print(
                f"\n{name} of {classes} classes, {groups} articles: 95 % intervals hold the truth in"
                f" {held['plain'] / 3 / RUNS:.1%} (plain), {held['widened'] / 3 / RUNS:.1%} (widened)",
                end="",
            )
    print()


def bench_calibration_error() -> None:
    """Intervals of the expected calibration error, percentiles and mirrored, of 500 data sets by how much too sure a system is."""
    dice, names = np.random.default_rng(1), list("abc")

    def drawn(items: int, sure: float) -> tuple[list[str], Matrix]:
        odds = dice.normal(0, 1.2, (items, 3))
        true, said = (np.exp(z) / np.exp(z).sum(1, keepdims=True) for z in (odds, sure * odds))
        return [names[k] for k in (dice.random(items)[:, None] > true.cumsum(1)).sum(1).clip(0, 2)], said

    def error(sums: Matrix) -> Matrix:
        return expected_calibration_error(sums)

    for sure in (1.0, 1.5, 2.5):
        gold, said = drawn(200_000, sure)
        truth = float(error(reliability_counts(gold, said, ["all"] * len(gold), names)[0]))
        for groups in (14, 60):
            held = {"percentiles": 0, "mirrored": 0}
            for _ in range(500):
                gold, said = drawn(12 * groups, sure)
                counts = reliability_counts(gold, said, [f"{i % groups:02}" for i in range(len(gold))], names)
                (values,) = resampled_scores(counts[None], error, 1_000)
                for how, ends in (
                    ("percentiles", percentile_interval(values, groups=groups)),
                    ("mirrored", mirrored_interval(values, float(error(counts.sum(0))), groups)),
                ):
                    low, high = ends or (1.0, 0.0)
                    held[how] += low <= truth <= high
            print(
                f"\nECE {truth:.3f}, {groups} articles, {12 * groups} items: intervals hold it in"
                f" {held['percentiles'] / 500:.0%} (percentiles), {held['mirrored'] / 500:.0%} (mirrored)",
                end="",
            )
    print()


def bench_rare_classes() -> None:
    """Widened intervals of macro-F1 where articles have 1 to 80 items and classes 80, 13 and 7 % of them, of 2,000 data sets."""
    abilities, shares = [(1.5, 0.3, -0.2)], (0.8, 0.13, 0.07)
    metric = f1_of(3)
    truth = float(true_scores(metric, abilities, shares, uneven=True)[0])
    for groups in (5, 10, 14, 30, 100):
        held = 0
        for seed in range(2):
            counts, _ = simulate(np.random.default_rng([seed, groups]), RUNS, groups, abilities, shares, uneven=True)
            for values in resampled_scores(counts[:, 0], metric, FEWER, seed):
                low, high = percentile_interval(values, groups=groups) or (1.0, 0.0)
                held += low <= truth <= high
        print(f"\nuneven articles, a rare class, {groups} articles: {held / 2 / RUNS:.1%}", end="")
    print()


def bench_false_alarms() -> None:
    """Of the paired test at .05, of the plain rule that it replaces, and of any pair in a table of six systems."""
    nulls: dict[str, tuple[list[tuple[float, ...]], tuple[float, ...]]] = {
        "the same system twice": ([(1.0, 0.6, 0.2)] * 2, (0.5, 0.3, 0.2)),
        "each better at one class": ([(1.4, 0.0), (0.0, 1.4)], (0.5, 0.5)),
    }
    for name, (abilities, shares) in nulls.items():
        metric = f1_of(len(shares))
        for groups in (20, 50, 100):
            counts, _ = simulate(np.random.default_rng([21, groups]), RUNS, groups, abilities, shares)
            p = np.array([randomisation_p(one, [(0, 1)], metric, samples=1000)[0] for one in counts])
            spread = resampled_scores(counts[:, 0], metric, FEWER) - resampled_scores(counts[:, 1], metric, FEWER)
            out = {
                n: np.mean(
                    [not low <= 0 <= high for low, high in (percentile_interval(v, groups=n) or (0, 0) for v in spread)]
                )
                for n in (None, groups)
            }
            print(
                f"\n{name}, {groups} articles: randomisation {(p <= 0.05).mean():.1%}, plain interval without 0 {out[None]:.1%},"
                f" widened {out[groups]:.1%}",
                end="",
            )
    counts, _ = simulate(np.random.default_rng(22), RUNS, 60, [(1.0, 0.5)] * 6, (0.6, 0.4))
    tables = [compare({f"s{i}": one for i, one in enumerate(each)}, f1_of(2), samples=1000) for each in counts]
    corrected = np.mean([any(pair.separated for pair in table.pairs) for table in tables])
    bare = np.mean([any(pair.interval and not pair.interval[0] <= 0 for pair in table.pairs) for table in tables])
    print(
        f"\nany of 15 pairs of six equal systems, 60 articles: separated {corrected:.1%}; by interval alone {bare:.1%}"
    )
