"""Who says it first, then what: with a clause, a colon, or an object of the verb itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from annotation.suggest.reading import Word, phrase, reported
from annotation.suggest.voices import Voices
from annotation.suggest.words import (
    ADVERBS,
    DETERMINERS,
    HOLDING,
    MODALS,
    NAMING,
    OBJECT_VERBS,
    PARTICIPLES,
    PRONOUNS,
    QUESTIONS,
    RELATIVES,
    REPORTS,
    SPLIT_REPORTS,
    STEERING,
    TEMPORAL,
    UTTERANCES,
)
from dataset.records.types import Span

_PREFIXED = re.compile(
    r"(?:ab|an|auf|aus|bei|durch|ein|fest|her|hin|hinzu|los|mit|nach|nieder|um|vor|weg|weiter|zu|zurück|zusammen)zu\w+en"
)
_OTHER_CLAUSES = frozenset("um als nachdem ohne anstatt obwohl obgleich und aber doch oder sowie während da".split())


def lead(plain: Sequence[Word], quotes: Sequence[Span], voices: Voices, span: Span) -> tuple[int, Span | None] | None:
    """Find where the content of a sentence begins that is led in by a verb or a colon.

    Args:
        plain: the sentence's words outside of quotations.
        quotes: what is quoted in it.
        voices: who spoke so far.
        span: the sentence.

    Returns:
        Code point at which the content begins, and the mention of who says it (null: whoever spoke last).
    """
    colon = next((i for i, word in enumerate(plain) if word.text == ":"), None)
    if colon is not None and 0 < colon < 25:
        place = _colon(plain, colon, quotes, voices, span)
        if place is not None:
            return place
    if plain and plain[0].low == "wie":
        return _wie(plain, voices)
    for verb, word in enumerate(plain):
        if not _says(plain, verb):
            continue
        at = _content(plain, verb)
        if at is None:
            continue
        finite = verb
        if word.low in PARTICIPLES:
            finite = next((i for i in range(verb) if plain[i].low in {"hat", "haben", "hatte", "hatten"}), verb)
        who = voices.subject(plain, finite)
        if word.low in STEERING and plain[at - 1].text == "," and plain[at - 2].capital:
            at = _steered(plain, verb, at, who)
        return plain[at].start, who
    return None


def _colon(
    plain: Sequence[Word], colon: int, quotes: Sequence[Span], voices: Voices, span: Span
) -> tuple[int, Span | None] | None:
    start = plain[colon].end
    behind = plain[colon + 1 :]
    quote = any(start <= part.start <= start + 4 for part in quotes)
    verb = next((i for i in range(colon) if plain[i].low in REPORTS), None)
    possessive = plain[0].low in {"sein", "seine", "ihr", "ihre"} and verb is None
    if possessive and colon > 1 and plain[1].low in UTTERANCES and len(behind) >= 2:
        return start, voices.speaker
    if not quote and reported(behind) is None and verb is None:
        return None
    if not quote and (len(behind) < 2 or start >= span.end):
        return None
    if possessive and colon <= 4:
        return start, voices.speaker
    finite = verb
    if finite is None:
        finite = next(
            (i for i in range(1, colon) if plain[i].lower and plain[i].low.endswith(("t", "te", "en", "ten"))), colon
        )
    who = voices.subject(plain[:colon], finite)
    if verb is None and not isinstance(who, Span):
        named = [found for i in range(colon) if (found := phrase(plain[:colon], i, initial=i == 0)) and found.name]
        who = Span(plain[named[0].first].start, plain[named[0].behind - 1].end) if named else voices.speaker
    return start, who


def _wie(plain: Sequence[Word], voices: Voices) -> tuple[int, Span | None] | None:
    """``Wie X mitteilte, …``."""
    comma = next((i for i in range(2, len(plain)) if plain[i].text == ","), len(plain))
    found = phrase(plain, 1)
    if found is None or found.behind >= comma or comma + 2 >= len(plain):
        return None
    verb = plain[comma - 1].low
    if verb not in REPORTS and not verb.startswith(("mitteil", "ankündig", "hinzufüg", "einräum", "angab", "angibt")):
        return None
    return plain[comma + 1].start, voices.mention(plain, found, 1)


def _says(plain: Sequence[Word], i: int) -> bool:
    """Whether word ``i`` is a verb that reports what follows in a clause."""
    word = plain[i]
    if not word.lower:
        return False
    if word.low in REPORTS or word.low in PARTICIPLES:
        infinitive = word.low.endswith("en") and any(other.low in MODALS for other in plain[max(0, i - 12) : i + 2])
        return not infinitive
    particles = SPLIT_REPORTS.get(word.low)
    if particles is None:
        return False
    for other in plain[i + 1 : i + 30]:
        if other.text in {",", ";", ":"}:
            return False
        if other.low in particles:
            return True
    return False


def _content(plain: Sequence[Word], verb: int) -> int | None:
    """Index of the content's first word behind a verb that reports."""
    comma = verb
    for _ in range(4):
        comma = next((i for i in range(comma + 1, len(plain)) if plain[i].text == ","), len(plain))
        first = comma + 1
        if first + 1 >= len(plain):
            return None
        low, rest = plain[first].low, plain[first:]
        if low in {"dass", "daß"}:
            return first + 1
        if low in _OTHER_CLAUSES:
            continue
        verb_at = reported(rest)
        if low in QUESTIONS:
            return first if low in {"wer", "wo"} and verb_at is not None else None
        relative = low in RELATIVES and not (
            low in DETERMINERS and (rest[1].capital or rest[1].low.endswith(("e", "en")))
        )
        if relative:
            continue
        if verb_at is not None or _infinitive(rest):
            return first
        if (
            plain[verb].low in REPORTS
            and comma - verb <= 4
            and (low in DETERMINERS or low in PRONOUNS or rest[0].capital)
        ):
            return first
        return None
    return None


