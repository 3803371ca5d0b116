"""What the rules see of a block: words, quotations, and the phrases that name somebody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from annotation.suggest.words import (
    CALENDAR,
    CONJUNCTIONS,
    DETERMINERS,
    FUNCTION,
    NO_VERB,
    NUMBERS,
    OBLIQUE,
    PREPOSITIONS,
    PRONOUNS,
    SUBJUNCTIVE,
    SUBJUNCTIVE_2,
)
from dataset.records.types import Span

# Every alternative begins with another class of characters, and repeats are split by a character of their own: one pass.
_WORD = re.compile(r"[^\W_]+(?:[-'’.,&–][^\W_]+)*(?:-(?=\s))?|[^\w\s]|_")
_CLOSES = {"„": '“”"', "»": "«", "«": "»", "‚": "‘’", "›": "‹", "‹": "›", '"': '"', "“": "”"}
_CLOSING = frozenset('“”"«»‘’‹›')
QUOTES = frozenset(_CLOSES) | _CLOSING
_DEEPEST = 3
_BEFORE_OPENING = frozenset(" \t\n\u00a0([{–—-/:") | frozenset('„»«‚›‹"“')
_NAME_PARTICLES = frozenset({"von", "van", "de", "bin", "al"})
_ADJECTIVE = re.compile(r"(?:ige|ene|ische|liche|ende|ere)n?$")
_INSTITUTION = re.compile(
    r"(?:institut|ministerium|amt|zentrum|verband|hochschule|agentur|büro|behörde|bund|ausschuss)s?$", re.I
)


class Word(NamedTuple):
    """A word or a mark, where it stands, and in which outermost quotation (-1: in none; the marks are in it)."""

    start: int
    end: int
    text: str
    low: str
    zone: int

    @property
    def capital(self) -> bool:
        """Whether it may be a noun or a name."""
        return self.text[0].isupper() or (self.text[0].isdigit() and self.text[-1].isalpha() and "-" in self.text)

    @property
    def lower(self) -> bool:
        """Whether it is a word in lower case."""
        return self.text[0].islower()


class Phrase(NamedTuple):
    """A noun phrase or name: word indices, half-open, without its article; ``behind`` is the first word after it."""

    first: int
    behind: int
    name: bool  # two capitalised words or more in a row: title and name, or name
    oblique: bool  # its article can be no nominative


def quotations(text: str, start: int, end: int) -> list[Span]:
    """Outermost quotations of a block, marks included, in order. Marks without a partner are passed over. Linear time."""
    found: list[Span] = []
    stack: list[tuple[int, str]] = []
    for at in range(start, end):
        mark = text[at]
        if mark not in QUOTES:
            continue
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        opens = mark in _CLOSES and not after.isspace() and (mark in "„‚" or before in _BEFORE_OPENING)
        partner = next((i for i in range(len(stack) - 1, -1, -1) if mark in _CLOSES[stack[i][1]]), None)
        closes = partner is not None and not before.isspace() and not (opens and after.isalnum())
        if partner is not None and closes:
            found.append(Span(stack[partner][0], at + 1))
            del stack[partner:]
        elif opens:
            # What stays open too deep is a mark without a partner.
            stack = [*stack, (at, mark)][-_DEEPEST:]
    outermost: list[Span] = []
    for span in sorted(found):
        if not outermost or outermost[-1].end <= span.start:
            outermost.append(span)
    return outermost


def read_words(text: str, start: int, end: int, zones: Sequence[Span]) -> list[Word]:
    """The words of a block, in order, each with its quotation. Linear time."""
    words = []
    zone = 0
    for match in _WORD.finditer(text, start, end):
        while zone < len(zones) and zones[zone].end <= match.start():
            zone += 1
        inside = zone < len(zones) and zones[zone].start <= match.start()
        words.append(Word(match.start(), match.end(), match[0], match[0].lower(), zone if inside else -1))
    return words


def phrase(words: Sequence[Word], i: int, *, initial: bool = False) -> Phrase | None:
    """The noun phrase that begins with word ``i``, if one does.

    Args:
        words: of one sentence.
        i: where to look.
        initial: the word stands first in its sentence, so that its capital says nothing.
    """
    size = len(words)
    determined = oblique = False
    if i < size and words[i].low in DETERMINERS and (words[i].lower or initial):
        determined, oblique = True, words[i].low in OBLIQUE
        i += 1
        initial = False
    first = i
    while i < size and i - first < 3 and _adjective(words[i], determined):
        i += 1
    head = i
    while i < size and words[i].capital and words[i].low not in CALENDAR and i - head < 7:
        if words[i].low in FUNCTION and (i == head) and (initial or words[i].low in PREPOSITIONS):
            return None
        i += 1
        if i + 1 < size and words[i].low in _NAME_PARTICLES and words[i + 1].capital and i - head <= 2:
            i += 1
        elif i + 2 < size and [word.text for word in words[i : i + 3]] == ["von", "der", "Leyen"]:
            # Elsewhere "von der" leads to where somebody belongs.
            i += 2
        elif i < size and words[i].text == "." and words[i - 1].text in {"Dr", "Prof", "St", "Frhr"}:
            i += 1
    if i == head:
        return None
    if initial and (words[head].low in NUMBERS or _ADJECTIVE.search(words[head].text)):
        return None
    name = i - head >= 2
    if not name:
        i = _called(
            words, _genitive(words, i), indefinite=determined and words[first - 1].low in {"ein", "eine", "einer"}
        )
    return Phrase(first, i, name, oblique)


def _called(words: Sequence[Word], i: int, *, indefinite: bool) -> int:
    """The end of a noun with its proper name in quotation marks, or with where an unnamed person is from."""
    named = i + (i < len(words) and words[i].low == "von")
    if named < len(words) and words[named].text in _CLOSES:
        closing = next((j for j in range(named + 2, min(named + 8, len(words))) if words[j].text in QUOTES), None)
        if closing is not None:
            return closing + 1
    if indefinite and i + 1 < len(words) and words[i].low == "aus" and words[i + 1].capital:
        return i + 2
    return i


def _adjective(word: Word, determined: bool) -> bool:
    """Whether a word can stand between article and noun."""
    if not word.lower or word.low in FUNCTION:
        return False
    return word.low.endswith(("e", "en", "er", "es", "em")) and determined


def _genitive(words: Sequence[Word], i: int) -> int:
    """The end of what a noun is followed by: genitives, and what an institution is for."""
    for _ in range(2):
        if i >= len(words):
            break
        low, institution = words[i].low, bool(_INSTITUTION.search(words[i - 1].text))
        if low in {"des", "der", "eines", "einer", "dieser", "zweier"} or (low == "für" and institution):
            j = i + 1
            while j < len(words) and j - i < 3 and _adjective(words[j], True):
                j += 1
            k = j
            while k < len(words) and words[k].capital and k - j < 4:
                k += 1
            if k == j:
                break
            i = k
        else:
            break
    return i


def subjunctive(words: Sequence[Word], i: int) -> bool:
    """Whether word ``i`` is, by its form and neighbours, a verb in the subjunctive of reported speech."""
    word = words[i]
    low = word.low
    if not word.lower:
        return False
    before = words[i - 1].low if i else ""
    after = words[i + 1] if i + 1 < len(words) else None
    if before in {"ich", "zu"} or (after is not None and after.low == "ich"):
        return False
    if low in SUBJUNCTIVE:
        # "eine gehobene Gabe": an adjective of this form stands before a noun and behind an article.
        return not (before in DETERMINERS and after is not None and after.capital)
    if low in SUBJUNCTIVE_2:
        return True
    if len(low) < 4 or not low.isalpha() or not low.endswith("e") or low.endswith("te") or low in NO_VERB:
        return False
    if low.endswith(("ische", "liche", "ige", "weise")) and (after is None or after.low not in DETERMINERS | PRONOUNS):
        return False
    if i == 0 or before in DETERMINERS or before in PREPOSITIONS:
        return False
    return after is None or not after.capital or after.low in DETERMINERS


def reported(words: Sequence[Word]) -> int | None:
    """Index of the first verb in the subjunctive, if there is one."""
    return next((i for i in range(len(words)) if subjunctive(words, i)), None)


def verb_like(word: Word) -> bool:
    """Whether a word in lower case has the look of a finite verb."""
    if not word.lower or not word.text.isalpha() or len(word.text) < 3:
        return False
    if word.low in FUNCTION - {"hat"} or word.low in CONJUNCTIONS:
        return False
    return word.low.endswith(("t", "te", "ten", "en", "ß")) or word.low in {
        "rief",
        "sprach",
        "schrieb",
        "fand",
        "gab",
        "befand",
        "bat",
    }
