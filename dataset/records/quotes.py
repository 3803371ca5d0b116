"""``quotes/ANNOTATOR/ARTICLE.toml``: labels that are written down as quotes; offsets are made of them."""

from __future__ import annotations

from typing import Annotated

from msgspec import field

from dataset.records.record import Record, by
from dataset.records.types import Count, NonBlank, Text

Quoted = Annotated[str, by(lambda quote: bool(quote) and quote == quote.strip(), "a quote without blanks at its edges")]


class QuotedClaim(Record, frozen=True, kw_only=True):
    """A claim as an exact quote, with its labels."""

    quote: Quoted  # of the article
    occurrence: Count | None = None  # which one, from 1; needed if the article has the quote more than once
    claimant: Quoted | None = None  # quote of the mention of who makes the claim
    claimant_occurrence: Count | None = None  # which one, from 1; else the one that is nearest to the claim
    actor: NonBlank | None = None  # name of the claimant in its normal form
    kind: str  # label of the scheme
    target: str  # label of the scheme
    stance: str  # label of the scheme
    unclear: bool = False  # hard to label
    group: NonBlank | None = None  # name that the same claim has in several articles


class Quotes(Record, frozen=True, kw_only=True):
    """What one annotator labelled in one article. The author's file also describes the article."""

    outlet: NonBlank | None = None  # of the article
    published: Text | None = None  # of the article
    agencies: tuple[NonBlank, ...] = ()  # of the article
    genre: NonBlank | None = None  # of the article
    blocks: tuple[tuple[str, str], ...] = ()  # type and first words of each block, in order
    reprint_of: NonBlank | None = None  # id of the article whose text this one reprints
    reuse: NonBlank | None = None  # kind of the reprint
    article_stance: dict[str, str] = field(default_factory=dict)  # stance by target
    claims: tuple[QuotedClaim, ...] = ()  # that the annotator found
