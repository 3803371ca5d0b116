"""Rows to Parquet, the same bytes every time, and a digest of the rows that does not depend on the writer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from datasets import ClassLabel, Features

from dataset.schema import CONFIGS
from dataset.splits import SPLITS

Row = dict[str, Any]  # a row of a Parquet file, labels by name
Rows = dict[str, list[Row]]  # by split


def parquet_path(config: str, split: str) -> str:
    """Where a config's split lies in a release."""
    return f"{config}/{split}-00000-of-00001.parquet"


def write_parquet(folder: Path, config: str, rows: Rows, features: Features) -> None:
    """Write one config, a file a split; a split without rows is a file without row groups, with the schema."""
    (folder / config).mkdir()
    encoded = _label_encoders(features)
    for split in SPLITS:
        plain = [{**row, **{name: encode(row[name]) for name, encode in encoded.items()}} for row in rows[split]]
        table = pa.Table.from_pylist(plain, schema=features.arrow_schema)
        # Everything that shapes the bytes is named here, so that two routes to one table give one file.
        with pq.ParquetWriter(
            folder / parquet_path(config, split),
            table.schema,
            compression="zstd",
            compression_level=3,
            # One article more must not change every page behind it: a dictionary's numbers and the bounds of row groups would shift.
            use_content_defined_chunking=True,
            use_dictionary=False,
            write_page_index=True,
            version="2.6",
        ) as writer:
            if table.num_rows:
                writer.write_table(table.combine_chunks(), row_group_size=100_000)


def digest(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> str:
    """The logical digest of a config: SHA-256 over its rows in order, as canonical JSON with their split.

    Labels enter by name. It is the same for the rows as built and as read back, whatever Parquet version lies between.
    """
    total = hashlib.sha256()
    for split in SPLITS:
        for row in rows[split]:
            line = json.dumps([split, row], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            total.update(line.encode("utf-8"))
            total.update(b"\n")
    return total.hexdigest()


def read_features(release: Path) -> dict[str, Features]:
    """What the Parquet files of a release say their columns are, by config."""
    return {
        name: Features.from_arrow_schema(pq.read_schema(release / parquet_path(name, SPLITS[0]))) for name in CONFIGS
    }


def read_rows(path: Path, features: Features) -> list[Row]:
    """Rows of a Parquet file with labels by name, as they were before writing."""
    names = {column: feature.names for column, feature in features.items() if isinstance(feature, ClassLabel)}
    rows: list[Row] = pq.read_table(path).to_pylist()
    for row in rows:
        for column, known in names.items():
            if row[column] is not None:
                row[column] = known[row[column]]
    return rows


def read_all(release: Path) -> dict[str, Rows]:
    """All rows of a release, by config."""
    features = read_features(release)
    return {name: {s: read_rows(release / parquet_path(name, s), features[name]) for s in SPLITS} for name in CONFIGS}


def _label_encoders(features: Features) -> Mapping[str, Any]:
    return {
        name: lambda label, feature=feature: None if label is None else feature.str2int(label)
        for name, feature in features.items()
        if isinstance(feature, ClassLabel)
    }
