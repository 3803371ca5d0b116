"""Canonical text, and what the reader of text files makes of bytes."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.readers.text import MAX_BYTES, UnreadableError, decode, read_text
from dataset.text import canonical

GERMAN = "Die Bürgermeisterin erklärte: „Wir prüfen das – ernsthaft“. Größe, Straße, Äpfel, Übermut, Öl. "


@given(st.text(st.characters(codec="utf-8")))
def test_canonical_is_idempotent_nfc_and_lf(text: str) -> None:
    """Doing it twice changes nothing, and nothing but marks, line ends and composition was touched."""
    first = canonical(text)
    again = canonical(first.text)
    assert again.text == first.text
    assert again.normalised == ()
    assert "\r" not in first.text
    assert unicodedata.is_normalized("NFC", first.text)
    assert first.text == unicodedata.normalize("NFC", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))


def test_what_was_normalised_is_recorded() -> None:
    """Each of the three changes is named, and only if it happened."""
    assert canonical("a\nb").normalised == ()
    assert canonical("\ufeffa\r\nu\u0308").normalised == ("bom", "line_ends", "nfc")
    assert canonical("u\u0308").text == "ü"


def test_emoji_and_zwj_sequences_stay() -> None:
    """Characters outside the basic plane and joiners are no noise."""
    text = "👩\u200d🚒 und 🚡, Tab\tund\u00a0geschützt"
    assert canonical(text).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "mac_roman"])
def test_encodings_are_found(encoding: str) -> None:
    """German text comes back whatever it was written in."""
    text, name = decode((GERMAN * 3).encode(encoding))
    assert canonical(text).text == GERMAN * 3
    assert name.replace("_", "-") == encoding.replace("_", "-").removesuffix("-sig")


def test_short_texts_in_western_code_pages(sample: Path) -> None:
    """Every stretch of eighty characters of the sample, written in cp1252 or ISO 8859-15, comes back."""
    for path in sorted((sample / "articles").glob("*.txt"))[::8]:
        text = canonical(path.read_text(encoding="utf-8")).text
        for start in range(0, len(text), 80):
            for encoding in ("cp1252", "iso8859_15"):
                part = text[start : start + 80].encode(encoding, "ignore")
                assert decode(part)[0] == part.decode(encoding)


def test_latin_1_is_read(tmp_path: Path) -> None:
    """The code page of old archives; cp1252 contains it."""
    path = tmp_path / "a.txt"
    path.write_bytes("Die Größe der Brücke über die Straße war für alle schön überraschend.".encode("latin-1"))
    assert read_text(path).text.startswith("Die Größe der Brücke")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04\x00\x00abc", "binary"),
        (bytes(range(256)) * 4, "binary"),
        (b"\xff\xfea", "byte order mark"),
    ],
)
def test_what_is_no_article_is_refused(tmp_path: Path, data: bytes, reason: str) -> None:
    """The reason names what is wrong."""
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=reason):
        read_text(path)


def test_a_50_mb_line_is_refused_unread(tmp_path: Path) -> None:
    """The limit is checked before the file is read."""
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    with pytest.raises(UnreadableError, match=f"at most {MAX_BYTES:,}"):
        read_text(path)


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    """A dangling link cannot be opened by anyone, not even root."""
    path = tmp_path / "a.txt"
    path.symlink_to(tmp_path / "gone")
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_text(path)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    """No other exception, whatever lies in a folder."""
    try:
        text, _ = decode(data)
    except UnreadableError:
        return
    assert isinstance(text, str)
