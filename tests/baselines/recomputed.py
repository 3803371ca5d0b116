"""The figures of a run once more, as a reader would check them: from its predictions and ``load_dataset``, by scikit-learn and SciPy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from datasets import load_dataset
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import jensenshannon
from scipy.stats import binomtest
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    brier_score_loss,
    f1_score,
    precision_score,
    recall_score,
)

Figures = Iterator[tuple[str, float]]
SPANS: dict[str, Callable[[Any, Any], float]] = {
    "strict": lambda a, b: float(a == b),
    "partial": lambda a, b: 1.0 if a[:2] == b[:2] else 0.5 * (a[0] < b[1] and b[0] < a[1]),
    "type": lambda a, b: float(a[0] < b[1] and b[0] < a[1] and a[2] == b[2]),
}


def differing(run: Path, release: Path) -> tuple[int, list[str]]:
    """How many figures of ``scores.json`` were looked at, and those that are others than here."""
    scores = json.loads((run / "scores.json").read_text(encoding="utf-8"))
    said: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for line in (run / "predictions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said.setdefault((row["task"], row["system"]), {})[row["id"]] = row
    number, found = 0, []
    for board in scores["tasks"]:
        gold, votes = _gold(board["task"], release)
        right: dict[str, list[bool]] = {}
        for system in board["systems"]:
            rows = said.get((board["task"], system["system"]), {})
            if not rows:
                continue
            assert rows.keys() == gold.keys()
            given = [rows[id_] for id_ in gold]
            make = _of_spans if "spans" in given[0] else _of_labels
            values = dict(make(board, list(gold.values()), given, [votes.get(id_) for id_ in gold]))
            right[system["system"]] = [_said(row) == label for row, label in zip(given, gold.values(), strict=True)]
            ours = {name: one["value"] for name, one in system["scores"].items()}
            ours |= {f"f1 {label}": one["f1"] for label, one in system["per_class"].items() if one["support"]}
            number += len(values)
            found += [
                f"{board['task']} {system['system']} {name}: {ours[name]}, not {value}"
                for name, value in values.items()
                if ours[name] != pytest.approx(value, abs=1e-9)
            ]
        for pair in board["pairs"]:
            a, b = (np.array(right[pair[side]]) for side in ("better", "worse"))
            only = int((a & ~b).sum()), int((b & ~a).sum())
            p = binomtest(only[0], sum(only)).pvalue if sum(only) else 1.0
            number += 1
            found += [] if pair["p_mcnemar"] == pytest.approx(p) else [f"{board['task']} {pair}: McNemar {p}"]
        least = 0.0
        for place, pair in enumerate(sorted(board["pairs"], key=lambda one: one["p"])):
            least = max(least, min(1.0, (len(board["pairs"]) - place) * pair["p"]))
            number += 1
            found += [] if pair["p_holm"] == pytest.approx(least) else [f"{board['task']} {pair}: Holm {least}"]
    return number, found


def _gold(task: str, release: Path) -> tuple[dict[str, Any], dict[str, dict[str, float]]]:
    """Gold by id, and what annotators said."""
    config = {"claim_spans": "claims", "claimant": "claims", "stance": "stance", "article_stance": "article_stance"}
    rows = load_dataset(str(release), config.get(task, "sentences"))["test"]
    if task == "claimant":
        places = {row["id"]: (row["claimant_start"], row["claimant_end"], "claimant") for row in rows}
        return {id_: [] if place[0] is None else [place] for id_, place in places.items()}, {}
    if task == "claim_spans":
        found: dict[str, Any] = {row["article_id"]: [] for row in load_dataset(str(release), "sentences")["test"]}
        for row in rows:
            found[row["article_id"]].append((row["start"], row["end"], rows.features["kind"].names[row["kind"]]))
        return {id_: sorted(spans) for id_, spans in found.items()}, {}
    column = "label" if task in config else "claim"
    names = rows.features[column].names
    gold = {row["id"]: names[row[column]] for row in rows if row[column] is not None}
    if task == "claim_detection_binary":
        gold = {id_: label if label == "none" else "claim" for id_, label in gold.items()}
    return gold, {row["id"]: row["label_distribution"] for row in rows if row.get("label_distribution")}


def _said(row: dict[str, Any]) -> Any:
    return sorted((one["start"], one["end"], one["label"]) for one in row["spans"]) if "spans" in row else row["label"]


def _of_labels(board: dict[str, Any], gold: list[str], given: list[dict[str, Any]], votes: list[Any]) -> Figures:
    said, classes = [row["label"] for row in given], board["classes"]
    there = sorted(set(gold))
    yield "macro_f1", f1_score(gold, said, labels=there, average="macro", zero_division=0)
    yield "micro_f1", accuracy_score(gold, said)
    precision, recall = (
        make(gold, said, labels=there, average="macro", zero_division=0) for make in (precision_score, recall_score)
    )
    yield "germeval_f1", 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    for label in there:
        yield f"f1 {label}", f1_score(gold, said, labels=[label], average="macro", zero_division=0)
    sides = ["favor", "against"]
    if board["task"] == "stance" and set(sides) <= set(gold):
        yield "f_avg", f1_score(gold, said, labels=sides, average="macro", zero_division=0)
    if "probabilities" not in given[0]:
        return
    table = np.array([[row["probabilities"][label] for label in classes] for row in given])
    if board["task"] == "claim_detection_binary":
        yield (
            "average_precision",
            average_precision_score([label == "claim" for label in gold], table[:, classes.index("claim")]),
        )
    if board["task"] not in {"stance", "article_stance"}:
        return
    truth = np.array([classes.index(label) for label in gold])
    yield "brier", brier_score_loss(np.eye(len(classes))[truth], table, scale_by_half=False)
    sure, right = table.max(1), table.argmax(1) == truth
    bins = np.ceil(15 * sure)
    yield (
        "ece",
        sum(abs(right[bins == one].mean() - sure[bins == one].mean()) * (bins == one).mean() for one in set(bins)),
    )
    shares = np.array([[(one or {}).get(label) or 0.0 for label in classes] for one in votes])
    voted = shares.sum(1) > 0
    if voted.any():
        shares, table = shares[voted] / shares[voted].sum(1, keepdims=True), table[voted]
        yield "cross_entropy", float(-(shares * np.log(np.maximum(table, 1e-12))).sum(1).mean())
        yield "jensen_shannon", float(np.mean(jensenshannon(shares, table, base=2, axis=1) ** 2))
        yield "manhattan", float(np.abs(shares - table).sum(1).mean())


def _of_spans(_: dict[str, Any], gold: list[Any], given: list[dict[str, Any]], __: list[Any]) -> Figures:
    said = [_said(row) for row in given]
    spans = sum(map(len, gold)) + sum(map(len, said))
    for name, credit in SPANS.items():
        total = 0.0
        for one, other in zip(gold, said, strict=True):
            matrix = np.array([[credit(a, b) for b in other] for a in one]).reshape(len(one), len(other))
            total += matrix[linear_sum_assignment(-matrix)].sum()
        if any(gold):
            yield f"span_f1_{name}", 2 * total / spans
