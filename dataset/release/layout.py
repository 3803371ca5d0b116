"""Check which files a release holds, and that its texts can be read, before any of them is used."""

from __future__ import annotations

import re
from pathlib import Path

from dataset.corpus import read_ledger
from dataset.errors import CorpusError, printable
from dataset.files import read_jsonl, read_records
from dataset.records.loader import UnusableError, named, open_regular, parse_json, read_regular
from dataset.records.release import Manifest, SharedText
from dataset.release.card_check import CARD, card_problems
from dataset.release.columns import column_problems
from dataset.release.manifest import LEDGER, REUSE, TOMBSTONES, listing
from dataset.release.writer import parquet_path, read_features
from dataset.reuse import Link
from dataset.schema import CONFIGS
from dataset.splits import SPLITS
from dataset.takedown.tombstones import read_tombstones

_PARQUET = frozenset(parquet_path(name, split) for name in CONFIGS for split in SPLITS)
_TEXTS = {CARD, "DATASHEET.md", "CITATION.cff", "croissant.json"}
_LINES = {LEDGER, REUSE, TOMBSTONES, "rejected.jsonl", "anchors.jsonl", "hydration.jsonl"}
_DIFF = re.compile(r"diffs/\d+\.\d+\.\d+\.jsonl", re.ASCII)
_MOST = 256 << 20  # bytes of a text


def is_release_file(name: str) -> bool:
    """Return whether any release has a file of this name: nothing else is published, downloaded or left unnamed."""
    return name in _PARQUET or name in _TEXTS or name in _LINES or _DIFF.fullmatch(name) is not None


def loading_warning(release: Path) -> str | None:
    """Return a warning if ``datasets`` takes the path of a release for a pattern or a chain of addresses."""
    path = str(release.resolve())
    odd = next((mark for mark in ("[", "*", "?", "::") if mark in path), None)
    if odd is None:
        return None
    return f"{release}: load_dataset may not find it here, because its path holds {odd!r}: move it to a folder without"


def structure_problems(release: Path, manifest: Manifest, *, strict: bool = True, texts: bool = True) -> list[str]:
    """Return everything that keeps the values of a release from being used, one line each; hashes are not looked at.

    Args:
        release: its folder.
        manifest: read by ``read_manifest`` or ``read_head``.
        strict: False where two releases are compared, of which one may be of another version.
        texts: also look at card, datasheet and the other files that hold no data.
    """
    problems = [
        f"{printable(name)[:200]}: no release has such a file: delete it, and datasets cannot pick it up"
        for name in sorted({*listing(release), *manifest.files})
        if not is_release_file(name)
    ]
    rows = {name: manifest.configs[name].rows for name in CONFIGS}
    columns = list(column_problems(release, rows, strict=strict))
    problems += columns
    if not texts:
        lines = (_line_problem(release, name) for name in (LEDGER, REUSE, TOMBSTONES))
        return [*problems, *filter(None, lines)]
    if not columns:
        problems += card_problems(release, manifest, read_features(release), strict=strict)
    elif problem := _text_problem(release, CARD):
        problems.append(problem)
    for name in filter(is_release_file, listing(release)):
        if name not in _PARQUET and name != CARD:
            problem = _line_problem(release, name) if name.endswith(".jsonl") else _text_problem(release, name)
            problems += [problem] if problem else []
    return problems


def listed_links(release: Path) -> list[Link]:
    """Read which articles share text, as the release gives it.

    Raises:
        CorpusError: a line is broken; names file, line and field.
    """
    return [
        Link(line.a, line.b, line.shared_sentences, line.sentence_share, line.gram_containment)
        for _, line in read_records(release / REUSE, SharedText)
    ]


def _line_problem(release: Path, name: str) -> str | None:
    path = release / name
    try:
        if _DIFF.fullmatch(name):
            with named(path, CorpusError, "replace it by a regular file"), open_regular(path, inside=release):
                return None
        # As a regular file inside the release first: the readers open it by its name.
        for _ in read_jsonl(path, inside=release):
            pass
        if name == LEDGER:
            read_ledger(path)
        elif name == REUSE:
            listed_links(release)
        elif name == TOMBSTONES:
            read_tombstones(path)
    except CorpusError as error:
        return error.lines[0].removeprefix(f"{release}/")
    return None


def _text_problem(release: Path, name: str) -> str | None:
    try:
        data = read_regular(release / name, limit=_MOST, inside=release)
        if name.endswith(".json"):
            parse_json(data)
        data.decode("utf-8")
    except FileNotFoundError:
        return f"{name}: missing"
    except OSError as error:
        return f"{name}: cannot be read ({error.strerror})"
    except UnicodeDecodeError as error:
        return f"{name}: not UTF-8 (byte {error.start})"
    except UnusableError as error:
        return f"{name}: {error}"
    return None
