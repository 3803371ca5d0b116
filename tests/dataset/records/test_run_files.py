"""The files of runs that an earlier version wrote are records, and are written again byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dataset.files import dump_line
from dataset.records.predictions import Prediction
from dataset.records.probes import Probes
from dataset.records.record import Record, convert, plain
from dataset.records.run import Run
from dataset.records.scores import Scores
from tests.make import ROOT

RUNS = sorted((ROOT / "tests" / "fixtures" / "format-1" / "runs").iterdir())


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
@pytest.mark.parametrize(("name", "record"), [("run.json", Run), ("scores.json", Scores)])
def test_run_and_scores(run: Path, name: str, record: type[Record]) -> None:
    """Order of keys, nulls and numbers."""
    _same(run / name, record)


def test_probes(sample: Path) -> None:
    """The file of the shipped corpus."""
    _same(sample / "probes.json", Probes)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_predictions(run: Path) -> None:
    """Labels, probabilities and spans."""
    lines = (run / "predictions.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines
    assert [dump_line(convert(json.loads(line), Prediction)) for line in lines] == lines


def _same(path: Path, record: type[Record]) -> None:
    text = path.read_text(encoding="utf-8")
    assert json.dumps(plain(convert(json.loads(text), record)), ensure_ascii=False, indent=1) + "\n" == text
