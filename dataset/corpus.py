"""A corpus folder under ``seeds/``: its settings, its articles, its ledger. Nothing here reads an article's text."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from dataset.errors import CorpusError
from dataset.files import dump_line, read_jsonl, read_records, read_settings, read_toml, write_atomic, write_jsonl
from dataset.listing import MANIFEST, Source, read_listing, with_files
from dataset.readers.folder import inside
from dataset.records.articles import RECORDED, Article
from dataset.records.corpus import Citation, CorpusSettings
from dataset.records.ledger import HASHED, LedgerEntry
from dataset.records.rejected import Rejected, by_place
from dataset.records.tombstone import Tombstone
from dataset.scheme import Scheme, read_scheme
from dataset.takedown.tombstones import hashed, read_tombstones
from dataset.withheld import check_withheld


@dataclass(frozen=True)
class Corpus:
    """A corpus folder: its settings, its scheme, and its articles in order of their ids."""

    path: Path
    settings: CorpusSettings
    scheme: Scheme
    sources: tuple[Source, ...]
    rejected: tuple[Rejected, ...]
    ledger: dict[str, LedgerEntry]
    tombstones: dict[str, Tombstone]
    listed: int = 0  # lines of the manifest
    hashes: frozenset[str] = frozenset()  # of the texts that lines of the manifest state
    shut: tuple[Source, ...] = ()  # texts that are there and whose line of the manifest is rejected

    @property
    def name(self) -> str:
        """The name of the corpus and of its releases."""
        return self.settings.name

    @property
    def version(self) -> str:
        """The version of the next release."""
        return self.settings.version

    @property
    def language(self) -> str:
        """The language of articles that state none."""
        return self.settings.language

    @property
    def license(self) -> str:
        """The licence of articles that state none."""
        return self.settings.license

    @property
    def external(self) -> bool:
        """Whether the texts are in another folder."""
        return self.settings.text == "external"

    @property
    def citation(self) -> Citation:
        """How the corpus is cited."""
        return self.settings.citation

    @property
    def withheld(self) -> frozenset[str]:
        """Articles that stay out of releases for now."""
        return frozenset(self.settings.withhold)

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
    file = path / "corpus.toml"
    settings = read_settings(file, read_toml(file), CorpusSettings)
    external = settings.text == "external"
    if texts is not None and not texts.is_dir():
        raise CorpusError(f"{texts}: no such folder of texts")
    listing = read_listing(path / MANIFEST, settings, texts or path / "articles")
    if external and not listing.lines:
        raise CorpusError(f'{path / MANIFEST}: missing or empty, but text = "external" needs it')
    ledger = read_ledger(path / "ledger.jsonl")
    sources, rejected = dict(listing.sources), listing.rejected
    if not external:
        gone = read_tombstones(path / "tombstones.jsonl")
        sources, rejected = with_files(path / "articles", listing, settings, gone)
    down = _tombstones(path / "tombstones.jsonl", {*listing.sources, *sources, *ledger})
    check_withheld(file, settings.withhold, {*listing.sources, *sources, *ledger, *down, *(one.id for one in rejected)})
    rejected += _unlisted(sources, {*ledger} - {*down})
    rejected = [one for one in rejected if one.id not in down]
    for id_ in sorted(set(down) & set(sources)):
        what = f"its line in {path / 'manifest.jsonl'}" if external else "the file"
        reason = f"taken down (tombstones.jsonl): it cannot come back; remove {what}"
        rejected.append(Rejected("article", id_, sources.pop(id_).file, None, reason))
    return Corpus(
        path=path,
        settings=settings,
        scheme=read_scheme(path / "scheme.toml"),
        sources=tuple(sorted(sources.values(), key=lambda source: source.id)),
        rejected=tuple(sorted(rejected, key=by_place)),
        ledger=ledger,
        tombstones=down,
        listed=listing.lines,
        hashes=frozenset(listing.hashes),
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


def read_ledger(path: Path) -> dict[str, LedgerEntry]:
    """Read a ledger; entry by article id.

    Raises:
        CorpusError: a line cannot be used, or an article has two.
    """
    ledger: dict[str, LedgerEntry] = {}
    for number, entry in read_records(path, LedgerEntry, advice=_RESTORE):
        if ledger.setdefault(entry.article_id, entry) is not entry:
            raise CorpusError(f"{path}:{number}: article {entry.article_id} stands twice; {_RESTORE}")
    return ledger


_RESTORE = "the ledger is append-only: restore it"


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


def record_texts(path: Path, found: Mapping[str, Article]) -> None:
    """Record the hash of every released text in ``manifest.jsonl``, so that a later change of it is noticed.

    Args:
        path: the corpus folder.
        found: by article id; lines that have a hash stay as they are.
    """
    file = path / MANIFEST
    lines = BytesIO(file.read_bytes()).readlines() if file.exists() else []
    rows = {number: row for number, row in read_jsonl(file, lambda *_: None) if isinstance(row.get("id"), str)}
    changed = {
        number: {**row, **found[row["id"]].row("text_sha256", "length")}
        for number, row in rows.items()
        if row["id"] in found and row.get("text_sha256") is None
    }
    new = sorted(set(found) - {row["id"] for row in rows.values()})
    if new or changed:
        for number, row in changed.items():
            lines[number - 1] = dump_line(row).encode()
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        write_atomic(file, b"".join([*lines, *(dump_line(found[id_].row(*RECORDED)).encode() for id_ in new)]))
