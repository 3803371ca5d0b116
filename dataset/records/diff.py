"""Records of ``diffs/VERSION.jsonl``: its first and its last line. The lines between them, one per change, have fields of their own."""

from __future__ import annotations

from typing import Literal

from dataset.records.record import Record
from dataset.records.types import Count, Text

FORMAT: Literal[1] = 1


class DiffedRelease(Record, frozen=True):
    """One of the two releases that are compared."""

    version: Text  # of the release
    digest: Text  # of the release with its text


class DiffHead(Record, frozen=True, kw_only=True):
    """The first line of a diff: what is compared with what."""

    type: Literal["diff"] = "diff"  # of the line
    format: Literal[1]  # of the diff
    name: Text  # of the corpus
    old: DiffedRelease  # the earlier one
    new: DiffedRelease  # the later one


class DiffSummary(Record, frozen=True, kw_only=True):
    """The last line of a diff: what the changes amount to."""

    type: Literal["summary"] = "summary"  # of the line
    level: Text | None  # major, minor or patch; null if nothing changed
    needed: Text | None  # version that the newer release needs; null if the older one has no number of its own
    counts: dict[str, Count]  # by level and type, "major/label_removed"
