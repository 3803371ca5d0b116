"""How well annotators agree: Krippendorff's α by layer with intervals, span F1 and Cohen's κ by pair.

α = 1 − D_o / D_e from the coincidence matrix (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). Coincidence matrices of
articles add up, so thousands of bootstrap resamples of articles are one matrix product.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score

from annotation.align import groups, match
from dataset.labels import LAYERS, Annotation, Claim
from dataset.scheme import Scheme

Matrix = NDArray[np.float64]
SAMPLES = 10_000


def coincidences(units: Sequence[Sequence[str]], labels: Sequence[str]) -> Matrix:
    """The coincidence matrix of some units.

    Args:
        units: by unit, the labels that its annotators gave; a unit with fewer than two says nothing.
        labels: all labels.

    Returns:
        Shape ``(labels, labels)``: each ordered pair of values of a unit counts ``1 / (values of the unit − 1)``.
    """
    position = {label: i for i, label in enumerate(labels)}
    total = np.zeros((len(labels), len(labels)))
    for unit in units:
        if len(unit) > 1:
            counts = np.bincount([position[label] for label in unit], minlength=len(labels)).astype(float)
            total += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return total


def alpha(matrices: Matrix) -> Matrix:
    """α of coincidence matrices.

    Args:
        matrices: shape ``(…, labels, labels)``.

    Returns:
        Shape ``(…,)``; NaN where only one label was given, or none: there is no chance agreement to compare with.
    """
    totals = matrices.sum(-1)
    n = totals.sum(-1)
    observed = n - np.trace(matrices, axis1=-2, axis2=-1)
    expected = n**2 - (totals**2).sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        values: Matrix = np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)
    return values


def alpha_with_interval(
    by_article: Mapping[str, Sequence[Sequence[str]]], labels: Sequence[str], seed: int = 13
) -> dict[str, object]:
    """α over all units with a 95 % percentile bootstrap interval over articles.

    Args:
        by_article: the units of each article.
        labels: all labels.
        seed: of the random numbers.

    Returns:
        ``alpha``, ``low``, ``high`` (null where not defined) and the number of ``units`` that at least two annotators labelled.
    """
    articles = [units for _, units in sorted(by_article.items()) if any(len(unit) > 1 for unit in units)]
    pairable = sum(len(unit) > 1 for units in articles for unit in units)
    empty: dict[str, object] = {"alpha": None, "low": None, "high": None, "units": pairable}
    if not articles:
        return empty
    matrices = np.stack([coincidences(units, labels) for units in articles])
    value = float(alpha(matrices.sum(0)))
    if np.isnan(value):
        return empty
    found: dict[str, object] = {**empty, "alpha": round(value, 6)}
    if len(articles) > 1:
        draws = np.random.default_rng(seed).multinomial(
            len(articles), np.full(len(articles), 1 / len(articles)), SAMPLES
        )
        samples = alpha(np.tensordot(draws.astype(float), matrices, axes=1))
        low, high = np.nanquantile(samples, [0.025, 0.975])
        found |= {"low": round(float(low), 6), "high": round(float(high), 6)}
    return found


def alphas(scheme: Scheme, by_article: Mapping[str, Sequence[Annotation]]) -> dict[str, Any]:
    """Krippendorff's α of each layer over all annotators, with a 95 % interval over articles.

    Labels of a claim are compared among those who marked it: whether something is a claim at all is what span F1 says.
    """
    units: dict[str, dict[str, list[list[str]]]] = {layer: {} for layer in (*LAYERS, "article_stance")}
    for article, work in by_article.items():
        spans = groups({one.annotator: [claim.span for claim in one.claims] for one in work})
        claims = {one.annotator: one.claims for one in work}
        for layer in LAYERS:
            votes = [[getattr(claims[name][i], layer) for name, i in group.items()] for group in spans]
            units[layer][article] = [[vote for vote in unit if vote is not None] for unit in votes]
        # A stance is toward a target: those who chose another one than most did not answer the same question.
        marked = [[claims[name][i] for name, i in group.items()] for group in spans]
        units["stance"][article] = [_same_target(group) for group in marked]
        units["article_stance"][article] = [
            [one.article_stance[target] for one in work if target in one.article_stance] for target in scheme.questions
        ]
    known = (scheme.kind_ids, scheme.target_ids, scheme.stance_ids, scheme.article_stance_ids)
    return {layer: alpha_with_interval(units[layer], labels) for layer, labels in zip(units, known, strict=True)}


def _same_target(claims: Sequence[Claim]) -> list[str]:
    """The stances of those who gave the target that most gave; none where no target has most votes."""
    ranked = Counter(claim.target for claim in claims if claim.target is not None).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return []
    return [claim.stance for claim in claims if claim.target == ranked[0][0] and claim.stance is not None]


def pairwise(by_article: Mapping[str, Sequence[Annotation]]) -> dict[str, Any]:
    """Agreement of every two annotators on the articles that both labelled.

    Returns:
        By ``"a–b"``: the number of articles; span F1, ``2 × matched / (claims of both)``, relaxed (IoU of .5 and more) and exact; and
        Cohen's κ over the matched claims for each layer (Cohen 1960), null where it is not defined.
    """
    table: dict[str, Any] = {}
    names = sorted({one.annotator for list_ in by_article.values() for one in list_})
    for a, b in combinations(names, 2):
        both = []
        for list_ in by_article.values():
            found = {one.annotator: one for one in list_}
            if a in found and b in found:
                both.append((found[a].claims, found[b].claims))
        if both:
            table[f"{a}–{b}"] = _pair(both)
    return table


def _pair(both: Sequence[tuple[Sequence[Claim], Sequence[Claim]]]) -> dict[str, Any]:
    matched = [
        (x[i], y[j]) for x, y in both for i, j in match([claim.span for claim in x], [claim.span for claim in y])
    ]
    claims = sum(len(x) + len(y) for x, y in both)
    exact = sum(x.span == y.span for x, y in matched)
    return {
        "articles": len(both),
        "span_f1": round(2 * len(matched) / claims, 6) if claims else None,
        "span_f1_exact": round(2 * exact / claims, 6) if claims else None,
        "kappa": {layer: _kappa([(getattr(x, layer), getattr(y, layer)) for x, y in matched]) for layer in LAYERS},
    }


def _kappa(pairs: Sequence[tuple[str | None, str | None]]) -> float | None:
    known = [(x, y) for x, y in pairs if x is not None and y is not None]
    if len({value for pair in known for value in pair}) < 2:
        return None
    first, second = zip(*known, strict=True)
    return round(float(cohen_kappa_score(first, second)), 6)
