"""Figures take whatever a run holds."""

from __future__ import annotations

from msgspec.structs import replace

from baselines.report.figures import Bars, Dot, bars_png, curve_png, leaderboard_png, reliability_png
from dataset.records.scores import CurvePoint
from tests.baselines.report.examples import stance, tables

ODD = ["$\\frac{", "日本語🎈", "_" * 80, "a$b$c"]


def test_odd_names_and_numbers() -> None:
    """Formulas are letters; scores below 0 and above 1, one system, probes alone, no interval, no class: a picture."""
    systems = tables({"tasks": [stance()]})[0].scored
    named = [replace(one, system=name) for one, name in zip(systems, ODD, strict=True)]
    pictures = [
        leaderboard_png(named, "$x$", 0.5, 0.2),
        leaderboard_png([replace(named[0], score=-3.0, interval=(-9.0, 7e9), rank=None)], "x", None, 99.0),
        leaderboard_png([replace(named[0], probe=True, interval=None)], "x", None, 0.1),
        bars_png(
            ODD, [Bars(name, [(None, None), (-1.0, (-2.0, 5.0)), (0.5, None), (0.1, (0.1, 0.1))]) for name in ODD], "x"
        ),
        curve_png(
            [CurvePoint(system=name, share=share, score=0.5, high=0.7) for name in ODD for share in (0.0, 1.0)], "$"
        ),
        *(reliability_png([(name, [Dot(1, 0.5, 0.0)]) for name in ODD[:n]]) for n in (1, 2, 3, 4)),
    ]
    assert all(one.startswith(b"\x89PNG") for one in pictures)
    assert len(set(pictures)) == len(pictures)


def test_bytes_do_not_vary() -> None:
    """The same data, the same bytes; on black it is another picture."""
    systems = tables({"tasks": [stance()]})[0].scored
    light, again, dark = (leaderboard_png(systems, "x", 0.5, 0.2, dark=dark) for dark in (False, False, True))
    assert light == again != dark
