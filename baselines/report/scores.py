"""The scores of a run, as the page needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True)
class Score:
    """One figure of one system."""

    value: float | None
    interval: Interval | None = None
    note: str | None = None


@dataclass(frozen=True)
class ClassScore:
    """How a system does on one class."""

    f1: float | None
    interval: Interval | None
    precision: float | None
    recall: float | None
    support: int | None


@dataclass(frozen=True)
class Bin:
    """The items of one bin of a reliability diagram that is not empty."""

    items: int
    confidence: float
    accuracy: float


@dataclass(frozen=True)
class SystemScores:
    """One system on one task."""

    system: str
    probe: bool  # not in the race: what it scores, the data give away
    own: bool  # a user's own model
    score: float | None
    interval: Interval | None
    rank: tuple[int, int] | None  # best and worst place that the data leave open
    better_than: tuple[str, ...]
    note: str | None
    scores: Mapping[str, Score]  # by metric
    per_class: Mapping[str, ClassScore]
    per_target: Mapping[str, Score]
    target_items: Mapping[str, int]
    confusion: tuple[tuple[int, ...], ...] | None  # gold in rows, in the order of the task's classes
    reliability: tuple[Bin, ...]


@dataclass(frozen=True)
class Pair:
    """Two systems, the one with the better score first; everything is about ``better − worse``."""

    better: str
    worse: str
    difference: float
    interval: Interval | None
    p: float | None
    p_holm: float | None
    p_mcnemar: float | None
    separated: bool
    minimum_detectable: float | None  # corrected for the number of pairs


@dataclass(frozen=True)
class CurvePoint:
    """A system trained on a share of the train split."""

    system: str
    share: float
    articles: int | None
    rows: int | None
    score: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class TaskScores:
    """All systems on one task, best score first; then those without a score, then the probes."""

    task: str
    metric: str
    items: int | None
    articles: int | None
    groups: int | None  # what was drawn and swapped as one
    unit: str  # what such a group is called
    kind: str | None  # who labelled: human, model, human+model
    classes: tuple[str, ...]
    targets: tuple[str, ...]
    ceilings: Mapping[str, float]  # by metric: one annotator's labels scored against another's
    detectable: float | None  # the largest difference to be expected that could still go unseen
    notes: tuple[str, ...]
    systems: tuple[SystemScores, ...]
    pairs: tuple[Pair, ...]
    curve: tuple[CurvePoint, ...]

    @property
    def ceiling(self) -> float | None:
        """By the metric that decides."""
        return self.ceilings.get(self.metric)

    @property
    def scored(self) -> list[SystemScores]:
        """The systems that have a score, best first, the probes last."""
        return [one for one in self.systems if one.score is not None]

    @property
    def race(self) -> list[SystemScores]:
        """Those that have a score and are no probe, best first."""
        return [one for one in self.scored if not one.probe]

    @property
    def probes(self) -> list[SystemScores]:
        """The probes that have a score, best first."""
        return [one for one in self.scored if one.probe]

    def featured(self, limit: int = 4) -> list[SystemScores]:
        """The few that are shown in detail, best first: a user's own models, the best of the others, the best probe."""
        probes = self.probes[: 1 if limit > 2 else 0]
        chosen = sorted(self.race, key=lambda one: not one.own)[: limit - len(probes)]
        return [one for one in self.scored if any(one is other for other in (*chosen, *probes))]
