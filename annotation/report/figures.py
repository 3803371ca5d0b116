"""The figures as PNG bytes: the same input gives the same bytes, in colours that the colour-blind tell apart (Okabe and Ito 2008).

They are drawn small with large letters, so that they can be read at the width of a telephone. No font or setting of the machine gets in,
and no text is read as a formula.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from annotation.report.gates import RELIABLE, TENTATIVE
from annotation.report.values import shortened

BLUE, ORANGE, GREEN, VERMILLION, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9"
LEVELS = {"good": (GREEN, "o"), "fair": (ORANGE, "s"), "poor": (VERMILLION, "X")}  # colour and shape by verdict
WIDTH, DPI = 4.4, 200


@contextmanager
def _own_settings() -> Iterator[None]:
    """The library's defaults and ours, whatever the user has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "text.parse_math": False})
        yield


class _Canvas:
    """One figure with one pair of axes, on white or on black."""

    def __init__(self, height: float, dark: bool) -> None:
        self.ink = "#e8e8e8" if dark else "#1a1a1a"
        self.paper = "#16181b" if dark else "#ffffff"
        self.rule = "#4a4f57" if dark else "#c9ccd1"
        self.main = SKY if dark else BLUE
        self.figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=self.paper, layout="constrained")
        FigureCanvasAgg(self.figure)
        self.axes: Axes = self.figure.add_subplot()
        self.axes.set_facecolor(self.paper)
        for side, spine in self.axes.spines.items():
            spine.set_color(self.rule)
            spine.set_visible(side in ("left", "bottom"))
        self.axes.tick_params(colors=self.ink, length=0)

    def png(self) -> bytes:
        """The picture, without the time and the program that made it."""
        stream = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # letters that the font lacks are shown as boxes
            self.figure.savefig(stream, format="png", metadata={"Software": None})
        return stream.getvalue()


def agreement_png(rows: Sequence[tuple[str, str, float, float | None, float | None]], *, dark: bool = False) -> bytes:
    """α by layer with its interval, and the two gates.

    Args:
        rows: name, level of the verdict, α, and both ends of the interval where there is one.
        dark: for a dark page.
    """
    with _own_settings():
        canvas = _Canvas(1.1 + 0.38 * len(rows), dark)
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


def confusion_png(labels: Sequence[str], shares: Sequence[Sequence[float | None]], *, dark: bool = False) -> bytes:
    """Which label others gave where one annotator gave this one.

    Args:
        labels: of rows and columns.
        shares: by row, in [0, 1]; None in a row of a label that nobody gave.
        dark: for a dark page.
    """
    with _own_settings():
        size = len(labels)
        canvas = _Canvas(1.5 + min(3.4, 0.5 * size), dark)
        axes = canvas.axes
        colors = LinearSegmentedColormap.from_list("shares", [canvas.paper, canvas.main])
        axes.imshow([[one or 0.0 for one in row] for row in shares], cmap=colors, vmin=0, vmax=1, aspect="auto")
        for y, row in enumerate(shares):
            for x, share in enumerate(row):
                if share is None or size > 10:
                    continue
                light = (share > 0.5) != dark
                axes.text(
                    x,
                    y,
                    _percent(share),
                    ha="center",
                    va="center",
                    fontsize=8 if size > 6 else 9,
                    color="white" if light else "black",
                )
                if dark and share <= 0.5:
                    axes.texts[-1].set_color(canvas.ink)
        names = [shortened(label, 16) for label in labels]
        turned = size > 4 or max(map(len, names)) > 9
        axes.set_xticks(
            range(size), names, rotation=45 if turned else 0, ha="right" if turned else "center", rotation_mode="anchor"
        )
        axes.set_yticks(range(size), names)
        axes.set_xlabel("another annotator said (%)", color=canvas.ink)
        axes.set_ylabel("one annotator said", color=canvas.ink)
        return canvas.png()


def _percent(share: float) -> str:
    text = f"{100 * share:.0f}"
    return "<1" if share > 0 and text == "0" else ">99" if share < 1 and text == "100" else text


def pace_png(bins: Sequence[tuple[date, int, int]], *, dark: bool = False) -> bytes:
    """Finished annotations over time.

    Args:
        bins: first day, length in days, and how many were finished; those without any may be left out.
        dark: for a dark page.
    """
    with _own_settings():
        canvas = _Canvas(2.4, dark)
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
