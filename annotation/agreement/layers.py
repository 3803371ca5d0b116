"""The agreement of all annotators on a layer: α with intervals, also label by label, Fleiss' κ, raw agreement; α for spans."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec import UNSET

from annotation.agreement.bootstrap import SEED, distinct, interval, resampled_pattern_sums, resampled_sums, rounded
from annotation.agreement.coincidence import Matrix, alpha, alpha_by_label, label_counts, unit_coincidences
from annotation.agreement.kappa import fleiss, observed
from annotation.agreement.unitizing import (
    Unit,
    binary_alpha,
    coding_alpha,
    continuum_sums,
    observed_share,
    unitizing_alpha,
)
from dataset.records.agreement import Figure, KindAlpha, LabelAlpha, LayerAlpha
from dataset.records.labels import Annotation

NO_PAIRS = "No two annotators gave a label to the same thing here."
ONE_ARTICLE = "Only one article was labelled by two annotators: an interval over articles needs two."
NO_SPANS = "Nobody marked a claim in an article that two annotators labelled, or all marked all of it."


def alpha_with_interval(
    by_article: Mapping[str, Sequence[Sequence[str]]], labels: Sequence[str], seed: int = SEED, metric: str = "nominal"
) -> Figure:
    """α over all units with a 95 % percentile bootstrap interval over articles.

    Args:
        by_article: the units of each article, of each the labels that were given.
        labels: all labels, in order.
        seed: of the random numbers.
        metric: ``nominal`` or ``ordinal``.

    Returns:
        The record without what concerns single labels; null where α is not defined.
    """
    found = layer_table(by_article, labels, seed=seed, metric=metric)
    return Figure(alpha=found.alpha, low=found.low, high=found.high, units=found.units)


def layer_table(
    by_article: Mapping[str, Sequence[Sequence[str]]],
    labels: Sequence[str],
    *,
    seed: int = SEED,
    metric: str = "nominal",
) -> LayerAlpha:
    """All that can be said of one layer; arguments as for ``alpha_with_interval``.

    Returns:
        The interval over articles is what another draw of articles would give. The one over units takes each unit for an article of its
        own and is mostly narrower. If a figure is not defined, it is null, and ``why`` contains the reason.
    """
    articles = [
        counts[counts.sum(1) > 1]
        for counts in (label_counts(units, labels) for _, units in sorted(by_article.items()))
        if (counts.sum(1) > 1).any()
    ]
    units = np.concatenate(articles) if articles else np.zeros((0, len(labels)))
    shape = (len(labels), len(labels))
    matrices = (
        np.stack([unit_coincidences(counts).sum(0) for counts in articles]) if articles else np.zeros((0, *shape))
    )
    total, given = matrices.sum(0), units.sum(0)
    value, by_label = float(alpha(total, metric)), alpha_by_label(total)
    ends = items = _ends(None)
    label_ends = np.full((2, len(labels)), np.nan)
    if len(articles) > 1 and not np.isnan(value):
        sums = resampled_sums(matrices.reshape(len(articles), -1), seed=seed).reshape(-1, *shape)
        ends = _ends(alpha(sums, metric))
        label_ends = np.stack(interval(alpha_by_label(sums)))
    if len(units) > 1 and not np.isnan(value):
        patterns, counts = distinct(units)
        rows = unit_coincidences(patterns).reshape(len(patterns), -1)
        items = _ends(alpha(resampled_pattern_sums(rows, counts, seed=seed).reshape(-1, *shape), metric))
    return LayerAlpha(
        alpha=rounded(value),
        low=ends[0],
        high=ends[1],
        low_items=items[0],
        high_items=items[1],
        units=len(units),
        metric=metric,
        raw=rounded(observed(units)),
        fleiss_kappa=rounded(fleiss(units)),
        by_label={
            label: LabelAlpha(
                alpha=rounded(by_label[i]),
                low=rounded(label_ends[0, i]),
                high=rounded(label_ends[1, i]),
                given=int(given[i]),
                why=_label_reason(int(given[i]), int(given.sum())) or UNSET,
            )
            for i, label in enumerate(labels)
        },
        why=_layer_reason(len(articles), [label for label, n in zip(labels, given, strict=True) if n]) or UNSET,
    )


def span_table(
    work: Mapping[str, Sequence[Annotation]], lengths: Mapping[str, int], kinds: Sequence[str], seed: int = SEED
) -> LayerAlpha:
    """α for unitizing over all articles that two annotators labelled (``unitizing``); annotations of which something could not be read
    are left out.

    Args:
        work: by article the annotations that count, one an annotator.
        lengths: by article, in code points.
        kinds: all kinds; a claim without one is of a kind of its own.
        seed: of the random numbers.

    Returns:
        ``alpha`` compares what is marked with what is not; ``raw`` is the share of code points on which two annotators agree. There is no
        interval over units.

    Raises:
        KeyError: an article has no length.
        ValueError: a span ends behind its article.
    """
    number = {kind: i for i, kind in enumerate([*kinds, None], 1)}
    # If a label could not be read, it is unknown what was marked.
    whole = [(article, [one for one in ones if not one.lost]) for article, ones in sorted(work.items())]
    shared = [(lengths[article], ones) for article, ones in whole if len(ones) > 1]

    def units(one: Annotation) -> list[Unit]:
        return [(claim.span, number[claim.kind]) for claim in one.claims]

    rows = [continuum_sums([units(one) for one in ones], length, len(number)) for length, ones in shared]
    sums = np.sum(rows, axis=0) if rows else np.zeros((len(number) + 1) ** 2 + 2)
    resampled = resampled_sums(np.stack(rows), seed=seed) if len(rows) > 1 else None

    def coefficient(function: Callable[[Matrix, int], Matrix], reason: str) -> KindAlpha:
        value = rounded(function(sums, len(number)))
        samples = None if value is None or resampled is None else function(resampled, len(number))
        low, high = _ends(samples)
        why = reason if value is None else ONE_ARTICLE if samples is None else UNSET
        return KindAlpha(alpha=value, low=low, high=high, why=why)

    main = coefficient(binary_alpha, NO_SPANS if rows else NO_PAIRS)
    return LayerAlpha(
        alpha=main.alpha,
        low=main.low,
        high=main.high,
        units=sum(len(one.claims) for _, ones in shared for one in ones),
        metric="unitizing",
        raw=rounded(observed_share(sums, len(number))),
        u_alpha_kind=coefficient(unitizing_alpha, NO_SPANS if rows else NO_PAIRS),
        cu_alpha_kind=coefficient(coding_alpha, "No spans of two annotators intersect, or all that do have one kind."),
        why=main.why,
    )


def _ends(samples: Matrix | None) -> tuple[float | None, float | None]:
    if samples is None:
        return None, None
    low, high = interval(samples)
    return rounded(low), rounded(high)


def _label_reason(given: int, all_: int) -> str | None:
    if given and given < all_:
        return None
    return "It is the only label that was given." if given else "It was never given."


def _layer_reason(articles: int, used: Sequence[str]) -> str | None:
    if not articles:
        return NO_PAIRS
    if len(used) == 1:
        return f"Only one label was given, {used[0]}: there is no chance agreement to compare with."
    return ONE_ARTICLE if articles == 1 else None
