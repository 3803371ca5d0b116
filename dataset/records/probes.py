"""``probes.json`` of a corpus: what its data give away."""

from __future__ import annotations

from msgspec import field

from dataset.records.record import Record
from dataset.records.scores import Figure
from dataset.records.types import Count, NonBlank, Text


class ProbeScore(Record, frozen=True, forbid_unknown_fields=False):
    """Macro-F1 of one system in a cross-validation, predictions of the repeats pooled."""

    pooled: Figure
    low: Figure  # of the 95 % bootstrap interval over reuse clusters
    high: Figure


class ProbedTask(Record, frozen=True, forbid_unknown_fields=False, kw_only=True):
    """What the data of one task give away."""

    items: Count
    clusters: Count | None = None
    macro_f1: dict[str, ProbeScore]  # by system or probe
    strongest_words: dict[str, tuple[Text, ...]]  # by class: the words of the largest weight
    removed_words: Count  # words that were removed from all texts, one at a time
    cost_of_a_word: dict[str, Figure]  # the loss of macro-F1 without a word, the largest ones


class Probes(Record, frozen=True, forbid_unknown_fields=False):
    """``probes.json``, which ``python -m baselines.probe`` writes next to a corpus."""

    digests: dict[str, NonBlank]  # by config: the rows that were measured
    folds: Count
    repeats: Count
    tasks: dict[str, ProbedTask] = field(default_factory=dict)
