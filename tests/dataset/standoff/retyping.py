"""Articles typed anew by another publisher, with what became of every character; and how well spans are found again in them.

``python -m tests.dataset.standoff.retyping [FOLDER]`` prints the figures of ``docs/decisions.md``.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from dataset.blocks import structure
from dataset.sentences import split
from dataset.standoff.anchoring import align
from dataset.standoff.anchors import anchors_of
from dataset.standoff.letters import Lettered, Span
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


def same_length(copy: Typed, dice: random.Random) -> Typed:
    """A word changed for one of the same length, as a number for another: no length shows it."""
    start, word = dice.choice([(i, one) for i, one in _words(text_of(copy)) if len(one) > 2])
    new = "".join(dice.sample(word, len(word)))
    new = new if new != word else word[:-1] + ("x" if word[-1] != "x" else "y")
    return [*copy[:start], *((char, None) for char in new), *copy[start + len(word) :]]


def untitle(copy: Typed, _: random.Random) -> Typed:
    """The first line gone."""
    text = text_of(copy)
    start = text.find("\n", len(text) - len(text.lstrip())) + 1
    return copy[start + len(text[start:]) - len(text[start:].lstrip()) :] if start else copy


def merge(copy: Typed, dice: random.Random) -> Typed:
    """Two sentences made one, with a comma and a small letter."""
    bounds = [end for _, end in sentence_bounds(copy) if end + 1 < len(copy) and copy[end][0] == " "]
    end = dice.choice(bounds) if bounds else len(copy)
    new: Typed = [(",", None), (" ", None), *((char.lower(), None) for char, _ in copy[end + 1 : end + 2])]
    return [*copy[: end - 1], *new, *copy[end + 2 :]] if bounds else copy


def swap(copy: Typed, dice: random.Random) -> Typed:
    """Two sentences have changed places."""
    (a, b), (c, d) = sorted(dice.sample(sentence_bounds(copy), 2))
    return [*copy[:a], *copy[c:d], *copy[b:c], *copy[a:b], *copy[d:]]


def double(copy: Typed, dice: random.Random) -> Typed:
    """A sentence a second time, somewhere else."""
    (start, end), at = dice.choice(sentence_bounds(copy)), dice.choice(sentence_bounds(copy))[0]
    again: Typed = [(char, None) for char, _ in copy[start:end]]
    return [*copy[:at], *again, (" ", None), *copy[at:]]


def shuffle(copy: Typed, dice: random.Random) -> Typed:
    """The paragraphs in another order."""
    text, parts, start = text_of(copy), [], 0
    for line in text.splitlines(keepends=True):
        parts.append(copy[start : start + len(line)])
        start += len(line)
    if parts and not text.endswith("\n"):
        parts[-1] = [*parts[-1], ("\n", None)]
    dice.shuffle(parts)
    return [one for part in parts for one in part]


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


def outcome(text: str, spans: set[Span], copy: Typed) -> Counter[str]:
    """Counts of spans: found right or wrong, or missed although the copy has them; and whether all of the article was found."""
    old, new = Lettered(text), Lettered(canonical(text_of(copy)).text)
    if new.text != text_of(copy):
        raise ValueError("a retyped text has to be canonical already")
    aligned = align(anchors_of("a0", text, spans), new)
    counts = Counter({"whole": 1} if aligned and aligned.whole else {})
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


_ACTS: dict[str, Callable[[Typed, random.Random], Typed]] = {
    "d": delete,
    "c": change,
    "C": same_length,
    "h": untitle,
    "m": merge,
    "s": swap,
    "2": double,
    "p": shuffle,
    "t": typography,
}
_DOINGS = {
    "nothing": "",
    "title line gone": "h",
    "one word changed": "c",
    "one sentence deleted": "d",
    "three put in": "iii",
    "typography": "t",
    "typography, title line gone": "ht",
    "typography, one word changed": "ct",
    "typography, one deleted": "dt",
    "typography, three put in": "iiit",
    "title line gone, one put in, one deleted": "hid",
    "three words changed": "ccc",
    "two sentences merged": "m",
    "paragraphs in another order": "p",
    "two sentences swapped": "s",
    "a sentence twice": "2",
    "five words changed, lengths kept": "CCCCC",
    "all of it": "hidcC2smt",
}


def figures(articles: Sequence[str], seeds: int = 5) -> None:
    """Print what became of all spans of these articles, by what was done to them."""
    dice = random.Random(1)
    pool = [text[a:b] for text in articles for a, b in sentence_bounds(typed(text)) if b - a > 40]
    columns = ("whole", "right", "reads the same", "wrong", "missed", "gone")
    print(f"{'what was done':42}" + "".join(f"{name:>15}" for name in ("articles", *columns, "share")))
    for name, steps in _DOINGS.items():
        total: Counter[str] = Counter()
        for text in articles:
            for _ in range(seeds):
                total += outcome(text, some_spans(text, dice), retyped(text, dice, steps, pool))
        row = [len(articles) * seeds, *(total[key] for key in columns)]
        share = (total["right"] + total["reads the same"]) / sum(total[key] for key in columns[1:-1])
        print(f"{name:42}" + "".join(f"{n:15}" for n in row) + f"{share:15.3f}", flush=True)


def retyped(text: str, dice: random.Random, steps: str, pool: Sequence[str]) -> Typed:
    """An article after these steps: i, a sentence of the pool put in; the others as in ``_ACTS``."""
    copy = typed(text)
    for step in steps:
        copy = insert(copy, dice, dice.choice(pool)) if step == "i" else _ACTS[step](copy, dice)
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
