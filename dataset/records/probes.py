"""Record of ``probes.json``: what the data of a release give away."""

from __future__ import annotations

from typing import Annotated, get_args

from msgspec import UNSET, Meta, UnsetType

from dataset.records.record import Record
from dataset.records.release import Config
from dataset.records.types import MOST, Text

Number = Annotated[float, Meta(ge=-MOST, le=MOST, description="a number")]

Whole = Annotated[int, Meta(ge=-MOST, le=MOST, description="a number")]


class Score(Record, frozen=True, forbid_unknown_fields=False):
    """Macro-F1 of a system, with its 95 % bootstrap interval over clusters."""

    pooled: Number  # predictions of all repeats together
    low: Number
    high: Number


class ProbedTask(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What the labels of one task give away."""

    items: Whole
    clusters: Whole | UnsetType = UNSET
    macro_f1: dict[str, Score]  # by system
    strongest_words: dict[str, list[Text]]  # by class
    removed_words: Whole  # that the cost was measured of
    cost_of_a_word: dict[str, Number]  # macro-F1 that the linear SVM loses without it


class Probes(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """``probes.json``: what the data of a release give away."""

    digests: dict[str, Text]  # of the rows that were probed, by config
    folds: Whole
    repeats: Whole
    tasks: dict[str, ProbedTask]

    def __post_init__(self) -> None:
        """Check that digests are those of configs."""
        super().__post_init__()
        if set(self.digests) - set(get_args(Config)):
            raise ValueError(f"digests: names of configs are expected ({', '.join(get_args(Config))})")
