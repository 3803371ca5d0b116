"""What every figure keeps to."""

from __future__ import annotations

from dataset.page.canvas import matrix_png


def test_figures_take_anything() -> None:
    """Formulas and letters that the font lacks are letters; bytes do not vary."""
    odd = ["$\\frac{", "日本語🎈", "_" * 80, "a$b$c"]
    shares: list[list[float | None]] = [[0.25] * 4, [None] * 4, [0.0] * 4, [1.0, 0, 0, 0]]
    light, again = (matrix_png(odd, shares, "rows", "columns") for _ in range(2))
    assert light.startswith(b"\x89PNG")
    assert light == again != matrix_png(odd, shares, "rows", "columns", dark=True)
