"""Check the Parquet files of a release before their values are used: size, columns, types, nulls, ranges.

Values are looked at in batches and by column, so that a file of any size, a hostile one too, needs little memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from datasets import ClassLabel, Features, List, Value

from dataset.records.loader import UnusableError, open_regular, parse_object
from dataset.records.types import MOST
from dataset.release.writer import parquet_path
from dataset.schema import CONFIGS, article_column, features_of
from dataset.splits import SPLITS

_BATCH = 1_000
# What a file may expand to: releases of ours stay below 40 times their size, and their rows need 10 bytes and more each.
_BASE, _TIMES = 64 << 20, 200
_FEW_ROWS = 10_000
_METADATA = 16 << 20
# Columns that came with a later version, which an older release may lack: (config, column).
LATER: frozenset[tuple[str, str]] = frozenset()
_KNOWN = features_of(["k"], ["t"], ["s"], ["a"], ["t"])
# Never null, in a release without text and in a hydrated one, too.
_ALWAYS = {
    "articles": ("id", "language", "license", "source_file", "text_sha256", "cluster_id", "agencies", "blocks"),
    "sentences": ("id", "article_id", "start", "end", "claim_ids"),
    "claims": ("id", "article_id", "start", "end", "votes", "annotator_kind", "adjudicated"),
    "stance": ("id", "article_id", "claim_id", "start", "end", "target", "question", "annotator_kind", "adjudicated"),
    "article_stance": ("id", "article_id", "target", "question", "annotator_kind", "adjudicated"),
}
_INNER = {"blocks": ("start", "end", "type"), "votes": ("annotator", "annotator_kind")}
_PREFIXES = ("", "claimant_", "context_")


def column_problems(release: Path, rows: Mapping[str, Mapping[str, int]], *, strict: bool = True) -> Iterator[str]:
    """Yield what is wrong with the Parquet files of a release, at most one line per file and column.

    Args:
        release: its folder.
        rows: how many rows the manifest gives, by config and split.
        strict: also refuse columns that are unknown or missing, and spans that end before they start. Two releases can be compared
            nevertheless.
    """
    for name in CONFIGS:
        for split in SPLITS:
            file = parquet_path(name, split)
            try:
                reason = next(_file_problems(release, file, name, rows[name][split], strict=strict), None)
            except UnusableError as error:
                reason = str(error)
            except FileNotFoundError:
                reason = "missing"
            # Arrow and datasets raise errors of any type.
            except Exception as error:
                reason = f"cannot be read as Parquet ({type(error).__name__})"
            if reason:
                yield f"{file}: {reason}"


def _file_problems(release: Path, file: str, name: str, rows: int, *, strict: bool) -> Iterator[str]:
    path = release / file
    with open_regular(path, inside=release) as stream:
        size = stream.seek(0, 2)
    with pq.ParquetFile(
        path, thrift_string_size_limit=_METADATA, thrift_container_size_limit=1 << 20, memory_map=False
    ) as parquet:
        metadata = parquet.metadata
        groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
        if metadata.num_rows != rows or sum(group.num_rows for group in groups) != rows:
            yield f"declares {metadata.num_rows:,} rows, manifest.json {rows:,} (configs.{name}.rows)"
            return
        most = _BASE + _TIMES * size
        if rows > _FEW_ROWS + size // 2 or sum(group.total_byte_size for group in groups) > most:
            yield f"declares more rows or bytes than a file of {size:,} bytes holds"
            return
        features = _features(parquet.schema_arrow)
        yield from _types(parquet.schema_arrow, features, name, strict=strict)
        yield from _values(parquet, groups, features, name, most, strict=strict)


def _features(schema: pa.Schema) -> Features:
    """Return the features that the file declares for ``datasets``.

    Raises:
        UnusableError: it cannot be read, or does not fit the columns.
    """
    said = (schema.metadata or {}).get(b"huggingface")
    where = 'schema metadata "huggingface"'
    try:
        if said is not None:
            parse_object(said)
        features = Features.from_arrow_schema(schema)
        fits = features.arrow_schema.remove_metadata() == schema.remove_metadata()
    except UnusableError as error:
        raise UnusableError(f"{where}: {error}") from None
    # As above: datasets raises errors of any type.
    except Exception as error:
        raise UnusableError(f"{where}: not features of datasets ({type(error).__name__})") from None
    if not fits:
        raise UnusableError(f"{where}: not the columns of the file")
    return features


def _types(schema: pa.Schema, features: Features, name: str, *, strict: bool) -> Iterator[str]:
    known = _KNOWN[name]
    for column, feature in known.items():
        if column not in schema.names:
            if (strict and (name, column) not in LATER) or column in ("id", article_column(name)):
                yield f"column {column}: missing"
        elif problem := _type_problem(feature, schema.field(column).type, features[column]):
            yield f"column {column}{problem}"
    if len(set(schema.names)) != len(schema.names):
        yield "two columns of one name"
    if strict and (more := [column for column in schema.names if column not in known]):
        yield f"column {more[0][:60]}: no release has it"


def _type_problem(known: Any, found: pa.DataType, said: Any) -> str | None:
    """Return what is wrong with a type, after the name of the column."""
    if isinstance(known, List):
        if not isinstance(said, List) or not (pa.types.is_list(found) or pa.types.is_large_list(found)):
            return f": a list is expected, not {_short(found)}"
        return _type_problem(known.feature, found.value_type, said.feature)
    if isinstance(known, dict):
        if not (isinstance(said, dict) and pa.types.is_struct(found)):
            return f": a table is expected, not {_short(found)}"
        inner = {found.field(i).name: found.field(i).type for i in range(found.num_fields)}
        shares = all(one == Value("float64") for one in known.values())
        wanted = dict.fromkeys(inner, Value("float64")) if shares else known
        for key, feature in wanted.items():
            if key not in inner:
                return f".{key}: missing"
            if problem := _type_problem(feature, inner[key], said[key]):
                return f".{key}{problem}"
        return None
    if isinstance(known, ClassLabel):
        good = isinstance(said, ClassLabel) and pa.types.is_integer(found) and len(set(said.names)) == len(said.names)
        return None if good else f": numbers of labels (ClassLabel) are expected, not {_short(found)}"
    check, what = {
        "string": (lambda one: pa.types.is_string(one) or pa.types.is_large_string(one), "string"),
        "int64": (lambda one: one in (pa.int64(), pa.int32()), "int64"),
        "bool": (pa.types.is_boolean, "bool"),
        "float64": (pa.types.is_floating, "float64"),
    }[known.dtype]
    good = isinstance(said, Value) and check(found)
    return None if good else f": {what} is expected, not {_short(found)}"


def _short(type_: pa.DataType) -> str:
    return str(type_)[:60]


def _values(
    parquet: pq.ParquetFile, groups: list[Any], features: Features, name: str, most: int, *, strict: bool
) -> Iterator[str]:
    largest = max((group.column(i).total_uncompressed_size for group in groups for i in range(group.num_columns)), default=1)  # fmt: skip
    # Every value of a dictionary may be as large as all of it: so many rows expand to no more than is allowed.
    batch = max(1, min(_BATCH, most // max(1, largest)))
    total = count = 0
    for part in parquet.iter_batches(batch_size=batch):
        total, count = total + part.nbytes, count + part.num_rows
        if total > most:
            yield "expands to more than a file of its size holds"
            return
        for column in part.schema.names:
            array = part.column(column)
            if column in _ALWAYS[name] and array.null_count:
                yield f"column {column}: null in {array.null_count} rows"
            if problem := _value_problem(array, features[column], column):
                yield f"column {problem}"
        if strict:
            yield from _spans(part)
    if count != parquet.metadata.num_rows:
        yield f"holds {count:,} rows and declares {parquet.metadata.num_rows:,}"


def _value_problem(array: pa.Array, feature: Any, where: str) -> str | None:
    """Return the column, or the field in it, whose values cannot be used, and why."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return f"{where}: invalid UTF-8, or offsets that leave the file"
    if isinstance(feature, List):
        inner = array.flatten()
        if inner.null_count:
            return f"{where}: null in a list"
        return _value_problem(inner, feature.feature, where)
    if isinstance(feature, dict):
        for key, values in zip(feature, array.flatten(), strict=True):
            if values.null_count and key in _INNER.get(where, ()):
                return f"{where}.{key}: null in {values.null_count} places"
            if problem := _value_problem(values, feature[key], f"{where}.{key}"):
                return problem
        return None
    if isinstance(feature, ClassLabel):
        return _outside(array, where, len(feature.names) - 1, "the number of a label")
    if pa.types.is_integer(array.type):
        return _outside(array, where, MOST, "a whole number from 0")
    # Nothing is between 0 and 1 if it is not a number.
    if (
        pa.types.is_floating(array.type)
        and pc.all(pc.and_(pc.greater_equal(array, 0), pc.less_equal(array, 1))).as_py() is False
    ):
        return f"{where}: a share between 0 and 1 is expected"
    return None


