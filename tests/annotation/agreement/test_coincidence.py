"""Krippendorff's α against his own worked example, the public figures, and the package that bears his name."""

from __future__ import annotations

import csv
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotation.agreement import alpha, coincidences
from annotation.agreement.coincidence import alpha_by_label

# Four observers, twelve units, values missing: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", and, without the unit
# that one observer alone coded, Krippendorff (2019), p. 290. Table and values, nominal .743 and ordinal .815, were read in the docstring of
# the krippendorff package and in test_kalpha.py of normangilmore/krippendorff-for-tagworks.
OBSERVERS = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
EXAMPLE = [[row[i] for row in OBSERVERS if row[i] != "."] for i in range(12)]


@pytest.mark.parametrize(("metric", "value"), [("nominal", 0.743), ("ordinal", 0.815)])
def test_krippendorff_2011(metric: str, value: float) -> None:
    """The worked example."""
    assert float(alpha(coincidences(EXAMPLE, "12345"), metric)) == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(("metric", "value"), [("nominal", 0.379), ("ordinal", 0.541)])
def test_five_coders_of_concreteness(shared: Path, metric: str, value: float) -> None:
    """Nominal as published with the data; ordinal as the krippendorff package has it."""
    path = shared / "benchmarks" / "cimt_concreteness" / "dataset+labels.csv"
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    units = [[row[f"coder{i}"] for i in range(1, 6) if row[f"coder{i}"] not in ("", "nan")] for row in rows]
    labels = [f"{degree} concreteness" for degree in ("low", "intermediate", "high")]
    assert round(float(alpha(coincidences(units, labels), metric)), 3) == value


VALUES = st.one_of(st.none(), st.integers(0, 3))


@given(st.integers(2, 5).flatmap(lambda m: st.lists(st.lists(VALUES, min_size=m, max_size=m), min_size=1, max_size=12)))
def test_as_the_krippendorff_package(rows: list[list[int | None]]) -> None:
    """Both metrics, values missing anywhere, to 1e-9; NaN where the package has no value either."""
    units = [[str(value) for value in row if value is not None] for row in rows]
    matrix = coincidences(units, "0123")
    pairable = [value for unit in units if len(unit) > 1 for value in unit]
    table = np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=float).T
    for metric in ("nominal", "ordinal"):
        ours = float(alpha(matrix, metric))
        if len(set(pairable)) < 2:
            assert np.isnan(ours)
        else:
            theirs = krippendorff.alpha(table, value_domain=[0, 1, 2, 3], level_of_measurement=metric)
            assert ours == pytest.approx(theirs, abs=1e-9)


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=4), max_size=10))
def test_a_label_against_the_rest(units: list[list[str]]) -> None:
    """The same as α of two labels."""
    by_label = alpha_by_label(coincidences(units, "abc"))
    for label, value in zip("abc", by_label, strict=True):
        two = [["x" if one == label else "y" for one in unit] for unit in units]
        assert float(value) == pytest.approx(float(alpha(coincidences(two, "xy"))), abs=1e-9, nan_ok=True)


def test_order_matters_to_the_ordinal_metric_alone() -> None:
    """A neighbour is a smaller disagreement than the far end; to the nominal metric both are one."""
    near = coincidences([list("aa"), list("bb"), list("cc"), list("ab")], "abc")
    far = coincidences([list("aa"), list("bb"), list("cc"), list("ac")], "abc")
    assert float(alpha(near, "ordinal")) > float(alpha(far, "ordinal"))
    assert float(alpha(near)) == pytest.approx(float(alpha(far)))
    with pytest.raises(ValueError, match="metric: 'interval' is not one of nominal, ordinal"):
        alpha(near, "interval")
