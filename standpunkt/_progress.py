"""Progress bars, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Track = Callable[[Iterable[Any], str, int], Iterable[Any]]


def tracker(*, progress: bool) -> Track:
    """Return a function ``(items, description, total)`` that wraps an iterable; without ``progress`` it shows nothing."""
    return _bar if progress else _nothing


def _nothing(items: Iterable[Any], _description: str, _total: int) -> Iterable[Any]:
    return items


def _bar(items: Iterable[Any], description: str, total: int) -> Iterable[Any]:
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal:
        return items
    return track(items, description=description, total=total, console=console, transient=True)
