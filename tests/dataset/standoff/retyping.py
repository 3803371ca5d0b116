"""Articles typed anew by another publisher, with what became of every character; and how well spans are found again in them.

``python -m tests.dataset.standoff.retyping`` prints the figures of ``docs/decisions.md``.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from dataset.blocks import structure
from dataset.sentences import split
from dataset.standoff.anchoring import guess, prove
from dataset.standoff.letters import Lettered, Span, anchors_of
from dataset.text import canonical

# A character and where it stood in the article; None where it did not.
Typed = list[tuple[str, int | None]]

_QUOTES = [dict(zip("„“”\"'‚‘’", marks, strict=True)) for marks in ("»««\"'›‹’", "“””\"'‘’’", "\"\"\"\"''''")]
_DASHES = [dict.fromkeys("–—-", dash) for dash in "–—-"]
_BLANKS = [" ", "\u00a0", "  ", "\u2009", " \n"]


def typed(text: str) -> Typed:
    """A text as it stands."""
    return [(char, i) for i, char in enumerate(text)]


def text_of(copy: Typed) -> str:
    """What a reader sees."""
    return "".join(char for char, _ in copy)


def typography(copy: Typed, dice: random.Random) -> Typed:
    """Other quotation marks and dashes, other blanks here and there."""
    marks = dice.choice(_QUOTES) | dice.choice(_DASHES)
    blanks = [dice.choice(_BLANKS) for _ in range(3)]
    changed: Typed = []
    for char, i in copy:
        new = dice.choice(blanks) if char == " " and dice.random() < 0.1 else marks.get(char, char)
        changed += [(one, i if one == char else None) for one in new]
    return changed


def insert(copy: Typed, dice: random.Random, sentence: str) -> Typed:
    """A sentence put in between two, or above or below all."""
    bounds = sentence_bounds(copy)
    at = dice.choice([0, len(copy), *(start for start, _ in bounds)])
    between = [("\n", None)] if dice.random() < 0.3 else [(" ", None)]
    new: Typed = [(char, None) for char in sentence]
    return [*copy[:at], *between, *new, *between, *copy[at:]]


def delete(copy: Typed, dice: random.Random) -> Typed:
    """A sentence gone."""
    start, end = dice.choice(sentence_bounds(copy))
    return [*copy[:start], *copy[end:]]


def change(copy: Typed, dice: random.Random, word: str | None = None) -> Typed:
    """A word changed for another one of the text, or for this one."""
    text = text_of(copy)
    words = [(i, i + len(one)) for i, one in _words(text)]
    start, end = dice.choice(words)
    others = [word] if word else sorted({text[a:b] for a, b in words} - {text[start:end]})
    new: Typed = [(char, None) for char in dice.choice(others)]
    return [*copy[:start], *new, *copy[end:]]


def sentence_bounds(copy: Typed) -> list[Span]:
    """Its sentences, in all blocks."""
    text = text_of(copy)
    return [span for block in structure(text) for span in split(text, block.start, block.end)]


def _words(text: str) -> list[tuple[int, str]]:
    found, start = [], 0
    for one in text.split():
        start = text.index(one, start)
        if one.isalpha():
            found.append((start, one))
        start += len(one)
    return found


def some_spans(text: str, dice: random.Random, more: int = 20) -> set[Span]:
    """All sentences, and stretches from word to word within and across them."""
    spans = set(sentence_bounds(typed(text)))
    starts = [i for i, _ in _words(text)]
    for _ in range(more):
        start = dice.choice(starts)
        end = min(len(text), start + dice.randint(5, 200))
        while end < len(text) and not text[end].isspace():
            end += 1
        spans.add((start, end))
    return {span for span in spans if text[slice(*span)].strip()}


def outcome(text: str, spans: set[Span], copy: Typed, *, take_doubtful: bool = True) -> Counter[str]:
    """What became of spans: found right or wrong, or missed although it stands there; and by which kind of evidence."""
    old, new = Lettered(text), Lettered(canonical(text_of(copy)).text)
    if new.text != text_of(copy):
        raise ValueError("a retyped text has to be canonical already")
    anchors = anchors_of(text, spans)
    aligned = prove(anchors, new)
    counts = Counter({"proved": 1} if aligned else {})
    if aligned is None and take_doubtful:
        aligned = guess(anchors, new)
    origin = [copy[i][1] for i in new.at]
    place_of = {i: n for n, i in enumerate(origin) if i is not None}
    for span in spans:
        place = old.place(span)
        letters = old.at[place.start : place.end]
        at = place_of.get(letters[0])
        stands = at is not None and origin[at : at + len(letters)] == letters
        found = aligned.find(span) if aligned else None
        if found is None:
            counts["missed" if stands else "gone"] += 1
            continue
        back = new.place(found)
        right = origin[back.start : back.end] == letters
        same = new.letters[back.start : back.end] == old.letters[place.start : place.end]
        counts["right" if right else "reads the same" if same else "wrong"] += 1
    return counts


def figures(articles: Sequence[str], seeds: int = 5) -> None:
    """Print what became of all spans of these articles, by what was done to them."""
    dice = random.Random(1)
    pool = [text[a:b] for text in articles for a, b in sentence_bounds(typed(text)) if b - a > 40]
    doings = {
        "typography": "",
        "one sentence put in": "i",
        "three put in": "iii",
        "one deleted": "d",
        "one put in, one deleted": "id",
        "one word changed": "c",
        "three words changed": "ccc",
    }
    columns = ("proved", "right", "reads the same", "wrong", "missed", "gone")
    print(f"{'what was done':28}" + "".join(f"{name:>15}" for name in ("articles", *columns)))
    for name, steps in doings.items():
        for take in (False, True):
            total: Counter[str] = Counter()
            for text in articles:
                for _ in range(seeds):
                    copy = typography(retyped(text, dice, steps, pool), dice)
                    total += outcome(text, some_spans(text, dice), copy, take_doubtful=take)
            row = [len(articles) * seeds, *(total[key] for key in columns)]
            print(f"{name + (' *' if take else ''):28}" + "".join(f"{n:15}" for n in row))
    print("* doubtful ones taken in")


def retyped(text: str, dice: random.Random, steps: str, pool: Sequence[str]) -> Typed:
    """An article after these steps: i, a sentence of the pool put in; d, one deleted; c, a word changed."""
    acts: dict[str, Callable[[Typed, random.Random], Typed]] = {
        "i": lambda copy, dice: insert(copy, dice, dice.choice(pool)),
        "d": delete,
        "c": change,
    }
    copy = typed(text)
    for step in steps:
        copy = acts[step](copy, dice)
    return copy


if __name__ == "__main__":
    folders = [Path(one) for one in sys.argv[1:]] or [Path("seeds/sample/articles")]
    figures(
        [
            canonical(path.read_text(encoding="utf-8")).text
            for folder in folders
            for path in sorted(folder.glob("*.txt"))
        ]
    )
