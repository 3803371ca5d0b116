"""Figures about what the data give away: edited by hand, they are named and not shown."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from dataset.errors import CorpusError
from dataset.records.probes import Probes
from dataset.records.record import convert
from dataset.release.probes import read_probes

TASK = {
    "items": 9,
    "macro_f1": {"majority": {"pooled": 0.1, "low": 0, "high": 0.2}},
    "strongest_words": {"none": ["hat"]},
    "cost_of_a_word": {"hat": 0.1},
    "removed_words": 3,
}
REPORT = {"digests": {"stance": "0"}, "folds": 5, "repeats": 5, "tasks": {"stance": TASK}}


def test_probes_as_written(tmp_path: Path) -> None:
    """They are read as they are; without the file there are none."""
    assert read_probes(tmp_path) is None
    (tmp_path / "probes.json").write_text(json.dumps(REPORT), encoding="utf-8")
    assert read_probes(tmp_path) == convert(REPORT, Probes)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"tasks": []}, "tasks: a table"),
        ({"tasks": {"stance": None}}, "tasks.stance: a table"),
        ({"tasks": {"stance": {**TASK, "macro_f1": "x"}}}, "tasks.stance.macro_f1: a table"),
        (
            {"tasks": {"stance": {**TASK, "strongest_words": {"none": [1]}}}},
            "tasks.stance.strongest_words.none[0]: a text",
        ),
        (
            {"tasks": {"stance": {**TASK, "cost_of_a_word": {"hat": float("nan")}}}},
            "tasks.stance.cost_of_a_word.hat: a number",
        ),
        ({"digests": [1]}, "digests: a table"),
        ({"digests": {"other": "0"}}, "digests: names of configs"),
        ({"folds": True}, "folds: a whole number"),
    ],
)
def test_a_slip_in_probes(tmp_path: Path, change: dict[str, Any], named: str) -> None:
    """The file and the field."""
    (tmp_path / "probes.json").write_text(json.dumps({**REPORT, **change}), encoding="utf-8")
    with pytest.raises(CorpusError, match=rf"probes\.json: {re.escape(named)}.* expected"):
        read_probes(tmp_path)
