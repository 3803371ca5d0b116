"""Where a score comes from: by class, by target, which label is taken for which, and how far to trust probabilities."""

from __future__ import annotations

import numpy as np

from baselines.metrics.calibration import reliability_counts, reliability_table
from baselines.metrics.classification import confusion, f1_by_class, precision_by_class, recall_by_class
from baselines.metrics.spans import SCHEMES
from baselines.scoring.items import Given, Items
from baselines.scoring.measures import SAMPLES, Counted, UndefinedError, measure
from baselines.significance.bootstrap import Matrix, resampled_scores
from baselines.significance.intervals import percentile_interval
from dataset.records.scores import ClassScore, ReliabilityBin, TargetScore


def by_class(items: Items, given: Given) -> dict[str, ClassScore]:
    """F1 with its 95 % interval, precision, recall and gold items of each class; for spans of each label, boundaries and label right.

    Precision is None where the system never names the class, recall and F1 where gold does not hold it: there is nothing to find.
    """
    return _spans_by_label(items, given) if items.spans else _labels_by_class(items, given)


def _labels_by_class(items: Items, given: Given) -> dict[str, ClassScore]:
    matrices = confusion(items.gold, given.labels, items.groups, items.classes)
    total = matrices.sum(0)
    nan = float("nan")
    precision, recall, f1 = precision_by_class(total, nan), recall_by_class(total, nan), f1_by_class(total)
    spread = [
        resampled_scores(matrices[None], lambda sums, i=i: f1_by_class(sums)[..., i], SAMPLES)[0]  # type: ignore[misc]
        for i in range(len(items.classes))
    ]
    support = total.sum(-1)
    return {
        label: ClassScore(
            float(f1[i]) if support[i] else None,
            percentile_interval(spread[i], groups=len(matrices)) if support[i] else None,
            _or_none(precision[i]),
            _or_none(recall[i]),
            int(support[i]),
        )
        for i, label in enumerate(items.classes)
    }


def _spans_by_label(items: Items, given: Given) -> dict[str, ClassScore]:
    found = {}
    for label in items.classes:
        gold = [[span for span in row if span.label == label] for row in items.gold]
        named = [[span for span in row if span.label == label] for row in given.labels]
        one = Items(items.task, [label], items.ids, items.articles, items.groups, items.targets, gold, items.votes)
        support = sum(map(len, gold))
        found[label] = ClassScore(support=support)
        if support:
            strict = measure(f"span_f1_{SCHEMES[0]}", one, Given(named))
            counts = strict.counts.sum(0)[:3] if isinstance(strict, Counted) else np.zeros(3)
            found[label] = ClassScore(
                strict.value(),
                strict.interval(),
                float(counts[0] / counts[2]) if counts[2] else None,
                float(counts[0] / counts[1]),
                support,
            )
    return found


def by_target(items: Items, given: Given, metric: str) -> dict[str, TargetScore]:
    """The task's first metric on the items of each target, with its interval; {} where there are no targets."""
    found: dict[str, TargetScore] = {}
    for target in sorted(set(items.targets) - {""}):
        keep = [one == target for one in items.targets]
        part = items.where(keep)
        try:
            on_part = measure(metric, part, given.where(keep))
            found[target] = TargetScore(on_part.value(), on_part.interval(), len(part))
        except UndefinedError:
            found[target] = TargetScore(items=len(part))
    return found


def confusions(items: Items, given: Given) -> tuple[tuple[int, ...], ...] | None:
    """Shape ``(classes, classes)``, gold in rows; None for spans."""
    if items.spans:
        return None
    matrix: Matrix = confusion(items.gold, given.labels, ["all"] * len(items), items.classes)[0]
    return tuple(tuple(int(count) for count in row) for row in matrix)


def reliability(items: Items, given: Given) -> tuple[ReliabilityBin, ...] | None:
    """The bins of a reliability diagram; None where the system gives no probabilities."""
    if given.probabilities is None:
        return None
    counts = reliability_counts(items.gold, given.probabilities, items.groups, items.classes)
    return tuple(reliability_table(counts.sum(0)))


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
