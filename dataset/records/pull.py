"""The files in ``.raw/ID/`` of a corpus: how far ``standpunkt studio pull`` came, and what it rejected."""

from __future__ import annotations

from dataset.records.record import Record
from dataset.records.types import Text


class PullState(Record, frozen=True, forbid_unknown_fields=False):
    """``state.json``: how far the pulls from a project came."""

    updated_at: Text  # ISO time of the latest change that was pulled
    pulled: Text | None = None  # ISO time of the last pull


class Aside(Record, frozen=True, forbid_unknown_fields=False):
    """A line of ``aside.jsonl``: what was rejected of a task on the server and still is."""

    task: int  # its number on the server
    id: Text  # of the annotation
    reason: Text  # why it was rejected
