"""Plain text files: find the encoding, refuse what is no article."""

from __future__ import annotations

import codecs
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from dataset.files import sha256_bytes
from dataset.records.loader import UnusableError, open_regular

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
# What German newsrooms and archives have written in, the likeliest first: of equally good readings the first is taken.
_CODE_PAGES = ("cp1252", "iso8859_15", "mac_roman", "cp850")
# What stands beyond ASCII in German text: in the middle of a word, at its beginning, and anywhere else.
_LETTERS = "äöüßéèêëáàâíìîïóòôúùûñçåøæı"
_PLAUSIBLE = frozenset(_LETTERS + _LETTERS.upper() + "„“”‚‘’»«›‹–—…•€£§°²³½¼†·×©®™\u00a0")
_IN_WORD = frozenset(_LETTERS + "’")
_MIN_PLAUSIBLE = 0.5
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1b")


class UnreadableError(Exception):
    """This file is no article; the message says why, without any of its text."""


@dataclass(frozen=True)
class Decoded:
    """A file's text as written, with its encoding and the hash of its bytes."""

    text: str
    encoding: str
    bytes_sha256: str


def read_text(path: Path, *, inside: Path | None = None) -> Decoded:
    """Read one text file.

    Args:
        path: the file.
        inside: the folder that it must be in after symbolic links are resolved.

    Raises:
        UnreadableError: it cannot be opened, is empty, binary, too large, outside the folder, or in no encoding we know.
    """
    try:
        with open_regular(path, inside=inside) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > MAX_BYTES:
                raise UnreadableError(
                    f"{size:,} bytes: an article has at most {MAX_BYTES:,}; split the file into its articles"
                )
            raw = stream.read(MAX_BYTES)
    except UnusableError as error:
        raise UnreadableError(str(error)) from None
    except OSError as error:
        raise UnreadableError(f"cannot be read ({error.strerror})") from None
    text, encoding = decode(raw)
    if all(unicodedata.category(char)[0] in "ZC" for char in text):
        raise UnreadableError("empty: no text in the file")
    return Decoded(text, encoding, sha256_bytes(raw))


def decode(raw: bytes) -> tuple[str, str]:
    """Decode bytes to ``(text, encoding name)``.

    A byte order mark decides, then UTF-8 wins where it decodes; else the code page is taken in which most of what is beyond ASCII
    is what German uses (measured against ``charset-normalizer`` in ``docs/decisions.md``).

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
    readings = []
    for name in _CODE_PAGES:
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        readings.append((_plausible(text), text, name))
    share, text, name = max(readings, key=lambda reading: reading[0], default=(0.0, "", ""))
    if share < _MIN_PLAUSIBLE:
        raise UnreadableError(
            f"encoding: byte {position} is not UTF-8, and no code page of German fits; convert it to UTF-8"
        )
    return text, name


def _plausible(text: str) -> float:
    """Share of the characters beyond ASCII that German has at their place."""
    beyond = [i for i, char in enumerate(text) if char > "\x7f"]
    padded = f" {text} "
    good = 0
    for i in beyond:
        inside = padded[i].isalpha() and padded[i + 2].isalpha()
        good += text[i] in (_IN_WORD if inside and padded[i].islower() else _PLAUSIBLE)
    return good / max(1, len(beyond))
