"""Who speaks: the mentions of an article in order, and whom a pronoun or a missing name means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from annotation.suggest.reading import Phrase, Word, phrase
from annotation.suggest.words import ADVERBS, PREPOSITIONS, PRONOUNS
from dataset.records.types import Span

_FEMALE = re.compile(r"(?:[a-zäöüß]{2}in|frau|Frau|dame|mutter|tochter|schwester|chefin)$")
_REACH = 12  # words behind a verb within which its subject stands


class Mention(NamedTuple):
    """A name that stood in the text."""

    span: Span
    gender: str  # "f", "m" or "" where nothing shows it


class Voices:
    """Keeps the mentions of one article."""

    def __init__(self) -> None:
        self.mentions: list[Mention] = []
        self.speaker: Span | None = None

    def mention(self, words: Sequence[Word], found: Phrase, at: int) -> Span:
        """Take note of a phrase that begins, with its article, at word ``at``; its span without article."""
        span = Span(words[found.first].start, words[found.behind - 1].end)
        article = words[at].low if found.first > at else ""
        titles = [word.text for word in words[found.first : found.behind]][: 3 if found.name else 1]
        female = article in {"die", "eine", "ihre", "seine"} or any(_FEMALE.search(title) for title in titles)
        gender = "f" if female else "m" if article in {"der", "ein", "sein"} else ""
        if found.name or found.first > at or not self.mentions:
            self.mentions.append(Mention(span, gender))
        return span

    def resolve(self, pronoun: str) -> Span | None:
        """Whom a pronoun means: the last mention that can be meant."""
        other = {"er": "f", "sie": "m"}.get(pronoun)
        recent = self.mentions[-8:]
        fitting = [mention for mention in recent if mention.gender != other]
        if self.speaker is not None and any(mention.span == self.speaker for mention in fitting[-2:]):
            return self.speaker
        return fitting[-1].span if fitting else None

    def who(self, words: Sequence[Word], i: int) -> tuple[Span | None, int | None]:
        """The subject that stands at or soon behind word ``i``.

        Returns:
            Its span (null for a pronoun that nothing stands for), and the first word behind it, null where there is no subject.
        """
        stop = min(len(words), i + _REACH)
        while i < stop:
            word = words[i]
            if word.low in {"er", "sie"}:
                return self.resolve(word.low), i + 1
            if word.low in PRONOUNS and word.low not in {"dieser", "diese"}:
                return (self.speaker if word.low == "man" else None), i + 1
            if word.low in PREPOSITIONS:
                inner = phrase(words, i + 1)
                i = inner.behind if inner else i + 1
                continue
            found = phrase(words, i)
            if found is not None and not found.oblique:
                return self.mention(words, found, i), found.behind
            if found is not None:
                i = found.behind
            elif (
                word.low in ADVERBS
                or word.low in {"ihm", "ihr", "ihnen", "sich", "uns", "mir"}
                or (word.lower and word.text.isalpha())
            ):
                i += 1
            else:
                return None, None
        return None, None

    def subject(self, words: Sequence[Word], verb: int) -> Span | None:
        """The subject of a main clause whose finite verb is word ``verb``: before it, else behind it."""
        i = 0
        while i < verb and words[i].low in {"auch", "und", "doch", "aber", "denn", "nur", "selbst", "sogar"}:
            i += 1
        first = words[i] if i < verb else None
        if first is not None and first.low in {"er", "sie"} and i + 1 == verb:
            return self.resolve(first.low)
        if first is not None:
            found = phrase(words, i, initial=True)
            inverted = verb + 1 < len(words) and words[verb + 1].low in {"er", "sie"}
            if found is not None and not found.oblique and found.behind <= verb and (found.name or not inverted):
                # An office and, between commas, who holds it: the name is the better mention.
                if not found.name and found.behind < verb and words[found.behind].text == ",":
                    name = phrase(words, found.behind + 1)
                    if name is not None and name.name and name.behind <= verb and words[name.behind].text in {",", "("}:
                        return self.mention(words, name, found.behind + 1)
                return self.mention(words, found, i)
        who, _ = self.who(words, verb + 1)
        return who
