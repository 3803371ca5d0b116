"""Scores of systems: ``scores.json`` of a run, and what ``standpunkt evaluate --json`` prints."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, field

from dataset.records.record import Record, by, plain
from dataset.records.types import Count, NonBlank

LARGEST = 1e15  # no metric of ours is larger, and no axis could be drawn

Figure = Annotated[float, Meta(ge=-LARGEST, le=LARGEST, description="a number")]
Interval = Annotated[
    tuple[Figure, Figure], by(lambda ends: ends[0] <= ends[1], "two numbers, the smaller one first,")
]  # 95 %, bootstrap over groups, widened where these are few
Ranks = Annotated[tuple[Count, Count], by(lambda ends: ends[0] <= ends[1], "two whole numbers, the smaller one first,")]


class Score(Record, frozen=True):
    """The value of one metric for one system."""

    value: Figure | None = None  # null: not defined; note gives the reason
    interval: Interval | None = None  # 95 %
    note: NonBlank | None = None


class ClassScore(Record, frozen=True):
    """The scores of one system for one class."""

    f1: Figure | None = None  # null: gold has no item of the class
    interval: Interval | None = None  # 95 %, of F1
    precision: Figure | None = None  # null: the system never predicts the class
    recall: Figure | None = None  # null: gold has no item of the class
    support: Count | None = None  # gold items


class TargetScore(Record, frozen=True):
    """The task's first metric for one system on the items of one target."""

    score: Figure | None = None
    interval: Interval | None = None  # 95 %
    items: Count | None = None


class ReliabilityBin(Record, frozen=True):
    """The items whose confidence is above ``low`` and at most ``high``."""

    low: Figure | None = None
    high: Figure | None = None
    items: Count | None = None
    confidence: Figure | None = None  # mean; null: no item
    accuracy: Figure | None = None


class Entry(Record, frozen=True):
    """One system on one task."""

    system: NonBlank = "(no name)"
    score: Figure | None = None  # the task's first metric; null: note gives the reason
    interval: Interval | None = None  # 95 %, bootstrap over groups, widened where these are few
    rank: Ranks | None = None  # best and worst rank that the data leave open; null for probes
    better_than: tuple[NonBlank, ...] = ()  # systems that are significantly worse
    note: NonBlank | None = None
    probe: bool = False  # not compared: shows what the data give away
    own: bool = False  # a user's own model
    scores: dict[str, Score] = field(default_factory=dict)  # by metric
    per_class: dict[str, ClassScore] = field(default_factory=dict)
    per_target: dict[str, TargetScore] = field(default_factory=dict)
    confusion: tuple[tuple[Count, ...], ...] | None = None  # one row per gold class, in the order of the task's classes
    reliability: tuple[ReliabilityBin, ...] | None = None  # null: the system gives no probabilities

    @property
    def order(self) -> tuple[bool, bool, float, str]:
        """The key that sorts entries: best score first, then those without a score, then the probes."""
        return self.probe, self.score is None, -(self.score or 0.0), self.system


class Pair(Record, frozen=True):
    """Two systems, the one with the better score first; everything is about ``better - worse``."""

    better: NonBlank
    worse: NonBlank
    difference: Figure
    interval: Interval | None  # 95 %, paired, widened where groups are few; null: one group
    groups_differing: Count
    p: Figure  # paired approximate randomisation by group
    p_holm: Figure  # Holm-adjusted over all pairs: the one that decides
    p_mcnemar: Figure | None  # exact, by item; null: not tested
    separated: bool  # significantly different
    minimum_detectable: Figure | None = None  # of this comparison alone
    minimum_detectable_in_family: Figure | None = None  # at alpha divided by the number of pairs, as Holm's first step


class CurvePoint(Record, frozen=True, kw_only=True):
    """A system trained on a share of the train split."""

    system: NonBlank
    share: Figure
    articles: Count | None = None  # mean of the draws
    rows: Count | None = None  # mean of the draws
    score: Figure  # mean of the draws
    low: Figure | None = None
    high: Figure | None = None


class Board(Record, frozen=True):
    """The table of one task."""

    task: NonBlank = "(no name)"
    metric: NonBlank = "score"  # the first one, which decides
    items: Count | None = None
    articles: Count | None = None
    groups: Count | None = None  # reuse clusters, which are resampled and swapped as a whole
    unit: NonBlank = "article"  # what such a group is called
    annotator_kind: NonBlank | None = None  # who made gold: human, model, human+model
    classes: tuple[NonBlank, ...] = ()
    targets: tuple[NonBlank, ...] = ()
    entries: tuple[Entry, ...] = ()  # the same as systems, for readers of earlier versions
    pairs: tuple[Pair, ...] = ()
    notes: tuple[NonBlank, ...] = ()
    detectable: Figure | None = (
        None  # the largest expected difference that may go unseen, at 80 % power, Holm-corrected
    )
    ceilings: dict[str, Figure] = field(default_factory=dict)  # by metric: annotators' labels scored against each other
    systems: tuple[Entry, ...] = ()  # best score first, then those without a score, then the probes
    ceiling: Figure | None = None  # of the first metric

    @property
    def drawn(self) -> int | None:
        """The number of groups; runs of earlier versions drew articles and count no groups."""
        return self.articles if self.groups is None else self.groups

    @property
    def scored(self) -> list[Entry]:
        """The systems that have a score, the probes last."""
        return [one for one in self.systems if one.score is not None]

    @property
    def race(self) -> list[Entry]:
        """The systems that have a score and are compared."""
        return [one for one in self.scored if not one.probe]

    @property
    def probes(self) -> list[Entry]:
        """The probes that have a score."""
        return [one for one in self.scored if one.probe]

    def featured(self, limit: int = 4) -> list[Entry]:
        """Return the few that are shown in detail: a user's own models, the best of the others, the best probe."""
        probes = self.probes[: 1 if limit > 2 else 0]
        chosen = sorted(self.race, key=lambda one: not one.own)[: limit - len(probes)]
        return [one for one in self.scored if any(one is other for other in (*chosen, *probes))]

    def rows(self) -> list[dict[str, Any]]:
        """Return one object per system, each with the facts of the task: what ``evaluate --json`` prints."""
        shared = ("task", "metric", "items", "articles", "groups", "annotator_kind", "detectable", "ceiling")
        facts = {name: getattr(self, name) for name in shared}
        return [{**facts, **plain(one), "macro_f1": one.scores.get("macro_f1", Score()).value} for one in self.systems]


class Scores(Record, frozen=True, forbid_unknown_fields=False):
    """``scores.json`` of a run."""

    tasks: tuple[Board, ...] = ()
    curve: dict[str, tuple[CurvePoint, ...]] = field(default_factory=dict)  # learning curves, by task
