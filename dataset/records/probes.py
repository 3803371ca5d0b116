"""``probes.json``: what the data of a corpus give away."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from dataset.records.record import Record
from dataset.records.types import Count, Share, Text

Cost = Annotated[float, Meta(ge=-1, le=1, description="a number between -1 and 1")]


class ProbeScore(Record, frozen=True):
    """Macro-F1 of the predictions of all repeats together, with its 95 % bootstrap interval over clusters."""

    pooled: Share
    low: Share
    high: Share


class ProbedTask(Record, frozen=True, kw_only=True):
    """One task."""

    items: Count
    clusters: Count | UnsetType = UNSET  # of reuse
    macro_f1: dict[str, ProbeScore]  # by system
    strongest_words: dict[str, tuple[Text, ...]]  # by class
    removed_words: Count
    cost_of_a_word: dict[str, Cost]  # macro-F1 that is lost without the word


class Probes(Record, frozen=True):
    """Scores of simple systems by cross-validation, and the words that decide a class."""

    digests: dict[str, Text]  # of the configs that the figures were measured on
    folds: Count
    repeats: Count
    tasks: dict[str, ProbedTask]
