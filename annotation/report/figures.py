"""The figures of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from matplotlib.ticker import MaxNLocator

from annotation.report.gates import RELIABLE, TENTATIVE
from dataset.page.canvas import GREEN, ORANGE, VERMILLION, Canvas, own_settings
from dataset.page.values import shortened

LEVELS = {"good": (GREEN, "o"), "fair": (ORANGE, "s"), "poor": (VERMILLION, "X")}  # colour and shape by verdict


def agreement_png(rows: Sequence[tuple[str, str, float, float | None, float | None]], *, dark: bool = False) -> bytes:
    """α by layer with its interval, and the two gates.

    Args:
        rows: name, level of the verdict, α, and both ends of the interval where there is one.
        dark: for a dark page.
    """
    with own_settings():
        canvas = Canvas(1.1 + 0.38 * len(rows), dark)
        axes = canvas.axes
        lowest = min([0.0, *(value for row in rows for value in row[2:4] if isinstance(value, float))])
        for gate, text in ((TENTATIVE, ".667 "), (RELIABLE, " .80")):
            axes.axvline(gate, color=canvas.ink, linewidth=1, linestyle="--", zorder=1)
            side = "right" if gate == TENTATIVE else "left"
            axes.annotate(
                text, (gate, 1.01), xycoords=("data", "axes fraction"), ha=side, va="bottom", color=canvas.ink
            )
        for place, (_, level, value, low, high) in enumerate(rows):
            color, shape = LEVELS[level]
            if low is not None and high is not None:
                axes.plot(
                    [low, high], [place, place], color=color, linewidth=4, alpha=0.6, solid_capstyle="butt", zorder=2
                )
            axes.plot([value], [place], marker=shape, color=color, markersize=8, markeredgecolor=canvas.ink, zorder=3)
        axes.set_yticks(range(len(rows)), [f"{shortened(row[0], 24)}" for row in rows])
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.set_xlim(lowest - 0.02 if lowest < 0 else 0, 1.02)
        axes.set_xlabel("Krippendorff's α, bar: 95 % interval", color=canvas.ink)
        return canvas.png()


def pace_png(bins: Sequence[tuple[date, int, int]], *, dark: bool = False) -> bytes:
    """Finished annotations over time.

    Args:
        bins: first day, length in days, and how many were finished; those without any may be left out.
        dark: for a dark page.
    """
    with own_settings():
        canvas = Canvas(2.4, dark)
        axes = canvas.axes
        starts = [day.toordinal() for day, _, _ in bins]
        axes.bar(starts, [n for _, _, n in bins], [0.9 * days for _, days, _ in bins], align="edge", color=canvas.main)
        first, last = min(starts), max(day.toordinal() + days for day, days, _ in bins)
        axes.set_xlim(first - 0.05 * (last - first), last + 0.05 * (last - first))
        ticks = sorted({starts[0], starts[len(starts) // 2], starts[-1]})
        if len(ticks) == 3 and min(ticks[1] - ticks[0], ticks[2] - ticks[1]) < 0.3 * (last - first):
            del ticks[1]
        if len(ticks) == 2 and ticks[1] - ticks[0] < 0.3 * (last - first):
            del ticks[1]
        axes.set_xticks(
            [tick + 0.45 * bins[0][1] for tick in ticks], [date.fromordinal(tick).isoformat() for tick in ticks]
        )
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axes.set_ylabel("finished annotations", color=canvas.ink)
        return canvas.png()
