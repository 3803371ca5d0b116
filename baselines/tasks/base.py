"""What a task is, and what its rows are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pandas as pd

# What a classifier may see. A task that has no such column has "" in it.
INPUTS = ["text", "target", "question", "context"]
SPAN_INPUTS = ["text"]
# Attribution is asked of one claim of a text: where the claim stands belongs to the question.
ANCHORED_INPUTS = ["text", "claim_start", "claim_end"]

Kind = Literal["classification", "spans", "attribution"]


class Span(NamedTuple):
    """A stretch of a row's ``text``: code points, half-open."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Task:
    """One question put to a system."""

    name: str
    config: str
    metrics: tuple[str, ...]  # by name; the first is what hyper-parameters are chosen for
    label: str  # the config's column

    @property
    def kind(self) -> Kind:
        """What a system has to give for a row: a label, all spans of a text, or the span that belongs to a claim."""
        raise NotImplementedError

    @property
    def inputs(self) -> list[str]:
        """The columns that a system may see."""
        raise NotImplementedError


@dataclass(frozen=True)
class ClassificationTask(Task):
    """One label a row, out of the classes that the scheme names."""

    targeted: bool = field(default=False, kw_only=True)  # whether the label is one towards a target
    distribution: bool = field(
        default=False, kw_only=True
    )  # whether the config has ``label_distribution`` of this label
    kept: tuple[str, ...] = field(default=(), kw_only=True)  # with ``rest``: the labels that stay as they are
    rest: str | None = field(default=None, kw_only=True)  # what all other labels become; None where they stay

    @property
    def kind(self) -> Kind:
        """A label."""
        return "classification"

    @property
    def inputs(self) -> list[str]:
        """Text, target, question, context."""
        return INPUTS

    def merged(self, label: str) -> str:
        """The task's label for the config's."""
        return label if self.rest is None or label in self.kept else self.rest


@dataclass(frozen=True)
class SpanTask(Task):
    """Any number of spans a row; offsets count code points of the row's ``text``, which is a whole canonical text."""

    anchored: bool = field(default=False, kw_only=True)  # asked of one claim: at most one span a row

    @property
    def kind(self) -> Kind:
        """Spans of a text, or of a claim in a text."""
        return "attribution" if self.anchored else "spans"

    @property
    def inputs(self) -> list[str]:
        """The text, and where the claim stands in it."""
        return ANCHORED_INPUTS if self.anchored else SPAN_INPUTS


@dataclass(frozen=True)
class Data:
    """A task's labelled rows, a frame a split.

    Columns: ``id, article_id, cluster_id, outlet, published, text, target, label``; for classification also ``question, context,
    label_distribution`` (a dict from label to share of the votes, or None); for attribution ``claim_start, claim_end``.
    ``label`` is a string, or for span tasks a list of `Span` (empty: nothing to be found). ``published`` is None where unknown.
    """

    train: pd.DataFrame
    validation: pd.DataFrame
    test: pd.DataFrame
    classes: list[str]  # in the scheme's order; for span tasks the labels of spans
    unlabelled: int  # rows left out because nobody labelled them or the label is open
    open_spans: int = 0  # gold spans left out because their label is open

    def all_rows(self) -> pd.DataFrame:
        """The rows of all splits under each other, with the column ``split``: what the splitting schemes of `holdout` divide."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return pd.concat([part.assign(split=name) for name, part in parts.items()], ignore_index=True)
