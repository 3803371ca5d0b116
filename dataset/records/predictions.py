"""``predictions.jsonl``, of a run and of a user's own model, and the inputs that such a model needs."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from dataset.records.record import Record
from dataset.records.types import NonBlank, Offset, Text

SUMS = 1e-9  # rounding error of probabilities that are written with every digit

Probability = Annotated[float, Meta(ge=0, le=1 + SUMS, description="a number between 0 and 1")]
Probabilities = Annotated[dict[str, Probability], Meta(description="a table of label and probability")]


class LabelledSpan(Record, frozen=True, order=True, omit_defaults=True):
    """Half-open code points into the text of an item, and what is there."""

    start: Offset
    end: Offset
    label: NonBlank | None = None  # optional if the task has one label only

    def __post_init__(self) -> None:
        """Refuse a span without characters."""
        super().__post_init__()
        if self.start >= self.end:
            raise ValueError("end: a number greater than start is expected")


class Prediction(Record, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=False):
    """The prediction of one system for one item."""

    task: NonBlank
    system: NonBlank | None = None  # required in a run; ignored in a user's file, whose name is the system's
    id: NonBlank  # of the item
    label: NonBlank | None = None  # required unless the task asks for spans
    spans: tuple[LabelledSpan, ...] | None = None  # required if the task asks for spans
    probabilities: Probabilities | None = None  # by label; in all lines of a task and system, or in none


class Input(Record, frozen=True, kw_only=True):
    """What a system may see of one item: a line that ``standpunkt evaluate --inputs`` writes."""

    task: NonBlank
    id: NonBlank
    text: Text
    target: Text | UnsetType = UNSET  # of classification tasks; empty if the task has none
    question: Text | UnsetType = UNSET
    context: Text | UnsetType = UNSET  # the text with what surrounds it
    claim_start: Offset | UnsetType = UNSET  # of attribution: the claim in the text
    claim_end: Offset | UnsetType = UNSET
