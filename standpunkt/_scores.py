"""Baselines and models of one's own, scored on a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from baselines.evaluate import Evaluation, evaluate_release, undamaged
from baselines.experiment import RELEASED
from baselines.own import score_predictions, test_inputs
from baselines.report import write_report
from baselines.run_folder import alone
from baselines.runs import own_run_name, run_name, write_run
from baselines.tasks import TASKS
from baselines.tasks.holdout import SCHEMES
from dataset.errors import ReleaseError
from dataset.files import write_jsonl
from standpunkt._arguments import Names, StrPath, at_least_one, names_of, one_of, path_or_none
from standpunkt._progress import tracker
from standpunkt._release import Release
from standpunkt._results import Result

if TYPE_CHECKING:
    from pandas import DataFrame

_COLUMNS = ("task", "metric", "system", "score", "low", "high", "rank_best", "rank_worst", "probe", "own", "note")
SHOWN = 20  # problems of one task that are listed


@dataclass(frozen=True, repr=False, kw_only=True)
class Run(Result):
    """Result of ``evaluate`` and ``score``.

    Attributes:
        path: the run folder; None if nothing was scored.
        splits: how rows were divided into train and test.
        problems: why a task of a predictions file was not scored, one line each, by task.
        absent: tasks that a predictions file contains nothing about.
        baselines: True if the baselines are on the board.
        evaluation: everything that was computed.
    """

    path: Path | None
    splits: str
    evaluation: Evaluation
    problems: Mapping[str, tuple[str, ...]]
    absent: tuple[str, ...] = ()
    baselines: bool = True

    @property
    def leaderboard(self) -> DataFrame:
        """One row per task and system, best first.

        ``score`` is in the unit of ``metric``; ``low`` and ``high`` its 95 % bootstrap interval; ``rank_best`` and ``rank_worst`` the ranks
        that the data leave open. ``probe`` marks systems that are not ranked, ``own`` a model of the user. ``note`` is the reason if
        there is no score.
        """
        from pandas import DataFrame

        rows = []
        for board in self.evaluation.boards:
            for one in board.entries:
                low, high = one.interval or (None, None)
                best, worst = one.rank or (None, None)
                rows.append(
                    (
                        board.task,
                        board.metric,
                        one.system,
                        one.score,
                        low,
                        high,
                        best,
                        worst,
                        one.probe,
                        one.own,
                        one.note,
                    )
                )
        frame = DataFrame(rows, columns=list(_COLUMNS))
        return frame.astype(
            dict.fromkeys(("score", "low", "high"), float) | dict.fromkeys(("rank_best", "rank_worst"), "Int64")
        )

    def text(self) -> str:
        """Return the leaderboard as ``standpunkt evaluate`` prints it."""
        from baselines.leaderboard import as_text

        return as_text(self.evaluation.boards, self.evaluation.manifest)

    def _title(self) -> str:
        return str(self.path or "nothing scored")

    def _figures(self) -> Mapping[str, object]:
        return {board.task.replace("_", " "): _best(board) for board in self.evaluation.boards}

    def _repr_html_(self) -> str:
        return super()._repr_html_() + self.leaderboard.to_html(index=False, float_format="{:.3f}".format, na_rep="–")


@dataclass(frozen=True, repr=False, kw_only=True)
class Report(Result):
    """Result of ``report``.

    Attributes:
        path: the HTML page.
        figures: its figures as PNG files.
        problems: what had to be left out, one line each.
    """

    path: Path
    figures: tuple[Path, ...]
    problems: tuple[str, ...]

    def _title(self) -> str:
        return str(self.path)

    def _figures(self) -> Mapping[str, object]:
        return {"figures": len(self.figures)}


def evaluate(
    release: Release | StrPath,
    *,
    splits: str = RELEASED,
    out: StrPath = "runs",
    workers: int | None = None,
    progress: bool = False,
) -> Run:
    """Train the baselines on the train split of a release and score them on its test split.

    Args:
        release: a release with text.
        splits: how rows are divided: as_released, leave_one_target_out, leave_one_outlet_out or by_date.
        out: folder of runs; the run is written to ``out/NAME-VERSION``.
        workers: number of processes that share the folds; the result does not depend on it.
        progress: show a progress bar on a terminal.

    Raises:
        ReleaseError: this is no valid release, it contains no text, or ``splits`` is unknown.
        BusyError: another command works on the same run.
    """
    path = Path(release)
    one_of("splits", splits, SCHEMES)
    at_least_one("workers", workers)
    # Locked before the training starts, which may take hours.
    with alone(Path(out) / run_name(undamaged(path), splits)) as folder:
        found = evaluate_release(path, splits, tracker(progress=progress), workers)
        run = write_run(folder, path, found)
    return Run(path=run, splits=splits, evaluation=found, problems={})


def score(release: Release | StrPath, predictions: StrPath, *, out: StrPath = "runs") -> Run:
    """Score the predictions of an external model, next to the baselines if ``evaluate`` was run before.

    Args:
        release: the release that they were made for.
        predictions: JSON lines; README.md describes the format.
        out: folder of runs.

    Returns:
        The run; its ``problems`` name every line that cannot be used, and a task with problems is not scored.

    Raises:
        ReleaseError: the release or the file cannot be read, or the baselines' run is of another release.
    """
    path, file = Path(release), Path(predictions)
    found = score_predictions(path, file, Path(out) / run_name(undamaged(path)))
    run = None
    if found.evaluation.boards:
        with alone(Path(out) / own_run_name(found.evaluation.manifest, found.name, found.digest)) as folder:
            run = write_run(folder, path, found.evaluation)
    notes = []
    if run and not found.baselines:
        notes.append(f"no baselines on the board: standpunkt evaluate {path} --out {out} trains them")
    if found.absent:
        what = "nothing that can be read" if "" in found.problems else "nothing"
        notes.append(f"{file}: {what} about {', '.join(found.absent)}")
    for task, lines in found.problems.items():
        notes += lines[:SHOWN]
        if len(lines) > SHOWN:
            notes.append(f"… and {len(lines) - SHOWN} more like these")
        if task:
            notes.append(f"{file}: {task} is not scored: a score over a part of the items would be another score")
    return Run(
        path=run,
        splits=RELEASED,
        evaluation=found.evaluation,
        problems={task: tuple(lines) for task, lines in found.problems.items()},
        absent=tuple(found.absent),
        baselines=found.baselines,
        notes=tuple(notes),
    )


def report(run: Run | StrPath, *, release: StrPath | None = None, progress: bool = False) -> Report:
    """Write the HTML page of a run, ``report.html``, and its figures.

    Args:
        run: a run, or its folder.
        release: the release that was scored, if it was moved since.
        progress: show a progress bar on a terminal.

    Raises:
        ReleaseError: this is no run, or the release is another one.
    """
    if isinstance(run, Run) and run.path is None:
        raise ReleaseError("the run has no folder, because nothing was scored")
    path = run.path if isinstance(run, Run) else Path(run)
    made = write_report(path or Path(), path_or_none(release), tracker(progress=progress))
    page, *figures = made.files
    return Report(path=page, figures=tuple(figures), problems=tuple(made.problems), notes=tuple(made.problems))


def write_inputs(release: Release | StrPath, file: StrPath, *, tasks: Names = ()) -> int:
    """Write what an external model needs to predict the test split: text, target and so on, and no label.

    Args:
        release: a release with text.
        file: JSON lines to write; must not exist.
        tasks: only the inputs of these tasks; inputs of one task may contain answers of another.

    Returns:
        The number of items.

    Raises:
        ReleaseError: this is no valid release, a task is unknown, or the file cannot be written.
    """
    path = Path(file)
    for name in names_of(tasks):
        one_of("tasks", name, TASKS)
    if path.exists():
        raise ReleaseError(f"{path}: exists already: remove it, or choose another name")
    if not path.parent.is_dir():
        raise ReleaseError(f"{path.parent}: no such folder to write {path.name} to")
    rows = list(test_inputs(Path(release), names_of(tasks) or tuple(TASKS)))
    write_jsonl(path, rows)
    return len(rows)


def _best(board: object) -> str:
    entries = [one for one in getattr(board, "entries", ()) if one.score is not None and not one.probe]
    return f"{entries[0].system} {entries[0].score:.3f}" if entries else "not scored"
