"""Find the parts of an old text that a corrected one still has: exact offsets, without any text kept."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

from dataset.records.correction import Kept
from dataset.records.types import Span

# A text of which less than half is kept was not corrected but replaced.
MIN_KEPT = 0.5
_UNIT = re.compile(r"\S+\s*|\s+")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")
# A short run of words between two much longer edits is there by chance.
_CHANCE, _LONGER = 20, 4
# Pairs of lines or words that are compared: a minute at most. Beyond, what differs is touched as a whole.
_MOST = 1_000_000_000


@dataclass(frozen=True)
class Alignment:
    """Offsets of what an old text and a new one share."""

    old_length: int
    new_length: int
    kept: tuple[Kept, ...]  # in order
    broken: frozenset[int] = frozenset()  # offsets of the old text at which a border would now split a word

    @property
    def share(self) -> float:
        """Share of the old text that is kept."""
        return sum(run.length for run in self.kept) / max(1, self.old_length)

    @property
    def replaced(self) -> bool:
        """Return whether the new text is another one rather than a corrected one: then no label is carried over."""
        return self.share < MIN_KEPT

    def move(self, span: Span) -> Span | None:
        """Return where a span is in the new text; None if an edit touches it.

        An edit touches a span if it changes a character of it, or if the span would now begin or end within a word.
        """
        place = bisect_right(self.kept, span.start, key=lambda run: run.old) - 1
        if self.replaced or place < 0 or span.start in self.broken or span.end in self.broken:
            return None
        run = self.kept[place]
        if span.end > run.old + run.length:
            return None
        return Span(span.start - run.old + run.new, span.end - run.old + run.new)

    def around(self, span: Span) -> Span:
        """Return the part of the new text that a touched span became, as closely as the kept characters around it allow."""
        if self.replaced:
            return Span(0, max(1, self.new_length))
        before = [run for run in self.kept if run.old <= span.start]
        after = [run for run in self.kept if run.old + run.length >= span.end]
        start = end = 0
        if before:
            start = before[-1].new + min(span.start - before[-1].old, before[-1].length)
        end = after[0].new + max(span.end - after[0].old, 0) if after else self.new_length
        start = min(start, max(0, self.new_length - 1))
        return Span(start, max(end, start + 1))


def align_texts(old: str, new: str) -> Alignment:
    """Align two texts: lines, then words, then the characters at both ends of what differs."""
    kept = _without_chance(_joined(_aligned(old, new, 0, 0, (_LINE, _UNIT))), len(old), len(new))
    kept = _joined(_slid(kept, old, new))
    return Alignment(len(old), len(new), tuple(kept), frozenset(_broken(kept, old, new)))


def _aligned(old: str, new: str, at_old: int, at_new: int, units: tuple[re.Pattern[str], ...]) -> Iterator[Kept]:
    """Yield the runs that two parts share: both ends, and what is between them by smaller and smaller units."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if head:
        yield Kept(at_old, at_new, head)
    left_old, left_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if units and left_old and left_new:
        yield from _by_unit(left_old, left_new, at_old + head, at_new + head, units)
    if tail:
        yield Kept(at_old + len(old) - tail, at_new + len(new) - tail, tail)


def _by_unit(old: str, new: str, at_old: int, at_new: int, units: tuple[re.Pattern[str], ...]) -> Iterator[Kept]:
    parts_old, parts_new = units[0].findall(old), units[0].findall(new)
    if len(parts_old) * len(parts_new) > _MOST:
        return
    matcher = SequenceMatcher(None, parts_old, parts_new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        was, now = "".join(parts_old[a:b]), "".join(parts_new[c:d])
        if tag == "equal":
            yield Kept(at_old, at_new, len(was))
        elif tag == "replace":
            yield from _aligned(was, now, at_old, at_new, units[1:])
        at_old, at_new = at_old + len(was), at_new + len(now)


def _common(a: str, b: str) -> int:
    """Length of the common beginning."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low


def _joined(runs: Iterable[Kept]) -> list[Kept]:
    """Runs without those that are empty; runs with nothing between them are one."""
    found: list[Kept] = []
    for run in runs:
        last = found[-1] if found else None
        if last is not None and (last.old + last.length, last.new + last.length) == (run.old, run.new):
            found[-1] = Kept(last.old, last.new, last.length + run.length)
        elif run.length:
            found.append(run)
    return found


def _without_chance(runs: list[Kept], old: int, new: int) -> list[Kept]:
    """Runs without the short ones between two edits that are much longer."""
    sides = [_Side(0, 0), *(_Side(run.old + run.length, run.new + run.length) for run in runs)]
    starts = [*(_Side(run.old, run.new) for run in runs), _Side(old, new)]
    gaps = [max(there.old - here.old, there.new - here.new) for here, there in zip(sides, starts, strict=True)]
    return [
        run
        for place, run in enumerate(runs)
        if run.length >= _CHANCE or min(gaps[place], gaps[place + 1]) <= _LONGER * run.length
    ]


class _Side(NamedTuple):
    old: int
    new: int


def _slid(runs: list[Kept], old: str, new: str) -> list[Kept]:
    """The same runs, with what was only inserted or only deleted moved to a border of lines, sentences or words.

    "Das ist gut." after an inserted "Das ist schlecht. " is the old sentence as a whole, not its first two words and the rest.
    """
    found = list(runs)
    for place in range(len(found) - 1):
        left, right = found[place], found[place + 1]
        gap_old = right.old - left.old - left.length
        gap_new = right.new - left.new - left.length
        if (gap_old == 0) == (gap_new == 0):
            continue
        text, at, gap = (new, left.new + left.length, gap_new) if gap_new else (old, left.old + left.length, gap_old)
        back = 0
        while back < left.length - 1 and text[at - back - 1] == text[at + gap - back - 1]:
            back += 1
        ahead = 0
        while ahead < right.length - 1 and text[at + ahead] == text[at + gap + ahead]:
            ahead += 1
        move = max(range(-back, ahead + 1), key=lambda by: (_border(text, at + by, at + gap + by), -abs(by)))
        found[place] = Kept(left.old, left.new, left.length + move)
        found[place + 1] = Kept(right.old + move, right.new + move, right.length - move)
    return found


def _border(text: str, start: int, end: int) -> int:
    """Return how good a place for an edit is, by the worse of its two borders."""
    return min(_quality(text, start), _quality(text, end))


def _quality(text: str, at: int) -> int:
    if at in (0, len(text)) or text[at - 1] == "\n":
        return 4
    if text[at - 1].isspace():
        return 3 if text[:at].rstrip().endswith((".", "!", "?", "“", ":")) else 2
    return 1 if not (text[at - 1].isalnum() and text[at].isalnum()) else 0


def _broken(runs: list[Kept], old: str, new: str) -> Iterator[int]:
    """Ends of runs that are within a word of the new text and were not within one of the old."""
    for run in runs:
        for a, b in ((run.old, run.new), (run.old + run.length, run.new + run.length)):
            if _within_word(new, b) and not _within_word(old, a):
                yield a


def _within_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
