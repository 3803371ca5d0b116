"""Train the baselines on a release, score them, and keep all of it in a run folder: ``python -m baselines.evaluate RELEASE``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import structs

from baselines.curve import TASKS_DRAWN, learning_curve
from baselines.estimator import SEED, one_thread
from baselines.experiment import RELEASED, Experiment, run_experiment
from baselines.scoring.board import score_systems
from baselines.systems import PROBES
from baselines.tasks import TASKS, Data, Task, load
from dataset.errors import ReleaseError, at_most
from dataset.records.agreement import Ceiling
from dataset.records.release import Manifest
from dataset.records.run import Training
from dataset.records.scores import Board, CurvePoint
from dataset.release.layout import structure_problems
from dataset.release.manifest import changed_files, read_manifest

# Where the release says how well one annotator's labels predict another's: task → layer of the agreement.
CEILINGS = {
    "claim_detection": "sentence",
    "claim_detection_binary": "sentence_binary",
    "stance": "stance",
    "article_stance": "article_stance",
    "claim_spans": "span",
    "claimant": "claimant",
}


@dataclass(frozen=True)
class Evaluation:
    """Everything that an evaluation found."""

    manifest: Manifest  # of the release
    scheme: str
    seed: int
    boards: tuple[Board, ...]
    experiments: Mapping[str, Experiment]  # by task
    curve: Mapping[str, tuple[CurvePoint, ...]]  # by task

    @property
    def chosen(self) -> list[Training]:
        """How each model was trained."""
        return [one for experiment in self.experiments.values() for one in experiment.chosen]


def evaluate_release(
    release: Path,
    scheme: str = RELEASED,
    track: Callable[[Iterable[Any], str, int], Iterable[Any]] = lambda items, *_: items,
    workers: int | None = None,
) -> Evaluation:
    """Train and score every system on every task of a release.

    Args:
        release: its folder.
        scheme: how rows are divided, a key of ``tasks.holdout.SCHEMES``.
        track: wraps an iterable to show progress, ``track(items, what, total)``.
        workers: processes that share the folds of a scheme; None takes one per core where there is enough to do.

    Returns:
        A board a task; what cannot be scored says why.

    Raises:
        ReleaseError: this is no release, its files are not what they were, it holds no text, or it was built again meanwhile.
    """
    manifest = undamaged(release)
    experiments, boards = {}, []
    curve: dict[str, tuple[CurvePoint, ...]] = {}
    for task in TASKS.values():
        data = load(task, release)
        with one_thread():
            found = run_experiment(task, data, scheme, track, workers)
            experiments[task.name] = found
            boards.append(board_of(found, task, data, manifest))
            if scheme == RELEASED and task.name in TASKS_DRAWN:
                curve[task.name] = learning_curve(task, data, {one.system: one for one in found.chosen})
    refuse_rebuilt(release, manifest)
    return Evaluation(manifest, scheme, SEED, tuple(boards), experiments, curve)


def undamaged(release: Path) -> Manifest:
    """The manifest of a release whose files are what they were, and hold values that can be used.

    Raises:
        ReleaseError: this is no release; a file is missing, changed or added; or a column has another type than releases have.
    """
    manifest = read_manifest(release)
    damage = changed_files(release, manifest) or structure_problems(release, manifest)
    if damage:
        raise ReleaseError(
            *(f"{release}: {line}" for line in at_most(damage)), f"{release}: nothing is scored on a damaged release"
        )
    return manifest


def refuse_rebuilt(release: Path, manifest: Manifest) -> None:
    """Make sure that a release is still the one that was read: rows of two builds are never scored together.

    Args:
        release: its folder.
        manifest: read before the rows were.

    Raises:
        ReleaseError: it was replaced or damaged meanwhile.
    """
    now = read_manifest(release)
    if now.digest != manifest.digest or changed_files(release, now):
        raise ReleaseError(f"{release}: built again while it was read; nothing is written: run the command again")


def board_of(found: Experiment, task: Task, data: Data, manifest: Manifest, own: frozenset[str] = frozenset()) -> Board:
    """The table of a task's systems."""
    ceilings = (manifest.agreement and manifest.agreement.ceiling) or {}
    limits = structs.asdict(ceilings.get(CEILINGS[task.name], Ceiling()))
    notes = list(found.notes)
    if data.unlabelled:
        notes.append(f"{data.unlabelled} rows of all splits are left out: nobody labelled them, or the label is open")
    if data.open_spans:
        notes.append(f"{data.open_spans} gold spans are left out: their label is open")
    notes += _of_training(found.chosen)
    return score_systems(
        found.items,
        found.given,
        unscored=found.unscored,
        probes=frozenset(PROBES),
        own=own,
        annotator_kind="+".join(manifest.annotator_kind) or "nobody",
        ceilings={metric: value for metric in task.metrics if isinstance(value := limits.get(metric), float)},
        notes=tuple(notes),
    )


def _of_training(chosen: Sequence[Training]) -> list[str]:
    """What training had to say, each once, with the systems and the number of folds that it is true of where these are not all."""
    folds = Counter(one.system for one in chosen)
    said = Counter((note, one.system) for one in chosen for note in one.notes)
    systems: dict[tuple[str, int], list[str]] = {}
    for (note, system), number in said.items():
        systems.setdefault((note, number), []).append(system)
    found = []
    for (note, number), names in systems.items():
        who = "" if set(names) == set(folds) else f"{', '.join(names)}: "
        of = folds[names[0]]
        found.append(who + note + ("" if number == of else f" (in {number} of {of} folds)"))
    return found


if __name__ == "__main__":
    import typer

    from baselines.commands import evaluate
    from dataset.terminal import run_command

    run_command(lambda: typer.run(evaluate))
