"""``rejected.jsonl``: what was rejected, and why."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import force_setattr

from dataset.errors import printable
from dataset.records.record import Record
from dataset.records.types import Count, Text


class Rejected(Record, frozen=True):
    """One article, label or task that was rejected, and why. Never contains article text."""

    kind: Literal[
        "file", "article", "label", "prediction", "task"
    ]  # "file" is a text that was never part of the corpus
    id: Text  # empty if unknown
    file: Text  # in which it is, "Label Studio" for the server
    line: Count | None  # of the file, from 1
    reason: Text

    def __post_init__(self) -> None:
        """Escape what comes from data and would break the line, or cannot be written."""
        super().__post_init__()
        for name in ("id", "file", "reason"):
            force_setattr(self, name, printable(getattr(self, name)))

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {f'{self.kind} {self.id}'.strip()} rejected: {self.reason}"


def by_place(one: Rejected) -> tuple[str, int, str]:
    """Return the order of what was rejected: by file and line."""
    return one.file, one.line or 0, one.id
