"""A text counted in letters: what is left of it when all goes that another publisher sets in a way of its own.

Blanks, quotation marks, dashes and dots of omission are no letters here; every other character is one. Two texts with the same
letters read the same. A stand-off release gives its spans in letters too, so that they can be found in a copy that was typed anew.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import NamedTuple

from dataset.sentences import split
from dataset.text import text_sha256

# Quotation marks and dashes that Unicode does not class as such.
_MARKS = frozenset("\"'`´‚„<>′″−")
_CLASSES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Pi", "Pf"})
_OMISSION = re.compile(r"…|\.{2,}")

Span = tuple[int, int]


@cache
def _is_letter(char: str) -> bool:
    return char not in _MARKS and unicodedata.category(char) not in _CLASSES


class Place(NamedTuple):
    """A span counted in letters, and whether it begins or ends with a mark that is none."""

    start: int
    end: int
    lead: bool
    trail: bool


@dataclass(frozen=True)
class Lettered:
    """A canonical text with the places of its letters."""

    text: str

    @cached_property
    def at(self) -> list[int]:
        """The code point of every letter."""
        left_out = {i for match in _OMISSION.finditer(self.text) for i in range(*match.span())}
        return [i for i, char in enumerate(self.text) if _is_letter(char) and i not in left_out]

    @cached_property
    def letters(self) -> str:
        """The letters alone."""
        return "".join(self.text[i] for i in self.at)

    @property
    def sha256(self) -> str:
        """SHA-256 of the letters of the whole text."""
        return text_sha256(self.letters)

    def place(self, span: Span) -> Place:
        """A span of code points, in letters."""
        start, end = (bisect_left(self.at, offset) for offset in span)
        if start >= end:
            return Place(start, start, False, False)
        return Place(start, end, self.at[start] > span[0], self.at[end - 1] + 1 < span[1])

    def span(self, place: Place) -> Span:
        """The code points of a stretch of letters; marks at its edges belong to it where they did before."""
        start, end = self.at[place.start], self.at[place.end - 1] + 1
        floor = self.at[place.start - 1] + 1 if place.start else 0
        ceiling = self.at[place.end] if place.end < len(self.at) else len(self.text)
        while place.lead and start > floor and not self.text[start - 1].isspace():
            start -= 1
        while place.trail and end < ceiling and not self.text[end].isspace():
            end += 1
        return start, end

    @cached_property
    def units(self) -> list[int]:
        """How many letters each sentence has; together they are all letters of the text.

        Line breaks are blanks here, so that a headline and the sentence behind it are one: where lines end, publishers differ.
        """
        return [after - before for before, after in pairwise(sorted({0, len(self.at), *self._starts}))]

    @cached_property
    def stops(self) -> list[int]:
        """Where, in letters, a sentence or a line begins or the text ends: between these something is likely to be put in."""
        lines = (bisect_left(self.at, match.end()) for match in re.finditer(r"\n\s*", self.text))
        return sorted({0, len(self.at), *lines, *self._starts})

    @cached_property
    def _starts(self) -> list[int]:
        """Offsets, in letters, at which sentences begin."""
        return [bisect_left(self.at, start) for start, _ in split(self.text)]
