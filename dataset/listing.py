"""``manifest.jsonl`` of a corpus: one line per article. A line with a slip withholds its article.

Whatever such a line leaves open is decided against release: a file that no readable line lists is released under the corpus's own
licence only if no other line can be about it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from dataset.files import read_jsonl
from dataset.readers.folder import text_files
from dataset.records.fields import is_date, is_line, is_text, is_web_address, unknown_field
from dataset.records.rejected import Rejected
from dataset.takedown.tombstones import HASHED

MANIFEST = "manifest.jsonl"
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TEXTS = ("outlet", "published", "language", "license", "rights_holder", "url")
_NOTES = ("dateline", "genre", "rights", "notes")  # for people: no release has them
_FIELDS = frozenset({"id", "file", "bytes_sha256", "text_sha256", "length", "agencies", *_TEXTS, *_NOTES})


@dataclass(frozen=True)
class Source:
    """An article as the corpus lists it: where its text is, and what is known of it."""

    id: str
    path: Path
    file: str
    outlet: str | None
    published: str | None  # 2024, 2024-10, 2024-10-31, or a time with its zone (RFC 3339)
    language: str
    agencies: tuple[str, ...]
    license: str
    text_sha256: str | None  # of the canonical text, where recorded
    length: int | None  # code points of the canonical text, where recorded
    rights_holder: str | None = None
    url: str | None = None  # where it was published
    line: int | None = None  # of manifest.jsonl; None if no line lists it
    root: Path | None = None  # the folder that the text must be in


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


def check_id(id_: str) -> str | None:
    """Return why this cannot be an article id; None if it can."""
    if not id_ or len(id_) > 200:
        return "an id has 1 to 200 characters"
    if id_.startswith(HASHED):
        return f"an id does not begin with {HASHED}: rename the file"
    if any(char in "/\\#" or unicodedata.category(char)[0] == "C" for char in id_):
        return "an id holds no slash, # or control character: rename the file"
    return None


def unsupported(language: str) -> str | None:
    """Return why articles in a language cannot be released; None if they can."""
    if LANGUAGE.fullmatch(language) and language.partition("-")[0] == "de":
        return None
    return f"language: {language[:40]!r} is not supported, only German is (de, de-AT, …)"


def read_listing(path: Path, defaults: Mapping[str, Any], texts: Path) -> Listing:
    """Read a manifest.

    Args:
        path: the file.
        defaults: language, licence and rights holder of the corpus, for articles that state none.
        texts: the folder that its files are in.
    """
    found = Listing()
    rows: list[tuple[int, dict[str, Any]]] = []

    def bad(number: int, reason: str) -> None:
        found.rejected.append(Rejected("article", "", path.name, number, reason))
        found.unsure.append(number)

    rows = list(read_jsonl(path, bad))
    found.lines = len(rows) + len(found.unsure)
    ids = Counter(_text(row, "id") for _, row in rows)
    files = Counter(_text(row, "file") for _, row in rows)
    for number, row in rows:
        found.hashes.add(_text(row, "text_sha256"))
        problem = _problem(row)
        if problem is None and ids[_text(row, "id")] > 1:
            problem = "id: duplicate in the manifest: keep one line"
        if problem is None and files[_text(row, "file")] > 1:
            problem = "file: another line has it, too: correct one of them"
        language = row.get("language") or defaults["language"]
        if problem is None and row.get("language") and (foreign := unsupported(language)):
            problem = foreign
        if problem is None:
            found.sources[row["id"]] = _source(number, row, defaults, texts)
            continue
        found.rejected.append(Rejected("article", _shown(row.get("id")), path.name, number, problem))
        found.named |= _names(row)
        if _is_file(row.get("file")) and files[_text(row, "file")] == 1:
            found.files[number] = _text(row, "file")
        else:
            found.unsure.append(number)
    found.hashes.discard("")
    return found


def with_files(
    folder: Path, listing: Listing, defaults: Mapping[str, Any], down: Collection[str] = ()
) -> tuple[dict[str, Source], list[Rejected]]:
    """Find the articles of a corpus that holds its texts: every text file, with its manifest line where it has one.

    Args:
        folder: ``articles/``.
        listing: the manifest.
        defaults: language, licence and rights holder of an article that no line lists.
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
        source = Source(
            id_, path, file, None, None, agencies=(), text_sha256=None, length=None, root=folder, **defaults
        )
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


def _problem(row: Mapping[str, Any]) -> str | None:
    id_ = row.get("id")
    if not isinstance(id_, str) or check_id(id_):
        return f"id: {check_id(id_) if isinstance(id_, str) else 'a text is expected'}"
    if not _is_file(row.get("file")):
        return "file: a file name is expected"
    for key in (*_TEXTS, *_NOTES[:-1]):
        if row.get(key) is not None and not is_text(row[key]):
            return f"{key}: a text is expected, or null where it is unknown"
    for key, good, what in (
        ("license", is_line(row.get("license") or "x"), "a text of one line without blanks around it"),
        ("language", LANGUAGE.fullmatch(row.get("language") or "de"), 'a code such as "de" or "de-AT"'),
        ("published", is_date(row.get("published") or "2024"), "YYYY, YYYY-MM, YYYY-MM-DD or a time with its zone"),
        ("text_sha256", _SHA256.fullmatch(_digits(row, "text_sha256")), "64 hexadecimal digits"),
        ("bytes_sha256", _SHA256.fullmatch(_digits(row, "bytes_sha256")), "64 hexadecimal digits"),
        ("length", _is_length(row.get("length")), "a whole number of characters"),
        (
            "url",
            is_web_address(row.get("url") or "https://x"),
            "an address that begins with http:// or https://, without blanks or a user name,",
        ),
        ("agencies", _are_names(row.get("agencies")), "a list of texts"),
    ):
        if not good:
            return f"{key}: {what} is expected"
    unknown = unknown_field(row, _FIELDS)
    return unknown and f"{unknown} (own remarks go into notes)"


def _source(number: int, row: Mapping[str, Any], defaults: Mapping[str, Any], texts: Path) -> Source:
    return Source(
        id=row["id"],
        path=texts / row["file"],
        file=row["file"],
        outlet=row.get("outlet"),
        published=row.get("published"),
        language=row.get("language") or defaults["language"],
        agencies=tuple(row.get("agencies") or ()),
        license=row.get("license") or defaults["license"],
        rights_holder=row.get("rights_holder") or defaults["rights_holder"],
        text_sha256=row.get("text_sha256"),
        length=row.get("length"),
        url=row.get("url"),
        line=number,
        root=texts,
    )


def _is_file(value: object) -> bool:
    """Return whether a value names a file below a folder. (Texts in subfolders are found by listing, not by this name.)"""
    if not isinstance(value, str) or not value or "\\" in value or "\0" in value:
        return False
    return ".." not in Path(value).parts and not Path(value).is_absolute()


def _is_length(value: object) -> bool:
    return value is None or (type(value) is int and 0 <= value < 1 << 40)


def _are_names(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(map(is_text, value)))


def _digits(row: Mapping[str, Any], key: str) -> str:
    return "0" * 64 if row.get(key) is None else str(row[key])


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


__all__ = ["LANGUAGE", "MANIFEST", "Listing", "Source", "check_id", "read_listing", "unsupported", "with_files"]