def _outside(array: pa.Array, where: str, top: int, what: str) -> str | None:
    bounds = pc.min_max(array).as_py()
    if bounds["min"] is None or (bounds["min"] >= 0 and bounds["max"] <= top):
        return None
    odd = bounds["min"] if bounds["min"] < 0 else bounds["max"]
    return f"{where}: {what} is expected, not {odd}"


def _spans(part: pa.RecordBatch) -> Iterator[str]:
    """Spans that end before they start, or have one end only."""
    for prefix in _PREFIXES:
        if f"{prefix}start" in part.schema.names and f"{prefix}end" in part.schema.names:
            yield from _ends(part.column(f"{prefix}start"), part.column(f"{prefix}end"), f"{prefix}start")
    for column in ("blocks", "votes"):
        if column in part.schema.names:
            inner = part.column(column).flatten()
            start, end = (inner.field(inner.type.get_field_index(key)) for key in ("start", "end"))
            yield from _ends(start, end, f"{column}.start")


def _ends(start: pa.Array, end: pa.Array, where: str) -> Iterator[str]:
    if pc.any(pc.not_equal(start.is_null(), end.is_null())).as_py():
        yield f"column {where}: a start without an end, or an end without a start"
    elif pc.any(pc.greater_equal(start, end)).as_py():
        yield f"column {where}: a span that does not end after its start"
