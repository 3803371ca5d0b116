"""A corpus folder under ``seeds/``: its settings, its articles, its ledger. Nothing here reads an article's text."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from dataset.citation import FIELDS as CITATION_FIELDS
from dataset.citation import Citation, read_citation
from dataset.errors import CorpusError
from dataset.files import dump_line, read_jsonl, read_records, read_toml, write_atomic, write_jsonl
from dataset.listing import LANGUAGE, MANIFEST, Source, check_id, read_listing, with_files
from dataset.readers.folder import inside
from dataset.records.fields import is_line, is_text, unknown_field
from dataset.records.rejected import Rejected, by_place
from dataset.scheme import Scheme, read_scheme
from dataset.splits import QUARANTINE, SPLITS, Entry
from dataset.takedown.tombstones import HASHED, Tombstone, hashed, read_tombstones
from dataset.withheld import read_withheld

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_VERSION = re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)")
_FIELDS = {
    "name",
    "version",
    "language",
    "license",
    "labels_license",
    "rights_holder",
    "text",
    "splits",
    "withhold",
    "annotation",
    "description",
    "synthetic",
}
_FIELDS |= CITATION_FIELDS
AGGREGATIONS = ("majority", "dawid_skene", "mace")


@dataclass(frozen=True)
class Corpus:
    """The settings of a corpus, its scheme, and its articles in order of their ids."""

    path: Path
    name: str
    version: str
    language: str
    license: str
    external: bool
    synthetic: str | None
    description: str
    ratios: dict[str, float]
    annotation: dict[str, Any]
    citation: Citation
    scheme: Scheme
    sources: tuple[Source, ...]
    rejected: tuple[Rejected, ...]
    ledger: dict[str, Entry]
    tombstones: dict[str, Tombstone]
    labels_license: str | None = None  # of labels and offsets, where that is not the texts'
    listed: int = 0  # lines of the manifest
    hashes: frozenset[str] = frozenset()  # of the texts that lines of the manifest state
    withheld: frozenset[str] = frozenset()  # articles that stay out of releases for now
    shut: tuple[Source, ...] = ()  # texts that are there and whose line of the manifest is rejected

    @property
    def down(self) -> frozenset[str]:
        """Articles that were taken down."""
        return frozenset(self.tombstones)

    @property
    def held(self) -> set[str]:
        """Articles that were released and must be there."""
        return {id_ for id_ in self.ledger if not id_.startswith(HASHED)} - self.down


def read_corpus(path: Path, texts: Path | None = None) -> Corpus:
    """Read a corpus folder.

    Args:
        path: ``seeds/CORPUS``.
        texts: for a corpus with ``text = "external"``, the folder that holds the texts; without it their paths are those of
            ``articles/``, and whoever needs the text finds it missing.

    Raises:
        CorpusError: a file is missing or broken; names the file and the field.
    """
    if not path.is_dir():
        raise CorpusError(f"{path}: no such corpus folder; standpunkt new {path} --from PATH makes one")
    _check_files(path)
    settings = path / "corpus.toml"
    data = read_toml(settings)
    _check_settings(settings, data)
    external = data.get("text", "included") == "external"
    if texts is not None and not texts.is_dir():
        raise CorpusError(f"{texts}: no such folder of texts")
    defaults = {key: data.get(key) for key in ("language", "license", "rights_holder")}
    listing = read_listing(path / MANIFEST, defaults, texts or path / "articles")
    if external and not listing.lines:
        raise CorpusError(f'{path / MANIFEST}: missing or empty, but text = "external" needs it')
    ledger = read_ledger(path / "ledger.jsonl")
    sources, rejected = dict(listing.sources), listing.rejected
    if not external:
        gone = read_tombstones(path / "tombstones.jsonl")
        sources, rejected = with_files(path / "articles", listing, defaults, gone)
    down = _tombstones(path / "tombstones.jsonl", {*listing.sources, *sources, *ledger})
    named = {*listing.sources, *sources, *ledger, *down, *(one.id for one in rejected)}
    withheld = read_withheld(settings, data, named)
    rejected += _unlisted(sources, {*ledger} - {*down})
    rejected = [one for one in rejected if one.id not in down]
    for id_ in sorted(set(down) & set(sources)):
        what = f"its line in {path / 'manifest.jsonl'}" if external else "the file"
        reason = f"taken down (tombstones.jsonl): it cannot come back; remove {what}"
        rejected.append(Rejected("article", id_, sources.pop(id_).file, None, reason))
    return Corpus(
        path=path,
        name=data["name"],
        version=data["version"],
        language=data["language"],
        license=data["license"],
        external=external,
        synthetic=data.get("synthetic"),
        description=data.get("description", ""),
        ratios={name: float(data["splits"].get(name, 0)) for name in SPLITS},
        annotation=data.get("annotation", {}),
        citation=read_citation(settings, data),
        scheme=read_scheme(path / "scheme.toml"),
        sources=tuple(sorted(sources.values(), key=lambda source: source.id)),
        rejected=tuple(sorted(rejected, key=by_place)),
        ledger=ledger,
        tombstones=down,
        labels_license=data.get("labels_license"),
        listed=listing.lines,
        hashes=frozenset(listing.hashes),
        withheld=withheld,
        shut=tuple(listing.shut),
    )


def _unlisted(sources: dict[str, Source], held: set[str]) -> list[Rejected]:
    """Remove released articles that lost their manifest line, and with it perhaps a licence of their own."""
    reason = f"released before (ledger.jsonl), but {MANIFEST} has no line for it: restore its line"
    lost = [source for source in sources.values() if source.line is None and source.id in held]
    return [Rejected("article", sources.pop(one.id).id, f"articles/{one.file}", None, reason) for one in lost]


# What a corpus folder holds besides folders of any name.
_FILES = (
    *("corpus.toml", "scheme.toml", "datasheet.toml", MANIFEST, "ledger.jsonl", "tombstones.jsonl", "gold.jsonl"),
    *("agreement.json", "probes.json", "rejected.jsonl", "structure.jsonl", "reuse.jsonl", "corrections.jsonl"),
)


def _check_files(path: Path) -> None:
    """Refuse links that leave the corpus folder, and what is no regular file: nothing of either is read.

    Raises:
        CorpusError: names the first one.
    """
    labels = sorted((path / "labels").glob("*.jsonl")) if inside(path / "labels", path) else []
    for one in (path / "articles", path / "labels", *(path / name for name in _FILES), *labels):
        if not os.path.lexists(one):
            continue
        if not inside(one, path):
            raise CorpusError(f"{one}: symbolic link to a place outside {path}: copy what it points to")
        expected = stat.S_ISDIR if one.name in ("articles", "labels") else stat.S_ISREG
        if one.exists() and not expected(one.stat().st_mode):
            raise CorpusError(f"{one}: not a regular {'folder' if expected is stat.S_ISDIR else 'file'}: replace it")
        if not one.exists():
            raise CorpusError(f"{one}: symbolic link to nothing: restore the file")


def _tombstones(path: Path, known: set[str]) -> dict[str, Tombstone]:
    """The tombstones of a corpus; one that is gone would let its article come back."""
    down = read_tombstones(path, known)
    lost = {id_ for id_ in known if id_.startswith(HASHED)} - {hashed(id_) for id_ in down}
    if lost:
        raise CorpusError(
            f"{path}: {len(lost)} articles of ledger.jsonl were taken down and have no tombstone here; restore the file"
        )
    return down


_LEDGER = ("article_id", "split", "cluster_id", "since_version")


def read_ledger(path: Path) -> dict[str, Entry]:
    """Read a ledger; entry by article id.

    Raises:
        CorpusError: a line is broken or an article stands twice.
    """
    ledger: dict[str, Entry] = {}
    for number, row in read_jsonl(path):
        try:
            entry = Entry(**row)
        except TypeError:
            problem = unknown_field(row, _LEDGER) or f"{', '.join(_LEDGER)} are expected"
            raise CorpusError(f"{path}:{number}: {problem}") from None
        for field, good, what in (
            ("article_id", isinstance(entry.article_id, str), "an article's id"),
            ("split", entry.split in (*SPLITS, QUARANTINE), f"one of {', '.join(SPLITS)}, {QUARANTINE}"),
            ("cluster_id", isinstance(entry.cluster_id, str), "a text"),
            ("since_version", _is_version(entry.since_version), 'a version such as "1.0.0"'),
        ):
            if not good:
                raise CorpusError(f"{path}:{number}: {field}: {what} is expected")
        if entry.article_id in ledger:
            raise CorpusError(
                f"{path}:{number}: article {entry.article_id} stands twice; the ledger is append-only: restore it"
            )
        ledger[entry.article_id] = entry
    return ledger


def _check_settings(path: Path, data: dict[str, Any]) -> None:
    def need(key: str, good: bool, what: str) -> None:
        if not good:
            raise CorpusError(f"{path}: {key}: {what} is expected, not {data.get(key)!r}")

    if unknown := unknown_field(data, _FIELDS):
        raise CorpusError(f"{path}: {unknown}")
    for key in ("name", "version", "language", "license", *(["labels_license"] if "labels_license" in data else [])):
        need(key, is_line(data.get(key)), "a text of one line without blanks around it")
    need("name", bool(_NAME.fullmatch(data["name"])), "lower-case letters, digits, . _ and -")
    need("version", bool(_VERSION.fullmatch(data["version"])), 'a version such as "1.0.0"')
    need("language", bool(LANGUAGE.fullmatch(data["language"])), 'a code such as "de" or "de-AT"')
    need("text", data.get("text", "included") in ("included", "external"), '"included" or "external"')
    splits = data.get("splits")
    numbers = isinstance(splits, dict) and all(
        type(share) in (int, float) and 0 <= share <= 1 for share in splits.values()
    )
    need(
        "splits",
        isinstance(splits, dict) and numbers and set(splits) <= set(SPLITS) and abs(sum(splits.values()) - 1) < 1e-6,
        "{train = 0.7, validation = 0.15, test = 0.15}, summing to 1,",
    )
    need("description", isinstance(data.get("description", ""), str), "a text")
    for key in ("synthetic", "rights_holder"):
        need(key, is_text(data.get(key, "x")), "a text")
    annotation = data.get("annotation", {})
    need("annotation", isinstance(annotation, dict), "a table")
    overlap, share = annotation.get("overlap", 1), annotation.get("repeat_share", 0)
    fields = (
        ("overlap", type(overlap) is int and overlap >= 1, "a whole number of annotators"),
        ("repeat_share", type(share) in (int, float) and 0 <= share <= 1, "a share between 0 and 1"),
        ("aggregation", annotation.get("aggregation", "majority") in AGGREGATIONS, f"one of {', '.join(AGGREGATIONS)}"),
        ("guidelines_version", _is_version(annotation.get("guidelines_version", "1.0.0")), 'a string such as "1.0.0"'),
    )
    if unknown := unknown_field(annotation, [key for key, *_ in fields]):
        raise CorpusError(f"{path}: annotation: {unknown}")
    for key, good, what in fields:
        if not good:
            raise CorpusError(f"{path}: annotation.{key}: {what} is expected, not {annotation[key]!r}")


def _is_version(value: object) -> bool:
    return isinstance(value, str) and _VERSION.fullmatch(value) is not None


STUDIO = "Label Studio"  # the file of what was set aside on a server


def list_rejected(path: Path, rejected: Collection[Rejected], *, studio: str | None = None) -> Path:
    """Bring ``rejected.jsonl`` of a corpus up to date: what this run set aside, and the files that never came into the corpus.

    Args:
        path: the corpus folder.
        rejected: what this run set aside.
        studio: what this run looked at on the server ("label", "task"); else what was set aside there stays on the list.

    Returns:
        The list's path; there is no file where nothing is on it.
    """
    file = path / "rejected.jsonl"
    # What a server has that is doubtful only a look at the server can settle: it stays until the next one.
    listed = [one for _, one in read_records(file, Rejected, lambda *_: None)]
    kept = [one for one in listed if one.kind == "file" or (one.file == STUDIO and one.kind != studio)]
    if kept or rejected:
        write_jsonl(file, [*kept, *rejected])
    else:
        file.unlink(missing_ok=True)
    return file


def record_texts(path: Path, found: Mapping[str, Mapping[str, Any]]) -> None:
    """Record the hash of every released text in ``manifest.jsonl``, so that a later change of it is noticed.

    Args:
        path: the corpus folder.
        found: by article id, ``id, file, text_sha256, length``; lines that have a hash stay as they are.
    """
    file = path / MANIFEST
    lines = BytesIO(file.read_bytes()).readlines() if file.exists() else []
    rows = {number: row for number, row in read_jsonl(file, lambda *_: None) if isinstance(row.get("id"), str)}
    changed = {
        number: {**row, **{key: found[row["id"]][key] for key in ("text_sha256", "length")}}
        for number, row in rows.items()
        if row["id"] in found and row.get("text_sha256") is None
    }
    new = sorted(set(found) - {row["id"] for row in rows.values()})
    if new or changed:
        for number, row in changed.items():
            lines[number - 1] = dump_line(row).encode()
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        write_atomic(file, b"".join([*lines, *(dump_line(found[id_]).encode() for id_ in new)]))


__all__ = [
    "AGGREGATIONS",
    "STUDIO",
    "Corpus",
    "Source",
    "check_id",
    "list_rejected",
    "read_corpus",
    "read_ledger",
    "record_texts",
]
