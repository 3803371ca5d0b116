"""From a stretch of reported words to claims: one main clause each, without what does not belong to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotation.suggest.reading import QUOTES, Word, read_words, reported, subjunctive
from annotation.suggest.words import DETERMINERS, QUESTIONS, RELATIVES, REPORTS, SUBORDINATORS
from dataset.records.types import Span

_LEFT = re.compile(r"(?:[\s,;:–—-]+|(?:und|aber|doch|denn|dass|daß|nein|ja|klar)\b,?\s+)+", re.I)
_EDGE = " \t\n\u00a0.,;:!?…–—-"
_OPENING, _CLOSING = '„»«‚›‹"“', '“”"«»‘’‹›'


def trimmed(text: str, start: int, end: int) -> Span | None:
    """A claim's span by the guidelines: without marks, blanks, quotation marks and conjunctions at its edges; null if nothing is left.

    A quotation mark at one edge stays out; its partner within the claim stays in.
    """
    for _ in range(3):
        while end > start and (text[end - 1] in _EDGE or text[end - 1] in _CLOSING or text[end - 1].isspace()):
            end -= 1
        while start < end and (text[start] in _OPENING or text[start].isspace() or text[start] in ",;:.!?…–—"):
            start += 1
        if match := _LEFT.match(text, start, end):
            start = match.end()
    return Span(start, end) if start < end else None


def pieces(text: str, start: int, end: int, *, quoted: bool, whole: bool = False) -> Iterator[Span]:
    """Split a stretch of one sentence into its main clauses.

    Args:
        text: canonical text.
        start: of the stretch, in code points.
        end: of the stretch.
        quoted: somebody's own words; else the reporter's, whose verbs stand in the subjunctive.
        whole: one claim already, not to be split.

    Yields:
        Trimmed spans in order. Questions are left out.
    """
    words = [word for word in read_words(text, start, end, ()) if word.text not in QUOTES]
    first = 0
    for i in range(1, len(words)):
        if (not whole or words[i].text == ";") and _cut(words, first, i, quoted):
            yield from _piece(text, words, first, i, start if first == 0 else words[first].start, quoted)
            first = i + 1 if words[i].text in ",;–" or words[i].low == "und" else i
    if first < len(words):
        yield from _piece(text, words, first, len(words), start if first == 0 else words[first].start, quoted, end)


def _piece(
    text: str, words: list[Word], first: int, behind: int, start: int, quoted: bool, end: int | None = None
) -> Iterator[Span]:
    end = words[behind - 1].end if end is None else end
    body = text[start:end].rstrip("".join(QUOTES) + " ")
    if body.endswith("?") or behind <= first:
        return
    found = trimmed(text, start, end)
    if found is not None and sum(word.text.isalnum() or len(word.text) > 1 for word in words[first:behind]) >= 1:
        yield found


def _cut(words: list[Word], first: int, i: int, quoted: bool) -> bool:
    """Whether a new main clause begins at or behind word ``i``."""
    mark = words[i]
    rest = words[i + 1 : i + 30]
    if len(rest) < 2 or i - first < 2:
        return False
    if mark.text == ";":
        return True
    if mark.text == "," and rest[0].low in {"und", "aber", "doch"}:
        clause = rest[1:]
        if quoted:
            return len(clause) >= 3 and clause[0].low not in SUBORDINATORS and clause[0].low != "zwar"
        return _main_clause(clause)
    if quoted:
        return False
    if mark.text == "," and words[i - 1].low not in REPORTS and words[i - 1].low != "behaupten":
        return _complete(words[first:i], rest) and _main_clause(rest)
    if mark.low == "und":
        return reported(words[first:i]) is not None and (subjunctive(rest, 0) or _main_clause(rest, near=3))
    return False


def _complete(words: list[Word], rest: list[Word]) -> bool:
    """Whether what stands before a comma is a main clause in the subjunctive, and no clause that the rest goes on from."""
    verb = reported(words)
    if verb is None or verb == len(words) - 1:
        return False
    depends = words[0].low in SUBORDINATORS or words[0].low in QUESTIONS or verb == 0
    return not (depends and subjunctive(rest, 0))


def _main_clause(words: list[Word], near: int = 9) -> bool:
    """Whether a clause in the subjunctive begins here that depends on nothing before it."""
    if words[0].low in SUBORDINATORS or words[0].low in QUESTIONS:
        return False
    relative = words[0].low in RELATIVES and not subjunctive(words, 1)
    if relative and not (words[0].low in DETERMINERS and (words[1].capital or words[1].low.endswith(("e", "en")))):
        return False
    stop = next((j for j, word in enumerate(words) if word.text in {",", ";", ":", "–", "."}), len(words))
    verb = reported(words[: min(stop, near)])
    return verb is not None and verb != stop - 1
