"""The lines of a file of suggestions: what a model suggests to the annotators of one article."""

from __future__ import annotations

from msgspec import field

from dataset.records.labels import Claim
from dataset.records.record import Record
from dataset.records.types import NonBlank, Text


class Suggestions(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A line of a file of suggestions: what one model suggests for one article."""

    article_id: NonBlank  # of the corpus
    text_sha256: Text  # of the text that the spans are offsets into
    model_version: NonBlank  # of the model that made them
    claims: tuple[Claim, ...]  # labels that are null or missing are left to the annotator
    article_stance: dict[str, str] = field(default_factory=dict)  # stance by target
