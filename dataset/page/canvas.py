"""Figures as PNG bytes: the same input gives the same bytes, in colours that the colour-blind tell apart (Okabe and Ito 2008).

They are drawn small with large letters, so that they can be read at the width of a telephone. No font or setting of the machine gets in,
and no text is read as a formula.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dataset.page.values import shortened

BLUE, ORANGE, GREEN, VERMILLION, SKY = "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9"
WIDTH, DPI = 4.4, 200


@contextmanager
def own_settings() -> Iterator[None]:
    """The library's defaults and ours, whatever the user has set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "text.parse_math": False})
        yield


class Canvas:
    """One figure, on white or on black; with one pair of axes, or with several panels."""

    def __init__(self, height: float, dark: bool, panels: tuple[int, int] = (1, 1)) -> None:
        self.ink = "#e8e8e8" if dark else "#1a1a1a"
        self.paper = "#16181b" if dark else "#ffffff"
        self.rule = "#4a4f57" if dark else "#c9ccd1"
        self.main = SKY if dark else BLUE
        self.figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor=self.paper, layout="constrained")
        FigureCanvasAgg(self.figure)
        self.panels: list[Axes] = [self._panel(*panels, place) for place in range(1, panels[0] * panels[1] + 1)]
        self.axes = self.panels[0]

    def _panel(self, rows: int, columns: int, place: int) -> Axes:
        axes = self.figure.add_subplot(rows, columns, place)
        axes.set_facecolor(self.paper)
        for side, spine in axes.spines.items():
            spine.set_color(self.rule)
            spine.set_visible(side in ("left", "bottom"))
        axes.tick_params(colors=self.ink, length=0)
        return axes

    def png(self) -> bytes:
        """The picture, without the time and the program that made it."""
        stream = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # letters that the font lacks are shown as boxes
            self.figure.savefig(stream, format="png", metadata={"Software": None})
        return stream.getvalue()


def matrix_png(
    labels: Sequence[str],
    shares: Sequence[Sequence[float | None]],
    rows: str,
    columns: str,
    *,
    dark: bool = False,
) -> bytes:
    """A confusion matrix: of a row's label, which share went to which column's.

    Args:
        labels: of rows and columns.
        shares: by row, in [0, 1]; None in a row of a label that nobody gave.
        rows: what the rows say.
        columns: what the columns say.
        dark: for a dark page.
    """
    with own_settings():
        size = len(labels)
        canvas = Canvas(1.5 + min(3.4, 0.5 * size), dark)
        axes = canvas.axes
        colors = LinearSegmentedColormap.from_list("shares", [canvas.paper, canvas.main])
        axes.imshow([[one or 0.0 for one in row] for row in shares], cmap=colors, vmin=0, vmax=1, aspect="auto")
        for y, row in enumerate(shares):
            for x, share in enumerate(row):
                if share is None or size > 10:
                    continue
                # The better contrast of the two; on half of our blue, white has 2.1.
                deep = share > (0.55 if dark else 0.9)
                axes.text(
                    x,
                    y,
                    _percent(share),
                    ha="center",
                    va="center",
                    fontsize=8 if size > 6 else 9,
                    color=("black" if deep else canvas.ink) if dark else ("white" if deep else "black"),
                )
        names = [shortened(label, 16) for label in labels]
        turned = size > 4 or max(map(len, names)) > 9
        axes.set_xticks(
            range(size), names, rotation=45 if turned else 0, ha="right" if turned else "center", rotation_mode="anchor"
        )
        axes.set_yticks(range(size), names)
        axes.set_xlabel(columns, color=canvas.ink)
        axes.set_ylabel(rows, color=canvas.ink)
        return canvas.png()


def _percent(share: float) -> str:
    text = f"{100 * share:.0f}"
    return "<1" if share > 0 and text == "0" else ">99" if share < 1 and text == "100" else text
