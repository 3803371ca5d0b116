"""A model of anybody's own is called by its file, whatever the file is called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from baselines.own import own_name
from baselines.systems import PROBES, SYSTEMS
from baselines.tasks import TASKS
from baselines.tasks.holdout import SCHEMES
from standpunkt.cli.options import Splits, TaskName


def test_the_command_knows_every_task_and_scheme() -> None:
    """It lists them itself, so that help needs no library."""
    assert ([one.value for one in TaskName], [one.value for one in Splits]) == (list(TASKS), list(SCHEMES))


@pytest.mark.parametrize("taken", [*SYSTEMS, *PROBES])
def test_a_name_of_ours_is_not_taken(taken: str) -> None:
    """Two systems of one name would be one in the table."""
    assert own_name(Path(f"{taken}.jsonl")) == f"{taken}-yours"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (b"my model.v2.jsonl", "my model.v2"),
        ("Größe 🐦 <script>.jsonl".encode(), "Größe 🐦 <script>"),
        (b"Gr\xf6\xdfe.jsonl", r"Gr\udcf6\udcdfe"),
        (b"two\nlines.jsonl", r"two\nlines"),
    ],
    ids=["blank and dot", "umlaut, emoji, markup", "not UTF-8", "line end"],
)
def test_any_name_can_be_written(file: bytes, name: str) -> None:
    """As one line of UTF-8: a name of other bytes was a crash."""
    assert own_name(Path(os.fsdecode(file))) == name
    assert name.encode("utf-8")
