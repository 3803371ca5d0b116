"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

CorpusPath = Annotated[Path, typer.Argument(metavar="CORPUS", help="Corpus folder, such as seeds/sample.")]
ReleasePath = Annotated[Path, typer.Argument(metavar="RELEASE", help="Release folder, such as dist/sample/1.0.0.")]
Texts = Annotated[Path | None, typer.Option(help="Folder of the texts, for a corpus that does not contain them.")]
Out = Annotated[Path, typer.Option(help="Folder of releases.")]
Runs = Annotated[Path, typer.Option(help="Folder of runs.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Number of processes; the result does not depend on it.")]
Replace = Annotated[bool, typer.Option("--replace", help="Overwrite an existing release that has the same version.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print what would be done and change nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Accept = Annotated[
    list[str] | None,
    typer.Option(
        "--accept-correction",
        metavar="ARTICLE",
        help="Accept the changed text of ARTICLE and carry its labels over; repeatable.",
    ),
]
OldText = Annotated[
    list[Path] | None,
    typer.Option(
        "--correction-from",
        metavar="RELEASE",
        help="Release that contains the text from before the correction; repeatable.",
    ),
]
DIST, RUNS = Path("dist"), Path("runs")


class Profile(StrEnum):
    """Content of a release: everything, or everything but text."""

    full = "full"
    standoff = "standoff"


class AnnotatorKind(StrEnum):
    """People or models."""

    human = "human"
    model = "model"


class Page(StrEnum):
    """The two labelling pages."""

    article = "article"
    claim = "claim"


class Splits(StrEnum):
    """Divisions of rows into train and test; the names of ``baselines.tasks.holdout.SCHEMES``, which is slow to import."""

    as_released = "as_released"
    leave_one_target_out = "leave_one_target_out"
    leave_one_outlet_out = "leave_one_outlet_out"
    by_date = "by_date"


class TaskName(StrEnum):
    """Evaluation tasks; the names of ``baselines.tasks.TASKS``, which is slow to import."""

    claim_detection = "claim_detection"
    claim_detection_binary = "claim_detection_binary"
    stance = "stance"
    article_stance = "article_stance"
    claim_spans = "claim_spans"
    claimant = "claimant"
