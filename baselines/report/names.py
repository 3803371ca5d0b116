"""What the page calls tasks, metrics and those who labelled."""

from __future__ import annotations

from dataset.page.markup import Html, joined, named, tag
from dataset.page.values import NO_VALUE, interval, shortened, shown
from dataset.records.scores import Entry, Interval, Score

TASK_NAMES = {
    "claim_detection": "Claim detection",
    "claim_detection_binary": "Claim detection, claim or none",
    "stance": "Stance of a claim",
    "article_stance": "Stance of an article",
    "claim_spans": "Claim spans",
    "claimant": "Claimants",
}
METRIC_NAMES = {
    "macro_f1": "macro-F1",
    "micro_f1": "micro-F1",
    "germeval_f1": "GermEval macro-F1",
    "f_avg": "F_avg",
    "f_avg_over_targets": "F_avg, mean over targets",
    "fnc1": "FNC-1 score",
    "average_precision": "average precision",
    "cross_entropy": "cross-entropy",
    "jensen_shannon": "Jensen–Shannon",
    "manhattan": "Manhattan",
    "ece": "ECE",
    "brier": "Brier score",
    "span_f1_strict": "span F1, strict",
    "span_f1_partial": "span F1, partial",
    "span_f1_type": "span F1, type",
    "span_f1_characters": "span F1, characters",
}
WHO = {
    "human": "people",
    "model": "models",
    "human+model": "people and models",
}


def task_name(task: str) -> str:
    """A task's name in words; as it is where it has none."""
    return TASK_NAMES.get(task, shortened(task))


def metric_name(metric: str) -> str:
    """A metric's name as papers print it; as it is where it has none."""
    return METRIC_NAMES.get(metric, shortened(metric))


def who_labelled(kind: str) -> str:
    """Those who made the labels."""
    return WHO.get(kind, shortened(kind))


def system_name(one: Entry, length: int = 28) -> Html:
    """A system's name, with what sets it apart."""
    return with_role(one.system, "probe" if one.probe else "your model" if one.own else None, length)


def with_role(name: str, role: str | None, length: int = 28) -> Html:
    """A system's name, and what it is where that is not a baseline."""
    return joined([named(name, length), tag("span", role, class_=f"role {role.split()[-1]}") if role else None], " ")


def bounds(found: Interval | None, digits: int = 3) -> str:
    """An interval in words; a dash where there is none."""
    low, high = found or (None, None)
    return interval(low, high, digits)


def figure(score: Score | None) -> Html | str:
    """A score for a table's cell, its interval below it."""
    if score is None or score.value is None:
        return NO_VALUE
    between = tag("span", bounds(score.interval), class_="bounds") if score.interval else None
    return joined([shown(score.value, 3), between], " ")
