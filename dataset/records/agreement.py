"""Records of ``agreement.json``: how well the annotators of a corpus agree."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, UnsetType, field

from dataset.records.gold import GoneClaim
from dataset.records.record import Record
from dataset.records.types import MOST, Count, Share, Text

# α or κ, or an end of its interval
Coefficient = Annotated[float, Meta(ge=-MOST, le=1, description="a number up to 1")]
Seconds = Annotated[float, Meta(ge=0, le=MOST, description="a number from 0")]
# By layer; null where the figure is not defined.
Coefficients = dict[str, Coefficient | None]
Shares = dict[str, Share | None]
Confusions = dict[str, dict[str, dict[str, float]]]  # by annotator, label of the model and label given


class _Figures(Record, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """A table of figures. Files of earlier versions have fewer fields, those of later ones may have more."""


class Alpha(_Figures, frozen=True, kw_only=True):
    """Krippendorff's α with its 95 % interval over articles; null where it is not defined."""

    alpha: Coefficient | None = None  # 1 is perfect agreement, 0 agreement by chance
    low: Coefficient | None = None  # of the interval
    high: Coefficient | None = None  # of the interval

    def __post_init__(self) -> None:
        """Check that the interval is one."""
        super().__post_init__()
        _check_interval("low", self.low, "high", self.high)


class Figure(Alpha, frozen=True, kw_only=True):
    """α of a layer in the manifest of a release."""

    units: Count | None = None  # labelled by two annotators


class KindAlpha(Alpha, frozen=True, kw_only=True):
    """α for unitizing that takes the kinds of spans into account."""

    why: Text | UnsetType = UNSET  # it is not defined


class LabelAlpha(Alpha, frozen=True, kw_only=True):
    """α of one label against all others of its layer."""

    given: Count | None = None  # how often
    why: Text | UnsetType = UNSET  # it is not defined


class LayerAlpha(Alpha, frozen=True, kw_only=True):
    """Agreement of all annotators on a layer."""

    low_items: Coefficient | UnsetType | None = UNSET  # interval over units; not for spans
    high_items: Coefficient | UnsetType | None = UNSET  # the same
    units: Count | None = None  # labelled by two annotators; for spans their number
    metric: Text | None = None  # nominal, ordinal or unitizing
    raw: Share | None = None  # observed agreement
    fleiss_kappa: Coefficient | None = None  # not for spans
    by_label: dict[str, LabelAlpha] = field(default_factory=dict)  # each label against all others
    u_alpha_kind: KindAlpha | UnsetType = UNSET  # of spans: unitizing and coding
    cu_alpha_kind: KindAlpha | UnsetType = UNSET  # of spans: coding of intersections
    why: Text | UnsetType = UNSET  # something is not defined

    def __post_init__(self) -> None:
        """Check that the interval over units is one."""
        super().__post_init__()
        _check_interval("low_items", self.low_items, "high_items", self.high_items)


class PairAgreement(_Figures, frozen=True, kw_only=True):
    """Agreement of two annotators. Span F1 is relaxed, exact and partial, each with its 95 % interval over articles."""

    articles: Count | None = None  # that both submitted
    span_f1: Share | None = None  # of spans that overlap enough
    span_f1_low: Share | None = None  # of its interval
    span_f1_high: Share | None = None  # of its interval
    span_f1_exact: Share | None = None  # of spans with the same offsets
    span_f1_exact_low: Share | None = None  # of its interval
    span_f1_exact_high: Share | None = None  # of its interval
    span_f1_partial: Share | None = None  # by characters
    span_f1_partial_low: Share | None = None  # of its interval
    span_f1_partial_high: Share | None = None  # of its interval
    kappa: Coefficients = field(default_factory=dict)  # Cohen's
    kappa_low: Coefficients = field(default_factory=dict)  # of its interval
    kappa_high: Coefficients = field(default_factory=dict)  # of its interval
    raw: Shares = field(default_factory=dict)  # observed agreement
    confusion: dict[str, dict[str, dict[str, Count]]] = field(default_factory=dict)  # by layer, labels of both
    why: Text | UnsetType = UNSET  # something is not defined


