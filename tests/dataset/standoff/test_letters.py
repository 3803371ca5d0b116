"""Letters: what counts, and that places in them come back as the spans they were."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.standoff.letters import Lettered
from dataset.text import canonical
from tests.dataset.standoff.retyping import text_of, typed, typography
from tests.make import article

TEXT = "„Wir gehen – jetzt“, sagte sie … und ging. 1,5 Meter."


@pytest.mark.parametrize(
    "other",
    [
        '"Wir gehen - jetzt", sagte sie ... und ging. 1,5 Meter.',
        "»Wir\u00a0gehen — jetzt«, sagte sie… und\nging.\n\n1,5 Meter.",
        "Wir ge\u00adhen jetzt, sagte sie und ging. 1,5 Meter.",
    ],
)
def test_typography_is_no_letter(other: str) -> None:
    """Blanks, quotation marks, dashes, dots of omission, soft hyphens."""
    assert Lettered(other).letters == Lettered(TEXT).letters == "Wirgehenjetzt,sagtesieundging.1,5Meter."


@pytest.mark.parametrize("old", ["gehen", "ging.", ",", "1,5"])
def test_everything_else_is_one(old: str) -> None:
    """Another word, full stop or decimal comma is another reading."""
    assert Lettered(TEXT.replace(old, "")).sha256 != Lettered(TEXT).sha256


@given(st.text(alphabet="aB. …„“-–\n\u00a0é", max_size=40), st.data())
def test_a_place_is_the_span_it_was(text: str, data: st.DataObject) -> None:
    """In the same text, for every span that begins and ends with a letter or a mark that touches one."""
    lettered = Lettered(canonical(text).text)
    if lettered.at:
        start = data.draw(st.integers(0, len(lettered.at) - 1))
        end = data.draw(st.integers(start + 1, len(lettered.at)))
        span = (lettered.at[start], lettered.at[end - 1] + 1)
        place = lettered.place(span)
        assert (place.start, place.end) == (start, end)
        assert lettered.span(place) == span


@pytest.mark.parametrize("marked", ["„Wir gehen – jetzt“", "Wir gehen – jetzt", "jetzt“", "„Wir"])
def test_quotation_marks_stay_where_they_were(marked: str) -> None:
    """At the edge of a span that had them, and outside of one that had not."""
    other = TEXT.replace("„", "»").replace("“", "«")
    start = TEXT.index(marked)
    place = Lettered(TEXT).place((start, start + len(marked)))
    found = Lettered(other).span(place)
    assert other[slice(*found)] == marked.replace("„", "»").replace("“", "«")


@given(st.integers(0, 50), st.integers(0, 10**6))
def test_units_are_all_letters_whatever_the_typography(seed: int, dice: int) -> None:
    """Sentence by sentence the same lengths."""
    text = article(seed, 8)
    old, new = Lettered(text), Lettered(text_of(typography(typed(text), random.Random(dice))))
    assert sum(old.units) == len(old.at)
    assert old.units == new.units
