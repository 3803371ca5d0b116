"""Canonical text: the one text that every offset counts in.

The decoded file with its byte order mark dropped, line ends as LF, and Unicode NFC; nothing else is changed. Offsets are Unicode
code points, half-open.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from hashlib import sha256

BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Canonical:
    """A canonical text and what was done to get it."""

    text: str
    normalised: tuple[str, ...]  # of "bom", "line_ends", "nfc"
    sha256: str


def canonical(decoded: str) -> Canonical:
    """Bring a decoded text into canonical form; doing it again changes nothing."""
    normalised = []
    text = decoded.lstrip(BYTE_ORDER_MARK)
    if len(text) != len(decoded):
        normalised.append("bom")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        normalised.append("line_ends")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
        normalised.append("nfc")
    return Canonical(text, tuple(normalised), text_sha256(text))


def text_sha256(text: str) -> str:
    """Hexadecimal SHA-256 of a text's UTF-8 bytes."""
    return sha256(text.encode("utf-8")).hexdigest()
