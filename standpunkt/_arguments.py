"""Arguments as users write them: text or path, one or several; checked before anything is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from dataset.errors import StandpunktError

StrPath = str | Path
StrPaths = StrPath | Iterable[StrPath]
Names = str | Iterable[str]


def paths_of(values: StrPaths) -> tuple[Path, ...]:
    """Return one path or several as a tuple of paths."""
    return (Path(values),) if isinstance(values, str | Path) else tuple(map(Path, values))


def names_of(values: Names) -> tuple[str, ...]:
    """Return one name or several as a tuple."""
    return (values,) if isinstance(values, str) else tuple(values)


def path_or_none(value: StrPath | None) -> Path | None:
    """Return an optional path as a path."""
    return None if value is None else Path(value)


def one_of(name: str, value: str, known: Collection[str]) -> None:
    """Refuse a value that is not known.

    Raises:
        StandpunktError: names argument, value and the known values.
    """
    if value not in known:
        raise StandpunktError(f"{name}: {value!r} is not one of {', '.join(known)}")


def at_least_one(name: str, number: int | None) -> None:
    """Refuse a number below 1.

    Raises:
        StandpunktError: names argument and value.
    """
    if number is not None and number < 1:
        raise StandpunktError(f"{name}: a number from 1 is expected, not {number}")
