"""Match a reader's own files with the articles that they are copies of: by the hash of their canonical text, else by their letters.

The files are the reader's own, and may be anything: a file that is not text, or is outside the folder, is named and skipped.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from dataset.errors import ReleaseError, printable
from dataset.readers.text import UnreadableError, read_text
from dataset.runner import run
from dataset.standoff.anchoring import Aligned, align
from dataset.standoff.anchors import Anchors
from dataset.standoff.letters import Lettered
from dataset.text import canonical

EXACT, REANCHORED, MISSING = "exact", "re-anchored", "missing"
STATUSES = (EXACT, REANCHORED, MISSING)

# So many files that share most pairs of sentence lengths with an article are looked at closely.
_CANDIDATES = 8
# Less than this share of an article's letters is a reprint of some of it, not a copy of it.
_MIN_SHARE = 0.5
# So many files of one kind are named; the others are counted.
_MOST_NAMED = 50
_NO_TEXT, _NOT_NEEDED = "no text of an article", "not needed"


@dataclass(frozen=True)
class Copy:
    """A file of the reader's, with what the manifest of a release says of an article's text."""

    path: Path
    file: str  # below the folder
    text: str
    text_sha256: str
    bytes_sha256: str
    encoding: str
    normalised: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """An article and the copy it was found in; without an alignment the copy is the article itself."""

    copy: Copy
    aligned: Aligned | None = None

    @property
    def status(self) -> str:
        """Status of the article."""
        return EXACT if self.aligned is None else REANCHORED


@dataclass
class Matched:
    """Copies found in a folder, and remarks about its other files."""

    folder: Path
    found: dict[str, Found] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # lines, by kind
    spoken_of: set[Path] = field(default_factory=set)  # files that a line names

    def remark(self, path: Path, kind: str, said: str) -> None:
        """Add a remark about a file."""
        self.said[kind].append(f"{_named(path, self.folder)}: {said}")
        self.spoken_of.add(path)

    @property
    def remarks(self) -> list[str]:
        """The first lines of each kind, and how many there are besides."""
        remarks = []
        for kind, lines in self.said.items():
            remarks += lines[:_MOST_NAMED]
            if len(lines) > _MOST_NAMED:
                remarks.append(f"{self.folder}: {len(lines) - _MOST_NAMED:,} more files that are {kind}")
        return remarks


def match_copies(
    folder: Path,
    hashes: Mapping[str, str],
    anchors: Mapping[str, Anchors],
    *,
    workers: int | None,
    track: Callable[[Iterable[Any], str, int], Iterable[Any]],
) -> Matched:
    """Find the articles among the files of a folder, whatever their names.

    Args:
        folder: searched with all folders below it; what is hidden is passed over.
        hashes: SHA-256 of the canonical text, by article id.
        anchors: by article id.
        workers: processes; the result does not depend on it.
        track: wraps an iterable to show progress.
    """
    matched = Matched(folder)
    paths, unusable = _files(folder)
    by_hash: dict[str, list[Path]] = defaultdict(list)
    for path, hash_, reason in track(run(_hash, paths, workers), "reading copies", len(paths)):
        if reason:
            unusable.append((path, reason))
        else:
            by_hash[hash_].append(path)
    for path, reason in sorted(unusable):
        matched.remark(path, _NO_TEXT, f"{_NO_TEXT}: {reason}")
    for id_, hash_ in sorted(hashes.items()):
        if hash_ in by_hash:
            matched.found[id_] = Found(_read(by_hash[hash_][0], folder))
    for hash_ in sorted(set(by_hash) & set(hashes.values())):
        first, *more = by_hash[hash_]
        for other in more:
            matched.remark(other, _NOT_NEEDED, f"the same text as {_named(first, folder)}, not needed")
    unknown = [paths_ for hash_, paths_ in by_hash.items() if hash_ not in set(hashes.values())]
    left = sorted(paths_[0] for paths_ in unknown)
    missing = {id_: anchors[id_] for id_ in sorted(set(hashes) - set(matched.found))}
    if missing and left:
        measured = list(track(run(_measure, left, workers), "measuring copies", len(left)))
        _align(matched, missing, dict(zip(left, measured, strict=True)), folder, track)
    taken = {found.copy.path: id_ for id_, found in matched.found.items()}
    for first, *more in (paths_ for paths_ in unknown if paths_[0] in taken):
        for other in more:
            matched.remark(other, _NOT_NEEDED, f"the same text as {_named(first, folder)}, not needed")
    for path in sorted(path for paths_ in unknown for path in paths_):
        if path not in taken and path not in matched.spoken_of:
            matched.remark(path, "copies of no article", "a copy of no article")
    return matched


def _files(folder: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """All files below a folder but hidden ones, in order; and what cannot be used, each with the reason."""
    files: list[Path] = []
    unusable: list[tuple[Path, str]] = []
    root = folder.resolve()

    def failed(error: OSError) -> None:
        unusable.append((Path(str(error.filename)), f"a folder that cannot be read ({error.strerror})"))

    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(parent) / name).is_symlink()]
        unusable += [(Path(parent) / name, "a symbolic link to a folder, not followed") for name in links]
        for path in (Path(parent) / name for name in names if not name.startswith(".")):
            if path.is_symlink() and not _resolved(path).is_relative_to(root):
                unusable.append((path, f"a symbolic link to a file outside {folder}"))
            else:
                files.append(path)
    return sorted(files), unusable


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # links in a circle: reading it fails with the reason
        return path


def _align(
    matched: Matched,
    missing: Mapping[str, Anchors],
    measured: Mapping[Path, tuple[str, list[int]]],
    folder: Path,
    track: Callable[[Iterable[Any], str, int], Iterable[Any]],
) -> None:
    """Find articles in copies that are not the same text."""
    index: dict[tuple[int, int], set[Path]] = defaultdict(set)
    same: dict[str, list[Path]] = defaultdict(list)
    for path, (letters_sha256, units) in measured.items():
        same[letters_sha256].append(path)
        for pair in _pairs(units):
            index[pair].add(path)
    whole: dict[str, list[Found]] = {}
    some: list[tuple[int, str, Found]] = []
    for id_, anchors in track(missing.items(), "aligning copies", len(missing)):
        shared = Counter(path for pair in set(_pairs(anchors.units)) for path in index.get(pair, ()))
        near = sorted(shared, key=lambda path: (-shared[path], path))[:_CANDIDATES]
        for path in dict.fromkeys([*same.get(anchors.letters_sha256, ()), *near]):
            copy = _read(path, folder)
            aligned = align(anchors, Lettered(copy.text))
            if aligned is None:
                continue
            if aligned.whole:
                whole.setdefault(id_, []).append(Found(copy, aligned))
            else:
                some.append((aligned.letters, id_, Found(copy, aligned)))
    _take_whole(matched, whole)
    _take_some(matched, whole, some, missing)


def _take_whole(matched: Matched, whole: Mapping[str, Sequence[Found]]) -> None:
    """A copy that holds two articles is neither; of two copies of an article one is enough."""
    holders: dict[Path, list[str]] = defaultdict(list)
    for id_, founds in whole.items():
        for found in founds:
            holders[found.copy.path].append(id_)
    for path, ids in sorted(holders.items()):
        if len(ids) > 1:
            matched.remark(path, "several articles", f"holds {' and '.join(ids)}: split it into its articles")
    for id_, founds in whole.items():
        alone = [found for found in founds if len(holders[found.copy.path]) == 1]
        if alone:
            matched.found[id_] = alone[0]
            for other in alone[1:]:
                matched.remark(other.copy.path, _NOT_NEEDED, f"{id_} as {alone[0].copy.file}, not needed")


def _take_some(
    matched: Matched,
    whole: Mapping[str, Sequence[Found]],
    some: Iterable[tuple[int, str, Found]],
    missing: Mapping[str, Anchors],
) -> None:
    """Copies that hold only some of an article's sentences: those with most of them first, each for one article."""
    used = {found.copy.path: id_ for id_, founds in whole.items() for found in founds}
    for letters, id_, found in sorted(some, key=lambda one: (-one[0], one[1], one[2].copy.file)):
        path, share = found.copy.path, letters / sum(missing[id_].units)
        if share < _MIN_SHARE:
            if path not in used and id_ not in matched.found:
                matched.remark(path, "no copies", f"holds {share:.0%} of {id_}: less than half of it is no copy")
        elif id_ in matched.found and path not in used:
            matched.remark(path, _NOT_NEEDED, f"{id_} as {matched.found[id_].copy.file}, not needed")
        elif path in used:
            if id_ not in matched.found and id_ not in whole:
                matched.remark(path, "taken for others", f"taken for {used[path]}, not for {id_}")
        elif id_ not in whole:
            matched.found[id_] = found
            used[path] = id_


def _hash(path: Path) -> tuple[Path, str, str | None]:
    """The hash of a file's canonical text, or why it has none."""
    try:
        return path, canonical(read_text(path).text).sha256, None
    except UnreadableError as error:
        return path, "", str(error)


def _measure(path: Path) -> tuple[str, list[int]]:
    """The hash of a file's letters, and how many its sentences have."""
    lettered = Lettered(_read(path, path.parent).text)
    return lettered.sha256, lettered.units


def _read(path: Path, folder: Path) -> Copy:
    try:
        decoded = read_text(path)
    except UnreadableError as error:
        raise ReleaseError(f"{_named(path, folder)}: changed while it was read: {error}; nothing is written") from None
    clean = canonical(decoded.text)
    return Copy(
        path,
        _named(path, folder),
        clean.text,
        clean.sha256,
        decoded.bytes_sha256,
        decoded.encoding,
        clean.normalised,
    )


def _pairs(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    return pairwise(lengths)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _named(path: Path, folder: Path) -> str:
    return printable(path.relative_to(folder).as_posix())
