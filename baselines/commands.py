"""The commands ``evaluate``, ``score`` and ``report``: each imports what it needs when it is called."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dataset.terminal import say, track

if TYPE_CHECKING:
    from baselines.evaluate import Evaluation

RUNS = Path("runs")
SHOWN = 20  # problems of a task that are named
ReleasePath = Annotated[Path, typer.Argument(metavar="RELEASE", help="A release folder, such as dist/sample/1.0.0.")]
Out = Annotated[Path, typer.Option(help="The folder that run folders are written to.")]
Json = Annotated[bool, typer.Option("--json", help="Print a machine's answer.")]


class TaskName(StrEnum):
    """Whose inputs are written; the names of ``tasks.TASKS``, which is not imported only to print help."""

    claim_detection = "claim_detection"
    claim_detection_binary = "claim_detection_binary"
    stance = "stance"
    article_stance = "article_stance"
    claim_spans = "claim_spans"
    claimant = "claimant"


class Scheme(StrEnum):
    """How rows are divided into those to train on and those to test."""

    as_released = "as_released"
    leave_one_target_out = "leave_one_target_out"
    leave_one_outlet_out = "leave_one_outlet_out"
    by_date = "by_date"


def evaluate(
    release: ReleasePath,
    scheme: Annotated[Scheme, typer.Option(help="How rows are divided.")] = Scheme.as_released,
    out: Out = RUNS,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that share the folds; the result does not depend on it.")
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Train nothing; write what a model of your own needs to predict the test split."
        ),
    ] = None,
    task: Annotated[list[TaskName] | None, typer.Option(help="With --inputs: of this task alone; repeatable.")] = None,
    json_: Json = False,
) -> None:
    """Train the baselines on a release's train split and score them on its test split."""
    if inputs is not None:
        if scheme is not Scheme.as_released:
            raise typer.BadParameter(
                f"--inputs writes the test split as released, which is what score takes; {scheme.value} has another"
            )
        _write_inputs(release, inputs, [one.value for one in task or TaskName], json_=json_)
        return
    if task:
        raise typer.BadParameter("--task says whose inputs --inputs FILE writes; evaluate trains and scores all tasks")
    from baselines.evaluate import evaluate_release, undamaged
    from baselines.run_folder import alone
    from baselines.runs import run_name, write_run

    # Held before hours of training, not after.
    with alone(out / run_name(undamaged(release), scheme.value)) as folder:
        found = evaluate_release(release, scheme.value, track, workers)
        run = write_run(folder, release, found)
    _print(found, json_=json_)
    say(f"{run}: config, versions, predictions and scores; standpunkt report {run} draws them")


def score(
    release: ReleasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Predictions, a JSON object a line.")],
    out: Out = RUNS,
    json_: Json = False,
) -> None:
    """Score the predictions of a model of your own, beside the baselines where evaluate was run before."""
    from baselines.evaluate import undamaged
    from baselines.own import score_predictions
    from baselines.run_folder import alone
    from baselines.runs import own_run_name, run_name, write_run

    name = run_name(undamaged(release))
    found = score_predictions(release, file, out / name)
    if found.evaluation.boards:
        with alone(out / own_run_name(found.evaluation.manifest, found.name, found.digest)) as folder:
            run = write_run(folder, release, found.evaluation)
        _print(found.evaluation, json_=json_)
        say(f"{run}: predictions and scores; standpunkt report {run} draws them")
        if not found.baselines:
            say(f"no baselines beside it: standpunkt evaluate {release} --out {out} makes them")
    elif json_:
        print("[]")
    if found.absent:
        what = "nothing that can be read" if "" in found.problems else "nothing"
        say(f"{file}: {what} about {', '.join(found.absent)}")
    for task, lines in found.problems.items():
        say(*lines[:SHOWN])
        if len(lines) > SHOWN:
            say(f"… and {len(lines) - SHOWN} more like these")
        if task:
            say(f"{file}: {task} is not scored: a score over a part of the items would be another score")
    raise typer.Exit(1 if found.problems or not found.evaluation.boards else 0)


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder, such as runs/sample-1.0.0.")],
    release: Annotated[
        Path | None, typer.Option(help="The release that was scored, where it lies elsewhere than the run says.")
    ] = None,
    json_: Json = False,
) -> None:
    """Draw a run: one self-contained HTML page, and its figures as PNG."""
    from baselines.report import write_report

    made = write_report(run, release, track)
    page, *figures = made.files
    if json_:
        print(json.dumps({"page": str(page), "figures": [str(path) for path in figures], "problems": made.problems}))
    else:
        print(
            f"{page}: who is told apart from whom, scores, the hardest items; {len(figures)} figures in {run / 'figures'}"
        )
    say(*made.problems)
    raise typer.Exit(1 if made.problems else 0)


def _write_inputs(release: Path, path: Path, tasks: list[str], *, json_: bool) -> None:
    from baselines.own import test_inputs
    from dataset.errors import ReleaseError
    from dataset.files import write_jsonl

    if path.exists():
        raise ReleaseError(f"{path}: stands there already: remove it, or choose another name")
    if not path.parent.is_dir():
        raise ReleaseError(f"{path.parent}: no such folder to write {path.name} to")
    rows = list(test_inputs(release, tasks))
    write_jsonl(path, rows)
    if json_:
        print(json.dumps({"inputs": str(path), "items": len(rows)}))
    say(
        f"{path}: {len(rows)} items; a prediction for each line of a task, and standpunkt score {release} FILE scores them"
    )


def _print(found: Evaluation, *, json_: bool) -> None:
    from baselines.leaderboard import as_text

    if json_:
        print(json.dumps([row for board in found.boards for row in board.rows()], ensure_ascii=False))
    else:
        print(as_text(found.boards, found.manifest))
