"""The leaderboard of a task: picture, table, who is told apart from whom, and all other metrics."""

from __future__ import annotations

from baselines.report.calibration import CALIBRATION
from baselines.report.figures import leaderboard_png
from baselines.report.names import bounds, figure, metric_name, system_name
from baselines.report.standing import better_than, places
from baselines.scoring.measures import LESS_IS_BETTER
from dataset.page.markup import Html, Picture, beside, grid, image, joined, named, paragraph, tag
from dataset.page.values import NO_VALUE, listed, plural, shortened, shown
from dataset.records.scores import Board, Entry, Pair

MOST_IN_PICTURE = 30
MOST_IN_MATRIX = 20
MOST_PAIRS = 200


def leaderboard_picture(scores: Board) -> Picture | None:
    """Scores, intervals and places; None where nothing is scored."""
    systems = scores.scored[:MOST_IN_PICTURE]
    if not systems:
        return None
    light, dark = (
        leaderboard_png(systems, metric_name(scores.metric), scores.ceiling, scores.detectable, dark=dark)
        for dark in (False, True)
    )
    said = "; ".join(_in_words(one) for one in systems)
    lines = f" Annotators among themselves: {shown(scores.ceiling, 3)}." if scores.ceiling is not None else ""
    alt = f"Dots with whiskers, {metric_name(scores.metric)} by system, best first: {said}.{lines}"
    return Picture("leaderboard", light, dark, alt)


def _in_words(one: Entry) -> str:
    between = f" ({bounds(one.interval)})" if one.interval else ""
    role = ", probe" if one.probe else ""
    place = f", rank {places(one)}" if one.rank else ""
    return f"{shortened(one.system)}{role} {shown(one.score, 3)}{between}{place}"


def leaderboard_section(scores: Board, picture: Picture | None) -> Html:
    """Picture and tables."""
    if not scores.systems:
        return paragraph("No system was run on this task.")
    more = len(scores.scored) - MOST_IN_PICTURE
    return joined(
        [
            paragraph(f"The picture shows the best {MOST_IN_PICTURE} systems; {more} more.") if more > 0 else None,
            beside(image(picture) if picture else None, _table(scores)),
            _matrix(scores),
            _pairs(scores),
            _metrics(scores),
        ]
    )


def _table(scores: Board) -> Html:
    rows = [
        [
            system_name(one),
            places(one),
            shown(one.score, 3),
            bounds(one.interval),
            _beaten(scores, one),
        ]
        for one in scores.systems
    ]
    caption = (
        f"Leaderboard by {metric_name(scores.metric)}; a rank such as 1–3 holds every place that the data leave open"
    )
    return grid(caption, ["system", "rank", "score", "95 % interval", "is better than"], rows, tail=1)


def _beaten(scores: Board, one: Entry) -> str:
    if one.score is None:
        return one.note or NO_VALUE
    beaten = better_than(scores, one)
    all_below = [other.system for other in scores.race if (other.score or 0) < (one.score or 0)]
    if len(beaten) > 3 and set(beaten) == set(all_below):
        return "every system below"
    return joined([named(name, 24) for name in beaten], ", ") if beaten else NO_VALUE


def _matrix(scores: Board) -> Html | None:
    """Better minus worse for every pair, deep where the two are told apart."""
    found = {(pair.better, pair.worse): pair for pair in scores.pairs}
    systems = [one for one in scores.scored if any(one.system in pair for pair in found)]
    if len(systems) < 2:
        return None
    if len(systems) > MOST_IN_MATRIX:
        return paragraph(
            f"A matrix of {len(systems)} systems would not be read: the pairs stand below.", class_="quiet"
        )
    rows: list[list[str]] = []
    for number, one in enumerate(systems, 1):
        cells = [_cell(found.get((one.system, other.system)), one is other) for other in systems[1:]]
        rows.append([joined([f"{number} ", system_name(one, 24)]), *cells])
    head = ["better", *(str(number) for number in range(2, len(systems) + 1))]
    key = paragraph(
        "By how much the system of the row is better than that of the column; bold on blue where the data tell the two apart.",
        class_="quiet",
    )
    return joined([grid("Who is told apart from whom", head, rows), key])


def _cell(pair: Pair | None, same: bool) -> Html:
    if pair is None:
        return tag("td", "", class_="same" if same else None)
    text = shown(pair.difference, 3)
    return tag("td", tag("strong", text), class_="n heat h4") if pair.separated else tag("td", text, class_="n empty")


def _pairs(scores: Board) -> Html | None:
    if not scores.pairs:
        return None
    rows = [
        [
            named(pair.better, 24),
            named(pair.worse, 24),
            "yes" if pair.separated else "no",
            shown(pair.difference, 3),
            bounds(pair.interval),
            shown_p(pair.p),
            shown_p(pair.p_holm),
            shown_p(pair.p_mcnemar),
            shown(pair.minimum_detectable_in_family, 3),
        ]
        for pair in scores.pairs[:MOST_PAIRS]
    ]
    head = [
        "better",
        "worse",
        "told apart",
        "difference",
        "95 % interval",
        "p",
        "p, Holm",
        "p, McNemar",
        "may go unseen",
    ]
    several = plural(len(scores.pairs), "pair")
    caption = several if len(scores.pairs) <= MOST_PAIRS else f"The first {MOST_PAIRS} of {several}"
    return tag("details", tag("summary", "All pairs, with their tests"), grid(caption, head, rows, texts=3))


def shown_p(value: float | None) -> str:
    """A p-value; what is nearly nothing is not shown as nothing."""
    return "< 0.001" if value is not None and 0 <= value < 0.001 else shown(value, 3)


def _metrics(scores: Board) -> Html | None:
    """The other metrics, with their intervals; those of calibration stand there."""
    elsewhere = {scores.metric, *CALIBRATION}
    names = list(dict.fromkeys(name for one in scores.scored for name in one.scores if name not in elsewhere))
    known = [name for name in names if any(_value(one, name) is not None for one in scores.scored)]
    if not known:
        return None
    rows: list[list[str]] = [
        [system_name(one), *(figure(one.scores.get(name)) for name in known)] for one in scores.scored
    ]
    if any(name in scores.ceilings for name in known):
        rows.append(["annotator against annotator", *(shown(scores.ceilings.get(name), 3) for name in known)])
    head = ["system", *(metric_name(name) + (" ↓" if name in LESS_IS_BETTER else "") for name in known)]
    arrow = "; less is better where an arrow points down" if any(name in LESS_IS_BETTER for name in known) else ""
    return joined([grid(f"Other metrics, with 95 % intervals{arrow}", head, rows), *_why_not(scores)])


def _why_not(scores: Board) -> list[Html]:
    """Why some have no value, a line for each reason."""
    reasons: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for one in scores.scored:
        for metric, score in one.scores.items():
            if score.note:
                metrics, systems = reasons.setdefault(score.note, ({}, {}))
                metrics[metric_name(metric)] = None
                systems[one.system] = None
    return [
        paragraph(f"No {listed(list(metrics), 8)} for {listed(list(systems), 8)}: {note}.", class_="quiet")
        for note, (metrics, systems) in list(reasons.items())[:8]
    ]


def _value(one: Entry, name: str) -> float | None:
    return one.scores[name].value if name in one.scores else None
