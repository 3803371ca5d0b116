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

    start: int | None = None  # first code point
    end: int | None = None  # after the last code point
    text_sha256: Text | None = None  # of the old text


class Claim(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A claim as one annotator labelled it. The reader checks its span against the text and its labels against the scheme."""

    id: str | int | None = (
        None  # distinguishes the claims of a line; on the claim page the id that the claim has in gold
    )
    start: int  # first code point
    end: int  # after the last code point
    claimant: Span | None = None  # mention of the person or organisation that makes the claim
    actor: NonBlank | None = None  # name of the claimant in its normal form
    kind: str | None = None  # label of the scheme; null: not decided
    target: str | None = None  # label of the scheme; null: not decided
    stance: str | None = None  # label of the scheme; null: not decided
    unclear: bool = False  # marked by the annotator as hard to label
    claim_group: NonBlank | UnsetType = UNSET  # name that the same claim has in several articles
    touched_by_correction: OldPlace | UnsetType = UNSET  # the claim is rejected until a person removes this mark
    claimant_touched_by_correction: OldPlace | UnsetType = UNSET  # the claim counts without its claimant

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
    end: int | None = None  # after its last code point
    label: str | None = None  # null if the item was skipped
    reason: NonBlank | None = None  # needed with a label
    touched_by_correction: OldPlace | UnsetType = UNSET  # the decision is rejected until a person removes this mark

    @property
    def span(self) -> Span | None:
        """The place of the claim when it was decided."""
        return None if self.start is None or self.end is None else Span(self.start, self.end)


class Origin(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The source of an annotation on a Label Studio server."""

    server: Text | None = None  # name of the server or project in annotation ids
    project: int | None = None  # number of the project
    task: int | None = None  # number of the task
    updated_by: int | None = None  # number of the account
    prediction: int | None = None  # number of the suggestion that the annotator began with
    prediction_version: Text | None = None  # its model version


class Annotation(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A line of ``labels/*.jsonl``: one annotator's whole work on one article, on one page."""

    annotation_id: NonBlank
    article_id: NonBlank  # ID, or ID#2 for a blind repeat
    text_sha256: Text  # of the text that the spans are offsets into
    scheme_version: NonBlank | None = None  # that the annotator worked with
    guidelines_version: NonBlank | None = None  # that the annotator worked with
    annotator: NonBlank  # a pseudonym
    annotator_kind: AnnotatorKind  # a person or a language model
    page: Page  # of Label Studio: all claims of an article, one claim, or one open item
    status: Status  # "deleted": the tombstone of an annotation that is no longer on the server
    created: NonBlank | None = None  # ISO time
    updated: NonBlank | None = None  # ISO time
    lead_time: Seconds | None = None  # of work
    claims: tuple[Claim, ...]  # that the annotator marked
    lost: tuple[Span, ...] | UnsetType = UNSET  # where labels could not be read: they may have been claims
    article_stance: dict[str, str] = field(default_factory=dict)  # stance by target
    origin: Origin | None = None  # null if it did not come from Label Studio
    decision: Decision | UnsetType = UNSET  # on the adjudication page
    carried_from: Text | UnsetType = UNSET  # hash of the text that was annotated, if a correction was accepted since

    @property
    def id(self) -> str:
        """The annotation's id."""
        return self.annotation_id
