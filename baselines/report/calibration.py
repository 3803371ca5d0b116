"""Whether probabilities mean what they say: reliability diagrams, ECE and Brier score."""

from __future__ import annotations

from baselines.report.figures import Dot, reliability_png
from baselines.report.names import figure, system_name
from dataset.page.markup import Html, Picture, beside, grid, image, joined, paragraph, tag
from dataset.page.values import NO_VALUE, percent, shortened
from dataset.records.scores import Board, Entry

MOST = 4
CALIBRATION = ("ece", "brier")


def _means(one: Entry) -> tuple[float, float]:
    """How sure a system says it is, and how often it is right."""
    dots = _dots(one)
    items = sum(dot.items for dot in dots)
    return sum(dot.items * dot.confidence for dot in dots) / items, sum(
        dot.items * dot.accuracy for dot in dots
    ) / items


def _dots(one: Entry) -> list[Dot]:
    """Return the bins of a system that are not empty."""
    return [
        Dot(bin_.items, bin_.confidence, bin_.accuracy)
        for bin_ in one.reliability or ()
        if bin_.items and bin_.confidence is not None and bin_.accuracy is not None
    ]


def _drawn(scores: Board) -> list[Entry]:
    """The first few that say how sure they are: a user's own models, then the best."""
    known = [one for one in scores.race if _dots(one)]
    known = [one for one in known if len(_dots(one)) > 1] or known  # always equally sure: nothing to see
    chosen = sorted(known, key=lambda one: not one.own)[:MOST]
    return [one for one in known if any(one is other for other in chosen)]


def calibration_picture(scores: Board) -> Picture | None:
    """Reliability diagrams; None where no system gives probabilities."""
    systems = _drawn(scores)
    if not systems:
        return None
    light, dark = (reliability_png([(one.system, _dots(one)) for one in systems], dark=dark) for dark in (False, True))
    said = "; ".join(
        f"{shortened(one.system)} is {percent(sure)} sure and {percent(right)} right"
        for one, (sure, right) in ((one, _means(one)) for one in systems)
    )
    alt = f"Reliability diagrams, accuracy by confidence; on the dashed diagonal both are the same. On average {said}."
    return Picture("calibration", light, dark, alt)


def calibration_section(scores: Board, picture: Picture | None) -> Html | None:
    """Diagram and table; None where no system gives probabilities."""
    systems = [one for one in scores.scored if _dots(one) or any(_known(one, name) for name in CALIBRATION)]
    if not systems:
        return None
    rows = [[system_name(one), *_sure(one), *(figure(one.scores.get(name)) for name in CALIBRATION)] for one in systems]
    head = ["system", "is sure", "is right", "", "ECE ↓", "Brier score ↓"]
    without = [one.system for one in scores.scored if all(one is not other for other in systems)]
    note = (
        "ECE is the mean distance of confidence and accuracy over bins of confidence: 0 is best; with few items it comes out too"
        " large, so its interval leaves more room below. The Brier score is the squared distance of the probabilities from the gold"
        " label: 0 is sure and right, 2 is sure and wrong. All of this is about the probabilities: an item is right where its likeliest"
        " label is gold’s, whatever label stands beside. In the diagrams larger dots hold more items; below the diagonal a system is"
        " too sure."
    )
    missing = f" {len(without)} of the systems give no probabilities." if without else ""
    return joined(
        [
            tag("h3", "Calibration"),
            paragraph(note + missing, class_="quiet"),
            beside(
                image(picture) if picture else None,
                grid("How sure systems are, and how often they are right, with 95 % intervals", head, rows),
            ),
        ]
    )


def _known(one: Entry, name: str) -> bool:
    return name in one.scores and one.scores[name].value is not None


def _sure(one: Entry) -> list[str]:
    if not _dots(one):
        return [NO_VALUE, NO_VALUE, NO_VALUE]
    sure, right = _means(one)
    verdict = "too sure" if sure - right > 0.05 else "not sure enough" if right - sure > 0.05 else "about right"
    return [percent(sure), percent(right), verdict]
