"""The commands ``evaluate``, ``score`` and ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import standpunkt as sp
from standpunkt.cli.options import RUNS, Json, ReleasePath, Runs, Splits, TaskName
from standpunkt.cli.terminal import answer, say


def evaluate(
    release: ReleasePath,
    splits: Annotated[Splits, typer.Option(help="How rows are divided into train and test.")] = Splits.as_released,
    scheme: Annotated[Splits | None, typer.Option(hidden=True, help="Former name of --splits.")] = None,
    out: Runs = RUNS,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that share the folds; the result does not depend on it.")
    ] = None,
    inputs: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Do not train; write the test-split inputs for an external model to FILE."),
    ] = None,
    task: Annotated[
        list[TaskName] | None, typer.Option(help="With --inputs: only the inputs of this task; repeatable.")
    ] = None,
    json_: Json = False,
) -> None:
    """Train the baselines on the train split of a release and score them on its test split."""
    splits = scheme or splits
    if inputs is not None:
        if splits is not Splits.as_released:
            raise typer.BadParameter(
                f"--inputs writes the test split as released, which score expects; {splits.value} has another"
            )
        number = sp.write_inputs(release, inputs, tasks=[one.value for one in task or ()])
        if json_:
            answer({"inputs": str(inputs), "items": number})
        say(
            f"{inputs}: {number} items; write one prediction for each line of a task; standpunkt score {release} FILE scores them"
        )
        return
    if task:
        raise typer.BadParameter("--task selects the inputs that --inputs FILE writes; evaluate scores all tasks")
    run = sp.evaluate(release, splits=splits.value, out=out, workers=workers, progress=True)
    _print(run, json_=json_)
    say(f"{run.path}: config, versions, predictions and scores; standpunkt report {run.path} draws them")


def score(
    release: ReleasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Predictions, one JSON object per line.")],
    out: Runs = RUNS,
    json_: Json = False,
) -> None:
    """Score the predictions of an external model, next to the baselines if evaluate was run before."""
    run = sp.score(release, file, out=out)
    if run.path:
        _print(run, json_=json_)
        say(f"{run.path}: predictions and scores; standpunkt report {run.path} draws them")
    elif json_:
        answer([])
    for note in run.notes:
        say(note)
    raise typer.Exit(1 if run.problems or not run.path else 0)


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder, such as runs/sample-1.0.0.")],
    release: Annotated[Path | None, typer.Option(help="The release that was scored, if it was moved since.")] = None,
    json_: Json = False,
) -> None:
    """Write the report of a run: a self-contained HTML page, and its figures as PNG."""
    made = sp.report(run, release=release, progress=True)
    if json_:
        figures = [str(path) for path in made.figures]
        answer({"page": str(made.path), "figures": figures, "problems": list(made.problems)})
    else:
        number, folder = len(made.figures), run / "figures"
        print(f"{made.path}: significant differences, scores, the hardest items; {number} figures in {folder}")
    say(*made.problems)
    raise typer.Exit(1 if made.problems else 0)


def _print(run: sp.Run, *, json_: bool) -> None:
    if json_:
        answer([row for board in run.evaluation.boards for row in board.rows()])
    else:
        print(run.text())
