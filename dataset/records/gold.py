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

    annotator: str
    annotator_kind: AnnotatorKind
    start: Offset  # of the span that he or she marked
    end: Offset
    kind: str | None = None
    target: str | None = None
    stance: str | None = None

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(self.start, self.end)


class Adjudication(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What an adjudicator decided about one label of a claim, or about its span."""

    label: str | None = None
    annotator: Text = ""
    annotator_kind: AnnotatorKind | None = None
    reason: Text | None = None


class GoldClaim(Record, frozen=True, kw_only=True):
    """A claim of gold. The reader checks its span against the text and its labels against the scheme."""

    id: str  # ARTICLE-cNN; the id stays with the claim while its labels and its place change
    start: Offset
    end: Offset
    claimant: Span | None = None
    actor: NonBlank | None = None
    kind: str | None = None  # null: undecided
    target: str | None = None
    stance: str | None = None
    claim_group: NonBlank | None = None
    adjudicated: bool = False
    reason: str | None = None  # of the adjudicators
    adjudicator: str | None = None
    adjudication: dict[str, Adjudication] = field(default_factory=dict)  # by layer
    unclear: Count = 0  # number of annotators who marked the claim as unclear
    label_distribution: dict[str, Shares | None] | None = None  # shares of votes by layer
    posterior: dict[str, Shares | None] | None = None  # what the aggregation estimates, by layer
    votes: tuple[Vote, ...] = ()
    notes: Any = UNSET  # of people who edit the file
    touched_by_correction: OldPlace | UnsetType = UNSET
    claimant_touched_by_correction: OldPlace | UnsetType = UNSET

    @property
    def span(self) -> Span:
        """Start and end."""
        return Span(self.start, self.end)


class ArticleStance(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """The stance of an article toward a target."""

    label: str | None = None  # null: undecided
    label_distribution: Shares | None = None  # shares of votes
    adjudicated: bool | UnsetType = UNSET
    reason: str | UnsetType | None = UNSET  # of the adjudicator
    adjudicator: str | UnsetType | None = UNSET


class Gold(Record, frozen=True, kw_only=True):
    """A line of ``gold.jsonl``: the decided labels of one article."""

    article_id: str
    text_sha256: Text  # of the text that the spans are offsets into
    scheme_version: str | None = None
    guidelines_version: str | None = None  # the newest
    annotators: tuple[str, ...]
    annotator_kind: AnnotatorKind  # "model": models alone labelled the article
    lost: tuple[Span, ...] = ()  # neither a claim nor known to be none
    claims: tuple[GoldClaim, ...]
    article_stance: dict[str, ArticleStance] = field(default_factory=dict)  # by target
    span_decisions: tuple[str, ...] | UnsetType = UNSET  # items of the adjudicators' decisions on spans that were used
    guidelines_versions: tuple[NonBlank, ...] | UnsetType = UNSET  # of all labels, the lowest first
    notes: Any = UNSET  # of people who edit the file
    touched_by_correction: OldPlace | UnsetType = UNSET
