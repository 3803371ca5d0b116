"""The errors a user can meet, each one line.

::

    StandpunktError            exit status 1: something in the data is not in order
    ├── CorpusError            a file of seeds/CORPUS is missing, broken or changed
    │   └── SchemeError        scheme.toml cannot be used
    ├── LeakError              linked articles stand in two splits
    ├── ReleaseError           a release cannot be written, or is not what its manifest says
    ├── BusyError              another command holds the lock of a corpus or of another folder
    └── StudioError            Label Studio cannot be reached, or refuses (annotation/studio/server.py)
"""

from __future__ import annotations

import re
from collections.abc import Iterable


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


class BusyError(StandpunktError):
    """Another command is at work in the same folder."""


def printable(text: str) -> str:
    """The text with control characters and halves of surrogate pairs escaped, so that it is one line of UTF-8."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


MOST_LINES = 50
_CHANGING = re.compile(r"'[^']*'|\"[^\"]*\"|[^\s:]*\d[^\s:]*")


def at_most(lines: Iterable[str], most: int = MOST_LINES) -> list[str]:
    """Return the first lines of each kind, and how many more there are; lines that differ in ids and numbers are of one kind."""
    shown: list[str] = []
    kinds: dict[str, tuple[int, str]] = {}
    for line in lines:
        kind = _CHANGING.sub("…", line)
        number = kinds.get(kind, (0, ""))[0] + 1
        kinds[kind] = number, line
        if number <= most:
            shown.append(line)
    return [
        *shown,
        *(f"… and {number - most:,} more such as: {last}" for number, last in kinds.values() if number > most),
    ]
