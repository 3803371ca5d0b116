"""Confusion matrices of a few systems: which class they give where gold says another one."""

from __future__ import annotations

from dataset.page.canvas import matrix_png
from dataset.page.markup import Html, Picture, grid, heat, joined, paragraph, tag
from dataset.page.values import percent, shortened
from dataset.records.scores import Board, Entry

MOST_CLASSES = 15
MOST_MIXED = 3

Matrix = list[list[int]]


def _matrix(scores: Board, one: Entry) -> tuple[list[str], Matrix] | None:
    """Classes and counts, gold in rows; the classes with most items where they are too many; None unless there is a row for each."""
    size = len(scores.classes)
    if not size or one.confusion is None or [len(row) for row in one.confusion] != [size] * size:
        return None
    used = [sum(row) + sum(other[place] for other in one.confusion) for place, row in enumerate(one.confusion)]
    most = sorted(sorted(range(len(used)), key=lambda place: -used[place])[:MOST_CLASSES])
    return [scores.classes[place] for place in most], [[one.confusion[a][b] for b in most] for a in most]


def _shares(counts: Matrix) -> list[list[float | None]]:
    return [[n / sum(row) if sum(row) else None for n in row] for row in counts]


def confusion_pictures(scores: Board) -> list[tuple[str, Picture]]:
    """System and picture, for the featured systems that have a matrix. The page shows tables instead."""
    found = []
    for one in scores.featured():
        matrix = _matrix(scores, one)
        if matrix is not None:
            classes, counts = matrix
            drawn = matrix_png(classes, _shares(counts), "gold", f"{shortened(one.system, 20)} said (%)")
            found.append((one.system, Picture("confusion", drawn, drawn, "")))
    return found


def confusion_section(scores: Board) -> Html | None:
    """A table a system; None where no system has a matrix."""
    tables = [(one, matrix) for one in scores.featured() if (matrix := _matrix(scores, one)) is not None]
    if not tables:
        return None
    parts: list[Html] = []
    for one, (classes, counts) in tables:
        rows = [
            [
                tag("bdi", shortened(name, 20)),
                *(_cell(n, share) for n, share in zip(row, shares, strict=True)),
                str(sum(row)),
            ]
            for name, row, shares in zip(classes, counts, _shares(counts), strict=True)
        ]
        caption = f"{shortened(one.system)}: gold in rows, what it said in columns"
        table = grid(caption, ["gold", *(shortened(name, 20) for name in classes), "items"], rows)
        parts.append(tag("div", table, _mixed(classes, counts)))
    note = paragraph("Counts, and shares of the gold class; the deeper the blue, the larger the share.", class_="quiet")
    return joined([tag("h3", "What is mixed up"), note, tag("div", *parts, class_="matrices")])


def _cell(n: int, share: float | None) -> Html:
    return heat(share, joined([f"{n:,}", tag("span", percent(share), class_="bounds")], " ") if n else "0")


def _mixed(classes: list[str], counts: Matrix) -> Html:
    wrong = [(n, a, b) for a, row in enumerate(counts) for b, n in enumerate(row) if a != b and n]
    wrong.sort(key=lambda one: (-one[0], one[1], one[2]))
    if not wrong:
        return paragraph("Nothing is mixed up.", class_="quiet")
    said = "; ".join(
        f"{shortened(classes[a])} taken for {shortened(classes[b])} {n:,}" for n, a, b in wrong[:MOST_MIXED]
    )
    return paragraph(f"Most often: {said}.", class_="quiet")
