"""Releases with one value that no build wrote, whose hashes are right again, so that the value itself is reached."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataset.release.manifest import NAME, seal

Change = Callable[[pa.Table], pa.Table]
Harm = Callable[[Path], None]


def table(config: str, change: Change, split: str = "test") -> Harm:
    """Change a Parquet file."""

    def harm(release: Path) -> None:
        path = release / config / f"{split}-00000-of-00001.parquet"
        pq.write_table(change(pq.read_table(path)), path)

    return harm


def column(config: str, name: str, values: Callable[[pa.Table], pa.Array]) -> Harm:
    """Replace a column."""

    def change(rows: pa.Table) -> pa.Table:
        return rows.set_column(rows.schema.get_field_index(name), name, values(rows))

    return table(config, change)


def nulls(config: str, name: str) -> Harm:
    """Make a column null."""
    return column(config, name, lambda rows: pa.nulls(len(rows), rows.schema.field(name).type))


def of(config: str, name: str, value: Any, type_: pa.DataType | None = None) -> Harm:
    """Give every row the same value."""
    return column(config, name, lambda rows: pa.array([value] * len(rows), type_ or rows.schema.field(name).type))


def metadata(config: str, said: str) -> Harm:
    """Replace the features that a file declares for datasets."""
    return table(config, lambda rows: rows.replace_schema_metadata({b"huggingface": said.encode()}))


def text(name: str, change: Callable[[str], str]) -> Harm:
    """Change a text file."""

    def harm(release: Path) -> None:
        path = release / name
        path.parent.mkdir(exist_ok=True)
        old = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        path.write_bytes(change(old).encode("utf-8"))

    return harm


def manifest(change: Callable[[dict[str, Any]], Any]) -> Harm:
    """Change the manifest; it is not sealed again, since it is read before anything else."""

    def harm(release: Path) -> None:
        data = json.loads((release / NAME).read_text(encoding="utf-8"))
        change(data)
        # With surrogates as escapes.
        (release / NAME).write_text(json.dumps(data, indent=1), encoding="utf-8")

    return harm


def put(value: Any, *names: str) -> Harm:
    """Set a field of the manifest; ``*`` is every entry."""

    def change(data: Any) -> None:
        for name in names[:-1]:
            if name == "*":
                for key in data:
                    data[key][names[-1]] = value
                return
            data = data[name]
        data[names[-1]] = value

    return manifest(change)


def vouch(release: Path) -> None:
    """Renew the hash and the size of every file, and the seal, if the manifest can be read."""
    try:
        data = json.loads((release / NAME).read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return
    seal(release, data)
