"""Corpora, annotations and agreement.json as the report page gets them, as large and as odd as a test asks for."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

import annotation.report
from dataset.corpus import Corpus, read_corpus
from dataset.labels import Facts, read_labels
from dataset.records.agreement import Agreement
from dataset.records.gold import Gold
from dataset.records.labels import Annotation
from dataset.records.record import convert
from dataset.text import text_sha256
from tests.make import article, claim, label_line, write_corpus, write_labels


def write_report(
    folder: Path,
    corpus: Corpus,
    report: dict[str, Any],
    rows: list[Gold],
    annotations: list[Annotation],
    texts: dict[str, str],
) -> list[Path]:
    """Write the page of a report as it is in its file."""
    return annotation.report.write_report(folder, corpus, convert(report, Agreement), rows, annotations, texts)


LAYERS = ("kind", "target", "stance", "article_stance")
Given = tuple[Corpus, dict[str, Any], list[Gold], list[Annotation], dict[str, str]]


def example(
    folder: Path, names: list[str] | None = None, articles: int = 4, texts: dict[str, str] | None = None, **report: Any
) -> Given:
    """What ``write_report`` takes after its folder: people who agree on most and divide on some.

    Args:
        folder: for the corpus.
        names: of the annotators.
        articles: how many.
        texts: other texts than invented words.
        report: what else agreement.json is to hold.
    """
    names = ["ann", "ben", "cem"] if names is None else names
    texts = texts or {f"t{n}": article(n) for n in range(1, articles + 1)}
    path = write_corpus(folder / "small", texts)
    lines = [
        _line(id_, text, name, place, number)
        for number, (id_, text) in enumerate(texts.items())
        for place, name in enumerate(names)
    ]
    write_labels(path, lines)
    corpus = read_corpus(path)
    facts = {id_: Facts(len(text), text_sha256(text)) for id_, text in texts.items()}
    annotations, rejected = read_labels(path / "labels", corpus.scheme, facts)
    assert not rejected
    rows = [_row(id_, [one for one in annotations if one.article_id == id_]) for id_ in texts] if names else []
    return corpus, {**agreement(names, articles), **report}, rows, annotations, dict(texts)


def _line(id_: str, text: str, name: str, place: int, number: int) -> dict[str, Any]:
    marked = [
        claim(10, 60, kind="policy" if place == 1 else "fact"),
        claim(70, 120, stance="against" if place % 2 else "favor", unclear=place == 0),
        *([claim(130, 160)] if place == 0 else []),
    ]
    day = 1 + (3 * number + place) % 20
    return label_line(
        id_,
        text,
        marked,
        name,
        annotator_kind="human",
        updated=f"2025-01-{day:02}T10:00:00Z",
        article_stance={"bridge": "discuss" if place else "favor"},
    )


def _row(id_: str, work: list[Annotation]) -> Gold:
    claims = []
    for number in (0, 1):
        votes = [
            {
                "annotator": one.annotator,
                "annotator_kind": one.annotator_kind,
                "start": one.claims[number].span.start,
                "end": one.claims[number].span.end,
                **{layer: getattr(one.claims[number], layer) for layer in LAYERS[:3]},
            }
            for one in work
        ]
        shares = {}
        for layer in LAYERS[:3]:
            given = [vote[layer] for vote in votes]
            shares[layer] = {label: given.count(label) / len(given) for label in sorted(set(given))}
        span = work[0].claims[number].span
        claims.append(
            {
                "id": f"{id_}-c{number + 1:02}",
                "start": span.start,
                "end": span.end,
                "actor": work[0].claims[number].actor,
                **{layer: max(shares[layer], key=lambda label: shares[layer][label]) for layer in shares},
                "label_distribution": shares,
                "votes": votes,
                "unclear": sum(one.claims[number].unclear for one in work),
                "adjudicated": False,
                "reason": None,
                "adjudication": {},
            }
        )
    row = {
        "article_id": id_,
        "text_sha256": "",
        "annotators": [one.annotator for one in work],
        "annotator_kind": "human",
        "claims": claims,
        "lost": [{"start": 130, "end": 160}],
        "article_stance": {"bridge": {"label": "discuss", "label_distribution": {"favor": 0.3, "discuss": 0.7}}},
    }
    return convert(row, Gold)


def agreement(names: list[str], articles: int) -> dict[str, Any]:
    """agreement.json with everything in it, from fixed numbers."""
    values = {"kind": 0.41, "target": 0.702, "stance": 0.83, "article_stance": 0.91, "span": 0.77}
    by_label = {"fact": _alpha(0.55, given=40), "policy": {"alpha": None, "low": None, "high": None, "given": 1}}
    pairs = {f"{a}–{b}": _pair(place, articles) for place, (a, b) in enumerate(combinations(sorted(names), 2))}
    return {
        "aggregation": "dawid_skene",
        "aggregation_why_not": {"stance": "too few items"},
        "annotators": dict.fromkeys(names, "human"),
        "silver": False,
        "articles": articles,
        "claims": 2 * articles,
        "undecided_labels": 3,
        "adjudicated_labels": 2,
        "alpha": {layer: {**_alpha(value), "by_label": by_label} for layer, value in values.items()},
        "pairs": pairs,
        "by_annotator": {
            name: {
                "annotator_kind": "human",
                "articles": articles,
                "claims": 3 * articles,
                "skipped": 1,
                "span_f1": 0.9,
                "kappa": {"kind": 0.5, "target": 0.7, "stance": None},
                "seconds": 100.0 + 40 * place,
                "first": "2025-01-01T10:00:00Z",
                "last": "2025-01-20T10:00:00Z",
            }
            for place, name in enumerate(names)
        },
        "intra": {
            name: {"articles": 2, "span_f1": 0.95, "kappa": {"kind": 0.8}}
            if place == 0
            else {"articles": 0, "span_f1": None, "kappa": {}, "why": "no article came twice"}
            for place, name in enumerate(names)
        },
        "quality": {"kind": dict.fromkeys(names, 0.88), "stance": dict.fromkeys(names)},
        "confusions": {"kind": {name: {"fact": {"fact": 0.7, "policy": 0.3}} for name in names}},
    }


def _alpha(value: float, **other: Any) -> dict[str, Any]:
    bounds = {"low": value - 0.1, "high": min(1.0, value + 0.1)}
    return {
        "alpha": value,
        **bounds,
        "units": 80,
        "metric": "nominal",
        "raw": 0.93,
        "fleiss_kappa": value - 0.01,
        **other,
    }


def _pair(place: int, articles: int) -> dict[str, Any]:
    return {
        "articles": articles,
        "span_f1": 0.8,
        "span_f1_low": 0.7,
        "span_f1_high": 0.9,
        "span_f1_exact": 0.6,
        "span_f1_partial": 0.85,
        "kappa": {"kind": 0.4 + 0.01 * (place % 20), "target": 0.7, "stance": None},
        "raw": {"kind": 0.9},
        "confusion": {
            "kind": {"fact": {"fact": 20, "policy": 3}, "policy": {"policy": 9}},
            "target": {"bridge": {"bridge": 30, "other": 1}},
            "stance": {"favor": {"favor": 9, "against": 4}, "none": {"none": 5}},
        },
    }
