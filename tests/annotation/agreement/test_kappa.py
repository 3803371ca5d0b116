"""κ against the literature and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from annotation.agreement.kappa import cohen, fleiss, observed, same

# 30 patients, six psychiatrists, five diagnoses: Fleiss (1971), table 1; κ = .430. Read in statsmodels' test_inter_rater.py, which has it
# from R's irr.
PATIENTS = """444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333 144444 224445
333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224 111155 224444 133333 555555""".split()
# Ten subjects, 14 raters, five categories: Wikipedia, "Fleiss' kappa"; κ = .210. Read there too.
SUBJECTS = (
    "0,0,0,0,14 0,2,6,4,2 0,0,3,5,6 0,3,9,2,0 2,2,8,1,1 7,7,0,0,0 3,2,6,3,0 2,5,3,2,2 6,5,2,1,0 0,2,2,3,7".split()
)


def test_fleiss_1971() -> None:
    """To the seven digits that statsmodels has from R."""
    counts = np.array([[row.count(diagnosis) for diagnosis in "12345"] for row in PATIENTS], dtype=float)
    assert fleiss(counts) == pytest.approx(0.4302445, abs=5e-8)


def test_ten_subjects_fourteen_raters() -> None:
    """The example that everybody has; its mean of the subjects' agreement is .378."""
    counts = np.array([[int(n) for n in row.split(",")] for row in SUBJECTS], dtype=float)
    assert fleiss(counts) == pytest.approx(0.210, abs=5e-4)
    assert observed(counts) == pytest.approx(0.378, abs=5e-4)


def test_units_that_one_person_rated_do_not_count() -> None:
    """Nor does a unit with more raters count more."""
    counts = np.array([[2.0, 0.0], [1.0, 1.0], [0.0, 4.0], [1.0, 0.0], [0.0, 0.0]])
    assert observed(counts) == pytest.approx(2 / 3)
    assert fleiss(counts) == pytest.approx(fleiss(counts[:3]))
    assert np.isnan(fleiss(counts[3:]))
    assert np.isnan(observed(counts[3:]))
    assert np.isnan(fleiss(np.array([[2.0, 0.0]])))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30))
def test_cohen_as_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    """Wherever it is defined; and raw agreement is the share of equal pairs."""
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    table = confusion_matrix(first, second, labels=list("abc")).astype(float) if pairs else np.zeros((3, 3))
    if len({*first, *second}) < 2:
        assert np.isnan(cohen(table))
    else:
        assert float(cohen(table)) == pytest.approx(cohen_kappa_score(first, second), abs=1e-12)
    if pairs:
        assert float(same(table)) == pytest.approx(np.mean([a == b for a, b in pairs]))
    else:
        assert np.isnan(same(table))
