"""Finding the text that labels were made on, by its hash: in releases, and in what was imported from Label Studio."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataset.diff.versions import releases_in
from dataset.errors import StandpunktError
from dataset.records.loader import UnusableError, load_json
from dataset.release.manifest import read_manifest
from dataset.release.writer import parquet_path
from dataset.splits import SPLITS
from dataset.text import text_sha256

RAW = ".raw"


def releases_of(name: str, out: Path) -> list[Path]:
    """Return the releases of a corpus below a folder, those of parts of it included, the newest first."""
    folders = sorted(path for path in out.glob(f"{name}*") if path.name == name or path.name.startswith(f"{name}."))
    return [release for folder in folders if folder.is_dir() for release in reversed(releases_in(folder))]


def old_text(article: str, sha256: str, releases: Iterable[Path], corpus: Path) -> str | None:
    """Return the text of an article that has this hash; None if no release and no file in ``.raw/`` has it.

    Args:
        article: its id.
        sha256: of its canonical text.
        releases: where to look first.
        corpus: the corpus folder.
    """
    candidates = (text for place in (_released(article, sha256, releases), _raw(corpus)) for text in place)
    return next((text for text in candidates if isinstance(text, str) and _is(text, sha256)), None)


def _is(text: str, sha256: str) -> bool:
    try:
        return text_sha256(text) == sha256
    except UnicodeEncodeError:
        return False


def _released(article: str, sha256: str, releases: Iterable[Path]) -> Iterator[Any]:
    for release in releases:
        try:
            known = read_manifest(release).articles.get(article)
            if known is None or known.text_sha256 != sha256:
                continue
            for split in SPLITS:
                path = release / parquet_path("articles", split)
                table = pq.read_table(path, columns=["id", "text"], filters=[("id", "==", article)])
                yield from table.column("text").to_pylist()
        except (StandpunktError, OSError, pa.ArrowException, KeyError, TypeError):
            continue  # damaged, or without text: another may have it


def _raw(corpus: Path) -> Iterator[Any]:
    for path in sorted((corpus / RAW).rglob("*.json")):
        try:
            tasks = load_json(path)
        except (StandpunktError, UnusableError):
            continue
        for task in tasks if isinstance(tasks, list) else []:
            data = task.get("data") if isinstance(task, dict) else None
            if isinstance(data, dict):
                yield data.get("text")
