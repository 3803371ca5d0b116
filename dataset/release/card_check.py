"""Check that a card makes ``load_dataset`` read the files of its release, and nothing else.

``datasets`` follows the ``configs`` of a card wherever they lead: out of the folder, to another host, to a pattern. So they have to be what
the build writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from datasets import Features

from dataset.errors import ReleaseError
from dataset.records.loader import UnusableError, parse_yaml, read_regular
from dataset.records.release import Manifest
from dataset.release.manifest import read_manifest
from dataset.release.writer import parquet_path, read_features
from dataset.schema import CONFIGS
from dataset.splits import SPLITS

CARD = "README.md"
_MOST = 64 << 20  # bytes of a card
# Any other key of a config becomes an argument of the reader: filters, folders, file systems.
_CONFIG_KEYS = {"config_name", "version", "description", "data_files", "default"}
_INFO_KEYS = {"config_name", "features"}
_END = re.compile(r"^---[ \t]*$", re.MULTILINE)
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def front_matter(card: str) -> tuple[Any, str]:
    """Return the YAML of a card, parsed, and the text below it.

    Raises:
        UnusableError: the YAML cannot be read, or the library would read another part of the card.
    """
    header, mark, body = card.removeprefix("---\n").partition("\n---\n")
    if not card.startswith("---\n") or not mark:
        raise UnusableError("front matter between two lines --- is expected")
    if "\r" in header or _END.search(header):
        raise UnusableError("front matter that ends twice: remove carriage returns and lines of three dashes")
    return parse_yaml(header), body


def card_problems(
    release: Path, manifest: Manifest, features: Mapping[str, Features], *, strict: bool = True
) -> Iterator[str]:
    """Yield where a card disagrees with manifest and Parquet files: ``datasets`` would believe the card.

    Args:
        release: its folder.
        manifest: which files there are, and how many rows each has.
        features: by config, of the first split's files.
        strict: False if the card only has to be readable.
    """
    try:
        data = front_matter(read_regular(release / CARD, limit=_MOST, inside=release).decode("utf-8"))[0]
    except OSError as error:
        yield f"{CARD}: cannot be read ({error.strerror})"
        return
    except UnicodeDecodeError:
        yield f"{CARD}: not UTF-8"
        return
    except UnusableError as error:
        yield f"{CARD}: its YAML cannot be read: {error}"
        return
    if not isinstance(data, dict):
        yield f"{CARD}: its YAML cannot be read: a table is expected"
        return
    if not strict:
        return
    yield from _configs(data.get("configs"), manifest)
    yield from _features(data.get("dataset_info"), manifest, features)
    for name in CONFIGS:
        for split in SPLITS:
            if Features.from_arrow_schema(pq.read_schema(release / parquet_path(name, split))) != features[name]:
                yield f"{parquet_path(name, split)}: other columns than in {SPLITS[0]}"


def check_card(folder: Path) -> None:
    """Make sure that a release which is about to appear has a card that fits its files.

    Raises:
        ReleaseError: it has not.
    """
    problems = list(card_problems(folder, read_manifest(folder), read_features(folder)))
    if problems:
        raise ReleaseError(*problems, f"{CARD}: datasets would believe it, and not the files; nothing is released")


def _announced(manifest: Manifest) -> list[str]:
    """Return the configs that a card announces: ``datasets`` cannot load one without rows."""
    return [name for name in CONFIGS if any(manifest.configs[name].rows.values())]


def _misnamed(field: str, entries: Any, names: list[str]) -> str | None:
    """Return why the entries of a field are not one table per config, in order; None if they are."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return f"{CARD}: its YAML cannot be read: {field}: a list of tables is expected"
    if [entry.get("config_name") for entry in entries] != names:
        return f"{CARD}: {field}: {', '.join(names)} are expected, in this order"
    return None


def _configs(configs: Any, manifest: Manifest) -> Iterator[str]:
    names = _announced(manifest)
    if problem := _misnamed("configs", configs, names):
        yield problem
        return
    for entry, name in zip(configs, names, strict=True):
        where = f"{CARD}: configs.{name}"
        if more := sorted(str(key) for key in set(entry) - _CONFIG_KEYS):
            yield f"{where}.{more[0][:60]}: no card of a release has it, and datasets would follow it"
        rows = manifest.configs[name].rows
        files = [{"split": split, "path": parquet_path(name, split)} for split in SPLITS if rows[split]]
        if entry.get("data_files") != files:
            paths = [file["path"] for file in files]
            yield f"{where}.data_files: {', '.join(paths)} are expected, not {_odd(entry.get('data_files'), paths)}"
        if type(entry.get("default", False)) is not bool or not isinstance(entry.get("version"), str | None):
            yield f"{where}: default is true or false, version a text such as '1.0.0'"
        digests = _DIGEST.findall(str(entry.get("description", "")))
        if digests and digests != [manifest.configs[name].digest]:
            # datasets caches by the card: with an old digest it would load old rows.
            yield f"{where}.description: its sha256 is not the digest of the rows in manifest.json"


def _odd(found: Any, known: list[str]) -> str:
    """Return the first thing in ``data_files`` that should not be there, short."""
    entries = found if isinstance(found, list) else [found]
    paths = [entry.get("path") if isinstance(entry, dict) else entry for entry in entries]
    return repr(next((path for path in paths if path not in known), paths))[:100]


def _features(infos: Any, manifest: Manifest, features: Mapping[str, Features]) -> Iterator[str]:
    names = _announced(manifest)
    if problem := _misnamed("dataset_info", infos, names):
        yield problem
        return
    for entry, name in zip(infos, names, strict=True):
        if more := sorted(str(key) for key in set(entry) - _INFO_KEYS):
            yield f"{CARD}: dataset_info.{name}.{more[0][:60]}: no card of a release has it"
        try:
            stated = Features._from_yaml_list(entry["features"])
        # datasets raises errors of any type.
        except Exception as error:
            yield f"{CARD}: its YAML cannot be read: dataset_info.{name}.features ({type(error).__name__})"
            continue
        if stated != features[name]:
            yield f"{CARD}: features of {name} are not those of its Parquet files"
