"""Agreement per layer, and per label of a layer."""

from __future__ import annotations

from annotation.report.figures import agreement_png
from annotation.report.gates import RELIABLE, TENTATIVE, Verdict, judge
from annotation.report.names import LAYER_NAMES, SHORT_NAMES
from dataset.page.markup import Html, Picture, bar, grid, image, joined, paragraph, tag
from dataset.page.values import interval, shortened, shown, words
from dataset.records.agreement import Agreement, LayerAlpha

MOST_LABELS = 40


def verdicts_of_layers(report: Agreement) -> dict[str, Verdict]:
    """The verdict on every layer. The span layer is left out where the report knows nothing of it."""
    return {
        layer: judge(layer, _layer(report, layer)) for layer in LAYER_NAMES if layer != "span" or layer in report.alpha
    }


def _layer(report: Agreement, layer: str) -> LayerAlpha:
    return report.alpha.get(layer) or LayerAlpha()


def agreement_picture(report: Agreement) -> Picture | None:
    """α of all layers with intervals and gates; None where no α is known."""
    rows, spoken = [], []
    for layer, verdict in verdicts_of_layers(report).items():
        found = _layer(report, layer)
        value, low, high = found.alpha, found.low, found.high
        if value is None:
            continue
        rows.append((LAYER_NAMES[layer], verdict.level, min(max(value, -1.0), 1.0), _drawn(low), _drawn(high)))
        bounds = f" ({interval(low, high, 3)})" if low is not None and high is not None else ""
        spoken.append(f"{LAYER_NAMES[layer]} {shown(value, 3)}{bounds}, {verdict.short}")
    if not rows:
        return None
    alt = f"Krippendorff's α by layer with 95 % intervals against the gates .667 and .80: {'; '.join(spoken)}."
    return Picture("agreement.png", agreement_png(rows), agreement_png(rows, dark=True), alt)


def _drawn(value: float | None) -> float | None:
    return None if value is None else min(max(value, -1.0), 1.0)


def verdict_cards(report: Agreement, silver: bool) -> Html:
    """What to think of each layer, in words; of silver labels it holds among models only."""
    cards = []
    for layer, verdict in verdicts_of_layers(report).items():
        found = _layer(report, layer)
        value = found.alpha
        figure = ""
        if value is not None:
            bounds = interval(found.low, found.high, 3)
            figure = f"α {shown(value, 3)}" + (f" (95 % interval {bounds})" if " " in bounds else "")
        cards.append(
            tag(
                "div",
                tag("h3", LAYER_NAMES[layer].capitalize()),
                paragraph(
                    tag("strong", verdict.short),
                    " among models" if silver and value is not None else None,
                    f" {figure}",
                ),
                paragraph(verdict.sentence),
                class_=f"verdict {verdict.level}",
            )
        )
    return tag("div", *cards, class_="verdicts")


def layers_section(report: Agreement, picture: Picture | None) -> Html:
    """Figure and table of all layers."""
    note = paragraph(
        "Krippendorff's α is 1 where annotators always agree and 0 where they agree as by chance; below 0 they contradict each"
        " other. The gates are the usual ones: .80 and more is reliable, .667 and more allows tentative conclusions. Intervals are"
        " 95 % bootstrap intervals over articles. Raw: the share of pairs of answers that are the same, chance included. A high α"
        " says that the labels can be repeated, not that they are right.",
        class_="quiet",
    )
    rows: list[list[str]] = []
    for layer, verdict in verdicts_of_layers(report).items():
        found = _layer(report, layer)
        rows.append(
            [
                SHORT_NAMES[layer],
                verdict.short,
                shown(found.alpha, 3),
                interval(found.low, found.high, 3),
                shown(found.raw),
                shown(found.fleiss_kappa, 3),
                "–" if found.units is None else f"{found.units:,}",
                words(found.metric) or "–",
            ]
        )
    head = ["layer", "verdict", "α", "95 % interval", "raw", "Fleiss' κ", "units", "metric"]
    shown_picture = image(picture) if picture else paragraph("No α can be computed yet, so there is nothing to draw.")
    return joined([note, shown_picture, grid("Agreement per layer; a dash: cannot be computed", head, rows, texts=2)])


def labels_section(report: Agreement) -> Html:
    """α of each label against all others of its layer."""
    parts = []
    for layer, name in LAYER_NAMES.items():
        by_label = _layer(report, layer).by_label
        if not by_label:
            continue
        rows: list[list[str]] = []
        for label, one in list(by_label.items())[:MOST_LABELS]:
            rows.append(
                [
                    tag("bdi", shortened(label)),
                    bar(one.alpha, one.low, one.high, (TENTATIVE, RELIABLE)),
                    shown(one.alpha, 3),
                    interval(one.low, one.high, 3),
                    "–" if one.given is None else f"{one.given:,}",
                ]
            )
        more = f", the first {MOST_LABELS} of {len(by_label)} labels" if len(by_label) > MOST_LABELS else ""
        parts += [grid(f"{name.capitalize()}{more}", ["label", "", "α", "95 % interval", "given"], rows, texts=2)]
    if not parts:
        return paragraph("Agreement per label was not computed.")
    note = paragraph(
        "α of each label against all others: which of them annotators tell apart. Given: how often anybody gave it; on few answers"
        " α says little. The bar runs from 0 to 1 with the gates dashed; the line in it is the interval. A dash: cannot be computed,"
        " because nobody gave the label, nobody gave another one, or only one article has it.",
        class_="quiet",
    )
    return joined([note, *parts])
