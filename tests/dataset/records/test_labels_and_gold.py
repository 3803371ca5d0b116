"""Labels and gold are the same bytes after they were read as records and written again."""

from __future__ import annotations

from pathlib import Path

import pytest

from dataset.files import dump_line, read_records
from dataset.records.gold import Gold
from dataset.records.labels import Annotation
from dataset.records.record import Record
from tests.make import ROOT

SEEDS = ROOT / "seeds"


@pytest.mark.parametrize(
    ("folder", "files", "type_"),
    [
        (ROOT / "tests" / "fixtures" / "format-1" / "corpora" / "old", "gold.jsonl", Gold),
        (SEEDS / "nordkorea-2024", "gold.jsonl", Gold),
        (SEEDS / "nordkorea-2024", "labels/*.jsonl", Annotation),
        (SEEDS / "sample", "labels/*.jsonl", Annotation),
    ],
)
def test_written_as_read(folder: Path, files: str, type_: type[Record]) -> None:
    """Order of fields, nulls and fields that are left out; in the shipped corpora and in one of an earlier version."""
    paths = sorted(folder.glob(files))
    assert paths
    for path in paths:
        written = "".join(dump_line(record) for _, record in read_records(path, type_))
        assert written == path.read_text(encoding="utf-8")
