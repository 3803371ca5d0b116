"""Runs as the report page gets them: a real release, and scores as large and as odd as a test asks for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from baselines.report.run import boards_of
from baselines.tasks import TASKS, load
from dataset.records.scores import Board, Scores
from dataset.records.usable import convert_usable
from dataset.release.manifest import read_manifest
from tests.baselines.small import built
from tests.make import article, claim, label_line, write_corpus

SYSTEMS = ("tfidf_logreg", "majority", "mine", "text_only")
STANCES = ("favor", "against", "none")
SPANS = {"all_sentences": 2, "window_tagger": 3}  # how many characters beside gold


def build(folder: Path, articles: int = 8) -> Path:
    """A release whose claims three models labelled, not always alike; named ``c``."""
    texts = {f"a{number:02}": article(number) for number in range(articles)}
    lines = [
        label_line(
            id_,
            text,
            [
                claim(0, text.index("."), stance=STANCES[(number + (number % 3 == place)) % 3]),
                claim(*_second(text), kind="policy", claimant={"start": 0, "end": 5}),
            ],
            f"m{place}",
        )
        for place in range(3)
        for number, (id_, text) in enumerate(texts.items())
    ]
    return built(write_corpus(folder / "c", texts), lines)


def _second(text: str) -> tuple[int, int]:
    start = text.index(". ") + 2
    return start, text.index(".", start)


def example(folder: Path, release: Path, **about: Any) -> Path:
    """A run folder with two tasks: stance, where systems err now and then and the last one is a probe, and claim spans.

    Args:
        folder: to be made.
        release: what was scored.
        about: what else run.json is to say of the release.
    """
    folder.mkdir(parents=True)
    manifest = read_manifest(release)
    said = {
        name: getattr(manifest, name) for name in ("name", "version", "digest", "language", "silver", "annotator_kind")
    }
    write(
        folder,
        {
            "format": 1,
            "release": {
                "path": os.path.relpath(release, folder),
                "synthetic": None,
                "description": None,
                **said,
                **about,
            },
            "scheme": "as_released",
            "seed": 13,
            "versions": {"python": "3.11.7", "scikit-learn": "1.9.1"},
            "systems": [_chosen(name) for name in SYSTEMS],
        },
        {"tasks": [stance(), spans()], "curve": {"stance": curve()}},
        [*_stances(release), *_spans(release)],
    )
    return folder


def tables(scores: Mapping[str, Any]) -> list[Board]:
    """The tasks of a ``scores.json``, without what cannot be used."""
    return boards_of(convert_usable(scores, Scores, lambda _: None))


def write(folder: Path, about: Any, scores: Any, predictions: list[dict[str, Any]]) -> None:
    """The three files of a run."""
    (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    (folder / "predictions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in predictions), encoding="utf-8")


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """run.json and scores.json, to be changed."""
    about, scores = (json.loads((folder / name).read_text(encoding="utf-8")) for name in ("run.json", "scores.json"))
    return about, scores


def _chosen(name: str) -> dict[str, Any]:
    shared = {"task": "stance", "probe": name == "text_only", "held_out": "test", "train_rows": 9}
    return {**shared, "system": name, "parameters": {"C": 3.0}, "chosen_by": "validation", "notes": ["few rows"]}


def stance() -> dict[str, Any]:
    """The task's scores: the best two systems are not told apart, both are from majority, and the probe comes near."""
    scored = zip(SYSTEMS, (0.62, 0.21, 0.58, 0.55), ([1, 2], [3, 3], [1, 2], None), strict=True)
    systems = [_system(name, score, rank) for name, score, rank in scored]
    systems.append({"system": "e5", "score": None, "note": "install the extra embeddings"})
    pairs = [
        ("tfidf_logreg", "mine", 0.04, False),
        ("tfidf_logreg", "majority", 0.41, True),
        ("mine", "majority", 0.37, True),
    ]
    return {
        "task": "stance",
        "metric": "macro_f1",
        "items": 48,
        "articles": 12,
        "groups": 11,
        "unit": "reuse cluster",
        "annotator_kind": "model",
        "classes": list(STANCES),
        "targets": ["bridge", "tunnel"],
        "ceiling": 0.66,
        "ceilings": {"macro_f1": 0.66, "micro_f1": 0.71},
        "detectable": 0.09,
        "notes": ["12 articles: mind the intervals"],
        "systems": systems,
        "pairs": [_pair(*pair) for pair in pairs],
    }


