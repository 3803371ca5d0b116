"""The folded form of a text: without everything that only changes its looks.

Text is *compared* in this form, never stored or counted in it: canonical text and its offsets stay as they are. ``bare`` undoes what
hides words (format characters, compatibility forms, hyphens at line ends) and keeps case, marks and lines, so that blocks and
sentences are found as in the plain text. ``folded`` also unifies case, quotation marks, dashes and white space.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256

VERSION = 2  # of fingerprints; those of version 1 were made of the canonical text

# Default-ignorable characters and blank letters that are not of the categories below.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2027\u2065\u3164\uffa0")
_INVISIBLE |= {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9))
}  # variation selectors, not assigned
_DROPPED = frozenset({"Cf", "Cc", "Co"})
_COMBINING = frozenset({"Mn", "Me"})
_LINE_ENDS = frozenset("\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029")
_APOSTROPHES = frozenset("‘’‚‛‹›`´ʹʻʼʽˈˊˋʾʿ՚׳′‵ꞌ＇❛❜❮❯")
_DOUBLE_QUOTES = frozenset("«»“”„‟″‶‴ʺˮ״〝〞〟＂❝❞⹂")
# Modifier letters count as letters of a word, and the spacing accents become a blank with an accent in NFKC.
_APOSTROPHE_LETTERS = frozenset("ʹʻʼʽˈˊˋʾʿꞌ´")
_QUOTE_LETTERS = frozenset("ʺˮ")
_DASHES = frozenset("−⁃˗➖﹣－")
# NFKC makes three full stops of it, which would end sentences elsewhere; private characters are removed before this one is inserted.
_ELLIPSIS, _KEPT_ELLIPSIS = "…", "\ue000"

# What ordinary text is made of and ``bare`` leaves alone: only where anything else occurs there is something to do.
_ORDINARY = frozenset(
    char
    for first, last in (
        ("\t", "\n"), (" ", "~"), ("\u00a0", "§"), ("©", "©"), ("«", "¬"), ("®", "®"), ("°", "±"), ("¶", "·"), ("»", "»"),
        ("¿", "į"), ("ı", "ı"), ("Ĵ", "ľ"), ("Ł", "ň"), ("Ŋ", "ž"), ("\u2007", "\u2007"), ("\u2009", "\u2009"), ("\u2010", "\u2010"),
        ("–", "—"), ("‘", "‚"), ("“", "„"), ("†", "•"), ("…", "…"), ("\u202f", "\u202f"), ("‹", "›"), ("€", "€"),
    )
    for char in map(chr, range(ord(first), ord(last) + 1))
)  # fmt: skip
_LINE_END_HYPHENS = ("-\n", "- \n", "\u2010\n")
# The rest of a word that a line end divided moves up, so that lines keep about their length. What may follow a suspended hyphen
# ("Vor- und Nachteile") is no rest of a word.
_DIVIDED = re.compile(
    r"(?<=[^\W\d_])[-\u2010] ?\n[ \t]*(?!(?:und|oder|bis|sowie|beziehungsweise|bzw)\b)([^\W\d_A-ZÄÖÜ]\S*)[ \t]*\n?"
)
_BLANKS = re.compile(r"\s+")
# Where a text has fewer blanks than one in a hundred characters, and more of these than one in twenty, they are its blanks.
_ZERO_WIDTH_BLANKS = re.compile("[\u200b\u115f\u1160\u3164\uffa0]+")
_NOT_LETTERS = re.compile(r"[\W_]+")
# Characters as HTML writes them, escaped once or several times.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = 3
# As written without umlauts or capitals. Only for the letters of a whole text, which are too long to be equal by chance.
_PLAIN_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ı": "i"})
_REPEATED = (
    (re.compile("''|,,"), '"'),
    (re.compile("-{2,}"), "-"),
    (re.compile(r"\.{3,}"), "..."),
)


class _Table(dict[int, str | None]):
    """A table for ``str.translate`` that works out each character when it first meets it."""

    def __init__(self, replaced: Callable[[str], str | None]) -> None:
        self._replaced = replaced

    def __missing__(self, code: int) -> str | None:
        value = self[code] = self._replaced(chr(code))
        return value


def _unhidden(char: str) -> str | None:
    if char in _LINE_ENDS:
        return "\n"
    if char == _ELLIPSIS:
        return _KEPT_ELLIPSIS
    if char == "¨":  # behind its letter in texts out of PDF files
        return "\u0308"
    if char in _APOSTROPHE_LETTERS:
        return "'"
    if char in _QUOTE_LETTERS:
        return '"'
    category = unicodedata.category(char)
    if category == "Zs" or char in "\t\x1f\u2800":  # a braille pattern without dots looks like a blank
        return " "
    return None if category in _DROPPED or char in _INVISIBLE or "\U000e0000" <= char <= "\U000e0fff" else char


def _without_marks(char: str) -> str | None:
    if char == _KEPT_ELLIPSIS:
        return _ELLIPSIS
    return None if unicodedata.category(char) in _COMBINING else char


def _unified(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if char in _DOUBLE_QUOTES:
        return '"'
    if char == _ELLIPSIS:
        return "..."
    return "-" if char in _DASHES or unicodedata.category(char) == "Pd" else char


_UNHIDE, _UNMARK, _UNIFY = _Table(_unhidden), _Table(_without_marks), _Table(_unified)


def bare(text: str) -> str:
    """Return the text without what hides its words; case, marks and lines stay. Ordinary text comes back as it is.

    Format characters and everything else that is not shown is removed. Compatibility forms (NFKC) and HTML's escapes become plain
    characters, accents that no letter carries are removed, every blank is one of ASCII, and words that a line end divides are whole.
    """
    for _ in range(_ESCAPED if "&" in text else 0):
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if _ORDINARY.issuperset(text) and not any(hyphen in text for hyphen in _LINE_END_HYPHENS):
        return text
    shown = text.translate(_UNHIDE)
    if shown.count(" ") * 100 < len(shown) < len(_ZERO_WIDTH_BLANKS.findall(text)) * 20:
        shown = _ZERO_WIDTH_BLANKS.sub(" ", text).translate(_UNHIDE)
    text = _composed(shown)
    return _DIVIDED.sub(r"\1\n", text)


def folded(text: str) -> str:
    """Return the form in which two texts are the same if they differ in typography alone; folding it again changes nothing."""
    text = _composed(bare(text).casefold()).translate(_UNIFY)
    for pattern, one in _REPEATED:
        text = pattern.sub(one, text)
    return _BLANKS.sub(" ", text).strip()


def folded_sha256(text: str) -> str | None:
    """Return the SHA-256 of a whole text by its folded letters and digits alone, ä as ae; None for a text that has none."""
    letters = _NOT_LETTERS.sub("", _composed(bare(text).casefold()).translate(_PLAIN_LETTERS))
    return sha256(letters.encode("utf-8")).hexdigest() if letters else None


def _composed(text: str) -> str:
    """NFKC, without combining marks that are left over: what struck-through or decorated letters are made with."""
    whole = unicodedata.normalize("NFKC", text)
    plain = whole.translate(_UNMARK)
    return plain if len(plain) == len(whole) else unicodedata.normalize("NFKC", plain)
