"""``standpunkt diff``: the changes between two releases on stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from dataset.diff.changes import Summary
from dataset.diff.compare import changes_between
from dataset.diff.embedded import as_text, diff_lines
from dataset.diff.sides import open_release
from dataset.errors import printable


def print_diff(old: Path, new: Path, *, json_: bool) -> None:
    """Print what changed from one release folder to another, line by line as it is found.

    Raises:
        ReleaseError: one is no release, or damaged, or they are of different corpora.
    """
    before, after = open_release(old, texts=True), open_release(new, texts=True)
    if json_:
        sys.stdout.writelines(diff_lines(before, after, Summary()))
    else:
        sys.stdout.writelines(f"{printable(line)}\n" for line in as_text(before, after, changes_between(before, after)))
