"""Numbers and names as a page shows them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from dataset.page.values import count, interval, listed, number, percent, shortened, shown


@pytest.mark.parametrize("odd", [None, True, "1", math.nan, math.inf, 10**400, [], {}])
def test_what_is_no_number_is_a_dash(odd: Any) -> None:
    """Neither NaN nor None is ever shown."""
    assert number(odd) is None
    assert count(odd) is None
    assert shown(odd) == percent(odd) == interval(odd, 1) == "–"


def test_numbers_are_not_rounded_to_something_else() -> None:
    """What is nearly nothing or nearly all is not shown as nothing or all; minus nothing is nothing."""
    assert [percent(x) for x in (0, 0.001, 0.5, 0.999, 1)] == ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
    assert [shown(x) for x in (-0.001, -0.25, 2 / 3)] == ["0.00", "−0.25", "0.67"]


def test_long_names_keep_both_ends() -> None:
    """Names of one kind differ at their ends."""
    assert shortened("a" * 50 + "1", 12) == "aaaaaaa…aaa1"
    assert shortened("  ") == "(no name)"
    assert listed(["a", "b", "c"], 2) == "a, b and 1 more"
    assert listed(["a", "b"]) == "a and b"