def _infinitive(words: Sequence[Word]) -> bool:
    """Whether a clause is an infinitive with ``zu``."""
    return any(
        (word.low == "zu" and words[i + 1].lower and words[i + 1].low.endswith("n")) or _PREFIXED.fullmatch(word.low)
        for i, word in enumerate(words[:-1])
    ) or bool(words and _PREFIXED.fullmatch(words[-1].low))


def _steered(plain: Sequence[Word], verb: int, at: int, who: Span | None) -> int:
    """Where the phrase begins that steers the infinitive, if nothing but it stands between verb and comma."""
    i = verb + 1
    while i < at - 1 and (plain[i].low in ADVERBS or plain[i].low in {"er", "sie"}):
        i += 1
    if who is not None and i < at - 1 and plain[i].start <= who.start < plain[at - 1].start:
        while i < at - 1 and plain[i].start < who.end:
            i += 1
    while i < at - 1 and plain[i].low in ADVERBS:
        i += 1
    found = phrase(plain, i)
    return i if found is not None and found.behind == at - 1 else at


def named(plain: Sequence[Word], voices: Voices) -> tuple[int, int, Span | None] | None:
    """Find a claim that is a verb's object: ``nannte``, ``hält … für``, ``warnt vor``, ``fordert`` …

    Returns:
        First word of the object, the word behind it, and the mention of who says it (null: whoever spoke last).
    """
    for verb, word in enumerate(plain):
        if not word.lower or not (word.low in NAMING or word.low in HOLDING or word.low in OBJECT_VERBS):
            continue
        rest = plain[verb + 1 :]
        comma = next((i for i, one in enumerate(rest) if one.text in {",", ":"}), len(rest))
        lows = [one.low for one in rest]
        small = OBJECT_VERBS.get(word.low, "")
        if word.low in HOLDING and "für" not in lows[:25]:
            continue
        if word.low in OBJECT_VERBS:
            if small.startswith("-"):
                if small[1:] not in lows or (
                    small[1:] in lows[:comma] and lows.index(small[1:]) == comma - 1 < len(rest) - 1
                ):
                    continue
            elif (small and small not in lows[:comma]) or (comma < len(rest) and not small and comma <= 4):
                continue
        return _object(plain, verb, small, voices)
    return None


def _object(plain: Sequence[Word], verb: int, small: str, voices: Voices) -> tuple[int, int, Span | None] | None:
    who = voices.subject(plain, verb)
    i = verb + 1
    inverted = i < len(plain) and (
        plain[i].low in {"er", "sie"}
        or (who is not None and plain[i].start <= who.start <= plain[min(i + 1, len(plain) - 1)].start)
    )
    if inverted:
        found = phrase(plain, i)
        i = found.behind if found else i + 1
        before = phrase(plain, 0, initial=True)
        if before is not None and before.behind <= verb and not small:
            return 0, len(plain), who
    while i < len(plain):
        if plain[i].low in ADVERBS and plain[i].low not in {"mehr", "kein", "nicht"}:
            i += 1
        elif plain[i].low in TEMPORAL and plain[i].low != small and (found := phrase(plain, i + 1)):
            i = found.behind
        else:
            break
    if small and not small.startswith("-"):
        at = next((j for j in range(i, len(plain)) if plain[j].low == small), None)
        if at is None:
            return None
        i = at + 1
    behind = len(plain)
    if small.startswith("-"):
        behind = next((j for j in range(len(plain) - 1, i, -1) if plain[j].low == small[1:]), behind)
    return (i, behind, who) if i < behind and behind - i >= 1 else None
