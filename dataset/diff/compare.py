"""All changes between two releases, in a fixed order, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dataset.diff.changes import Change
from dataset.diff.fields import article_changes, row_changes
from dataset.diff.heads import (
    column_changes,
    line_changes,
    release_changes,
    scheme_changes,
    taken_down,
    tombstone_changes,
)
from dataset.diff.sides import Side, open_release
from dataset.diff.tables import comparing
from dataset.errors import ReleaseError
from dataset.schema import CONFIGS


def diff_releases(old: Path, new: Path) -> Iterator[Change]:
    """The changes that lead from one release folder to another.

    They come as a stream: any number of them needs no more memory than one.

    Raises:
        ReleaseError: one is no release, or damaged, or they are of different corpora.
    """
    yield from changes_between(open_release(old), open_release(new))


def changes_between(old: Side, new: Side) -> Iterator[Change]:
    """The same, of releases that are open already; whether they can be compared is said before the first change.

    Raises:
        ReleaseError: they are of different corpora, or cannot be read.
    """
    names = [side.head.get("name") for side in (old, new)]
    if names[0] != names[1]:
        raise ReleaseError(
            f"{old.path} is a release of {names[0]}, {new.path} one of {names[1]}: only releases of one corpus can be compared"
        )
    return _changes(old, new)


def _changes(old: Side, new: Side) -> Iterator[Change]:
    if old.digest == new.digest:
        return  # the same number and the same rows
    with comparing(old, new) as tables:
        yield from release_changes(old, new)
        yield from scheme_changes(old, new, tables)
        yield from column_changes(old, new)
        down = taken_down(new)
        for pair in tables.pairs("articles"):
            yield from article_changes(pair, down)
        yield from line_changes(tables, down)
        yield from tombstone_changes(old, new, tables)
        for config in CONFIGS[1:]:
            for pair in tables.pairs(config):
                yield from row_changes(pair, config)
