"""Which of a reader's own files are copies of which articles: by the hash of their canonical text, else by their letters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from dataset.errors import ReleaseError, printable
from dataset.readers.text import UnreadableError, read_text
from dataset.runner import run
from dataset.standoff.anchoring import Aligned, guess, prove
from dataset.standoff.letters import Anchors, Lettered
from dataset.text import canonical

EXACT, REANCHORED, DOUBTFUL, MISSING = "exact", "re-anchored", "doubtful", "missing"
STATUSES = (EXACT, REANCHORED, DOUBTFUL, MISSING)

# So many files that share most pairs of sentence lengths with an article are looked at closely.
_CANDIDATES = 8
# Less than this share of an article's letters is a reprint of some of it, not a copy of it.
_MIN_SHARE = 0.5


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
        """How sure it is."""
        if self.aligned is None:
            return EXACT
        return REANCHORED if self.aligned.proved else DOUBTFUL


@dataclass
class Matched:
    """What was found in a folder, and what there is to say about the rest of it."""

    found: dict[str, Found] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


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
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not _hidden(path.relative_to(folder))]
    matched = Matched()
    by_hash: dict[str, list[Path]] = defaultdict(list)
    for path, hash_, reason in track(run(_hash, paths, workers), "reading copies", len(paths)):
        if reason:
            matched.remarks.append(f"{_named(path, folder)}: no text of an article: {reason}")
        else:
            by_hash[hash_].append(path)
    for id_, hash_ in sorted(hashes.items()):
        if hash_ in by_hash:
            matched.found[id_] = Found(_read(by_hash[hash_][0], folder))
    for hash_ in sorted(set(by_hash) & set(hashes.values())):
        first, *more = (_named(path, folder) for path in by_hash[hash_])
        matched.remarks += [f"{other}: the same text as {first}, not needed" for other in more]
    left = sorted(paths_[0] for hash_, paths_ in by_hash.items() if hash_ not in set(hashes.values()))
    missing = {id_: anchors[id_] for id_ in sorted(set(hashes) - set(matched.found))}
    if missing and left:
        measured = list(track(run(_measure, left, workers), "measuring copies", len(left)))
        _align(matched, missing, dict(zip(left, measured, strict=True)), folder, track)
    unused = len(left) - len({found.copy.path for found in matched.found.values()} & set(left))
    if unused:
        matched.remarks.append(f"{folder}: {unused} more files, copies of no article that is missing")
    return matched


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
    proved: dict[str, list[Found]] = {}
    likely: list[tuple[int, str, Found]] = []
    for id_, anchors in track(missing.items(), "aligning copies", len(missing)):
        shared = Counter(path for pair in set(_pairs(anchors.units)) for path in index.get(pair, ()))
        near = sorted(shared, key=lambda path: (-shared[path], path))[:_CANDIDATES]
        for path in dict.fromkeys([*same.get(anchors.letters_sha256, ()), *near]):
            copy = _read(path, folder)
            lettered = Lettered(copy.text)
            if aligned := prove(anchors, lettered):
                proved.setdefault(id_, []).append(Found(copy, aligned))
            elif (aligned := guess(anchors, lettered)) and aligned.letters >= _MIN_SHARE * sum(anchors.units):
                likely.append((aligned.letters, id_, Found(copy, aligned)))
    _take_proved(matched, proved, folder)
    used = {found.copy.path: id_ for id_, founds in proved.items() for found in founds}
    for _, id_, found in sorted(likely, key=lambda one: (-one[0], one[1], one[2].copy.file)):
        if id_ in proved or id_ in matched.found:
            continue
        if found.copy.path in used:
            matched.remarks.append(f"{found.copy.file}: taken for {used[found.copy.path]}, not for {id_}")
        else:
            matched.found[id_] = found
            used[found.copy.path] = id_


def _take_proved(matched: Matched, proved: Mapping[str, Sequence[Found]], folder: Path) -> None:
    """A copy that holds two articles is neither; of two copies of an article one is enough."""
    holders: dict[Path, list[str]] = defaultdict(list)
    for id_, founds in proved.items():
        for found in founds:
            holders[found.copy.path].append(id_)
    for path, ids in sorted(holders.items()):
        if len(ids) > 1:
            matched.remarks.append(f"{_named(path, folder)}: holds {' and '.join(ids)}: split it into its articles")
    for id_, founds in proved.items():
        alone = [found for found in founds if len(holders[found.copy.path]) == 1]
        if alone:
            matched.found[id_] = alone[0]
            first, *more = (_named(found.copy.path, folder) for found in alone)
            matched.remarks += [f"{other}: {id_} as {first}, not needed" for other in more]


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
