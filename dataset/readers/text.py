"""Plain text files: find the encoding, refuse what is no article."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from dataset.files import sha256_bytes

# A long news article has 60,000 bytes; what is a thousand times longer is a dump of something else.
MAX_BYTES = 5_000_000

_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),  # the mark itself is canonical text's to drop and record
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What German newsrooms and archives have written in, most likely first.
_CANDIDATES = ["cp1252", "iso8859_15", "mac_roman", "cp850"]
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class UnreadableError(Exception):
    """This file is no article; the message says why, without any of its text."""


@dataclass(frozen=True)
class Decoded:
    """A file's text as written, with its encoding and the hash of its bytes."""

    text: str
    encoding: str
    bytes_sha256: str


def read_text(path: Path) -> Decoded:
    """Read one text file.

    Raises:
        UnreadableError: it cannot be opened, is empty, binary, too large, or in no encoding we know.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableError(
                f"{size:,} bytes: an article has at most {MAX_BYTES:,}; split the file into its articles"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None
    text, encoding = decode(raw)
    if not text.strip("\ufeff \t\r\n\f"):
        raise UnreadableError("empty: no text in the file")
    return Decoded(text, encoding, sha256_bytes(raw))


def decode(raw: bytes) -> tuple[str, str]:
    """Decode bytes to ``(text, encoding name)``.

    UTF-8 wins where it decodes; a byte order mark decides otherwise; else the code page is found by
    ``charset_normalizer`` among those that German text files come in.

    Raises:
        UnreadableError: the bytes are binary or in no such encoding.
    """
    for mark, name in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(name), name
            except UnicodeDecodeError as error:
                raise UnreadableError(f"its byte order mark says {name}, but byte {error.start} is not") from None
    controls = sum(raw.count(byte) for byte in _CONTROL)
    if b"\0" in raw or controls > len(raw) // 200:
        raise UnreadableError("binary: holds NUL or control bytes; convert it to a text file")
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        position = error.start
    best = from_bytes(raw, cp_isolation=_CANDIDATES).best()
    if best is None:
        raise UnreadableError(f"encoding: byte {position} is not UTF-8, and no code page fits; convert it to UTF-8")
    return raw.decode(best.encoding), best.encoding
