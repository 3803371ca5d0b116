"""One of the two releases that are compared: where its rows are, and what its manifest says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from datasets import Features

from dataset.errors import ReleaseError
from dataset.release.layout import structure_problems
from dataset.release.manifest import (
    HEAD,
    LEDGER,
    REUSE,
    TOMBSTONES,
    Raw,
    changed_files,
    check_articles,
    read_raw_head,
)
from dataset.release.writer import parquet_path, read_features
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

# What is compared; nothing else of a release matters here.
DATA = (*(parquet_path(name, split) for name in CONFIGS for split in SPLITS), LEDGER, REUSE, TOMBSTONES)


@dataclass(frozen=True)
class Side:
    """A release, or one that is being built: its rows are written, its manifest is not yet."""

    path: Path
    head: Raw  # what the manifest gives about the whole, as it is in the file
    digest: str  # of the full release, where this is one without text
    features: Mapping[str, Features]

    @property
    def version(self) -> str:
        """Its number."""
        return str(self.head["version"])


def side_of(path: Path, head: Raw, digest: str) -> Side:
    """The release in a folder.

    Raises:
        ReleaseError: its Parquet files cannot be read.
    """
    try:
        features = read_features(path)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise ReleaseError(
            f"{path}: its Parquet files cannot be read as a release ({type(error).__name__}); build it again"
        ) from None
    for name, columns in features.items():
        missing = {"id"} - set(columns) if name == "articles" else {"id", "article_id"} - set(columns)
        if missing:
            raise ReleaseError(f"{path}: {name}: no column {min(missing)}: it cannot be compared")
    return Side(path, {name: head.get(name) for name in HEAD}, digest, features)


def open_release(path: Path, *, texts: bool = False) -> Side:
    """Open an existing release, if what is compared of it is unchanged since it was built, and its values can be used.

    Args:
        path: its folder.
        texts: whether its card and its other texts matter as well.

    Raises:
        ReleaseError: it is none, or is damaged; every damaged file is named.
    """
    manifest, raw = read_raw_head(path)
    check_articles(path)
    damaged = [problem for problem in changed_files(path, manifest) if problem.split(": ")[0] in DATA]
    missing = [f"{name}: not in its manifest" for name in DATA if name not in manifest.files]
    if damaged or missing:
        what = ", ".join([*damaged, *missing])
        raise ReleaseError(f"{path}: damaged, so that it cannot be compared ({what}): restore it, or build it again")
    if unusable := structure_problems(path, manifest, strict=False, texts=texts):
        more = f" (and {len(unusable) - 3} more)" if len(unusable) > 3 else ""
        raise ReleaseError(f"{path}: damaged, so that it cannot be compared: {'; '.join(unusable[:3])}{more}")
    return side_of(path, raw, manifest.full_digest)
