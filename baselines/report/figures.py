"""The figures of the page. What is a probe or a user's own model is told by shape as well as by colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from matplotlib.ticker import MaxNLocator, PercentFormatter

from dataset.page.canvas import BLUE, GREEN, ORANGE, SKY, VERMILLION, Canvas, own_settings
from dataset.page.values import shortened
from dataset.records.scores import CurvePoint, Entry, Interval

SHAPES = ("o", "s", "D", "^", "v", "P", "X", "*")
HATCHES = ("", "////", "....", "xxxx")
_NAME = 20


@dataclass(frozen=True)
class Bars:
    """One system's bars: its name, and value and interval for each group; None where there is none."""

    name: str
    values: Sequence[tuple[float | None, Interval | None]]


class Dot(NamedTuple):
    """A bin of a reliability diagram that is not empty."""

    items: int
    confidence: float
    accuracy: float


def _colors(canvas: Canvas) -> list[str]:
    return [canvas.main, ORANGE, GREEN, VERMILLION, "#cc79a7", SKY if canvas.main == BLUE else BLUE, "#f0e442"]


def leaderboard_png(
    systems: Sequence[Entry],
    metric: str,
    ceiling: float | None,
    detectable: float | None,
    *,
    dark: bool = False,
) -> bytes:
    """A dot and whiskers a system, the ranks at the right, and what bounds them.

    Args:
        systems: those with a score, best first, the probes last.
        metric: what the score is called.
        ceiling: one annotator's labels scored against another's.
        detectable: how large a difference may go unseen; drawn below the best score that is no probe's.
        dark: for a dark page.
    """
    with own_settings():
        canvas = Canvas(1.75 + 0.27 * len(systems), dark)
        axes = canvas.axes
        looks = {  # by role: what it is called, shape, colour, filling
            "baseline": ("o", canvas.main, canvas.main),
            "your model": ("s", GREEN, GREEN),
            "probe: sees a part only": ("D", VERMILLION, canvas.paper),
        }
        race = [one.score for one in systems if not one.probe and one.score is not None]
        if race and detectable is not None:
            band = (max(race) - detectable, max(race))
            axes.axvspan(
                *band, color=canvas.rule, alpha=0.45, linewidth=0, label="differences that may go unseen", zorder=0
            )
        if ceiling is not None:
            axes.axvline(
                ceiling, color=canvas.ink, linestyle="--", linewidth=1.2, label="annotator against annotator", zorder=1
            )
        probes = sum(one.probe for one in systems)
        if 0 < probes < len(systems):
            axes.axhline(len(systems) - probes - 0.5, color=canvas.ink, linewidth=0.8, linestyle=":")
        for place, one in enumerate(systems):
            role = "probe: sees a part only" if one.probe else "your model" if one.own else "baseline"
            shape, color, filling = looks[role]
            if one.interval:
                axes.plot(one.interval, [place, place], color=color, linewidth=2, solid_capstyle="butt", zorder=2)
                axes.plot(one.interval, [place, place], "|", color=color, markersize=7, zorder=2)
            axes.plot(
                [one.score or 0.0],
                [place],
                shape,
                color=color,
                mfc=filling,
                markersize=7,
                mew=1.5,
                label=role,
                zorder=3,
            )
            if one.rank:
                text = "–".join(map(str, sorted(set(one.rank))))
                axes.annotate(text, (1.02, place), xycoords=("axes fraction", "data"), va="center", color=canvas.ink)
        if any(one.rank for one in systems):
            axes.annotate("rank", (1.02, -0.85), xycoords=("axes fraction", "data"), va="center", color=canvas.ink)
        axes.set_yticks(range(len(systems)), [shortened(one.system, _NAME) for one in systems])
        axes.set_ylim(len(systems) - 0.5, -0.6)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.grid(axis="x", color=canvas.rule, linewidth=0.5)
        axes.set_axisbelow(True)
        axes.set_xlabel(
            metric + (", whiskers: 95 % interval" if any(one.interval for one in systems) else ""), color=canvas.ink
        )
        _legend(canvas)
        return canvas.png()


def _legend(canvas: Canvas) -> None:
    """What the signs mean, each once, below the picture."""
    handles, labels = canvas.axes.get_legend_handles_labels()
    once = dict(zip(labels, handles, strict=True))
    canvas.figure.legend(
        once.values(),
        once.keys(),
        loc="outside lower center",
        ncols=2,
        frameon=False,
        labelcolor=canvas.ink,
        fontsize=8,
    )


