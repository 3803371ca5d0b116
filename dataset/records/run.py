"""``run.json``: what was run on which release, and how every model was trained."""

from __future__ import annotations

import sys
from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, UnsetType, field

from dataset.records.record import Record
from dataset.records.types import Count, NonBlank, Text

FORMAT: Final = 1
_LARGEST = sys.float_info.max
_Scalar = bool | int | Annotated[float, Meta(ge=-_LARGEST, le=_LARGEST)] | str | None
Parameter = Annotated[
    _Scalar | tuple[_Scalar, ...], Meta(description="a number, a text, true or false, null, or a list of these")
]


class ScoredRelease(Record, frozen=True, forbid_unknown_fields=False):
    """The release that was scored."""

    path: Text | None = None  # relative to the run folder, so that both can be moved together
    name: NonBlank | None = None
    version: NonBlank | None = None
    digest: NonBlank | None = None  # of its manifest
    language: NonBlank | None = None
    description: Text | None = None
    synthetic: Text | bool | None = None  # how the texts were invented; null or false: they are real
    annotator_kind: tuple[NonBlank, ...] | None = None  # who made gold: human, model
    silver: bool | None = None  # gold was made by models alone

    @property
    def kinds(self) -> tuple[str, ...]:
        """Who labelled; empty if that is not recorded."""
        return self.annotator_kind or ()


class Training(Record, frozen=True):
    """How one model was trained: what a reader needs to train it again."""

    task: NonBlank
    system: NonBlank
    probe: bool  # not compared: shows what the data give away
    held_out: NonBlank  # "test", or the part that a fold is tested on
    train_rows: Count
    parameters: dict[str, Parameter]  # hyper-parameters that were chosen, by name
    chosen_by: NonBlank  # "validation", "cross-validation", "part of train" or "default"
    notes: tuple[Text, ...]


class Run(Record, frozen=True, forbid_unknown_fields=False):
    """``run.json`` of a run folder. It is written last and contains the hashes of the other two files."""

    format: Annotated[Literal[1], Meta(description="1")]  # version of the format
    release: ScoredRelease = field(default_factory=ScoredRelease)
    scheme: NonBlank | None = None  # how rows were divided
    seed: Count | None = None  # of everything that draws
    versions: dict[str, NonBlank] = field(default_factory=dict)  # of Python and the libraries
    systems: tuple[Training, ...] = ()  # one per model: per task and system, and per fold if there are several
    # SHA-256 of scores.json and predictions.jsonl; left out by earlier versions
    files: dict[str, Text] | UnsetType = UNSET
