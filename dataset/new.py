"""A new corpus folder from text files: articles copied as they are, a manifest of their hashes, a scheme to edit."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.errors import CorpusError
from dataset.files import write_file, write_jsonl
from dataset.likeness import likeness_of
from dataset.listing import unsupported
from dataset.lock import find_leftovers, remove_leftover
from dataset.readers.folder import text_files
from dataset.readers.text import UnreadableError, read_text
from dataset.records.articles import ADDED, Article, check_id
from dataset.records.corpus import NAME
from dataset.records.rejected import Rejected, by_place
from dataset.records.tombstone import Tombstone
from dataset.release.questions import ANSWERS, answers_template
from dataset.takedown.tombstones import Graveyard, read_tombstones
from dataset.text import canonical

_SETTINGS = """\
name = "{name}"
version = "1.0.0"
language = "{language}"
license = "LicenseRef-unknown"           # an SPDX name; per article in manifest.jsonl where it differs
text = "included"
splits = {{train = 0.7, validation = 0.15, test = 0.15}}

[annotation]
overlap = 3                              # annotators per article
repeat_share = 0.1                       # blind repeats
aggregation = "majority"
"""

# The names of what _fill makes, up to their first dot.
_STEMS = {"articles", "labels", "corpus", "scheme", "datasheet", "CHANGELOG", "manifest", "rejected"}
_TEMPLATE = Path(__file__).parent / "scheme_template.toml"


@dataclass(frozen=True)
class Made:
    """What ``standpunkt new`` did."""

    articles: int
    rejected: list[Rejected]


def new_corpus(
    corpus: Path,
    sources: Iterable[Path],
    track: Callable[[Iterable[Any], str, int], Iterable[Any]] = lambda items, *_: items,
    *,
    language: str = "de",
) -> Made:
    """Make a corpus folder. What was taken down from a corpus beside it does not come in.

    Args:
        corpus: the folder to make; its name becomes the corpus's.
        sources: text files, and folders that are searched for ``*.txt``.
        track: wraps an iterable to show progress.
        language: of the articles, a code such as "de" or "de-AT".

    Returns:
        How many articles it has, and which files were set aside (also in ``rejected.jsonl``).

    Raises:
        CorpusError: the folder exists, a source does not, no file can be used, or the language is not supported.
    """
    name = corpus.resolve().name
    if not re.match(NAME, name):
        raise CorpusError(f"{corpus}: a corpus is named with lower-case letters, digits, . _ and -")
    if foreign := unsupported(language):
        raise CorpusError(f"{corpus}: {foreign}")
    if corpus.exists():
        raise CorpusError(f"{corpus}: exists already; put further .txt files into {corpus / 'articles'}")
    for source in sources:
        if not source.exists():
            raise CorpusError(f"{source}: no such file or folder")
    for half in half_made(corpus.parent):
        remove_leftover(half)
    temporary = corpus.with_name(f".{name}.{os.getpid()}.tmp")
    stones = _tombstones(corpus.parent)
    try:
        with _locked(temporary):
            made = _fill(temporary, sources, Graveyard(stones), track)
            write_file(temporary / "corpus.toml", _SETTINGS.format(name=name, language=language))
            write_file(temporary / "CHANGELOG.md", f"# {name}\n\n## 1.0.0\n- {made.articles} articles.\n")
            if not made.articles:
                raise CorpusError(f"{corpus}: none of the files is an article", *map(str, made.rejected))
            if _tombstones(corpus.parent) != stones:
                raise CorpusError(
                    f"{corpus}: an article was taken down from a corpus next to it meanwhile: repeat the command"
                )
            temporary.rename(corpus)
    except OSError as error:
        path = Path(error.filename or corpus)
        shown = corpus / path.relative_to(temporary) if path.is_relative_to(temporary) else path
        raise CorpusError(f"{shown}: cannot be written ({error.strerror}); no corpus is made") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return made


def half_made(folder: Path) -> list[Path]:
    """Return the temporary folders in a folder that killed calls of ``new`` left there; they hold articles."""
    found = []
    for path in find_leftovers(folder, deep=False):
        with suppress(OSError):  # a file, or a folder of another user
            found += [path] if {one.name.lstrip(".").split(".")[0] for one in path.iterdir()} <= _STEMS else []
    return found


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Make a temporary folder and lock it while it is in use; ``half_made`` leaves it alone then."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            break
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        (folder / "articles").mkdir(parents=True)
        yield
    finally:
        os.close(descriptor)


def _tombstones(folder: Path) -> list[Tombstone]:
    """The tombstones of all corpora in a folder."""
    return [stone for path in sorted(folder.glob("*/tombstones.jsonl")) for stone in read_tombstones(path).values()]


def _fill(folder: Path, sources: Iterable[Path], graves: Graveyard, track: Callable[..., Iterable[Any]]) -> Made:
    manifest: dict[str, Article] = {}
    files, rejected = _text_files(sources)
    for path, inside in track(files, "reading articles", len(files)):
        id_ = unicodedata.normalize("NFC", path.stem)
        problem = check_id(id_)
        if problem is None and id_ in manifest:
            problem = "duplicate id: another file of this name was taken; rename one of them"
        try:
            if problem:
                raise UnreadableError(problem)
            decoded = read_text(path, inside=inside)
            text = canonical(decoded.text)
            if graves and (reason := graves.why_not(text.sha256, likeness_of(text.text))):
                raise UnreadableError(reason)
        except UnreadableError as error:
            rejected.append(Rejected("file", id_, str(path), None, str(error)))
            continue
        write_file(folder / "articles" / f"{id_}.txt", path.read_bytes())
        manifest[id_] = Article(id_, f"{id_}.txt", decoded.bytes_sha256, text.sha256, len(text.text))
    (folder / "labels").mkdir()
    write_file(folder / "scheme.toml", _TEMPLATE.read_bytes())
    write_file(folder / ANSWERS, answers_template())
    write_jsonl(folder / "manifest.jsonl", (manifest[id_].row(*ADDED) for id_ in sorted(manifest)))
    rejected.sort(key=by_place)
    if rejected:
        write_jsonl(folder / "rejected.jsonl", rejected)
    return Made(len(manifest), rejected)


def _text_files(sources: Iterable[Path]) -> tuple[list[tuple[Path, Path | None]], list[Rejected]]:
    """List the files to read, each with the folder that it must be in, and the folders that are not searched."""
    files: list[tuple[Path, Path | None]] = []
    rejected = []
    for source in sources:
        if not source.is_dir():
            files.append((source, None))
            continue
        found, skipped = text_files(source)
        files += [(path, source) for path in found]
        rejected += [Rejected("file", path.name, str(path), None, reason) for path, reason in skipped]
    return files, rejected
