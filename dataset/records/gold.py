"""The lines of ``gold.jsonl``: the decided labels of one article, with the votes that they come from."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType, field

from dataset.records.labels import OldPlace
from dataset.records.record import Record
from dataset.records.types import AnnotatorKind, Count, NonBlank, Offset, Share, Span, Text

Shares = dict[str, Share]  # by label


class Vote(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The labels that one annotator gave to a claim."""

    annotator: str  # a pseudonym
    annotator_kind: AnnotatorKind  # a person or a language model
    start: Offset  # of the span that the annotator marked
    end: Offset  # after its last code point
    kind: str | None = None  # label of the scheme; null: not given
    target: str | None = None  # label of the scheme; null: not given
    stance: str | None = None  # label of the scheme; null: not given

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(self.start, self.end)


class Adjudication(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an adjudicator decided about one label of a claim, or about its span."""

    label: str | None = None  # of the scheme; "claim" or "none" for a span
    annotator: Text = ""  # pseudonym of the adjudicator
    annotator_kind: AnnotatorKind | None = None  # of the adjudicator
    reason: Text | None = None  # of the decision


class GoldClaim(Record, frozen=True, kw_only=True):
    """A claim of gold. The reader checks its span against the text and its labels against the scheme."""

    id: str  # ARTICLE-cNN; the id stays with the claim while its labels and its place change
    start: Offset  # first code point
    end: Offset  # after the last code point
    claimant: Span | None = None  # mention of the person or organisation that makes the claim
    actor: NonBlank | None = None  # name of the claimant in its normal form
    kind: str | None = None  # label of the scheme; null: undecided
    target: str | None = None  # label of the scheme; null: undecided
    stance: str | None = None  # label of the scheme; null: undecided
    claim_group: NonBlank | None = None  # name that the same claim has in several articles
    adjudicated: bool = False  # an adjudicator decided a label or the span
    reason: str | None = None  # of the adjudicators
    adjudicator: str | None = None  # pseudonyms of the adjudicators
    adjudication: dict[str, Adjudication] = field(default_factory=dict)  # by layer
    unclear: Count | bool = 0  # number of annotators who marked the claim as unclear
    label_distribution: dict[str, Shares | None] | None = None  # shares of votes by layer
    posterior: dict[str, Shares | None] | None = None  # what the aggregation estimates, by layer
    votes: tuple[Vote, ...] = ()  # one per annotator
    notes: Any = UNSET  # of people who edit the file
    touched_by_correction: OldPlace | UnsetType = UNSET  # the claim is rejected until a person removes this mark
    claimant_touched_by_correction: OldPlace | UnsetType = UNSET  # the claim counts without its claimant

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(self.start, self.end)


class GoneClaim(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A claim that was in gold earlier and no longer is: if it comes back, it gets its id again."""

    id: str  # of the claim
    start: Offset  # first code point
    end: Offset  # after the last code point
    kind: str | UnsetType = UNSET  # label of the scheme
    target: str | UnsetType = UNSET  # label of the scheme
    stance: str | UnsetType = UNSET  # label of the scheme


class ArticleStance(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The stance of an article toward a target."""

    label: str | None = None  # null: undecided
    label_distribution: Shares | None = None  # shares of votes
    adjudicated: bool | UnsetType = UNSET  # an adjudicator decided the label
    reason: str | UnsetType | None = UNSET  # of the adjudicator
    adjudicator: str | UnsetType | None = UNSET  # a pseudonym


class Gold(Record, frozen=True, kw_only=True):
    """A line of ``gold.jsonl``: the decided labels of one article."""

    article_id: str  # of the corpus
    text_sha256: Text  # of the text that the spans are offsets into
    scheme_version: str | None = None  # that the labels were decided with
    guidelines_version: str | None = None  # the newest
    annotators: tuple[str, ...]  # pseudonyms
    annotator_kind: AnnotatorKind  # "model": models alone labelled the article
    lost: tuple[Span, ...] = ()  # neither a claim nor known to be none
    claims: tuple[GoldClaim, ...]  # in the order of the text
    article_stance: dict[str, ArticleStance] = field(default_factory=dict)  # by target
    span_decisions: tuple[str, ...] | UnsetType = UNSET  # items of the adjudicators' decisions on spans that were used
    guidelines_versions: tuple[NonBlank, ...] | UnsetType = UNSET  # of all labels, the lowest first
    notes: Any = UNSET  # of people who edit the file
    touched_by_correction: OldPlace | UnsetType = UNSET
