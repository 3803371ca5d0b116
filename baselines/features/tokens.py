"""Features of a token for a tagger: its window, its clause, its sentence, and whether it stands in a quotation."""

from __future__ import annotations

import re

from baselines.tasks.tokens import tokenise
from dataset.sentences import split

WINDOW = 3
OPENS, CLOSES = '„«»“"', '“»«”"'
REPORT = re.compile(
    r"\b(?:sag|erklär|beton|bericht|teil|warn|forder|verlang|kritisier|behaupt|versicher|mein|nann|nenn|beklag|lob|kündig|räum|hielt"
    r"|hält|warf|wirft|rechne|ergänz|schreib|schrieb|argumentier|moniert|bezeichne|laut|zufolge|angaben|ansicht|befand|plädier|sprach"
    r"|sprich|rief|ruft|bestreit|bestritt|glaub|rät|riet|appellier|vermut|spott|schimpf|entgegn|konter|urteil|bemängel|wies|weist)\w*",
    re.IGNORECASE,
)
REPORTED = re.compile(
    r"\b(?:sei|seien|habe|hätten?|werde|würden?|könnten?|könne|müsse|dürfe|solle|wolle|wären?|gebe|komme|gehe|lasse|bleibe|brauche)\b",
    re.IGNORECASE,
)
DEMAND = re.compile(r"\b(?:muss|müss\w+|soll\w*|darf|dürf\w+|gehör\w+|zu)\b", re.IGNORECASE)


def token_features(text: str) -> list[list[str]]:
    """Names of what holds of each token of a text, by token."""
    tokens = tokenise(text)
    words = [text[start:end] for start, end in tokens]
    low = [word.lower() for word in words]
    found: list[list[str]] = []
    number = -1
    for number, (first, last) in enumerate(_sentence_tokens(text, tokens)):
        line = text[tokens[first][0] : tokens[last - 1][1]]
        of_sentence = [f"s:{name}" for name in _cues(line)] + [
            f"s#{min(number, 3)}",
            f"s.{words[last - 1][:1]}",
            f"s0:{low[first]}",
        ]
        quoted = False
        clause_at = first
        clause: list[str] = []
        for i in range(first, last):
            if i == first or _edge(words[i - 1]):
                clause_at = i
                stop = next((j for j in range(i, last) if _edge(words[j])), last)
                cues = _cues(text[tokens[i][0] : tokens[stop - 1][1]]) if stop > i else []
                clause = [f"c:{name}" for name in cues] + [
                    f"c0:{low[i]}",
                    f"c.{words[stop] if stop < last else '$'}",
                    f"c<{words[i - 1] if i > first else '^'}",
                ]
                clause.append(f"c#{'q' if quoted else ''}{'|'.join(cues)}")
            word = words[i]
            if word in OPENS and not quoted:
                quoted = True
            elif word in CLOSES and quoted:
                quoted = False
            mine = [
                f"w={low[i]}",
                f"x={low[i][-3:]}",
                f"shape={_shape(word)}",
                f"quoted={quoted}",
                f"at={min(i - first, 4)}",
                f"left={min(last - i, 4)}",
                f"clause at={min(i - clause_at, 3)}",
                f"q{quoted}{low[i - 1] if i > first else '^'}",
            ]
            for step in range(1, WINDOW + 1):
                mine.append(f"-{step}={low[i - step] if i - step >= first else '^'}")
                mine.append(f"+{step}={low[i + step] if i + step < last else '$'}")
            mine.append(f"-1,0={low[i - 1] if i > first else '^'} {low[i]}")
            mine.append(f"0,+1={low[i]} {low[i + 1] if i + 1 < last else '$'}")
            found.append([*mine, *clause, *of_sentence])
    return found


def _edge(word: str) -> bool:
    return word in ',;:–—„“«»”"()'


def _cues(part: str) -> list[str]:
    """What a stretch holds."""
    kinds = {"report": REPORT, "reported": REPORTED, "demand": DEMAND}
    return [name for name, pattern in kinds.items() if pattern.search(part)] + [
        name
        for name, hit in (("quote", any(mark in part for mark in "„«»“")), ("digit", any(c.isdigit() for c in part)))
        if hit
    ]


def _shape(word: str) -> str:
    if not word[0].isalnum():
        return word
    if word[0].isdigit():
        return "0"
    return "Xx" if word[0].isupper() else "x"


def _sentence_tokens(text: str, tokens: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Every token belongs to exactly one sentence: ``(first, one after the last)``, in order."""
    starts = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            starts += [start for start, _ in split(text, at, at + len(line))]
        at += len(line) + 1
    edges, bounds = set(starts), [0] if tokens else []
    pending = sorted(edges)
    place = 0
    for i, (start, _) in enumerate(tokens):
        crossed = False
        while place < len(pending) and pending[place] <= start:
            place += 1
            crossed = True
        if crossed and i:
            bounds.append(i)
    return list(zip(bounds, [*bounds[1:], len(tokens)], strict=True))
