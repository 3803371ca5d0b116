"""A text in other dress: the same words, set in ways that hide them from a comparison of characters."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from pyphen import Pyphen

WORD = re.compile(r"[^\W\d_]+")
GERMAN = Pyphen(lang="de_DE")
FORMAT = [char for char in map(chr, range(0x110000)) if unicodedata.category(char) == "Cf"]
# Not of that category, but not shown either: joiners, selectors of variants, fillers.
OTHERS = [
    "\u034f",
    "\ufe0f",
    "\ufe00",
    "\U000e0100",
    "\u180b",
    "\u115f",
    "\u1160",
    "\u3164",
    "\uffa0",
    "\u17b4",
    "\x01",
]
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ", "st": "ﬆ"}
WIDE = {ord(char): ord(char) + 0xFEE0 for char in map(chr, range(ord("!"), ord("~") + 1))}
WIDE_LETTERS = {code: wide for code, wide in WIDE.items() if chr(code).isalpha()}


def hyphenated(text: str) -> str:
    """With a soft hyphen at every legal place, as web pages set it."""
    return WORD.sub(lambda word: GERMAN.inserted(word[0], "\u00ad"), text)


def ligatured(text: str) -> str:
    """With every ligature that Unicode has for its letters."""
    return re.sub("|".join(LIGATURES), lambda letters: LIGATURES[letters[0]], text)


def mixed(text: str) -> str:
    """All of it at random."""
    dice = random.Random(len(text))
    text = ligatured(text).translate({code: wide for code, wide in WIDE_LETTERS.items() if dice.random() < 0.5})
    return "".join(char + dice.choice(["", "", "\u00ad", "\u200b", "\u200d", "\u2060", "\ufe0f"]) for char in text)


DRESSES: dict[str, Callable[[str], str]] = {
    "soft hyphens": hyphenated,
    "zero-width spaces beside blanks": lambda text: text.replace(" ", "\u200b \u200b"),
    "zero-width spaces for blanks": lambda text: text.replace(" ", "\u200b"),
    "fillers for blanks": lambda text: text.replace(" ", "\u3164"),
    "full width": lambda text: text.translate(WIDE),
    "full-width letters": lambda text: text.translate(WIDE_LETTERS),
    "ligatures": ligatured,
    "word joiners": "\u2060".join,
    "left-to-right marks": lambda text: WORD.sub(lambda word: "\u200e" + "\u200e".join(word[0]), text),
    "bold letters": lambda text: re.sub("[a-z]", lambda one: chr(0x1D41A + ord(one[0]) - ord("a")), text),
    "struck through": lambda text: WORD.sub(lambda word: "".join(char + "\u0336" for char in word[0]), text),
    "narrow blanks": lambda text: text.replace(" ", "\u202f"),
    "ideographic blanks": lambda text: text.replace(" ", "\u3000"),
    "empty braille": lambda text: text.replace(" ", "\u2800"),
    "line separators": lambda text: text.replace("\n", "\u2028"),
    "capitals": str.upper,
    "other quotation marks": lambda text: re.sub('[„“”"«»]', "'", text),
    "mixed": mixed,
    "HTML escapes": lambda text: text.encode("ascii", "xmlcharrefreplace").decode().replace(" ", "&nbsp;"),
    "escaped soft hyphens": lambda text: hyphenated(text).replace("\u00ad", "&amp;shy;"),
    "accents behind their letters": lambda text: re.sub(
        "[äöüÄÖÜ]", lambda one: unicodedata.normalize("NFD", one[0])[0] + "¨", text
    ),
}
