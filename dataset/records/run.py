"""``run.json``: what was run on which release, and how every model was trained."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, field

from dataset.records.record import Record
from dataset.records.scores import Figure
from dataset.records.types import Count, NonBlank, Text

FORMAT: Final = 1
_Scalar = bool | int | Figure | str | None
Parameter = _Scalar | tuple[_Scalar, ...]  # a hyper-parameter


class ScoredRelease(Record, frozen=True, forbid_unknown_fields=False):
    """The release that was scored."""

    path: Text | None = None  # relative to the run folder, so that both can be moved together
    name: NonBlank | None = None
    version: NonBlank | None = None
    digest: NonBlank | None = None
    language: NonBlank | None = None
    description: Text | None = None
    synthetic: Text | bool | None = None  # who invented the texts; null or false: nobody
    annotator_kind: tuple[NonBlank, ...] | None = None
    silver: bool | None = None  # gold was made by models alone

    @property
    def kinds(self) -> tuple[str, ...]:
        """Who labelled; empty if that is not recorded."""
        return self.annotator_kind or ()


class Training(Record, frozen=True):
    """How one model was trained: what a reader needs to train it again."""

    task: NonBlank
    system: NonBlank
    probe: bool
    held_out: NonBlank  # "test", or the part that a fold is tested on
    train_rows: Count
    parameters: dict[str, Parameter]
    chosen_by: NonBlank  # "validation", "cross-validation", "part of train" or "default"
    notes: tuple[Text, ...]


class Run(Record, frozen=True, forbid_unknown_fields=False):
    """``run.json`` of a run folder. It is written last and contains the hashes of the other two files."""

    format: Annotated[Literal[1], Meta(description="1")]
    release: ScoredRelease = field(default_factory=ScoredRelease)
    scheme: NonBlank | None = None  # how rows were divided
    seed: Count | None = None
    versions: dict[str, NonBlank] = field(default_factory=dict)  # of Python and the libraries
    systems: tuple[Training, ...] = ()
    files: dict[str, Text] = field(
        default_factory=dict
    )  # SHA-256 of scores.json and predictions.jsonl; runs of earlier versions have none