def _system(name: str, score: float, rank: list[int] | None) -> dict[str, Any]:
    sure = name != "mine"
    return {
        "system": name,
        "probe": name == "text_only",
        "own": name == "mine",
        "score": score,
        "interval": [score - 0.06, score + 0.07],
        "rank": rank,
        "better_than": ["majority"] if name in {"tfidf_logreg", "mine"} else [],
        "note": None,
        "scores": {
            "macro_f1": _value(score),
            "micro_f1": _value(score + 0.05),
            "f_avg": {"value": None, "interval": None, "note": "gold lacks a side"},
            "cross_entropy": _value(1.2) if sure else {"value": None, "interval": None, "note": "no probabilities"},
            "ece": _value(0.08) if sure else {},
            "brier": _value(0.5) if sure else {},
        },
        "per_class": {
            label: {
                "f1": score,
                "interval": [score - 0.1, score + 0.1],
                "precision": 0.7,
                "recall": None,
                "support": 16,
            }
            for label in STANCES
        },
        "per_target": {
            "bridge": {"score": score, "interval": [score - 0.1, score + 0.1], "items": 40},
            "tunnel": {"score": None, "interval": None, "items": 0},
        },
        "confusion": [[10, 4, 2], [3, 12, 1], [0, 0, 16]],
        "reliability": _bins() if sure else None,
    }


def _value(value: float) -> dict[str, Any]:
    return {"value": value, "interval": [value - 0.05, value + 0.05], "note": None}


def _bins() -> list[dict[str, Any]]:
    empty = {"low": 0.0, "high": 0.5, "items": 0, "confidence": None, "accuracy": None}
    return [
        empty,
        {"low": 0.5, "high": 0.75, "items": 30, "confidence": 0.7, "accuracy": 0.5},
        {"low": 0.75, "high": 1.0, "items": 18, "confidence": 0.9, "accuracy": 0.8},
    ]


def _pair(better: str, worse: str, difference: float, separated: bool) -> dict[str, Any]:
    return {
        "better": better,
        "worse": worse,
        "difference": difference,
        "interval": [difference - 0.05, difference + 0.05],
        "groups_differing": 9,
        "p": 0.0002 if separated else 0.3,
        "p_holm": 0.0006 if separated else 0.3,
        "p_mcnemar": 0.01,
        "separated": separated,
        "minimum_detectable_in_family": 0.09,
    }


def spans() -> dict[str, Any]:
    """A task with spans, on one article: no intervals, no ranks, no classes mixed up, no probabilities."""
    return {
        "task": "claim_spans",
        "metric": "span_f1_strict",
        "items": 1,
        "articles": 1,
        "annotator_kind": "model",
        "classes": ["fact", "policy"],
        "targets": [],
        "ceiling": None,
        "detectable": None,
        "notes": ["one article: no interval can be given"],
        "systems": [
            {
                "system": name,
                "score": score,
                "interval": None,
                "rank": None,
                "scores": {"span_f1_strict": {"value": score}},
            }
            for name, score in zip(SPANS, (0.5, 0.0), strict=True)
        ],
        "pairs": [
            _pair("all_sentences", "window_tagger", 0.5, False)
            | {"interval": None, "minimum_detectable_in_family": None}
        ],
    }


def curve() -> list[dict[str, Any]]:
    """Four shares."""
    return [
        {"system": "tfidf_logreg", "share": share, "articles": round(20 * share), "rows": round(90 * share)}
        | {"score": 0.4 + 0.2 * share, "low": 0.35 + 0.2 * share, "high": 0.45 + 0.2 * share}
        for share in (0.1, 0.4, 0.7, 1.0)
    ]


def _stances(release: Path) -> list[dict[str, Any]]:
    """Everybody is wrong on every other item; only the probe is always right."""
    rows = load(TASKS["stance"], release).all_rows().to_dict("records")
    lines = []
    for number, row in enumerate(rows):
        other = STANCES[(STANCES.index(row["label"]) + 1) % 3]
        for name in SYSTEMS:
            label = row["label"] if name == "text_only" or number % 2 else other
            shares = {} if name == "mine" else {"probabilities": {one: 0.8 if one == label else 0.1 for one in STANCES}}
            lines.append({"task": "stance", "system": name, "id": row["id"], "label": label, **shares})
    return lines


def _spans(release: Path) -> list[dict[str, Any]]:
    """Both come near every span."""
    rows = load(TASKS["claim_spans"], release).test.to_dict("records")
    return [
        {
            "task": "claim_spans",
            "system": name,
            "id": row["id"],
            "spans": [{"start": a + beside, "end": b, "label": label} for a, b, label in row["label"]],
        }
        for row in rows
        for name, beside in SPANS.items()
    ]
