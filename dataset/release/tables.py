"""Markdown tables of counts, and numbers in running text, each marked so that a check can find and recompute it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dataset.release.markdown import inline

ROWS = {
    "articles": "an article with its blocks",
    "sentences": "a sentence of the body, with the kind of claim it makes",
    "claims": "a claim: span, claimant, kind, target, stance, votes",
    "stance": "a claim against its target",
    "article_stance": "an article against a target",
}
LONGEST = 20  # rows of a table of counts; outlets and months can be hundreds

_MARK = re.compile(r"(?<=[^\s<>|])<!--=([a-z_.]+)-->")
_BREAK = re.compile(r"[\s<>|]")


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; cells that are no ``Markdown`` are escaped."""

    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(map(inline, cells)) + " |"

    return "\n".join([line(head), "|" + "---|" * len(head), *(line(row) for row in rows)])


def most_frequent(title: str, counts: Mapping[str, int], unit: str = "articles") -> str:
    """A table of counts; of a long one the most frequent, and how many others there are."""
    rows: list[tuple[str, int]] = list(counts.items())
    if len(rows) > LONGEST:
        ranked = sorted(rows, key=lambda row: (-row[1], row[0]))
        rest = ranked[LONGEST - 1 :]
        rows = [*ranked[: LONGEST - 1], (f"{len(rest)} others", sum(n for _, n in rest))]
    return table([title, unit], rows)


def by_time(months: Mapping[str, int]) -> str:
    """A table of articles by month; by year where the months are many, and of many years the most frequent."""
    if len(months) <= LONGEST:
        return table(["month", "articles"], months.items())
    years: dict[str, int] = {}
    for month, n in months.items():
        year = month if month == "unknown" else month[:4]
        years[year] = years.get(year, 0) + n
    return most_frequent("year", years)


def computed(name: str, parts: Iterable[str]) -> str:
    """What the build computed, between marks that a check finds it by."""
    return "\n\n".join([f"<!-- numbers: {name} -->", *parts, f"<!-- end of {name} -->"])


def marked(name: str, value: object) -> str:
    """A computed number in running text with its mark."""
    return f"{value}<!--={name}-->"


def marks(text: str) -> list[tuple[str, str]]:
    """All marked numbers of a text: name and value, in order."""
    found, end = [], 0
    for mark in _MARK.finditer(text):
        # From the mark backwards: a long text without marks is read once.
        found.append((mark[1], _BREAK.split(text[end : mark.start()])[-1]))
        end = mark.end()
    return found


def unmarked(text: str) -> str:
    """The text without its marks, for where nobody renders Markdown."""
    return _MARK.sub("", text)
