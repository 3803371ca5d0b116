"""Krippendorff's α against his own worked example and the public figures."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from annotation.agreement import alpha, alpha_with_interval, coincidences


def test_krippendorff_2011() -> None:
    """The nominal example with four observers, twelve units and missing data: α = .743."""
    observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
    units = [[row[i] for row in observers if row[i] != "."] for i in range(12)]
    assert float(alpha(coincidences(units, "12345"))) == pytest.approx(0.743, abs=5e-4)


def test_five_coders_of_concreteness(shared: Path) -> None:
    """α nominal .379, as published with the data."""
    path = shared / "benchmarks" / "cimt_concreteness" / "dataset+labels.csv"
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    units = [[row[f"coder{i}"] for i in range(1, 6) if row[f"coder{i}"] not in ("", "nan")] for row in rows]
    labels = sorted({label for unit in units for label in unit})
    assert round(float(alpha(coincidences(units, labels))), 3) == 0.379


def test_what_cannot_be_computed_is_null() -> None:
    """One label only, one annotator only, nothing at all: no NaN leaves this module."""
    assert alpha_with_interval({"a": [["x", "x"]]}, "xy")["alpha"] is None
    assert alpha_with_interval({"a": [["x"]]}, "xy") == {"alpha": None, "low": None, "high": None, "units": 0}
    assert alpha_with_interval({}, "xy")["alpha"] is None
    one = alpha_with_interval({"a": [["x", "x"], ["y", "y"]]}, "xy")
    assert (one["alpha"], one["low"]) == (1.0, None)


def test_the_interval_holds_the_value() -> None:
    """And is the same for the same seed."""
    dice = np.random.default_rng(2)
    data = {str(i): [list(dice.choice(list("xyz"), 3)) for _ in range(6)] for i in range(20)}
    found = alpha_with_interval(data, "xyz")
    assert found["low"] < found["alpha"] < found["high"]  # type: ignore[operator]
    assert found == alpha_with_interval(data, "xyz")
