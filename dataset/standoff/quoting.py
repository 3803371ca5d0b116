"""Free text that quotes its article: the quotes are given by their place, so that a release without text has none.

An adjudicator's reason or an actor's name may hold words of the article in a row. Five and more become ``⟦start:end⟧``, a span of the
canonical text. Shorter ones are names and turns of phrase and stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dataset.standoff.letters import Span

QUOTE = 5  # words in a row that are a quote in a label
BORROWED = 8  # words in a row that are text wherever they stand

# Columns in which people write freely.
FREE = {
    "articles": (),
    "sentences": (),
    "claims": ("actor", "reason"),
    "stance": ("actor",),
    "article_stance": ("reason",),
}

_WORD = re.compile(r"\w+")
_PLACE = re.compile(r"⟦(\d+):(\d+)⟧")


def by_place(said: str, text: str) -> str:
    """A label's free text with its quotes of the article given by their place.

    Raises:
        ValueError: the article's text could not be put back in afterwards.
    """
    words = [match.span() for match in _WORD.finditer(said)]
    parts, done, i = [], 0, 0
    while i + QUOTE <= len(words):
        start, j = words[i][0], i + QUOTE - 1
        if said[start : words[j][1]] not in text:
            i += 1
            continue
        while j + 1 < len(words) and said[start : words[j + 1][1]] in text:
            j += 1
        quote = said[start : words[j][1]]
        at = text.index(quote)
        parts += [said[done:start], f"⟦{at}:{at + len(quote)}⟧"]
        done, i = words[j][1], j + 1
    placed = "".join([*parts, said[done:]])
    if with_quotes(placed, lambda span: text[slice(*span)]) != said:
        raise ValueError("holds ⟦…⟧ of its own: write it without")
    return placed


def places(said: str | None) -> list[Span]:
    """The spans that a label's free text names."""
    return [(int(start), int(end)) for start, end in _PLACE.findall(said or "")]


def with_quotes(said: str, read: Callable[[Span], str | None]) -> str:
    """Put the quotes back; what cannot be read is ``[…]``."""
    return _PLACE.sub(lambda match: read((int(match[1]), int(match[2]))) or "[…]", said)


def runs(text: str, length: int = BORROWED) -> Iterable[tuple[str, ...]]:
    """All runs of so many words, as they are compared."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return (tuple(words[i : i + length]) for i in range(len(words) - length + 1))
