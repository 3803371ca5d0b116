"""All systems of a task side by side: scores with intervals, and which of them the data tell apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec.structs import replace

from baselines.scoring.details import by_class, by_target, confusions, reliability
from baselines.scoring.items import Given, Items
from baselines.scoring.measures import LESS_IS_BETTER, Counted, UndefinedError, measure
from baselines.significance import compare
from baselines.significance.bootstrap import Matrix, Metric
from baselines.significance.comparison import FEW_GROUPS, Comparison
from dataset.page.values import plural
from dataset.records.scores import Board, Entry, Score


def score_systems(
    items: Items,
    given: Mapping[str, Given],
    *,
    unscored: Mapping[str, str],
    probes: frozenset[str] = frozenset(),
    own: frozenset[str] = frozenset(),
    annotator_kind: str,
    ceilings: Mapping[str, float] | None = None,
    notes: tuple[str, ...] = (),
) -> Board:
    """Score systems on the same items.

    Two systems are told apart where paired approximate randomisation by reuse cluster, Holm-corrected over all pairs of the task, and the
    paired bootstrap interval both say so (``baselines.significance``); probes are scored but not compared.

    Args:
        items: the gold items; none is no error, there is nothing to say then.
        given: predictions, by system.
        unscored: why there are none, by system.
        probes: which of them are not in the race.
        own: which are a user's own.
        annotator_kind: who made gold: ``human``, ``model`` or both.
        ceilings: by metric, how well one annotator's labels predict another's.
        notes: what has to be said of the task.
    """
    metric = items.task.metrics[0]
    reasons = dict(unscored)
    if not len(items):
        reasons |= dict.fromkeys(given, "nothing to score on")
    entries = [_entry(name, items, one) for name, one in given.items() if name not in reasons]
    entries += [Entry(name, note=reason) for name, reason in reasons.items()]
    ranked = [replace(one, probe=one.system in probes, own=one.system in own) for one in entries]
    racing = {one.system: given[one.system] for one in ranked if one.score is not None and not one.probe}
    found: Comparison | None = None
    if racing:
        found = _compared(items, racing, metric)
        ranked = [_placed(one, found, metric) for one in ranked]
    ranked.sort(key=lambda one: one.order)
    return Board(
        items.task.name,
        metric,
        len(items),
        len(set(items.articles)),
        len(set(items.groups)),
        items.unit,
        annotator_kind,
        tuple(items.classes),
        tuple(sorted(set(items.targets) - {""})),
        tuple(ranked),
        found.pairs if found else (),
        (*notes, *_of_gold(items), *(found.notes if found else ())),
        max((pair.minimum_detectable_in_family or 0.0 for pair in found.pairs), default=0.0) or None if found else None,
        dict(ceilings or {}),
        tuple(ranked),
        (ceilings or {}).get(metric),
    )


def _of_gold(items: Items) -> list[str]:
    """What scores over classes cannot say, because gold has too little of one."""
    if items.spans or not len(items):
        return []
    groups = {
        label: len({group for group, gold in zip(items.groups, items.gold, strict=True) if gold == label})
        for label in items.classes
    }
    missing = [label for label, number in groups.items() if not number]
    held = [label for label in items.classes if label not in missing]
    notes = []
    if len(held) == 1:
        notes.append(f"gold has one class only, {held[0]}: whoever always says it has the full score")
    elif missing:
        notes.append(f"gold has no item of {', '.join(missing)}: means over classes leave it out")
    rare = [f"{label} in {plural(number, items.unit)}" for label, number in groups.items() if 0 < number < FEW_GROUPS]
    if rare and len(set(items.groups)) >= FEW_GROUPS:
        notes.append(f"rare in gold: {', '.join(rare)}; intervals may come out too narrow")
    return notes


def _entry(name: str, items: Items, given: Given) -> Entry:
    scores = {metric: _scored(metric, items, given) for metric in items.task.metrics}
    first = scores[items.task.metrics[0]]
    return Entry(
        name,
        first.value,
        first.interval,
        note=first.note,
        scores=scores,
        per_class=by_class(items, given),
        per_target=by_target(items, given, items.task.metrics[0]),
        confusion=confusions(items, given),
        reliability=reliability(items, given),
    )


def _scored(metric: str, items: Items, given: Given) -> Score:
    try:
        found = measure(metric, items, given)
    except UndefinedError as error:
        return Score(note=str(error))
    return Score(found.value(), found.interval())


def _compared(items: Items, racing: Mapping[str, Given], metric: str) -> Comparison:
    counts: dict[str, Matrix] = {}
    deciding: Metric
    for name, one in racing.items():
        counted = measure(metric, items, one)
        if not isinstance(counted, Counted):
            raise TypeError(f"{metric}: no function of counts, so no task can be decided by it")
        counts[name], deciding = counted  # the same function for all: it is made of gold
    correct = {
        name: np.array([_same(a, b) for a, b in zip(items.gold, one.labels, strict=True)])
        for name, one in racing.items()
    }
    return compare(counts, deciding, correct, higher_is_better=metric not in LESS_IS_BETTER, unit=items.unit)


def _same(gold: Any, label: Any) -> bool:
    return bool(sorted(gold) == sorted(label) if isinstance(gold, list) else gold == label)


def _placed(entry: Entry, found: Comparison, metric: str) -> Entry:
    standing = next((one for one in found.systems if one.system == entry.system), None)
    if standing is None:
        return entry
    apart = tuple(pair.worse for pair in found.pairs if pair.separated and pair.better == entry.system)
    rank = standing.rank if standing.interval else None
    # One figure has one interval, wherever it stands: that of the comparison, which has more resamples.
    scores = {**entry.scores, metric: replace(entry.scores[metric], interval=standing.interval)}
    return replace(entry, interval=standing.interval, rank=rank, better_than=apart, scores=scores)
