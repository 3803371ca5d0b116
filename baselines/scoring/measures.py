"""The metrics by the names under which tasks ask for them, each as what its value and its resamples are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from baselines.metrics.calibration import brier_by_item, expected_calibration_error, reliability_counts
from baselines.metrics.checks import class_mask, distribution_table, group_numbers
from baselines.metrics.classification import (
    confusion,
    confusion_by_target,
    f_avg,
    f_avg_over_targets,
    germeval_f1,
    gold_classes,
    macro_f1,
    micro_f1,
)
from baselines.metrics.fnc import fnc_relative
from baselines.metrics.means import mean_of_sums, sums_by_group
from baselines.metrics.ranking import average_precision
from baselines.metrics.soft import cross_entropy_by_item, jensen_shannon_by_item, manhattan_by_item
from baselines.metrics.spans import SCHEMES, MarkedSpan, count_documents, span_f1
from baselines.scoring.items import Given, Items
from baselines.significance.bootstrap import SEED, Matrix, Metric, group_weights, resampled_scores
from baselines.significance.intervals import mirrored_interval, percentile_interval
from baselines.tasks.base import ClassificationTask

# Intervals beside the one that decides are looked at, not tested: fewer resamples do.
SAMPLES = 2_000
LESS_IS_BETTER = frozenset({"cross_entropy", "jensen_shannon", "manhattan", "ece", "brier"})
SIDES = ("favor", "against")  # what F_avg is the mean of
UNRELATED = "unrelated"


class UndefinedError(ValueError):
    """A metric has no value on these data, or for this system; the message says why."""


class Counted(NamedTuple):
    """A metric that is a function of counts which add up over groups."""

    counts: Matrix  # shape ``(groups, *shape)``
    metric: Metric

    def value(self) -> float:
        """On all groups."""
        return float(self.metric(self.counts.sum(0)))

    def interval(self) -> tuple[float, float] | None:
        """95 %, over groups; None with one group."""
        if len(self.counts) < 2:
            return None
        (values,) = resampled_scores(self.counts[None], self.metric, SAMPLES)
        return percentile_interval(values, groups=len(self.counts))


class Inflated(Counted):
    """One that comes out larger the fewer items there are."""

    def interval(self) -> tuple[float, float] | None:
        """95 %, over groups, around the value; None with one group."""
        (values,) = resampled_scores(self.counts[None], self.metric, SAMPLES)
        return mirrored_interval(values, self.value(), len(self.counts))


class Ranked(NamedTuple):
    """Average precision: a function of how often each item counts."""

    relevant: NDArray[np.bool_]  # shape ``(items,)``
    scores: Matrix
    groups: list[str]

    def value(self) -> float:
        """On all groups."""
        return float(average_precision(self.relevant, self.scores))

    def interval(self) -> tuple[float, float] | None:
        """95 %, over groups; resamples without a relevant item are left out."""
        group, number = group_numbers(self.groups, len(self.groups))
        if number < 2:
            return None
        parts = [
            average_precision(self.relevant, self.scores, weights[:, group], undefined=float("nan"))
            for weights in group_weights(number, SAMPLES, SEED, len(self.groups))
        ]
        return percentile_interval(np.concatenate(parts), groups=number)


Measure = Counted | Ranked


def measure(name: str, items: Items, given: Given) -> Measure:
    """What a metric is made of.

    Args:
        name: as tasks call it, a key of ``MEASURES``.
        items: at least one.
        given: the predictions for them.

    Raises:
        UndefinedError: it has no value here.
    """
    return MEASURES[name](items, given)


def _confused(metric: Callable[..., Matrix], items: Items, given: Given) -> Counted:
    """Over the classes that have a gold item: nobody can be asked to find what is not there."""
    matrices = confusion(items.gold, given.labels, items.groups, items.classes)
    return Counted(matrices, partial(metric, classes=gold_classes(matrices)))


def _micro(items: Items, given: Given) -> Counted:
    every = np.ones(len(items.classes), dtype=bool)
    matrices = confusion(items.gold, given.labels, items.groups, items.classes)
    return Counted(matrices, partial(micro_f1, classes=every))


def _f_avg(items: Items, given: Given) -> Counted:
    sides = _sides(items)
    return Counted(confusion(items.gold, given.labels, items.groups, items.classes), partial(f_avg, classes=sides))


def _f_avg_over_targets(items: Items, given: Given) -> Counted:
    targets = sorted(set(items.targets))
    for target in targets:
        _sides(items.where([one == target for one in items.targets]), f"gold on {target}")
    matrices = confusion_by_target(items.gold, given.labels, items.groups, items.targets, items.classes, targets)
    return Counted(matrices, partial(f_avg_over_targets, classes=_sides(items)))


def _sides(items: Items, whose: str = "gold") -> NDArray[np.bool_]:
    """What F_avg is the mean of; where gold lacks one of the two, even perfect predictions would have 0 for it."""
    for side in SIDES:
        if side not in items.classes:
            raise UndefinedError(f"the scheme has no label {side}")
        if side not in items.gold:
            raise UndefinedError(f"{whose} has no item of {side}")
    return class_mask(items.classes, SIDES)


def _fnc(items: Items, given: Given) -> Counted:
    if UNRELATED not in items.classes or len(items.classes) < 2:
        raise UndefinedError(f"the scheme has no label {UNRELATED}, or no other")
    matrices = confusion(items.gold, given.labels, items.groups, items.classes)
    return Counted(matrices, partial(fnc_relative, classes=items.classes, unrelated=UNRELATED))


def _average_precision(items: Items, given: Given) -> Ranked:
    """Of finding the items of the label that all but the kept ones were merged to, such as ``claim``."""
    table = _probabilities(given)
    sought = items.task.rest if isinstance(items.task, ClassificationTask) else None
    relevant = np.array([label == sought for label in items.gold])
    if sought is None or not relevant.any():
        raise UndefinedError(f"gold has no item of {sought}")
    return Ranked(relevant, table[:, items.classes.index(sought)], items.groups)


def _soft(by_item: Callable[[Matrix, Matrix], Matrix], items: Items, given: Given) -> Counted:
    _probabilities(given)
    keep = [bool(votes) for votes in items.votes]
    if not any(keep):
        raise UndefinedError("no item has the votes of annotators")
    items, given = items.where(keep), given.where(keep)
    rows = [{label: float((votes or {}).get(label) or 0) for label in items.classes} for votes in items.votes]
    gold = distribution_table(rows, items.classes, "the annotators' labels")
    return Counted(sums_by_group(by_item(gold, _probabilities(given)), items.groups), mean_of_sums)


def _brier(items: Items, given: Given) -> Counted:
    values = brier_by_item(items.gold, _probabilities(given), items.classes)
    return Counted(sums_by_group(values, items.groups), mean_of_sums)


def _ece(items: Items, given: Given) -> Counted:
    counts = reliability_counts(items.gold, _probabilities(given), items.groups, items.classes)
    return Inflated(counts, expected_calibration_error)


def _probabilities(given: Given) -> Matrix:
    if given.probabilities is None:
        raise UndefinedError("it gives no probabilities")
    return given.probabilities


def _spans(place: int, items: Items, given: Given) -> Counted:
    counts = count_documents(_marked(items.gold), _marked(given.labels), items.classes)
    group, number = group_numbers(items.groups, len(items))
    by_group = np.zeros((number, counts.shape[1]))
    np.add.at(by_group, group, counts)
    if not by_group.reshape(number, len(SCHEMES), 3)[:, place, 1].any():
        raise UndefinedError("gold has no span")  # whatever is predicted would score 0
    return Counted(by_group, partial(_span_f1, place=place))


def _span_f1(sums: Matrix, place: int) -> Matrix:
    # A resample of articles without any span says nothing.
    return np.asarray(span_f1(sums, undefined=float("nan"))[..., place])


def _marked(rows: Iterable[Iterable[tuple[int, int, str]]]) -> list[list[MarkedSpan]]:
    return [[MarkedSpan(*span) for span in row] for row in rows]


MEASURES: dict[str, Callable[[Items, Given], Measure]] = {
    "macro_f1": partial(_confused, macro_f1),
    "micro_f1": _micro,
    "germeval_f1": partial(_confused, germeval_f1),
    "f_avg": _f_avg,
    "f_avg_over_targets": _f_avg_over_targets,
    "fnc1": _fnc,
    "average_precision": _average_precision,
    "cross_entropy": partial(_soft, cross_entropy_by_item),
    "jensen_shannon": partial(_soft, jensen_shannon_by_item),
    "manhattan": partial(_soft, manhattan_by_item),
    "ece": _ece,
    "brier": _brier,
    **{f"span_f1_{scheme}": partial(_spans, place) for place, scheme in enumerate(SCHEMES)},
}
