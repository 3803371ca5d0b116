"""How commands talk to their user: answers on stdout, everything else on stderr, progress on a terminal only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track as rich_track

from dataset.corpus import list_rejected
from dataset.errors import Rejected

err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def track(items: Iterable[Any], what: str, total: int) -> Iterable[Any]:
    """A progress bar, on a terminal only."""
    if not err.is_terminal:
        return items
    return rich_track(items, description=what, total=total, console=err, transient=True)


def say(*lines: object) -> None:
    """Tell the user, on stderr."""
    for line in lines:
        err.print(f"standpunkt: {line}")


def set_aside(rejected: list[Rejected], where: Path) -> None:
    """Name what was set aside, the first ones here and all of them in a file."""
    for one in rejected[:10]:
        say(one)
    if len(rejected) > 10:
        say(f"… and {len(rejected) - 10} more")
    if rejected:
        say(f"{len(rejected)} set aside, listed in {where}")


def list_set_aside(corpus: Path, rejected: list[Rejected], *, studio: str | None = None) -> None:
    """Name what this run set aside, and bring the corpus's list up to date."""
    try:
        where = list_rejected(corpus, rejected, studio=studio)
    except OSError as error:
        for one in rejected:
            say(one)
        if rejected:
            say(f"{corpus / 'rejected.jsonl'}: cannot be written ({error.strerror}): this was all of it")
        return
    set_aside(rejected, where)
