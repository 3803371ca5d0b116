"""The lines of ``labels/*.jsonl``: one annotator's work on one article, on one page."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType, field

from dataset.records.record import Record
from dataset.records.types import AnnotatorKind, NonBlank, Span, Text

Page = Literal["article", "claim", "adjudication"]
Status = Literal["submitted", "skipped", "deleted"]
Layer = Literal["kind", "target", "stance", "article_stance", "span"]
Seconds = Annotated[float, Meta(ge=0, le=sys.float_info.max, description="a number of seconds")]


class OldPlace(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The mark of a label that a correction of the text touched: where it was on the old text."""

    start: int | None = None
    end: int | None = None
    text_sha256: Text | None = None  # of the old text


class Claim(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A claim as one annotator labelled it. The reader checks its span against the text and its labels against the scheme."""

    id: str | int | None = None
    start: int
    end: int
    claimant: Span | None = None
    actor: NonBlank | None = None
    kind: str | None = None
    target: str | None = None
    stance: str | None = None
    unclear: bool = False
    claim_group: NonBlank | UnsetType | None = UNSET
    touched_by_correction: OldPlace | UnsetType = UNSET
    claimant_touched_by_correction: OldPlace | UnsetType = UNSET

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(self.start, self.end)


class Decision(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an adjudicator decided about one item that the annotators left open."""

    item: NonBlank  # a claim's id, ARTICLE:TARGET for an article stance, ARTICLE:START-END for a span
    layer: Layer  # "span": whether there is a claim
    target: str | None = None  # toward which a stance was asked
    start: int | None = None  # of the claim when it was decided
    end: int | None = None
    label: str | None = None  # null if the item was skipped
    reason: NonBlank | None = None
    touched_by_correction: OldPlace | UnsetType = UNSET

    @property
    def span(self) -> Span | None:
        """The place of the claim when it was decided."""
        return None if self.start is None or self.end is None else Span(self.start, self.end)


class Origin(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The source of an annotation on a Label Studio server."""

    server: Text | None = None
    project: int | None = None
    task: int | None = None
    updated_by: int | None = None  # number of the account
    prediction: int | None = None  # that the annotator began with
    prediction_version: Text | None = None


class Annotation(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A line of ``labels/*.jsonl``: one annotator's whole work on one article, on one page."""

    annotation_id: NonBlank
    article_id: NonBlank  # ID, or ID#2 for a blind repeat
    text_sha256: Text  # of the text that the spans are offsets into
    scheme_version: NonBlank | None = None
    guidelines_version: NonBlank | None = None
    annotator: NonBlank  # a pseudonym
    annotator_kind: AnnotatorKind
    page: Page
    status: Status  # "deleted": the tombstone of an annotation that is no longer on the server
    created: NonBlank | None = None  # ISO time
    updated: NonBlank | None = None  # ISO time
    lead_time: Seconds | None = None  # of work
    claims: tuple[Claim, ...]
    lost: tuple[Span, ...] | UnsetType = UNSET  # where labels could not be read: they may have been claims
    article_stance: dict[str, str] = field(default_factory=dict)  # stance by target
    origin: Origin | None = None
    decision: Decision | UnsetType = UNSET  # on the adjudication page
    carried_from: Text | UnsetType = UNSET  # hash of the text that was annotated, if a correction was accepted since

    @property
    def id(self) -> str:
        """The annotation's id."""
        return self.annotation_id
