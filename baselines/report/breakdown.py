"""Scores by class and by target: bars of a few systems, and a table of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from baselines.report.figures import Bars, bars_png
from baselines.report.names import bounds, metric_name, system_name
from dataset.page.markup import Html, Picture, beside, grid, heat, image, joined, paragraph, tag
from dataset.page.values import NO_VALUE, listed, shortened, shown
from dataset.records.scores import Board, ClassScore, Entry, Interval

MOST_GROUPS = 15

Value = tuple[float | None, Interval | None]


def class_picture(scores: Board) -> Picture | None:
    """F1 by class of the featured systems; None where no system has any."""
    return _picture("classes", "F1", _classes(scores), scores.featured(), _class_value)


def target_picture(scores: Board) -> Picture | None:
    """The score by target of the featured systems; None where no system has any, or there is but one target."""
    targets = _targets(scores)
    if len(targets) < 2:
        return None
    return _picture("targets", metric_name(scores.metric), targets, scores.featured(), _target_value)


def class_section(scores: Board, picture: Picture | None) -> Html | None:
    """F1 by class; None where no system has any."""
    classes = _classes(scores)
    systems = [one for one in scores.scored if one.per_class]
    if not systems or not classes:
        return None
    rows: list[list[str]] = [
        [system_name(one), *(_heat(_class_value(one, name)) for name in classes)] for one in systems
    ]
    support = _support(systems, classes)
    if any(text != NO_VALUE for text in support):
        rows.append(["items in gold", *support])
    all_systems = grid("F1 by class, all systems", ["system", *map(shortened, classes)], rows)
    detail: list[list[str]] = [
        [tag("bdi", shortened(name)), system_name(one), *_detail(one.per_class.get(name))]
        for name in classes
        for one in scores.featured()
        if one.per_class
    ]
    head = ["class", "system", "F1", "95 % interval", "precision", "recall", "items in gold"]
    numbers = grid("F1 by class, with intervals, of the systems in the picture", head, detail, texts=2)
    return joined(
        [
            tag("h3", "By class"),
            _cut(classes, scores.classes, "classes"),
            beside(image(picture) if picture else None, all_systems),
            tag("details", tag("summary", "The numbers behind the bars"), numbers),
        ]
    )


def target_section(scores: Board, picture: Picture | None) -> Html | None:
    """The score by target; None where no system has any."""
    targets = _targets(scores)
    systems = [one for one in scores.scored if one.per_target]
    if not systems or not targets:
        return None
    rows: list[list[str]] = [
        [system_name(one), *(_heat(_target_value(one, name)) for name in targets)] for one in systems
    ]
    items = [
        str(next((n for one in systems if (n := _target_items(one, name)) is not None), NO_VALUE)) for name in targets
    ]
    rows.append(["items", *items])
    caption = f"{metric_name(scores.metric)} by target, with 95 % intervals, all systems"
    return joined(
        [
            tag("h3", "By target"),
            _cut(targets, scores.targets, "targets"),
            beside(image(picture) if picture else None, grid(caption, ["system", *map(shortened, targets)], rows)),
            paragraph("Targets have fewer items than the whole: mind how wide the intervals are.", class_="quiet"),
        ]
    )


def _picture(
    name: str,
    what: str,
    groups: Sequence[str],
    systems: Sequence[Entry],
    value_of: Callable[[Entry, str], Value],
) -> Picture | None:
    bars = [Bars(one.system, [value_of(one, group) for group in groups]) for one in systems]
    bars = [one for one in bars if any(value is not None for value, _ in one.values)]
    if not bars:
        return None
    light, dark = (bars_png(groups, bars, what, dark=dark) for dark in (False, True))
    said = "; ".join(
        f"{shortened(one.name)}: "
        + ", ".join(f"{shortened(group)} {shown(value)}" for group, (value, _) in zip(groups, one.values, strict=True))
        for one in bars
    )
    return Picture(name, light, dark, f"Bars with intervals, {what} of {listed([one.name for one in bars])}. {said}.")


def _classes(scores: Board) -> list[str]:
    """The classes, in the scheme's order: those with most items where they are too many."""
    known = list(scores.classes) or _keys(one.per_class for one in scores.scored)
    support = {
        name: max((one.per_class[name].support or 0 for one in scores.scored if name in one.per_class), default=0)
        for name in known
    }
    most = sorted(known, key=lambda name: -support[name])[:MOST_GROUPS]
    return [name for name in known if name in most]


def _targets(scores: Board) -> list[str]:
    known = _keys(one.per_target for one in scores.scored)
    order = {name: place for place, name in enumerate(scores.targets)}
    return sorted(known, key=lambda name: (order.get(name, len(order)), name))[:MOST_GROUPS]


def _keys(mappings: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for one in mappings for key in one))


def _cut(shown_: Sequence[str], known: Sequence[str], what: str) -> Html | None:
    return (
        paragraph(f"{len(shown_)} of {len(known)} {what} are shown.", class_="quiet")
        if len(shown_) < len(known)
        else None
    )


def _class_value(one: Entry, name: str) -> Value:
    found = one.per_class.get(name)
    return (found.f1, found.interval) if found else (None, None)


def _target_value(one: Entry, name: str) -> Value:
    found = one.per_target.get(name)
    return (found.score, found.interval) if found else (None, None)


def _target_items(one: Entry, name: str) -> int | None:
    return one.per_target[name].items if name in one.per_target else None


def _heat(value: Value) -> Html:
    score, given = value
    if given is None:
        return heat(score, shown(score))
    return heat(score, joined([shown(score), tag("span", bounds(given, 2), class_="bounds")], " "))


def _support(systems: Sequence[Entry], classes: Sequence[str]) -> list[str]:
    found: Mapping[str, ClassScore] = systems[0].per_class
    return [
        NO_VALUE if name not in found or found[name].support is None else str(found[name].support) for name in classes
    ]


def _detail(found: ClassScore | None) -> list[str]:
    if found is None:
        return [NO_VALUE] * 5
    support = NO_VALUE if found.support is None else f"{found.support:,}"
    return [shown(found.f1, 3), bounds(found.interval), shown(found.precision, 3), shown(found.recall, 3), support]
