"""The learning curve of a task: whether more articles would help."""

from __future__ import annotations

from collections.abc import Sequence

from baselines.report.figures import curve_png
from baselines.report.names import metric_name
from dataset.page.markup import Html, Picture, beside, grid, image, joined, named, paragraph, tag
from dataset.page.values import NO_VALUE, interval, percent, shortened, shown
from dataset.records.scores import Board, CurvePoint

MOST = 8


def _points(scores: Board, curve: Sequence[CurvePoint]) -> list[CurvePoint]:
    """Of the systems that are drawn, by system and share."""
    names = list(dict.fromkeys(point.system for point in curve))
    place = {one.system: number for number, one in enumerate(scores.systems)}
    chosen = sorted(names, key=lambda name: (place.get(name, len(place)), name))[:MOST]
    return sorted(
        (point for point in curve if point.system in chosen),
        key=lambda point: (chosen.index(point.system), point.share),
    )


def curve_picture(scores: Board, curve: Sequence[CurvePoint]) -> Picture | None:
    """Scores by articles trained on; None where there are fewer than two points."""
    points = _points(scores, curve)
    if len({point.share for point in points}) < 2:
        return None
    light, dark = (curve_png(points, metric_name(scores.metric), dark=dark) for dark in (False, True))
    first = {point.system: point for point in reversed(points)}
    last = {point.system: point for point in points}
    said = "; ".join(
        f"{shortened(name)} from {shown(first[name].score, 3)} on {percent(first[name].share)} to {shown(one.score, 3)} on"
        f" {percent(one.share)}"
        for name, one in last.items()
    )
    return Picture("curve", light, dark, f"Lines, {metric_name(scores.metric)} by share of the train split: {said}.")


def curve_section(scores: Board, curve: Sequence[CurvePoint], picture: Picture | None) -> Html | None:
    """Picture and table; None where there is no curve."""
    points = _points(scores, curve)
    if not points:
        return None
    rows = [
        [
            named(point.system),
            percent(point.share),
            NO_VALUE if point.articles is None else f"{point.articles:,}",
            NO_VALUE if point.rows is None else f"{point.rows:,}",
            shown(point.score, 3),
            interval(point.low, point.high, 3),
        ]
        for point in points
    ]
    head = ["system", "share", "articles", "rows", metric_name(scores.metric), "range of draws"]
    table = grid(
        "Trained on a share of the train split, scored on the same test split; mean and range of the draws", head, rows
    )
    note = (
        "Where a line still rises at its right end, more labelled articles can be expected to help. The thin"
        " lines are the range of several draws of so many articles, not intervals: what another test split would say, they do not tell."
    )
    return joined(
        [
            tag("h3", "Learning curve"),
            paragraph(note, class_="quiet"),
            beside(image(picture) if picture else None, table),
        ]
    )
