"""Aligning an old text and a corrected one: what is carried is exact, and it is carried where nothing was changed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataset.correction.align import align_texts
from dataset.records.types import Span
from tests.make import article

OLD = "Streit im Ort\n\nDer Rat sagt: Die Brücke ist gut. Das Haus ist teuer. Die Brücke ist gut.\n"


def span(text: str, quote: str, number: int = 0) -> Span:
    """Return the span of a quote in a text, at its first place or a later one."""
    start = -1
    for _ in range(number + 1):
        start = text.index(quote, start + 1)
    return Span(start, start + len(quote))


@pytest.mark.parametrize(
    ("new", "kept", "touched"),
    [
        (OLD.replace("Streit im", "Streit am"), ["Die Brücke ist gut.", "Das Haus ist teuer.", "Ort"], ["Streit im Ort", "im"]),
        (OLD.replace("Streit im", "Streit in dem"), ["Die Brücke ist gut.", "Das Haus ist teuer.", "Ort"], ["Streit im Ort"]),
        (OLD.replace("Haus", "Dach"), ["Die Brücke ist gut.", "ist teuer."], ["Das Haus ist teuer.", "Haus"]),
        (OLD.replace("Haus", "Haus oben"), ["Das Haus"], ["Das Haus ist teuer."]),
        (OLD.replace("Haus", "Hause"), ["ist teuer."], ["Das Haus", "Haus"]),
        (OLD.replace(" Das Haus ist teuer.", ""), ["Die Brücke ist gut."], ["Das Haus ist teuer."]),
        (OLD.replace("Das Haus", "Das Haus ist schlecht. Das Haus"), ["Das Haus ist teuer."], []),
        (OLD.replace("Der Rat", "Nur der Rat").replace("Streit", "Zank"), ["Die Brücke ist gut.", "im Ort"], ["Der Rat"]),
        (OLD.replace("\n\n", "\n\n\n").replace("gut. Das", "gut.\n\nDas"), ["Das Haus ist teuer.", "Der Rat"], []),
        (OLD, ["Streit im Ort", "Das Haus ist teuer."], []),
        (article(1), [], ["Das Haus ist teuer.", "Ort"]),
        ("x", [], ["Das Haus ist teuer."]),
        ("", [], ["Das Haus ist teuer."]),
    ],
)  # fmt: skip
def test_what_is_kept_and_what_is_touched(new: str, kept: list[str], touched: list[str]) -> None:
    """One letter, moved offsets, edits inside a claim and at its border, a sentence deleted or inserted, another text."""
    alignment = align_texts(OLD, new)
    for quote in kept:
        there = alignment.move(span(OLD, quote))
        assert there is not None, quote
        assert new[there.start : there.end] == quote
    for quote in touched:
        assert alignment.move(span(OLD, quote)) is None, quote
        rough = alignment.around(span(OLD, quote))
        assert 0 <= rough.start < rough.end <= max(1, len(new))


def test_the_same_sentence_twice_stays_apart() -> None:
    """Each occurrence moves to its own place, though their texts are the same."""
    new = OLD.replace("Streit im", "Streit in dem")
    alignment = align_texts(OLD, new)
    quote = "Die Brücke ist gut."
    for number in (0, 1):
        assert alignment.move(span(OLD, quote, number)) == span(new, quote, number)


_EDIT = st.tuples(st.floats(0, 1), st.integers(0, 40), st.text("ab cB.\nü", max_size=25))


@settings(max_examples=300, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    edits=st.lists(_EDIT, max_size=5),
    spans=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 60))),
)
def test_carried_spans_are_exact(
    seed: int, edits: list[tuple[float, int, str]], spans: list[tuple[float, int]]
) -> None:
    """Random edits: a carried span has its old text, spans keep their order, and far from every edit all are carried."""
    old = article(seed % 50, 12)
    new = old
    changed: list[tuple[int, int]] = []
    for share, length, text in sorted(edits, reverse=True):
        start = int(share * len(old))
        if changed and start + length > changed[-1][0]:
            continue
        new = new[:start] + text + new[start + length :]
        changed.append((start, start + length))
    alignment = align_texts(old, new)
    places = sorted(
        Span(start, min(len(old), start + n)) for share, n in spans if (start := int(share * (len(old) - 1))) < len(old)
    )
    moved = [(place, alignment.move(place)) for place in places]
    for place, there in moved:
        if there is not None:
            assert new[there.start : there.end] == old[place.start : place.end]
        elif alignment.share > 0.9 and len(changed) == 1:
            # Not carried: then an edit is near, or the span is one of the words that the edit repeats.
            a, b = changed[0]
            assert place.start - 45 <= b
            assert a <= place.end + 45
    kept = [there.start for _, there in moved if there is not None]
    assert kept == sorted(kept)


def test_sixty_thousand_characters() -> None:
    """One line of 60,000 characters with ten edits takes seconds."""
    old = " ".join(article(3, 900).split())[:60_000]
    new = old
    for place in range(5_000, 55_000, 5_000):
        new = f"{new[:place]}x{new[place + 1 :]}"
    began = time.monotonic()
    alignment = align_texts(old, new)
    assert time.monotonic() - began < 30
    assert alignment.share > 0.99