class SelfAgreement(_Figures, frozen=True, kw_only=True):
    """Agreement of an annotator with himself or herself, on blind repeats."""

    articles: Count | None = None  # repeats of which both times were submitted
    span_f1: Share | None = None  # of spans that overlap enough
    kappa: Coefficients = field(default_factory=dict)  # Cohen's
    why: Text | UnsetType = UNSET  # something is not defined


class AnnotatorAgreement(_Figures, frozen=True, kw_only=True):
    """Work of an annotator, and mean agreement with the others."""

    annotator_kind: Text | None = None  # human or model
    articles: Count | None = None  # submitted, without blind repeats
    claims: Count | None = None  # in these articles
    skipped: Count | None = None  # articles
    span_f1: Share | None = None  # mean over pairs
    kappa: Coefficients = field(default_factory=dict)  # mean over pairs
    seconds: Seconds | None = None  # median per submitted article
    first: Text | None = None  # time of the earliest work
    last: Text | None = None  # time of the latest work
    why: Text | UnsetType = UNSET  # something is not defined


class Guidelines(_Figures, frozen=True, kw_only=True):
    """Versions of the guidelines that gold rests on."""

    versions: dict[str, Count] = field(default_factory=dict)  # annotations by version
    unknown: Count = 0  # annotations without one
    mixed_articles: Count | UnsetType = UNSET  # articles with several MAJOR versions
    why: Text | UnsetType = UNSET  # they are mixed


class Ceiling(_Figures, frozen=True, kw_only=True):
    """How well one annotator's labels predict another's: the mean over pairs."""

    macro_f1: Share | UnsetType | None = UNSET  # of labels
    span_f1_characters: Share | UnsetType | None = UNSET  # of spans, by characters
    span_f1_strict: Share | UnsetType | None = UNSET  # of spans with the same offsets and label
    pairs: Count | None = None  # of annotators


class Agreement(_Figures, frozen=True, kw_only=True):
    """``agreement.json``: how well annotators agree, and what gold was made from."""

    inputs_sha256: Text | None = None  # of labels, scheme, method and list of articles
    gold_sha256: Text | None = None  # of gold.jsonl
    aggregation: Text | None = None  # method
    aggregation_why_not: dict[str, Text] | None = None  # by layer where the method could not be used
    annotators: dict[str, Text] = field(default_factory=dict)  # human or model
    silver: bool | None = None  # models alone labelled
    articles: Count | None = None  # with gold
    claims: Count | None = None  # of gold
    undecided_labels: Count | None = None  # of gold
    adjudicated_labels: Count | None = None  # of gold
    alpha: dict[str, LayerAlpha] = field(default_factory=dict)  # by layer
    pairs: dict[str, PairAgreement] = field(default_factory=dict)  # by "a–b"
    by_annotator: dict[str, AnnotatorAgreement] = field(default_factory=dict)  # with the others
    intra: dict[str, SelfAgreement] = field(default_factory=dict)  # by annotator with blind repeats
    guidelines: Guidelines = field(default_factory=Guidelines)  # versions that gold rests on
    ceiling: dict[str, Ceiling] | None = None  # by layer
    quality: dict[str, dict[str, float | None]] = field(default_factory=dict)  # by layer and annotator
    confusions: dict[str, Confusions] = field(default_factory=dict)  # by layer
    claims_numbered: dict[str, Count] = field(default_factory=dict)  # highest number given, by article
    claims_gone: dict[str, tuple[GoneClaim, ...]] | UnsetType = UNSET  # claims that gold had once, by article
    report_sha256: Text | UnsetType = UNSET  # of everything above


def _check_interval(below: str, low: Any, above: str, high: Any) -> None:
    if isinstance(low, float) and isinstance(high, float) and low > high:
        raise ValueError(f"{below}: {low} is above {above}, {high}")
