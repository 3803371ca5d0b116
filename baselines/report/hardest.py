"""The hardest items: those that most systems get wrong.

Probes do not count, nor do systems that never look at the item: they are not meant to get it right. Of a task with spans an item is a
gold span, or a claim without claimant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dataset.records.predictions import LabelledSpan, Prediction
from dataset.records.scores import Board
from dataset.records.types import Span

LIMIT = 10
BLIND = frozenset({"majority", "prior_random"})


@dataclass(frozen=True)
class Item:
    """Something that more than half of the systems get wrong."""

    id: str
    article: str
    text: str  # "" where the release holds none
    wrong: int
    of: int  # systems
    gold: str | None = None  # its class
    target: str = ""
    question: str = ""
    context: str = ""
    votes: Mapping[str, float] | None = None  # shares of the annotators' labels
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # systems by what they say
    sure: Mapping[str, float] = field(default_factory=dict)  # mean probability by label, of those that give any
    span: Span | None = None  # gold's
    asked: Span | None = None  # the claim whose claimant is asked for
    marked: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)  # near it, by system


@dataclass(frozen=True)
class Hardest:
    """The hardest items of a task, and how many there are in all."""

    items: list[Item]
    of: int


def hardest_items(
    scores: Board, frame: pd.DataFrame, predictions: Mapping[str, Mapping[str, Prediction]], limit: int = LIMIT
) -> Hardest:
    """The hardest items of a task, hardest first.

    Args:
        scores: which systems there are.
        frame: the task's rows with text and gold.
        predictions: by item and system.
        limit: how many at most.
    """
    rows: list[Any] = frame[frame["id"].isin(list(predictions))].to_dict("records")
    given = {name for said in predictions.values() for name in said}
    left_out = {one.system for one in scores.systems if one.probe} | BLIND
    counted = given - left_out or given
    found: list[tuple[tuple[Any, ...], Item]] = []
    for row in rows:
        said = {name: one for name, one in predictions[row["id"]].items() if name in counted}
        if isinstance(row["label"], list):
            found += _spans(row, {name: one.spans for name, one in said.items() if one.spans is not None})
        else:
            found += _label(row, {name: one for name, one in said.items() if one.label is not None})
    hard = sorted((one for one in found if 2 * one[1].wrong > one[1].of), key=lambda one: one[0])
    return Hardest([item for _, item in _spread(hard)[:limit]], len(hard))


def _spread(hard: Sequence[tuple[tuple[Any, ...], Item]]) -> list[tuple[tuple[Any, ...], Item]]:
    """Of items that are equally hard first one of each article, then the second ones."""
    seen: Counter[tuple[float, str]] = Counter()
    ranked = []
    for key, item in hard:
        seen[key[0], item.article] += 1
        ranked.append(((key[0], seen[key[0], item.article], *key[1:]), (key, item)))
    return [one for _, one in sorted(ranked, key=lambda one: one[0])]


def _label(row: Mapping[str, Any], given: Mapping[str, Prediction]) -> Iterable[tuple[tuple[Any, ...], Item]]:
    if not given:
        return
    gold = str(row["label"])
    answers: dict[str, list[str]] = {}
    for name, said in sorted(given.items()):
        answers.setdefault(str(said.label), []).append(name)
    order = sorted(answers, key=lambda label: (label != gold, -len(answers[label]), label))
    wrong = sum(len(names) for label, names in answers.items() if label != gold)
    shares = [said.probabilities for said in given.values() if said.probabilities]
    sure = {label: sum(one.get(label, 0.0) for one in shares) / len(shares) for label in {gold, *answers} if shares}
    item = Item(
        row["id"],
        row["article_id"],
        row["text"],
        wrong,
        len(given),
        gold,
        row["target"],
        row["question"],
        row["context"],
        row["label_distribution"] or None,
        {label: tuple(answers[label]) for label in order},
        sure,
    )
    yield (-round(wrong / len(given), 9), round(sure.get(gold, 0.0), 9), row["id"]), item


def _spans(
    row: Mapping[str, Any], given: Mapping[str, tuple[LabelledSpan, ...]]
) -> Iterable[tuple[tuple[Any, ...], Item]]:
    if not given:
        return
    asked = Span(int(row["claim_start"]), int(row["claim_end"])) if "claim_start" in row else None
    about = {"article": row["article_id"], "text": row["text"], "of": len(given), "asked": asked}
    if not row["label"] and asked is not None:
        marked = {name: tuple(Span(one.start, one.end) for one in spans) for name, spans in sorted(given.items())}
        wrong = sum(bool(spans) for spans in marked.values())
        yield (-round(wrong / len(given), 9), 0.0, row["id"]), Item(row["id"], wrong=wrong, marked=marked, **about)
    for start, end, label in row["label"]:
        near = {
            name: tuple(
                Span(one.start, one.end) for one in spans if (one.start < end and start < one.end) or asked is not None
            )
            for name, spans in sorted(given.items())
        }
        wrong = sum(LabelledSpan(start, end, label) not in spans for spans in given.values())
        missed = sum(not any(a < end and start < b for a, b in spans) for spans in near.values())
        key = (-round(wrong / len(given), 9), -missed / len(given), f"{row['id']}:{start:09}")
        yield key, Item(row["id"], wrong=wrong, gold=label, span=Span(start, end), marked=near, **about)
