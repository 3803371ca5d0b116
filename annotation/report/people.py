"""What each annotator did, how it compares with the others, and whether it compares with itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotation.report.names import LAYER_NAMES, METHODS, SHORT_NAMES
from annotation.report.pairs import annotator_names
from dataset.page.markup import Html, grid, joined, named, paragraph, tag
from dataset.page.values import NO_VALUE, number, shown, table, words

_KINDS = {"human": "person", "model": "model"}


def duration(seconds: Any) -> str:
    """Seconds as a person reads them."""
    found = number(seconds)
    if found is None or found < 0:
        return NO_VALUE
    whole = round(found)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60} min"


def people_section(report: Mapping[str, Any]) -> Html:
    """The table of annotators, and their blind repeats."""
    names = annotator_names(report)
    if not names:
        return paragraph("Nobody has finished an article yet.")
    return joined([_work(report, names), _quality_note(report), tag("h3", "Blind repeats"), *_repeats(report)])


def _work(report: Mapping[str, Any], names: list[str]) -> Html:
    found = {name: table(report, "by_annotator", name) for name in names}
    layers = [
        layer
        for layer in LAYER_NAMES
        if any(number(table(one, "kappa").get(layer)) is not None for one in found.values())
    ]
    qualities = [
        layer
        for layer in LAYER_NAMES
        if any(number(one) is not None for one in table(report, "quality", layer).values())
    ]
    head = [
        "annotator",
        "who",
        "articles",
        "claims",
        "skipped",
        "span F1",
        *(f"κ {SHORT_NAMES[layer]}" for layer in layers),
    ]
    head += [f"quality {SHORT_NAMES[layer]}" for layer in qualities]
    head += ["median time", "first", "last"]
    rows: list[list[str]] = []
    for name, one in found.items():
        kind = words(one.get("annotator_kind")) or words(table(report, "annotators").get(name)) or ""
        rows.append(
            [
                named(name),
                _KINDS.get(kind, NO_VALUE),
                *(shown(one.get(key), 0) for key in ("articles", "claims", "skipped")),
                shown(one.get("span_f1")),
                *(shown(table(one, "kappa").get(layer)) for layer in layers),
                *(shown(table(report, "quality", layer).get(name)) for layer in qualities),
                duration(one.get("seconds")),
                *((words(one.get(key)) or NO_VALUE)[:10] for key in ("first", "last")),
            ]
        )
    note = paragraph(
        "Span F1 and κ compare each annotator with the others on the articles that they share. Who stands apart need not be wrong: read the"
        " hardest items before talking to anybody. A dash: not recorded, or nothing to compare with.",
        class_="quiet",
    )
    return joined([grid("Annotators", head, rows, texts=2), note])


def _quality_note(report: Mapping[str, Any]) -> Html | None:
    if not any(number(one) is not None for layer in LAYER_NAMES for one in table(report, "quality", layer).values()):
        return None
    method = words(report.get("aggregation")) or "the method"
    method = METHODS.get(method, method)
    return paragraph(
        f"Quality is what the aggregation ({method}) makes of an annotator: how often his or her answer is, or is estimated to be, gold's.",
        class_="quiet",
    )


def _repeats(report: Mapping[str, Any]) -> list[Html]:
    """Annotators against themselves."""
    rows: list[list[str]] = []
    why: dict[str, list[str]] = {}
    for name in sorted(table(report, "intra")):
        one = table(report, "intra", name)
        kappas = [number(table(one, "kappa").get(layer)) for layer in LAYER_NAMES]
        reason = words(one.get("why"))
        if reason is not None:
            why.setdefault(reason, []).append(name)
        if number(one.get("span_f1")) is None and not any(kappa is not None for kappa in kappas):
            if reason is None:
                why.setdefault("there is nothing to compare", []).append(name)
            continue
        rows.append([named(name), shown(one.get("articles"), 0), shown(one.get("span_f1")), *map(shown, kappas)])
    found = []
    if rows:
        head = ["annotator", "articles", "span F1", *(f"κ {name}" for name in SHORT_NAMES.values())]
        found.append(grid("The same article labelled twice by the same annotator, without being told", head, rows))
        found.append(
            paragraph(
                "Nobody can agree with others better than with himself or herself: this is the ceiling.", class_="quiet"
            )
        )
    for reason, names in sorted(why.items()):
        parts = [joined([named(name)]) for name in names[:6]]
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        found.append(paragraph("Not computed for ", joined(parts, ", "), more, f": {reason.rstrip('.')}."))
    return found or [
        paragraph("Nobody labelled an article twice, so it cannot be said how far annotators agree with themselves.")
    ]
