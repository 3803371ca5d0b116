"""Reading and writing the small files: JSON lines, TOML, and whole-file replacement that survives a crash."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dataset.errors import CorpusError


def sha256_bytes(data: bytes) -> str:
    """Hexadecimal SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Hexadecimal SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def dump_line(row: Mapping[str, Any]) -> str:
    """One canonical JSON line: the same row always gives the same bytes."""
    return json.dumps(row, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def read_jsonl(path: Path, bad: Callable[[int, str], None] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number from 1, object)``; a missing file is an empty one.

    Args:
        path: the file.
        bad: told the number of a line that is no JSON object, and why; reading goes on. Without it such a line ends the reading.

    Raises:
        CorpusError: a line is no JSON object; names file and line.
    """
    if not path.exists():
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = _json_object(line)
            except ValueError as error:
                if bad is None:
                    raise CorpusError(f"{path}:{number}: {error}: mend or remove it") from None
                bad(number, str(error))
                continue
            yield number, row


def _json_object(line: bytes) -> dict[str, Any]:
    try:
        # As text: of bytes json guesses the encoding, and of UTF-16 cut at line ends it makes other characters.
        row = json.loads(line.decode("utf-8-sig"))
        if b"\\u" in line:
            # An escaped half of a surrogate pair is JSON, but no text that could ever be written again.
            json.dumps(row, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not a line of JSON ({error})") from None
    if not isinstance(row, dict):
        raise ValueError(f"a JSON object is expected, this is a {type(row).__name__}")  # noqa: TRY004
    return row


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file.

    Raises:
        CorpusError: the file is missing, unreadable or no TOML.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise CorpusError(f"{path}: missing") from None
    except OSError as error:
        raise CorpusError(f"{path}: cannot be read ({error.strerror})") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise CorpusError(f"{path}: not valid TOML: {error}") from None


def write_atomic(path: Path, content: str | bytes) -> None:
    """Replace a file as a whole: a crash leaves the old one or the new one, never half of either."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.write(content.encode("utf-8") if isinstance(content, str) else content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def keep_lines(path: Path, keep: Callable[[bytes], bool]) -> None:
    """Replace a file by those of its lines that are kept, byte for byte; it is never held in memory as a whole."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with path.open("rb") as old, temporary.open("wb") as new:
            new.writelines(line for line in old if keep(line))
            new.flush()
            os.fsync(new.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_jsonl(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Replace a file by these rows, one JSON object a line."""
    write_atomic(path, "".join(dump_line(row) for row in rows))
