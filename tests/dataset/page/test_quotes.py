"""Quotes."""

from __future__ import annotations

from dataset.page.quotes import in_context
from dataset.records.types import Span


def test_context_ends_at_words() -> None:
    """The span as it stands, with some words around it; None where the text is shorter than its labels say."""
    text = "alpha beta " * 40
    assert in_context(text, Span(220, 225)) is not None
    before, marked, after = in_context(text, Span(220, 225)) or ("", "", "")
    assert marked == "alpha"
    assert before.startswith("… ")
    assert after.endswith(" …")
    assert before[2:].split() + after[:-2].split()
    assert set(before[2:].split() + after[:-2].split()) == {"alpha", "beta"}
    assert in_context("short", Span(2, 5)) == ("sh", "ort", "")
    assert in_context("short", Span(2, 6)) is None
    long = in_context("y" * 3000, Span(0, 3000)) or ("", "", "")
    assert len(long[1]) < 1000
