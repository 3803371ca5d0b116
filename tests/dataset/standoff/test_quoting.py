"""Quotes in free text go by their place and come back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.standoff.quoting import by_place, places, runs, with_quotes

TEXT = "Der Rat der Stadt hat am Montag den Bau der neuen Brücke beschlossen, sagte die Bürgermeisterin."


def test_a_quote_is_given_by_its_place() -> None:
    """Five words and more; four are a turn of phrase."""
    said = "Weil „den Bau der neuen Brücke beschlossen“ eine Tatsache ist; der Rat der Stadt ist keine Person."
    placed = by_place(said, TEXT)
    start = TEXT.index("den Bau")
    assert placed == said.replace("den Bau der neuen Brücke beschlossen", f"⟦{start}:{start + 36}⟧")
    assert places(placed) == [(start, start + 36)]
    assert with_quotes(placed, lambda span: TEXT[slice(*span)]) == said
    assert with_quotes(placed, lambda _: None) == said.replace("den Bau der neuen Brücke beschlossen", "[…]")


def test_marks_of_ones_own_are_refused() -> None:
    """They could not be told from ours."""
    with pytest.raises(ValueError, match="write it without"):
        by_place("steht bei ⟦3:9⟧", TEXT)


@given(
    st.lists(st.one_of(st.sampled_from(TEXT.split()), st.text(alphabet="ab „", max_size=4)), max_size=30),
    st.integers(0, 9),
)
def test_no_quote_stays_and_all_come_back(words: list[str], at: int) -> None:
    """Whatever stands around them."""
    said = " ".join([*words[:at], TEXT[8:62], *words[at:]])
    placed = by_place(said, TEXT)
    assert with_quotes(placed, lambda span: TEXT[slice(*span)]) == said
    assert set(runs(placed, 5)).isdisjoint(runs(TEXT[8:62], 5))
