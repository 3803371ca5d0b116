"""Reading ``scores.json``: what is missing, null or odd in it is None or left out, never a wrong number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from baselines.report.scores import Bin, ClassScore, CurvePoint, Interval, Pair, Score, SystemScores, TaskScores
from dataset.page.values import count, entries, number, table, words


def read_scores(data: Any) -> list[TaskScores]:
    """The tasks of a ``scores.json`` that was read as JSON."""
    curve = table(data, "curve")
    return [_task(one, curve) for one in entries(table(data).get("tasks"))]


def _task(found: Mapping[str, Any], curve: Mapping[str, Any]) -> TaskScores:
    name = words(found.get("task")) or "(no name)"
    classes = _names(found.get("classes"))
    systems = [_system(one, len(classes)) for one in entries(found.get("systems"))]
    systems.sort(key=lambda one: (one.probe, one.score is None, -(one.score or 0.0), one.system))
    metric = words(found.get("metric")) or "score"
    ceilings = {**table(found, "ceilings"), metric: found.get("ceiling")}
    points = (_point(one) for one in entries(curve.get(name)))
    return TaskScores(
        name,
        metric,
        count(found.get("items")),
        count(found.get("articles")),
        count(found.get("groups", found.get("articles"))),
        words(found.get("unit")) or "article",
        words(found.get("annotator_kind")),
        classes,
        _names(found.get("targets")),
        {name: value for name in ceilings if (value := number(ceilings[name])) is not None},
        number(found.get("detectable")),
        _names(found.get("notes")),
        tuple(systems),
        tuple(pair for one in entries(found.get("pairs")) if (pair := _pair(one)) is not None),
        tuple(point for point in points if point is not None),
    )


def _system(found: Mapping[str, Any], classes: int) -> SystemScores:
    rank = interval_of(found.get("rank"))
    targets = {target: table(found, "per_target", target) for target in table(found, "per_target")}
    bins = (
        (count(one.get("items")), number(one.get("confidence")), number(one.get("accuracy")))
        for one in entries(found.get("reliability"))
    )
    return SystemScores(
        words(found.get("system")) or "(no name)",
        found.get("probe") is True,
        found.get("own") is True,
        number(found.get("score")),
        interval_of(found.get("interval")),
        (int(rank[0]), int(rank[1])) if rank else None,
        _names(found.get("better_than")),
        words(found.get("note")),
        {name: _score(table(found, "scores", name), "value") for name in table(found, "scores")},
        {name: _class(table(found, "per_class", name)) for name in table(found, "per_class")},
        {target: _score(one, "score") for target, one in targets.items()},
        {target: items for target, one in targets.items() if (items := count(one.get("items"))) is not None},
        _matrix(found.get("confusion"), classes),
        tuple(
            Bin(items, said, right) for items, said, right in bins if items and said is not None and right is not None
        ),
    )


def _score(found: Mapping[str, Any], key: str) -> Score:
    return Score(number(found.get(key)), interval_of(found.get("interval")), words(found.get("note")))


def _class(found: Mapping[str, Any]) -> ClassScore:
    return ClassScore(
        number(found.get("f1")),
        interval_of(found.get("interval")),
        number(found.get("precision")),
        number(found.get("recall")),
        count(found.get("support")),
    )


def _pair(found: Mapping[str, Any]) -> Pair | None:
    better, worse, difference = words(found.get("better")), words(found.get("worse")), number(found.get("difference"))
    if better is None or worse is None or difference is None:
        return None
    return Pair(
        better,
        worse,
        difference,
        interval_of(found.get("interval")),
        number(found.get("p")),
        number(found.get("p_holm")),
        number(found.get("p_mcnemar")),
        found.get("separated") is True,
        number(found.get("minimum_detectable_in_family")),
    )


def _point(found: Mapping[str, Any]) -> CurvePoint | None:
    system, share, score = words(found.get("system")), number(found.get("share")), number(found.get("score"))
    if system is None or share is None or score is None:
        return None
    articles, rows = count(found.get("articles")), count(found.get("rows"))
    return CurvePoint(system, share, articles, rows, score, number(found.get("low")), number(found.get("high")))


def interval_of(value: Any) -> Interval | None:
    """Two numbers, the lower one first; None for anything else."""
    if isinstance(value, str) or not isinstance(value, Sequence) or len(value) != 2:
        return None
    low, high = (number(one) for one in value)
    return (low, high) if low is not None and high is not None and low <= high else None


def _names(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if words(one)) if isinstance(value, list) else ()


def _matrix(value: Any, classes: int) -> tuple[tuple[int, ...], ...] | None:
    """A square of counts, a row and a column a class; None for anything else."""
    if not isinstance(value, list) or not classes or len(value) != classes:
        return None
    rows = [tuple(n for one in row if (n := count(one)) is not None) for row in value if isinstance(row, list)]
    return tuple(rows) if len(rows) == classes and all(len(row) == classes for row in rows) else None
