"""Who differs from whom: agreement of every two annotators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from annotation.report.names import LAYER_NAMES, SHORT_NAMES
from dataset.page.markup import Html, grid, heat, joined, named, paragraph, tag
from dataset.page.values import interval, plural, shortened, shown
from dataset.records.agreement import Agreement, PairAgreement

MOST_IN_MATRIX = 12
MOST_PAIRS = 30
SEPARATOR = "–"


@dataclass(frozen=True)
class Pair:
    """Two annotators and what the report says of them."""

    key: str
    first: str | None  # None where the key cannot be taken apart without doubt
    second: str | None
    found: PairAgreement

    @property
    def kappas(self) -> dict[str, float]:
        """Cohen's κ by layer, where there is one."""
        return {layer: value for layer in LAYER_NAMES if (value := self.found.kappa.get(layer)) is not None}

    @property
    def rank(self) -> tuple[float, float, str]:
        """What sorts pairs, those that agree least first."""
        span = self.found.span_f1
        kappas = list(self.kappas.values())
        return (sum(kappas) / len(kappas) if kappas else 2.0, 2.0 if span is None else span, self.key)


def read_pairs(report: Agreement) -> list[Pair]:
    """All pairs of the report, those that agree least first."""
    known = annotator_names(report)
    pairs = []
    for key, found in report.pairs.items():
        first, second = _split(key, known) or (None, None)
        pairs.append(Pair(key, first, second, found))
    return sorted(pairs, key=lambda pair: pair.rank)


def annotator_names(report: Agreement) -> list[str]:
    """All annotators that the report names."""
    return sorted({*report.annotators, *report.by_annotator})


def _split(key: str, known: Iterable[str]) -> tuple[str, str] | None:
    """The two names of a key. A name may hold the separator itself: then the annotators who are known tell which one it is."""
    names = set(known)
    places = [place for place, char in enumerate(key) if char == SEPARATOR]
    cuts = [(key[:place], key[place + 1 :]) for place in places]
    sure = [cut for cut in cuts if cut[0] in names and cut[1] in names]
    if len(sure) == 1:
        return sure[0]
    return cuts[0] if len(cuts) == 1 else None


def pairs_section(report: Agreement) -> Html:
    """A matrix for each measure where the annotators are few, and a table of the pairs that agree least."""
    pairs = read_pairs(report)
    if not pairs:
        return paragraph("No two annotators labelled the same article, so no two annotators can be compared.")
    parts: list[str | None] = [
        paragraph(
            "Span F1 says how far two annotators mark the same claims (1: all of them); Cohen's κ how far they label the claims that"
            " both marked alike, beyond chance (1: always, 0: as by chance). A dash: cannot be computed, because the two share nothing"
            " that could be compared, or only ever gave one label. Same: the share of equal answers, chance included.",
            class_="quiet",
        ),
        _least(pairs),
    ]
    names = sorted({name for pair in pairs for name in (pair.first, pair.second) if name is not None})
    if 2 < len(names) <= MOST_IN_MATRIX:
        parts.append(tag("div", *_matrices(pairs, names), class_="matrices"))
    elif len(names) > MOST_IN_MATRIX:
        parts.append(
            paragraph(
                f"A matrix of {len(names)} annotators would not be read: the table below has the pairs that agree least."
            )
        )
    parts.append(_list(pairs))
    return joined(parts)


def _least(pairs: list[Pair]) -> Html | None:
    measured = [(value, layer, pair) for pair in pairs for layer, value in pair.kappas.items()]
    if not measured or len(pairs) < 2:
        return None
    value, layer, pair = min(measured, key=lambda one: (one[0], one[2].key, one[1]))
    return paragraph("The two that differ most: ", _names(pair), f", κ {shown(value)} on the {LAYER_NAMES[layer]}.")


def _names(pair: Pair) -> Html:
    if pair.first is None or pair.second is None:
        return named(pair.key, 60)
    return joined([named(pair.first, 24), " and ", named(pair.second, 24)])


def _matrices(pairs: list[Pair], names: list[str]) -> list[Html]:
    grids = []
    for measure in ("span_f1", *LAYER_NAMES):
        values: dict[tuple[str | None, str | None], float] = {}
        for pair in pairs:
            value = pair.found.span_f1 if measure == "span_f1" else pair.kappas.get(measure)
            if value is not None:
                values[pair.first, pair.second] = values[pair.second, pair.first] = value
        if not values:
            continue
        rows = [
            [
                named(row, 20),
                *(
                    _own() if row == column else heat(values.get((row, column)), shown(values.get((row, column))))
                    for column in names
                ),
            ]
            for row in names
        ]
        caption = "Span F1" if measure == "span_f1" else f"κ, {LAYER_NAMES[measure]}"
        grids.append(grid(caption, ["", *(shortened(name, 12) for name in names)], rows))
    return grids


def _own() -> Html:
    return tag("td", "", class_="same")


def _list(pairs: list[Pair]) -> Html:
    layers = [layer for layer in LAYER_NAMES if any(layer in pair.kappas for pair in pairs)]
    raw = [layer for layer in LAYER_NAMES if any(pair.found.raw.get(layer) is not None for pair in pairs)]
    head = ["annotators", "articles", "span F1", "95 % interval", "exact", "partial"]
    head += [f"κ {SHORT_NAMES[layer]}" for layer in layers] + [f"same {SHORT_NAMES[layer]}" for layer in raw]
    rows: list[list[str]] = []
    for pair in pairs[:MOST_PAIRS]:
        found = pair.found
        rows.append(
            [
                _names(pair),
                shown(found.articles, 0),
                shown(found.span_f1),
                interval(found.span_f1_low, found.span_f1_high),
                shown(found.span_f1_exact),
                shown(found.span_f1_partial),
                *(shown(pair.kappas.get(layer)) for layer in layers),
                *(shown(found.raw.get(layer)) for layer in raw),
            ]
        )
    several = plural(len(pairs), "pair")
    caption = (
        f"{several}, those that agree least first"
        if len(pairs) <= MOST_PAIRS
        else f"The {MOST_PAIRS} of {several} that agree least"
    )
    return grid(caption, head, rows)