def bars_png(groups: Sequence[str], systems: Sequence[Bars], what: str, *, dark: bool = False) -> bytes:
    """A few systems' scores by class or target, with their intervals.

    Args:
        groups: the classes or targets.
        systems: at most four.
        what: the score.
        dark: for a dark page.
    """
    with own_settings():
        canvas = Canvas(1.4 + 0.18 * len(groups) * (len(systems) + 1), dark)
        axes = canvas.axes
        colors = _colors(canvas)
        height = 0.84 / len(systems)
        for number, one in enumerate(systems):
            places = [place + (number - (len(systems) - 1) / 2) * height for place in range(len(groups))]
            axes.barh(
                places,
                [value or 0.0 for value, _ in one.values],
                0.9 * height,
                color=colors[number],
                hatch=HATCHES[number],
                edgecolor=canvas.paper,
                linewidth=0,
                label=shortened(one.name, _NAME),
            )
            for place, (value, interval) in zip(places, one.values, strict=True):
                if interval:
                    axes.plot(interval, [place, place], color=canvas.ink, linewidth=1.2, solid_capstyle="butt")
                    axes.plot(interval, [place, place], "|", color=canvas.ink, markersize=4)
                if value is None:
                    axes.annotate(" –", (0, place), va="center", color=canvas.ink, fontsize=8)
        axes.set_yticks(range(len(groups)), [shortened(group, _NAME) for group in groups])
        axes.set_ylim(len(groups) - 0.5, -0.5)
        axes.set_xlim(0, 1.02)
        known = any(interval for one in systems for _, interval in one.values)
        axes.set_xlabel(what + (", line: 95 % interval" if known else ""), color=canvas.ink)
        _legend(canvas)
        return canvas.png()


def curve_png(points: Sequence[CurvePoint], metric: str, *, dark: bool = False) -> bytes:
    """Scores by how much of the train split was used.

    Args:
        points: of all systems.
        metric: what the score is called.
        dark: for a dark page.
    """
    with own_settings():
        canvas = Canvas(3.4, dark)
        axes = canvas.axes
        counted = all(point.articles is not None for point in points)
        names = list(dict.fromkeys(point.system for point in points))
        colors = _colors(canvas)
        for number, name in enumerate(names):
            own = sorted((point for point in points if point.system == name), key=lambda point: point.share)
            xs = [float(point.articles or 0) if counted else point.share for point in own]
            color = colors[number % len(colors)]
            shape = SHAPES[number % len(SHAPES)]
            axes.plot(xs, [point.score for point in own], color=color, marker=shape, label=shortened(name, _NAME))
            for x, point in zip(xs, own, strict=True):
                if point.low is not None and point.high is not None:
                    axes.plot([x, x], [point.low, point.high], color=color, linewidth=1, alpha=0.6)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=counted))
        axes.grid(axis="y", color=canvas.rule, linewidth=0.5)
        if not counted:
            axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel("articles trained on" if counted else "share of the train split", color=canvas.ink)
        axes.set_ylabel(metric, color=canvas.ink)
        _legend(canvas)
        return canvas.png()


def reliability_png(systems: Sequence[tuple[str, Sequence[Dot]]], *, dark: bool = False) -> bytes:
    """A reliability diagram a system: how often it is right where it says that it is so sure.

    Args:
        systems: name and bins, at most four.
        dark: for a dark page.
    """
    with own_settings():
        rows, columns = (len(systems) + 1) // 2, min(2, len(systems))
        canvas = Canvas(0.5 + 2.1 * rows, dark, (rows, columns))
        for axes, (name, bins) in zip(canvas.panels, systems, strict=False):
            most = max(one.items for one in bins)
            axes.plot([0, 1], [0, 1], color=canvas.ink, linestyle="--", linewidth=1, zorder=1)
            axes.plot([one.confidence for one in bins], [one.accuracy for one in bins], color=canvas.main, zorder=2)
            for one in bins:
                axes.plot([one.confidence] * 2, [one.confidence, one.accuracy], color=VERMILLION, linewidth=1, zorder=2)
            axes.scatter(
                [one.confidence for one in bins],
                [one.accuracy for one in bins],
                [12 + 60 * one.items / most for one in bins],
                color=canvas.main,
                edgecolor=canvas.ink,
                linewidth=0.6,
                zorder=3,
            )
            axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=(0, 0.5, 1), yticks=(0, 0.5, 1))
            axes.set_title(shortened(name, _NAME), color=canvas.ink, fontsize=9)
        for axes in canvas.panels[len(systems) :]:
            axes.set_visible(False)
        canvas.figure.supxlabel("confidence: how sure it says it is", color=canvas.ink, fontsize=9)
        canvas.figure.supylabel("accuracy: how often it is right", color=canvas.ink, fontsize=9)
        return canvas.png()
