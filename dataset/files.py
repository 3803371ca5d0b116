"""Reading and writing the small files: JSON lines, TOML, and whole-file replacement that survives a crash."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from dataset.errors import CorpusError
from dataset.records.loader import UnusableError, load_toml, named, parse_line, read_lines
from dataset.records.record import Record, convert, plain

R = TypeVar("R", bound=Record)
A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")
ADVICE = "fix or delete this line"


def sha256_bytes(data: bytes) -> str:
    """Hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return sha256_stream(stream)


def sha256_stream(stream: BinaryIO) -> str:
    """Hexadecimal SHA-256 of the rest of an open file, read in pieces."""
    total = hashlib.sha256()
    while piece := stream.read(1 << 20):
        total.update(piece)
    return total.hexdigest()


def dump_line(row: Mapping[str, Any] | Record) -> str:
    """Return a row or record as one canonical JSON line: the same row always gives the same bytes."""
    row = plain(row) if isinstance(row, Record) else row
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def read_jsonl(
    path: Path, bad: Callable[[int, str], None] | None = None, *, inside: Path | None = None, advice: str = ADVICE
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number from 1, object)``; a missing file is an empty one.

    Args:
        path: the file.
        bad: told the number of a line that is no JSON object, and why; reading goes on. Without it such a line ends the reading.
        inside: the folder that the file must be in after symbolic links are resolved.
        advice: for the message about such a line: what to do.

    Raises:
        CorpusError: a line is no JSON object; names file and line.
    """
    if not path.exists() and not path.is_symlink():
        return
    with named(path, CorpusError, "replace it by a regular file"):
        yield from _usable(path, read_lines(path, inside=inside), parse_line, bad, advice)


def read_records(
    path: Path,
    type_: type[R],
    bad: Callable[[int, str], None] | None = None,
    *,
    inside: Path | None = None,
    advice: str = ADVICE,
) -> Iterator[tuple[int, R]]:
    """Yield ``(line number from 1, record)``; arguments and errors as for ``read_jsonl``.

    Raises:
        CorpusError: a line cannot be used, and ``bad`` is not given; names file, line and field.
    """
    rows = read_jsonl(path, bad, inside=inside, advice=advice)
    yield from _usable(path, rows, lambda row: convert(row, type_), bad, advice)


def _usable(
    path: Path,
    items: Iterable[tuple[int, A]],
    use: Callable[[A], B],
    bad: Callable[[int, str], None] | None,
    advice: str,
) -> Iterator[tuple[int, B]]:
    """Yield what ``use`` makes of each item; one that cannot be used goes to ``bad``, or ends the reading."""
    for number, item in items:
        try:
            value = use(item)
        except UnusableError as error:
            if bad is None:
                raise CorpusError(f"{path}:{number}: {error}: {advice}") from None
            bad(number, str(error))
            continue
        yield number, value


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file.

    Raises:
        CorpusError: the file is missing, unreadable or not valid TOML.
    """
    return load_toml(path)


def read_settings(path: Path, data: Mapping[str, Any], type_: type[T], error: type[CorpusError] = CorpusError) -> T:
    """Convert the content of a TOML file to its record, or to a table.

    Raises:
        CorpusError: of the class ``error``; names the file and the field.
    """
    try:
        return convert(data, type_)
    except UnusableError as problem:
        raise error(f"{path}: {problem}") from None


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of ``path`` when the block ends; a crash leaves the old file or the new one.

    Raises:
        OSError: cannot be written; names ``path``, also where the disk is full.
    """
    # A name that clear_leftovers (dataset/lock.py) knows; the lock shows that the file is in use.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            temporary.replace(path)
    except OSError as error:
        # One of a file that the block reads keeps its name.
        if error.filename in (None, str(temporary)):
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file into a folder that gets its name when it is whole.

    Raises:
        OSError: cannot be written; names ``path``, also where the disk is full.
    """
    try:
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    except OSError as error:
        error.filename = str(path)
        raise


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace a file as a whole: a crash leaves the old one or the new one, never half of either."""
    with replacing(path) as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)


def keep_lines(path: Path, keep: Callable[[bytes], bool]) -> None:
    """Replace a file by those of its lines that are kept, byte for byte; it is never held in memory as a whole."""
    with path.open("rb") as old, replacing(path) as new:
        new.writelines(line for line in old if keep(line))


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any] | Record]) -> None:
    """Replace a file by these rows, one JSON object per line."""
    write_atomic(path, "".join(dump_line(row) for row in rows))
