"""Sources that a preposition names: laut X, X zufolge, nach Angaben von X."""

from __future__ import annotations

from collections.abc import Sequence

from annotation.suggest.reading import Word, phrase
from annotation.suggest.voices import Voices
from annotation.suggest.words import ACCOUNTS, DETERMINERS, OWNED
from dataset.records.types import Span

Place = tuple[int, int, Span | None]


def source(plain: Sequence[Word], voices: Voices, live: bool) -> Place | None:
    """Find the source that a sentence names.

    Args:
        plain: the sentence's words outside of quotations.
        voices: who spoke so far.
        live: whether somebody did in this block, to whom ``demnach`` can point.

    Returns:
        First word of the phrase, the word behind it, and the source's mention (null: whoever spoke last).
    """
    for i in range(len(plain)):
        place = _laut(plain, i, voices, live) or _zufolge(plain, i, voices)
        if place is not None:
            return place
    return None


def _laut(plain: Sequence[Word], i: int, voices: Voices, live: bool) -> tuple[int, int, Span | None] | None:
    low = plain[i].low
    if i + 1 >= len(plain):
        return None
    if low in {"demnach", "demzufolge"}:
        return (i, i + 1, None) if live else None
    if low == "laut":
        found = phrase(plain, i + 1)
        return (i, found.behind, voices.mention(plain, found, i + 1)) if found else None
    if low != "nach":
        return None
    owner = plain[i + 1]
    if owner.low in {"ihren", "seinen", "ihrer", "seiner", "eigenen"} and i + 2 < len(plain):
        j = i + 2 + (plain[i + 2].low == "eigenen")
        return (i, j + 1, voices.speaker) if j < len(plain) and plain[j].low in ACCOUNTS else None
    if owner.low in ACCOUNTS and owner.capital:
        if owner.low.endswith("angaben") and owner.low != "angaben":
            return i, i + 2, Span(owner.start, owner.end)
        j = i + 2 + (i + 2 < len(plain) and plain[i + 2].low in {"von", "vom"})
        found = phrase(plain, j)
        return (i, found.behind, voices.mention(plain, found, j)) if found else None
    if i + 2 < len(plain) and owner.capital and owner.low.endswith("s") and plain[i + 2].low in ACCOUNTS:
        return i, i + 3, Span(owner.start, owner.end)
    found = phrase(plain, i + 1)
    if found and plain[found.first].low in ACCOUNTS - OWNED:
        return i, found.behind, voices.mention(plain, found, i + 1)
    return None


def _zufolge(plain: Sequence[Word], i: int, voices: Voices) -> tuple[int, int, Span | None] | None:
    limit = min(len(plain), i + 9)
    if not (plain[i].capital or plain[i].low in DETERMINERS) or (i and plain[i - 1].capital):
        return None
    if not any(plain[j].low == "zufolge" for j in range(i, limit)):
        return None
    found = phrase(plain, i, initial=i == 0)
    if found is None:
        return None
    j = found.behind
    who = voices.mention(plain, found, i)
    if j < limit and plain[j].low in {"von", "vom"} and (inner := phrase(plain, j + 1)):
        if plain[found.first].low in OWNED:
            who = voices.mention(plain, inner, j + 1)
        j = inner.behind
    if j < limit and plain[j].text == "(":
        j = next((k + 1 for k in range(j, min(j + 6, limit)) if plain[k].text == ")"), j)
    return (i, j + 1, who) if j < limit and plain[j].low == "zufolge" else None
