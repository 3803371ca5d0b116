"""``manifest.jsonl`` of a corpus: one line per article. A line with a slip withholds its article.

Whatever such a line leaves open is decided against release: a file that no readable line lists is released under the corpus's own
licence only if no other line can be about it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec.structs import asdict, replace

from dataset.files import read_jsonl
from dataset.readers.folder import text_files
from dataset.records.articles import Article, check_id, is_file_name
from dataset.records.corpus import CorpusSettings
from dataset.records.loader import UnusableError
from dataset.records.record import convert
from dataset.records.rejected import Rejected
from dataset.records.types import LANGUAGE

MANIFEST = "manifest.jsonl"


class Source(Article, frozen=True, kw_only=True):
    """An article of a corpus: where its text is, and what holds for it."""

    path: Path  # of its text
    license: str
    language: str
    agencies: tuple[str, ...] = ()
    line: int | None = None  # of manifest.jsonl; None if no line lists it
    root: Path | None = None  # the folder that the text must be in

    def __post_init__(self) -> None:
        """Check nothing: its line is checked, and a name of a file is what it is."""


@dataclass
class Listing:
    """Content of a manifest, and what its rejected lines leave open."""

    sources: dict[str, Source] = field(default_factory=dict)  # by id
    rejected: list[Rejected] = field(default_factory=list)
    named: set[str] = field(default_factory=set)  # ids and files that rejected lines name, folded
    files: dict[int, str] = field(default_factory=dict)  # by number, of rejected lines whose file is known
    unsure: list[int] = field(default_factory=list)  # lines that may be about any file
    hashes: set[str] = field(default_factory=set)  # of the texts that any line states
    shut: list[Source] = field(default_factory=list)  # files that are there and whose line is rejected
    lines: int = 0


def unsupported(language: str) -> str | None:
    """Return why articles in a language cannot be released; None if they can."""
    if re.match(LANGUAGE, language) and language.partition("-")[0] == "de":
        return None
    return f"language: {language[:40]!r} is not supported, only German is (de, de-AT, …)"


def read_listing(path: Path, settings: CorpusSettings, texts: Path) -> Listing:
    """Read a manifest.

    Args:
        path: the file.
        settings: of the corpus: language, licence and rights holder of articles that state none.
        texts: the folder that its files are in.
    """
    found = Listing()

    def bad(number: int, reason: str) -> None:
        found.rejected.append(Rejected("article", "", path.name, number, reason))
        found.unsure.append(number)

    rows = list(read_jsonl(path, bad))
    found.lines = len(rows) + len(found.unsure)
    ids = Counter(_text(row, "id") for _, row in rows)
    files = Counter(_text(row, "file") for _, row in rows)
    for number, row in rows:
        found.hashes.add(_text(row, "text_sha256"))
        try:
            article = convert(row, Article)
            if ids[_text(row, "id")] > 1:
                raise UnusableError("id: duplicate in the manifest: keep one line")
            if files[_text(row, "file")] > 1:
                raise UnusableError("file: another line has it, too: correct one of them")
            if article.language and (foreign := unsupported(article.language)):
                raise UnusableError(foreign)
        except UnusableError as problem:
            found.rejected.append(Rejected("article", _shown(row.get("id")), path.name, number, str(problem)))
            found.named |= _names(row)
            file = _text(row, "file")
            if is_file_name(file) and files[file] == 1:
                found.files[number] = file
            else:
                found.unsure.append(number)
        else:
            found.sources[article.id] = _source(article, settings, texts, number)
    found.hashes.discard("")
    return found


def _source(article: Article, settings: CorpusSettings, root: Path, line: int | None) -> Source:
    """Complete an article by its place, and by the terms of the corpus where it has none of its own."""
    place = {"path": root / article.file, "root": root, "line": line}
    own = {name: value for name, value in asdict(article).items() if value is not None}
    return Source(**{**_terms(settings), **own, **place})


def _terms(settings: CorpusSettings) -> dict[str, Any]:
    """Return what holds for articles that state nothing else."""
    return {name: getattr(settings, name) for name in ("language", "license", "rights_holder")}


def with_files(
    folder: Path, listing: Listing, settings: CorpusSettings, down: Collection[str] = ()
) -> tuple[dict[str, Source], list[Rejected]]:
    """Find the articles of a corpus that holds its texts: every text file, with its manifest line where it has one.

    Args:
        folder: ``articles/``.
        listing: the manifest.
        settings: of the corpus: language, licence and rights holder of an article that no line lists.
        down: articles that were taken down; their lines may be left without a file.
    """
    paths, skipped = text_files(folder)
    on_disk = {path.relative_to(folder).as_posix(): path for path in paths}
    there = {_nfc(file) for file in on_disk}
    of_file = {_nfc(source.file): source for source in listing.sources.values()}
    sources: dict[str, Source] = {}
    rejected = [*listing.rejected]
    rejected += [
        Rejected("article", path.name, f"articles/{_relative(path, folder)}", None, why) for path, why in skipped
    ]
    rest: list[tuple[str, Path]] = []
    for file, path in on_disk.items():
        known = of_file.get(_nfc(file))
        if known and known.id not in sources:
            sources[known.id] = replace(known, path=path, file=file)
        else:
            rest.append((file, path))
    rest = list(_moved(rest, listing, there, sources))
    missing = [source for source in listing.sources.values() if source.id not in sources]
    for source in missing:
        reason = f"no file of that name in {folder}; put it back, or remove its line from {MANIFEST}"
        rejected.append(Rejected("article", source.id, source.file, None, reason))
    lost = [number for number, file in listing.files.items() if file not in there]
    unsure = sorted([*listing.unsure, *lost, *(one.line or 0 for one in missing if one.id not in down)])
    told = {one.id for one in listing.rejected}
    for file, path in rest:
        id_ = _nfc(path.stem)
        why_not = _why_not_unlisted(file, id_, listing, sources, unsure)
        source = Source(id=id_, file=file, path=path, root=folder, **_terms(settings))
        if why_not is None:
            sources[id_] = source
        elif why_not == _ITS_LINE:
            listing.shut.append(source)
        if why_not is not None and not (why_not == _ITS_LINE and id_ in told):
            rejected.append(Rejected("article", id_, f"articles/{file}", None, why_not))
    return sources, rejected


_ITS_LINE = f"its line in {MANIFEST} is rejected: fix the line"


def _moved(
    rest: Iterable[tuple[str, Path]], listing: Listing, there: Collection[str], sources: dict[str, Source]
) -> Iterator[tuple[str, Path]]:
    """A text that moved into a subfolder is still the article of its id; yields the files that are not such."""
    rest = list(rest)
    stems = Counter(_nfc(path.stem) for _, path in rest)
    for file, path in rest:
        id_ = _nfc(path.stem)
        known = listing.sources.get(id_)
        if known and id_ not in sources and _nfc(known.file) not in there and stems[id_] == 1:
            sources[id_] = replace(known, path=path, file=file)
        else:
            yield file, path


def _why_not_unlisted(
    file: str, id_: str, listing: Listing, sources: Mapping[str, Source], unsure: Collection[int]
) -> str | None:
    problem = check_id(id_)
    if problem is not None:
        return problem
    if id_ in sources:
        return f"duplicate id: {sources[id_].file} has it too; rename one of them"
    if {_fold(file), _fold(id_)} & listing.named:
        return _ITS_LINE
    if unsure:
        lines = f"line {', '.join(map(str, sorted(unsure)[:5]))}{' …' if len(unsure) > 5 else ''}"
        return f"{MANIFEST} has no line for it, and {lines} may be about it: fix that, or add a line for this file"
    return None


def _text(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    return _nfc(value) if isinstance(value, str) else ""


def _names(row: Mapping[str, Any]) -> set[str]:
    """The names under which a line's article may be in the folder."""
    id_, file = _text(row, "id"), _text(row, "file")
    return {_fold(name) for name in (id_, file, PurePosixPath(file).stem, PurePosixPath(id_).stem)} - {""}


def _shown(id_: object) -> str:
    return id_ if isinstance(id_, str) else "" if id_ is None else str(id_)[:80]


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text.casefold())
