"""Anybody's own model: the inputs it needs, and its predictions scored beside the baselines of a run."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from baselines.estimator import SEED, one_thread
from baselines.evaluate import Evaluation, board_of, refuse_rebuilt, undamaged
from baselines.experiment import RELEASED, Experiment
from baselines.predictions import Expected, given_of, read_predictions
from baselines.run_folder import PREDICTIONS, is_run
from baselines.runs import AGAIN, read_run
from baselines.scoring.items import Given, Items, items_of
from baselines.systems import PROBES, SYSTEMS
from baselines.tasks import TASKS, Data, load
from dataset.errors import ReleaseError, printable
from dataset.files import sha256_file
from dataset.lock import held
from dataset.records.predictions import Input
from dataset.records.release import Manifest
from dataset.records.run import Training
from dataset.records.scores import CurvePoint

WAIT = 10  # seconds for another command that reads or draws the same run


@dataclass(frozen=True)
class Scored:
    """A user's model beside the baselines, and what is wrong with its file."""

    name: str  # of the model
    digest: str  # SHA-256 of its file
    evaluation: Evaluation
    problems: dict[str, list[str]]  # by task, which is not scored then; under "" what belongs to none
    absent: list[str]  # tasks that the file says nothing of
    baselines: bool  # whether any stand beside


def test_inputs(release: Path, tasks: Collection[str]) -> Iterator[Input]:
    """Yield what a model may see of each item of the test splits; no label.

    Inputs of one task can hold answers of another: those of ``stance`` and ``claimant`` are gold claims.

    Args:
        release: its folder.
        tasks: by name, whose inputs.

    Raises:
        ReleaseError: this is no release, or its files are not what they were.
    """
    undamaged(release)
    for task in (one for name, one in TASKS.items() if name in tasks):
        test = load(task, release).test
        for row in test[["id", *task.inputs]].to_dict("records"):
            yield Input(task=task.name, **{str(name): value for name, value in row.items()})


def score_predictions(release: Path, path: Path, run: Path) -> Scored:
    """Score a file of predictions.

    Args:
        release: what they were made for.
        path: the file, see ``baselines.predictions``; the model is called as `own_name` says.
        run: where the baselines' run of the same release lies; it need not exist.

    Returns:
        Tables of the tasks that the file has.

    Raises:
        ReleaseError: release or file cannot be read, or the run is one of another release.
    """
    manifest = undamaged(release)
    loaded = {name: load(task, release) for name, task in TASKS.items()}
    items = {name: items_of(TASKS[name], data.test, data.classes) for name, data in loaded.items()}
    refuse_rebuilt(release, manifest)
    expected = {name: _expected(one, loaded[name]) for name, one in items.items()}
    found = read_predictions(path, expected)
    wanted = [name for name in TASKS if name in found.by_task and name not in found.problems]
    with held(run, wait=WAIT, clear=False):
        beside, chosen, curve = _run(run, release, manifest, items, expected)
    name = own_name(path)
    experiments = {}
    for task in wanted:
        mine = given_of(found.by_task[task], items[task])
        given = {**beside.get(task, {}), name: mine}
        experiments[task] = Experiment(items[task], given, {}, tuple(one for one in chosen if one.task == task), ())
    with one_thread():
        boards = [
            board_of(experiment, TASKS[task], loaded[task], manifest, own=frozenset({name}))
            for task, experiment in experiments.items()
        ]
    evaluation = Evaluation(
        manifest, RELEASED, SEED, tuple(boards), experiments, {task: curve[task] for task in wanted if task in curve}
    )
    absent = [task for task in TASKS if task not in found.by_task and task not in found.problems and len(items[task])]
    return Scored(name, sha256_file(path), evaluation, found.problems, absent, bool(beside))


def own_name(path: Path) -> str:
    """What a model is called by its file; never like one of ours."""
    name = printable(path.stem)
    return f"{name}-yours" if name in SYSTEMS | PROBES else name


def _expected(items: Items, data: Data) -> Expected:
    lengths = dict(zip(items.ids, map(len, data.test["text"]), strict=True)) if items.spans else None
    return Expected(items.ids, items.classes, lengths)


def _run(
    run: Path,
    release: Path,
    manifest: Manifest,
    items: Mapping[str, Items],
    expected: Mapping[str, Expected],
) -> tuple[dict[str, dict[str, Given]], tuple[Training, ...], Mapping[str, tuple[CurvePoint, ...]]]:
    """Return the baselines' predictions by task and system, how they were trained, and their learning curves; nothing without a run."""
    if not is_run(run):
        return {}, (), {}
    about, scores, problems = read_run(run)
    if problems:
        raise ReleaseError(f"{problems[0]}: {AGAIN}")
    if about.release.digest != manifest.digest or about.scheme != RELEASED:
        raise ReleaseError(
            f"{run}: a run of another release or split, or of an earlier build of this version:"
            f" run standpunkt evaluate {release} --out {run.parent} again"
        )
    found = read_predictions(run / PREDICTIONS, expected, run=True)
    for lines in found.problems.values():
        raise ReleaseError(f"{lines[0]}: {AGAIN}")
    beside = {
        task: {system: given_of(predictions, items[task]) for system, predictions in systems.items()}
        for task, systems in found.systems.items()
    }
    return beside, about.systems, scores.curve
