"""What each annotator did, how it compares with the others, and whether it compares with itself."""

from __future__ import annotations

from typing import Any

from annotation.report.names import LAYER_NAMES, METHODS, SHORT_NAMES
from annotation.report.pairs import annotator_names
from dataset.page.markup import Html, grid, joined, named, paragraph, tag
from dataset.page.values import NO_VALUE, number, shown, words
from dataset.records.agreement import Agreement, AnnotatorAgreement

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


def people_section(report: Agreement) -> Html:
    """The table of annotators, and their blind repeats."""
    names = annotator_names(report)
    if not names:
        return paragraph("Nobody has finished an article yet.")
    return joined([_work(report, names), _quality_note(report), tag("h3", "Blind repeats"), *_repeats(report)])


def _work(report: Agreement, names: list[str]) -> Html:
    found = {name: report.by_annotator.get(name) or AnnotatorAgreement() for name in names}
    layers = [layer for layer in LAYER_NAMES if any(one.kappa.get(layer) is not None for one in found.values())]
    qualities = [layer for layer in LAYER_NAMES if _has_quality(report, layer)]
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
        kind = one.annotator_kind or report.annotators.get(name, "")
        rows.append(
            [
                named(name),
                _KINDS.get(kind, NO_VALUE),
                *(shown(number, 0) for number in (one.articles, one.claims, one.skipped)),
                shown(one.span_f1),
                *(shown(one.kappa.get(layer)) for layer in layers),
                *(shown(report.quality[layer].get(name)) for layer in qualities),
                duration(one.seconds),
                *((words(time) or NO_VALUE)[:10] for time in (one.first, one.last)),
            ]
        )
    note = paragraph(
        "Span F1 and κ compare each annotator with the others on the articles that they share. Who stands apart need not be wrong: read the"
        " hardest items before talking to anybody. A dash: not recorded, or nothing to compare with.",
        class_="quiet",
    )
    return joined([grid("Annotators", head, rows, texts=2), note])


def _quality_note(report: Agreement) -> Html | None:
    if not any(_has_quality(report, layer) for layer in LAYER_NAMES):
        return None
    method = words(report.aggregation) or "the method"
    method = METHODS.get(method, method)
    return paragraph(
        f"Quality is what the aggregation ({method}) makes of an annotator: how often his or her answer is, or is estimated to be, gold's.",
        class_="quiet",
    )


def _has_quality(report: Agreement, layer: str) -> bool:
    return any(one is not None for one in report.quality.get(layer, {}).values())


def _repeats(report: Agreement) -> list[Html]:
    """Annotators against themselves."""
    rows: list[list[str]] = []
    why: dict[str, list[str]] = {}
    for name, one in sorted(report.intra.items()):
        kappas = [one.kappa.get(layer) for layer in LAYER_NAMES]
        reason = words(one.why)
        if reason is not None:
            why.setdefault(reason, []).append(name)
        if one.span_f1 is None and not any(kappa is not None for kappa in kappas):
            if reason is None:
                why.setdefault("there is nothing to compare", []).append(name)
            continue
        rows.append([named(name), shown(one.articles, 0), shown(one.span_f1), *map(shown, kappas)])
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
