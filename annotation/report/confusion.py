"""Which labels are mixed up: what one annotator said where another one said something else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from annotation.report.names import LAYER_NAMES, SHORT_NAMES
from dataset.labels import LIST_OF
from dataset.page.canvas import matrix_png
from dataset.page.markup import Html, Picture, grid, image, joined, named, paragraph, tag
from dataset.page.values import percent, plural, shortened
from dataset.records.agreement import Agreement
from dataset.scheme import Scheme

MOST_LABELS = 15
MOST_MIXED = 10
MOST_ERRORS = 20
AXES = ("one annotator said", "another annotator said (%)")
LAYERS = tuple(layer for layer in LAYER_NAMES if layer != "span")  # the files are named after these, never after data


@dataclass(frozen=True)
class Confusion:
    """How often two annotators of the same claim gave these labels, over all pairs."""

    labels: list[str]
    counts: dict[tuple[str, str], int]  # symmetric: each pair of answers counts from both sides

    def share(self, one: str, other: str) -> float | None:
        """Of the answers of others where somebody said ``one``, the share that is ``other``; None where nobody said it."""
        total = sum(self.counts.get((one, label), 0) for label in self.labels)
        return self.counts.get((one, other), 0) / total if total else None

    @property
    def mixed(self) -> list[tuple[int, str, str]]:
        """How often two different labels met, most often first."""
        order = {label: place for place, label in enumerate(self.labels)}
        found = [(n, a, b) for (a, b), n in self.counts.items() if n and order[a] < order[b]]
        return sorted(found, key=lambda one: (-one[0], order[one[1]], order[one[2]]))


def confusion_of(report: Agreement, layer: str, scheme: Scheme) -> Confusion | None:
    """The confusion of a layer, summed over all pairs; None where the report has none."""
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for pair in report.pairs.values():
        for one, given in pair.confusion.get(layer, {}).items():
            for other, n in given.items():
                counts[one, other] += n
                counts[other, one] += n
    seen = {label for labels, n in counts.items() if n for label in labels}
    if not seen:
        return None
    known = scheme.ids("article_stances" if layer == "article_stance" else LIST_OF[layer])
    return Confusion([*known, *sorted(seen - set(known))], dict(counts))


def confusion_pictures(report: Agreement, scheme: Scheme) -> dict[str, Picture]:
    """A figure for each layer where there is something to see."""
    pictures = {}
    for layer in LAYERS:
        found = confusion_of(report, layer, scheme)
        if found is None:
            continue
        labels = _most_used(found)
        shares = [[found.share(one, other) for other in labels] for one in labels]
        pictures[layer] = Picture(
            f"confusion-{layer}.png",
            matrix_png(labels, shares, *AXES),
            matrix_png(labels, shares, *AXES, dark=True),
            f"Matrix of the {LAYER_NAMES[layer]}: what another annotator said where one said the label of the row. {_in_words(found)}",
        )
    return pictures


def _most_used(found: Confusion) -> list[str]:
    """The labels of the figure, in the scheme's order: those used most where there are too many."""
    used = {label: sum(found.counts.get((label, other), 0) for other in found.labels) for label in found.labels}
    most = sorted(found.labels, key=lambda label: -used[label])[:MOST_LABELS]
    return [label for label in found.labels if label in most]


def _in_words(found: Confusion) -> str:
    if not found.mixed:
        return "No two labels were ever mixed up."
    n, a, b = found.mixed[0]
    return f"Most often mixed up: {shortened(a)} and {shortened(b)} ({n} times)."


def confusion_section(report: Agreement, scheme: Scheme, pictures: Mapping[str, Picture]) -> Html:
    """Figure and table for each layer, and what the aggregation estimates of each annotator."""
    parts: list[str | None] = []
    if not pictures:
        parts.append(
            paragraph("No two annotators labelled the same claim, so it cannot be said which labels are mixed up.")
        )
    for layer in LAYERS:
        found = confusion_of(report, layer, scheme)
        if found is None or layer not in pictures:
            continue
        parts += [tag("h3", LAYER_NAMES[layer].capitalize()), image(pictures[layer])]
        if len(found.labels) > MOST_LABELS:
            parts.append(
                paragraph(
                    f"The figure shows the {MOST_LABELS} labels used most of {len(found.labels)}.", class_="quiet"
                )
            )
        if not found.mixed:
            parts.append(paragraph("No two labels were ever mixed up."))
            continue
        rows = [
            [
                tag("bdi", f"{shortened(a)} / {shortened(b)}"),
                f"{n:,}",
                percent(found.share(a, b)),
                percent(found.share(b, a)),
            ]
            for n, a, b in found.mixed[:MOST_MIXED]
        ]
        head = ["labels", "times", "of answers to the first", "of answers to the second"]
        most = f", the {MOST_MIXED} most frequent of {len(found.mixed)}" if len(found.mixed) > MOST_MIXED else ""
        parts.append(grid(f"Labels that two annotators gave to the same item{most}", head, rows))
    parts.append(_errors(report))
    return joined(parts)


def _errors(report: Agreement) -> Html | None:
    """What the aggregation thinks each annotator gets wrong, where the method estimates that."""
    found = []
    for layer in LAYER_NAMES:
        for annotator, labels in report.confusions.get(layer, {}).items():
            for true, shares in labels.items():
                found += [
                    (share, layer, annotator, true, given)
                    for given, share in shares.items()
                    if true != given and share >= 0.1
                ]
    if not found:
        return None
    found.sort(key=lambda one: (-one[0], *one[1:]))
    rows = [
        [named(annotator), SHORT_NAMES[layer], tag("bdi", true), tag("bdi", given), percent(value)]
        for value, layer, annotator, true, given in found[:MOST_ERRORS]
    ]
    some = f", {MOST_ERRORS} of {plural(len(found), 'such habit')}" if len(found) > MOST_ERRORS else ""
    caption = f"What the aggregation estimates: who says another label in a tenth of cases or more{some}"
    return joined(
        [
            tag("h3", "Habits of annotators"),
            grid(caption, ["annotator", "layer", "where it is", "says", "how often"], rows, texts=4),
            paragraph(
                "These are estimates of a model that takes the annotators' consensus for the truth; a lone expert looks wrong in it.",
                class_="quiet",
            ),
        ]
    )
