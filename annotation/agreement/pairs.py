"""The agreement of every two annotators: span F1, Cohen's κ, raw agreement, and who calls what what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from msgspec import UNSET, structs

from annotation.agreement.bootstrap import SEED, distinct, interval, resampled_pattern_sums, rounded
from annotation.agreement.coincidence import Matrix
from annotation.agreement.kappa import cohen, same
from annotation.agreement.overlap import COUNTS, F1S, f1s, span_counts
from annotation.agreement.votes import ALL_LAYERS, ARTICLE_LAYER, list_of
from annotation.align import match_claims
from dataset.labels import LAYERS
from dataset.records.agreement import PairAgreement
from dataset.records.labels import Annotation
from dataset.scheme import Scheme

Pair = tuple[str, str]
Both = Sequence[tuple[Annotation, Annotation]]
Labels = Mapping[str, Sequence[str]]  # by layer, all its labels in order
ONE_ARTICLE = "They share one article only: an interval over articles needs two."


def pair_name(names: Pair) -> str:
    """What a pair is called in the report."""
    return "–".join(names)


def shared_work(by_article: Mapping[str, Sequence[Annotation]]) -> dict[Pair, Both]:
    """By pair of annotators what they made of the articles that both labelled, in the order of articles; no pair without any."""
    names = sorted({one.annotator for list_ in by_article.values() for one in list_})
    found: dict[Pair, list[tuple[Annotation, Annotation]]] = {pair: [] for pair in combinations(names, 2)}
    for _, list_ in sorted(by_article.items()):
        by_name = {one.annotator: one for one in list_}
        for a, b in combinations(sorted(by_name), 2):
            found[a, b].append((by_name[a], by_name[b]))
    return {pair: both for pair, both in found.items() if both}


def pair_table(scheme: Scheme, both: Both, seed: int = SEED) -> PairAgreement:
    """The agreement of two annotators.

    Args:
        scheme: the labels.
        both: of each article that both labelled what the one and what the other made of it.
        seed: of the random numbers.

    Returns:
        Spans are compared without the annotations of which a label could not be read. Labels are those of claims that both marked, and of
        targets for which both gave an article stance. If a figure is not defined, it is null, and ``why`` contains the reason.
    """
    labels = {layer: scheme.ids(list_of(layer)) for layer in ALL_LAYERS}
    sums = _Sums(both, labels)
    scores, ends = f1s(sums.spans.sum(0)), np.full((2, len(F1S)), np.nan)
    totals = {layer: confusions.sum(0) for layer, confusions in sums.confusions.items()}
    kappa_ends = {layer: (np.array(np.nan), np.array(np.nan)) for layer in ALL_LAYERS}
    if len(both) > 1:
        resampled = _Sums.split(resampled_pattern_sums(*distinct(sums.rows()), seed=seed), labels)
        ends = np.stack(interval(f1s(resampled[""])))
        # An interval only where there is a value: resamples say nothing that the data don't.
        kappa_ends |= {
            layer: interval(cohen(resampled[layer])) for layer in ALL_LAYERS if not np.isnan(cohen(totals[layer]))
        }
    figures: dict[str, float | None] = {}
    for i, name in enumerate(F1S):
        figures |= {name: rounded(scores[i]), f"{name}_low": rounded(ends[0, i]), f"{name}_high": rounded(ends[1, i])}
    unread = " and of which all could be read" if any(one.lost or other.lost for one, other in both) else ""
    reasons = [f"Neither marked a claim in the articles that both labelled{unread}."] if np.isnan(scores[0]) else []
    reasons += [reason for layer, total in totals.items() if (reason := _reason(layer, total, labels[layer]))]
    reasons += [ONE_ARTICLE] if len(both) == 1 else []
    table = PairAgreement(
        articles=len(both),
        kappa={layer: rounded(cohen(total)) for layer, total in totals.items()},
        kappa_low={layer: rounded(low) for layer, (low, _) in kappa_ends.items()},
        kappa_high={layer: rounded(high) for layer, (_, high) in kappa_ends.items()},
        raw={layer: rounded(same(total)) for layer, total in totals.items()},
        confusion={layer: _nested(total, labels[layer]) for layer, total in totals.items()},
        why=" ".join(reasons) if reasons else UNSET,
    )
    return structs.replace(table, **figures)


class _Sums:
    """What each article adds: ``spans``, shape ``(articles, COUNTS)``, ``confusions`` by layer, shape ``(articles, labels, labels)``."""

    def __init__(self, both: Both, labels: Labels) -> None:
        self.spans = np.zeros((len(both), COUNTS))
        self.confusions = {layer: np.zeros((len(both), len(ids), len(ids))) for layer, ids in labels.items()}
        at = {layer: {label: i for i, label in enumerate(ids)} for layer, ids in labels.items()}
        for row, (one, other) in enumerate(both):
            if not (one.lost or other.lost):  # else it is unknown what was marked
                spans = [[claim.span for claim in work.claims] for work in (one, other)]
                self.spans[row] = span_counts(spans[0], spans[1])
            matched = match_claims(one.claims, other.claims)
            for layer in LAYERS:
                for i, j in matched:
                    first, second = getattr(one.claims[i], layer), getattr(other.claims[j], layer)
                    if first is not None and second is not None:
                        self.confusions[layer][row, at[layer][first], at[layer][second]] += 1
            for target in one.article_stance.keys() & other.article_stance.keys() if ARTICLE_LAYER in labels else ():
                first, second = one.article_stance[target], other.article_stance[target]
                self.confusions[ARTICLE_LAYER][row, at[ARTICLE_LAYER][first], at[ARTICLE_LAYER][second]] += 1

    def rows(self) -> Matrix:
        """All of it side by side, a row an article."""
        tables = [table.reshape(len(table), -1) for table in self.confusions.values()]
        return np.concatenate([self.spans, *tables], axis=1)

    @staticmethod
    def split(rows: Matrix, labels: Labels) -> dict[str, Matrix]:
        """Rows taken apart again: by layer, the spans under the empty name."""
        parts, start = {"": rows[:, :COUNTS]}, COUNTS
        for layer, ids in labels.items():
            parts[layer] = rows[:, start : start + len(ids) ** 2].reshape(-1, len(ids), len(ids))
            start += len(ids) ** 2
        return parts


def _nested(confusion: Matrix, labels: Sequence[str]) -> dict[str, dict[str, int]]:
    return {
        first: {second: int(n) for second, n in zip(labels, row, strict=True)}
        for first, row in zip(labels, confusion, strict=True)
    }


def _reason(layer: str, confusion: Matrix, labels: Sequence[str]) -> str | None:
    if not np.isnan(cohen(confusion)):
        return None
    if not confusion.sum():
        return f"No {layer} to compare: both gave it to nothing that they share."
    return f"Both gave one {layer} only, {labels[int(confusion.sum(1).argmax())]}: κ has no chance agreement to compare with."
