"""The errors a user can meet, each one line, and what was set aside.

::

    StandpunktError            exit status 1: something in the data is not in order
    ├── CorpusError            a file of seeds/CORPUS is missing, broken or changed
    │   └── SchemeError        scheme.toml cannot be used
    ├── LeakError              linked articles stand in two splits
    └── ReleaseError           a release cannot be written, or is not what its manifest says
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


class StandpunktError(Exception):
    """Something in the data is not in order.

    Every argument is one line that says where and what to do.
    """

    @property
    def lines(self) -> list[str]:
        """What to tell the user, a line each."""
        return [str(line) for line in self.args]


class CorpusError(StandpunktError):
    """A file of the corpus is missing, broken, or not what was recorded."""


class SchemeError(CorpusError):
    """``scheme.toml`` cannot be used."""


class LeakError(StandpunktError):
    """Articles that share text stand in two splits."""


class ReleaseError(StandpunktError):
    """A release cannot be written, or is not what its manifest says."""


@dataclass(frozen=True, order=True)
class Rejected:
    """One article or label that was set aside, and why. Never carries article text."""

    kind: str  # "article" or "label"
    id: str
    file: str
    line: int | None
    reason: str

    def to_json(self) -> dict[str, object]:
        """The line of ``rejected.jsonl``."""
        return asdict(self)

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.kind} {self.id} set aside: {self.reason}"
